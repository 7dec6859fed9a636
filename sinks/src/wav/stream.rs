//! One source: from its packets to its files.

use std::path::PathBuf;

use flowz_api::sink::SinkError;

use super::codec::{Codec, Decoders};
use super::format::Format;
use super::growing::Growing;
use super::order::{Fate, Order, Waiting};
use super::packet::{Packet, What};
use super::row::{About, Mark, Row};
use super::secrets::Secrets;
use super::settings::Settings;
use super::timeline::{Moment, Timeline};
use super::{dump, track};
use track::{Part, Track};

/// Most files of payload that is not decoded.
const MOST_RAW: usize = 4;

/// Most files with sound, as rate or kind may change with each packet.
const MOST_PARTS: u32 = 64;

/// What is counted of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    pub(super) packets: u64,
    /// Those that came again, and those that came when their place was given up.
    pub(super) again: u64,
    pub(super) late: u64,
    /// Those that never came, or too late.
    pub(super) missing: u64,
    /// Places with silence, and frames of it.
    pub(super) gaps: u64,
    pub(super) silence: u64,
    /// Timestamps that do not fit.
    pub(super) jumps: u64,
    /// Packets that are encrypted without a key, or with one that does not fit.
    pub(super) encrypted: u64,
    pub(super) not_authentic: u64,
    /// Packets without a file, because there were too many.
    pub(super) refused: u64,
}

/// A source.
pub(super) struct Stream {
    counts: Counts,
    about: About,
    name: String,
    order: Order<Box<Packet>>,
    secrets: Option<Box<Secrets>>,
    line: Timeline,
    decoders: Decoders,
    track: Option<Track>,
    raw: Vec<(String, Growing)>,
    dump: Option<(Growing, i64)>,
    /// Files with sound that are complete, and how many were begun.
    parts: Vec<Part>,
    begun: u32,
    others: Vec<PathBuf>,
}

/// What a source leaves.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) about: About,
    /// Name of its files without what tells their format.
    pub(super) name: String,
    pub(super) counts: Counts,
    pub(super) parts: Vec<Part>,
    /// Files without sound.
    pub(super) others: Vec<PathBuf>,
}

impl Stream {
    /// A source that begins with a packet.
    pub(super) fn new(first: &Row<'_>, settings: &Settings) -> Self {
        Self {
            counts: Counts::default(),
            about: first.about(),
            name: String::from_utf8_lossy(first.file).into_owned(),
            order: Order::new(settings.window),
            secrets: None,
            line: Timeline::new(settings.longest),
            decoders: Decoders::default(),
            track: None,
            raw: Vec::new(),
            dump: None,
            parts: Vec::new(),
            begun: 0,
            others: Vec::new(),
        }
    }

    /// A packet came.
    pub(super) fn packet(
        &mut self,
        row: &Row<'_>,
        settings: &mut Settings,
    ) -> Result<(), SinkError> {
        self.counts.packets += 1;
        if settings.dumps {
            self.dump(row, settings)?;
        }
        if row.mark == Mark::Restart {
            self.drain(settings)?;
            self.order.restart();
        }
        if row.is_encrypted {
            self.secret(row);
        } else {
            self.take(Packet::new(row));
        }
        while let Some((missing, waiting)) = self.order.pop(row.time) {
            self.place(missing, &waiting.packet, settings)?;
        }
        Ok(())
    }

    /// A packet that can be read.
    fn take(&mut self, packet: Packet) {
        let (number, was_there) = (packet.number, packet.was_there);
        let (time, bytes) = (packet.time, packet.size());
        let waiting = Waiting { time, bytes, packet: Box::new(packet) };
        match self.order.push(number, waiting, was_there) {
            Fate::Taken => {}
            Fate::Again => self.counts.again += 1,
            Fate::TooLate => self.counts.late += 1,
        }
    }

    /// An encrypted packet. Those that wait since before that was known are so too.
    fn secret(&mut self, row: &Row<'_>) {
        let mut secrets = self.secrets.take().unwrap_or_else(|| {
            let mut secrets = Box::<Secrets>::default();
            self.order.withdraw().for_each(|packet| secrets.keep(*packet));
            secrets
        });
        for packet in secrets.open(Packet::new(row), row.keys()) {
            self.take(packet);
        }
        self.secrets = Some(secrets);
    }

    fn dump(&mut self, row: &Row<'_>, settings: &mut Settings) -> Result<(), SinkError> {
        if self.dump.is_none() {
            let Some(mut file) = settings.file(&self.name, "rtp")? else {
                self.counts.refused += 1;
                return Ok(());
            };
            file.append(&dump::beginning(row));
            self.dump = Some((file, row.time));
        }
        let Some((file, start)) = &mut self.dump else { return Ok(()) };
        dump::packet(row, *start, file.pending());
        settings.flush(file, &[])
    }

    /// A packet that need not wait any more.
    fn place(
        &mut self,
        missing: u64,
        packet: &Packet,
        settings: &mut Settings,
    ) -> Result<(), SinkError> {
        let Packet { time, timestamp, ref what, .. } = *packet;
        let payload = packet.payload();
        self.counts.missing = self.counts.missing.saturating_add(missing);
        match what {
            What::Sound(codec) if !payload.is_empty() => {
                let ticks = codec.ticks(payload.len());
                let moment = Moment { time, timestamp, ticks, missing };
                self.sound(moment, *codec, payload, settings)
            }
            What::Raw(end) => self.raw(end, payload, settings),
            What::Sound(_) | What::Nothing => Ok(()),
        }
    }

    fn sound(
        &mut self,
        moment: Moment,
        codec: Codec,
        payload: &[u8],
        settings: &mut Settings,
    ) -> Result<(), SinkError> {
        let gap = self.line.place(moment, codec);
        let format = codec.format(settings.keeps_law);
        let frames = gap.ticks * u64::from(codec.frames_per_tick());
        let silence = if settings.fills { frames } else { 0 };
        self.counts.jumps += u64::from(gap.is_jump);
        let room = (silence + payload.len() as u64 * 4) * u64::from(format.frame());
        let fits = |track: &mut Track| track.takes(format, room);
        let begins = !self.track.as_mut().is_some_and(fits);
        if begins && !self.begin(format, moment.time, settings)? {
            return Ok(());
        }
        let Some(track) = &mut self.track else { return Ok(()) };
        // Silence is within a file.
        if silence > 0 && !begins {
            self.counts.gaps += 1;
            self.counts.silence += silence;
            track.silence(silence)?;
        }
        self.decoders.decode(codec, format.kind, payload, track.file.pending());
        track.flush(settings)
    }

    /// Begins a file; false if there are too many.
    fn begin(
        &mut self,
        format: Format,
        start: i64,
        settings: &mut Settings,
    ) -> Result<bool, SinkError> {
        if let Some(track) = self.track.take() {
            self.parts.push(track.finish()?);
        }
        let name = match self.begun {
            0 => self.name.clone(),
            before => format!("{}_{}", self.name, before + 1),
        };
        let is_allowed = self.begun < MOST_PARTS;
        let file = if is_allowed { settings.file(&name, "wav")? } else { None };
        let Some(file) = file else {
            self.counts.refused += 1;
            return Ok(false);
        };
        self.begun += 1;
        self.track = Some(Track::new(file, format, start));
        Ok(true)
    }

    fn raw(&mut self, end: &str, payload: &[u8], settings: &mut Settings) -> Result<(), SinkError> {
        let at = self.raw.iter().position(|(known, _)| known == end);
        let at = match at {
            Some(at) => at,
            None if self.raw.len() == MOST_RAW => {
                self.counts.refused += 1;
                return Ok(());
            }
            None => {
                let Some(file) = settings.file(&self.name, end)? else {
                    self.counts.refused += 1;
                    return Ok(());
                };
                self.raw.push((end.to_owned(), file));
                self.raw.len() - 1
            }
        };
        let file = &mut self.raw[at].1;
        file.append(payload);
        settings.flush(file, &[])
    }

    /// No packet waits any more.
    fn drain(&mut self, settings: &mut Settings) -> Result<(), SinkError> {
        while let Some((missing, waiting)) = self.order.take() {
            self.place(missing, &waiting.packet, settings)?;
        }
        Ok(())
    }

    /// The source has ended: its files get their names.
    pub(super) fn finish(mut self, settings: &mut Settings) -> Result<Written, SinkError> {
        self.drain(settings)?;
        if let Some(secrets) = &mut self.secrets {
            secrets.close();
            self.counts.encrypted = secrets.locked;
            self.counts.not_authentic = secrets.not_authentic;
        }
        if let Some(track) = self.track.take() {
            self.parts.push(track.finish()?);
        }
        let raw = std::mem::take(&mut self.raw).into_iter().map(|(_, file)| file);
        for file in raw.chain(self.dump.take().map(|(file, _)| file)) {
            if file.len() > 0 {
                self.others.push(file.finish(&[])?);
            }
        }
        let Self { about, name, counts, parts, others, .. } = self;
        Ok(Written { about, name, counts, parts, others })
    }
}
