//! Slices that do not cut sessions.

mod events;
mod lines;
mod split;

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;
use flowz_api::packet::{Packet, Timestamp};
use flowz_capture::WriteError;
use flowz_engine::Engine;
use flowz_slice::{Header, Member, Membership, Merge, Options, Output, Range, Source};

use super::args::{Args, SessionType};
use super::engine::Settings;
use super::file::SliceFile;
use super::{create, failure, warn_of_cut_times};
use crate::clock;
use events::{Event, Events};
use lines::Lines;
use split::{Pattern, Split};

/// Writes a slice whose sessions are whole.
pub(super) fn write(args: &Args, range: Range, sources: &mut [Source]) -> Result<()> {
    let pattern = args.split.as_deref().map(Pattern::parse).transpose()?;
    let events = Events::default();
    let mut engine = Settings::of_words(&words(args))?.start(Box::new(events.clone()))?;
    let failed = |error| failure(args, error);
    let header = Header::new(args.format(), sources).map_err(failed)?;
    let mut file =
        (args.output.is_some() || pattern.is_none()).then(|| create(args, sources)).transpose()?;
    let output = file.as_mut().map(|file| header.begin(file)).transpose().map_err(failed)?;
    let slice = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let split = pattern.map(|pattern| Split::new(pattern, header, sources, slice)).transpose()?;
    let is_piped = args.output.as_deref().is_none_or(|path| path == Path::new("-"));
    let lines = Lines {
        sessions: args.verbose > 0,
        parts: args.verbose > 1,
        to_stderr: output.is_some() && is_piped,
        zone: clock::local_zone(),
    };
    let options = Options {
        range,
        duplicates: args.duplicates,
        relative: args.relative,
        whole: args.read_all,
        goes_on: true,
    };
    let mut merge = Merge::new(sources, options);
    let mut slice = Slice {
        end: range.end,
        is_past: false,
        events: &events,
        members: Membership::default(),
        of_packet: Vec::new(),
        output,
        split,
        lines,
    };
    let done = engine.catch(|engine| slice.run(engine, &mut merge, &failed));
    let done = done.map_err(anyhow::Error::from).and_then(|done| done);
    done?;
    let cut = slice.output.as_ref().map_or(0, Output::cut_times);
    drop(slice);
    if let Some(file) = file {
        file.finish().map_err(|error| failure(args, error.into()))?;
    }
    warn_of_cut_times(cut);
    Ok(())
}

/// Plugins and settings, as words of the main job.
fn words(args: &Args) -> Vec<OsString> {
    let has = |kind| args.sessions.contains(&kind);
    let mut plugins = Vec::new();
    let mut types = Vec::new();
    if has(SessionType::Tcp) {
        types.push("tcp");
    }
    if has(SessionType::Sip) {
        plugins.push("sipDecode");
        types.push("sip");
    }
    if has(SessionType::H323) {
        plugins.push("h323Decode");
        types.push("h323");
    }
    if has(SessionType::Rtp) {
        plugins.push("rtpDecode");
        types.push("rtp");
    }
    if has(SessionType::Udp) {
        types.push("udp");
    }
    plugins.push("sessions");
    let mut words = vec!["--no-config".into(), "--plugins".into(), plugins.join(",").into()];
    let mut set = |setting: String| words.extend(["-o".into(), OsString::from(setting)]);
    set(format!("sessions.SESSION_TYPES={}", types.join(",")));
    set(format!("sessions.SESSION_EXPIRE={}", args.expire.unwrap_or(0)));
    set("sessions.SESSION_EVENTS=1".to_owned());
    if has(SessionType::Rtp) {
        set("rtpDecode.RTP_TABLE=0".to_owned());
        set("rtpDecode.RTCP_TABLE=0".to_owned());
    }
    if has(SessionType::Sip) {
        set("sipDecode.SIP_TABLE=0".to_owned());
        set("core.REASSEMBLE=1".to_owned());
    }
    if has(SessionType::H323) {
        set("h323Decode.H323_TABLE=0".to_owned());
    }
    words
}

/// A slice that is being written.
struct Slice<'a> {
    /// The last moment of which all packets are written.
    end: Timestamp,
    /// The packet at hand is behind it.
    is_past: bool,
    events: &'a Events,
    members: Membership,
    /// Sessions of the packet at hand.
    of_packet: Vec<u64>,
    output: Option<Output<&'a mut SliceFile>>,
    split: Option<Split>,
    lines: Lines,
}

/// What a failed write means.
type Failed<'a> = &'a dyn Fn(WriteError) -> anyhow::Error;

impl Slice<'_> {
    fn run(
        &mut self,
        engine: &mut Engine,
        merge: &mut Merge<'_>,
        failed: Failed<'_>,
    ) -> Result<()> {
        while let Some((packet, source)) = merge.next_packet() {
            // Also one up to END that is late.
            self.is_past = packet.ts > self.end;
            self.members.set_open(!self.is_past);
            engine.packet(&packet)?;
            self.packet(engine, &packet, source, failed)?;
            if self.members.count().1 == 0 && merge.is_done() {
                break;
            }
        }
        self.events.told().is_end = true;
        engine.finish()?;
        engine.complete()?;
        let mut told = std::mem::take(&mut *self.events.told());
        told.unclosed.retain(|session| self.members.has(session.number));
        self.lines.unclosed(told.unclosed);
        self.split.as_mut().map_or(Ok(()), Split::finish)
    }

    /// A packet that the engine has seen.
    fn packet(
        &mut self,
        engine: &Engine,
        packet: &Packet<'_>,
        source: &Source,
        failed: Failed<'_>,
    ) -> Result<()> {
        self.of_packet.clear();
        let events = std::mem::take(&mut self.events.told().events);
        for event in &events {
            self.begins(event, packet.ts)?;
        }
        let mut is_wanted = !self.is_past || !self.of_packet.is_empty();
        for flow in engine.flows_of_packet() {
            is_wanted |= self.members.has_flow(*flow);
            if self.split.is_some() {
                self.members.of_flow(*flow, &mut self.of_packet);
            }
        }
        if let Some(output) = &mut self.output
            && is_wanted
        {
            output.packet(packet, source).map_err(failed)?;
        }
        if let Some(split) = &mut self.split {
            for number in &self.of_packet {
                split.packet(*number, packet, source)?;
            }
        }
        for event in &events {
            if let Event::Closed { session, kind, is_late: false } = event {
                self.close(*session, kind, packet.ts)?;
            }
        }
        Ok(())
    }

    /// What has happened in front of the packet, and what it begins.
    fn begins(&mut self, event: &Event, now: Timestamp) -> Result<()> {
        match event {
            Event::Opened { session, kind, flow } => {
                if !self.members.open(*session) {
                    return Ok(());
                }
                if let (Some(split), None) = (&mut self.split, session.parent) {
                    split.open(session.number, kind)?;
                }
                if !matches!(kind.as_str(), "sip" | "h323") {
                    self.members.join(session.number, *flow);
                }
                self.tell("opened", *session, kind, now)
            }
            Event::Flow(number, flow) => {
                self.members.join(*number, *flow);
                self.members.add(*number, &mut self.of_packet);
                Ok(())
            }
            Event::Packet(number) => {
                self.members.add(*number, &mut self.of_packet);
                Ok(())
            }
            Event::Closed { session, kind, is_late: true } => self.close(*session, kind, now),
            Event::Closed { .. } => Ok(()),
        }
    }

    fn close(&mut self, session: Member, kind: &str, now: Timestamp) -> Result<()> {
        if !self.members.close(session.number) {
            return Ok(());
        }
        if let Some(split) = &mut self.split {
            split.close(session.number)?;
        }
        self.tell("closed", session, kind, now)
    }

    fn tell(&self, what: &str, session: Member, kind: &str, now: Timestamp) -> Result<()> {
        let total = self.members.count().0;
        self.lines.change(what, (session, kind), now, total)
    }
}
