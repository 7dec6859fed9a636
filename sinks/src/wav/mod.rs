//! Sink `wav`: the sound of RTP streams. A WAV file for each source, on request a stereo file for each call.
//!
//! The plugin rtpDecode hands on the packets; it takes part by itself, with the plugins that read signalling, so `flowz -r calls.pcap -w out/ --sinks wav` is enough.
//! Files lie in the folder `PREFIX_wav`. Their names, made by `rtpDecode.RTP_FILE`, are in the column `wav` of the table `rtp` and in `wavCaller` and `wavCallee` of the
//! table `calls`. `--ssrc` chooses sources.
//!
//! | what | where |
//! |---|---|
//! | PCMU, PCMA, G.722, L16 | `NAME.wav`, 16-bit samples; with `WAV_G711` G.711 as it is |
//! | the same, from where rate or kind of the sound changes | `NAME_2.wav` and so on |
//! | other codecs: payloads one behind the other, in the order of their numbers | `NAME.CODEC`, as `1a2b3c4d.g729`; `NAME.pt97` if it has no name |
//! | packets as rtpdump of the RTP tools writes them (`WAV_RTPDUMP`) | `NAME.rtp` |
//! | a call, caller left, callee right (`WAV_CALLS`) | `callN.stereo.wav`, N as in the table of calls |
//! | what was written of each source, what is odd, or why there is nothing | `PREFIX_wav.txt` |
//!
//! **Order and time**: packets are put in the order of their numbers within a window (`WAV_WINDOW`, `WAV_WINDOW_MS`); those that come again are dropped. Timestamps tell
//! where samples belong. Where packets are missing, in pauses, during comfort noise and digits there is silence. A timestamp that does not fit the times at which
//! packets came is none of a pause: the sound goes on without a gap, or with as much silence as packets are missing or time has passed. So silence never makes a
//! file longer than the time that has passed by more than ten seconds.
//!
//! **Encrypted media** are decrypted with the keys of the call's descriptions (`a=crypto`, RFC 4568): AES in counter mode with HMAC-SHA1 (RFC 3711, RFC 6188). Packets that are
//! not authentic are counted and not written. Without a key that fits there is no file, and the list says so. The first packets wait for it, up to 64; media that come longer
//! before it is known that they are encrypted are not known to be.
//!
//! **Files are whole at any time**: headers are right behind each piece that is written. A file has its name when its source has ended, before other files of the
//! run have theirs; one that is not complete is called `.NAME.tmpPROCESS` and goes with a run that fails, but not with one that is killed.

mod any;
mod calls;
mod codec;
mod dump;
mod format;
mod growing;
mod order;
mod packet;
mod row;
mod secrets;
mod settings;
mod srtp;
mod stereo;
mod stream;
mod summary;
#[cfg(test)]
mod tests;
mod timeline;
mod toggles;
mod track;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use flowz_api::inventory;
use flowz_api::record::Record;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkInfo, SinkSetup};
use flowz_api::table::{Table, TableId};

pub(crate) use any::any;
use calls::Calls;
use row::{Mark, Row};
use settings::Settings;
use stream::Stream;
use summary::Summary;
use toggles::WavToggles;

inventory::submit! { SinkEntry::new::<Wav>() }

/// The sink.
struct Wav {
    toggles: WavToggles,
    /// Sources that are alive, by the numbers of their first packets.
    streams: HashMap<u64, Stream>,
    calls: Option<Calls>,
    running: Option<(Settings, Summary)>,
}

impl NamedSink for Wav {
    const INFO: SinkInfo = SinkInfo {
        name: "wav",
        toggles: "wavSink",
        number: 907,
        summary: "Sound of RTP streams: WAV files",
        requests: &[row::TABLE],
        preset: None,
        is_remote: false,
    };
    type Toggles = WavToggles;

    fn new(toggles: &WavToggles) -> Self {
        let calls = toggles.calls.then(Calls::default);
        Self { toggles: toggles.clone(), streams: HashMap::new(), calls, running: None }
    }
}

impl Sink for Wav {
    fn requests(&self) -> &[&'static str] {
        Self::INFO.requests
    }

    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        if self.calls.is_some() && !setup.tables.iter().any(|table| table.name == calls::TABLE) {
            let why =
                "wavSink.WAV_CALLS needs the table of calls: add voipCalls to the list of plugins";
            return Err(SinkError::Settings(why.to_owned()));
        }
        let settings = Settings::new(&self.toggles, setup.destination);
        self.running = Some((settings, Summary::new(setup.destination)?));
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        match table.name {
            row::TABLE => self.packet(&Row::read(table, record)),
            calls::TABLE => self.call(table, record),
            _ => Ok(()),
        }
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        // Of a run that could not go on to the ends of its flows.
        let mut left: Vec<_> = self.streams.keys().copied().collect();
        left.sort_unstable();
        left.into_iter().try_for_each(|source| self.end(source))?;
        self.running.as_mut().map_or(Ok(()), |(_, summary)| summary.complete())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.running.take().map_or(Ok(()), |(_, mut summary)| summary.finish())
    }
}

impl Wav {
    fn packet(&mut self, row: &Row<'_>) -> Result<(), SinkError> {
        if row.mark == Mark::End {
            return self.end(row.source);
        }
        let Some((settings, _)) = &mut self.running else { return Ok(()) };
        let stream = match self.streams.entry(row.source) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                settings.alive += 1;
                entry.insert(Stream::new(row, settings))
            }
        };
        stream.packet(row, settings)
    }

    /// A source has ended.
    fn end(&mut self, source: u64) -> Result<(), SinkError> {
        let Some((settings, summary)) = &mut self.running else { return Ok(()) };
        let Some(stream) = self.streams.remove(&source) else { return Ok(()) };
        settings.alive = self.streams.len();
        let written = stream.finish(settings)?;
        if let Some(calls) = &mut self.calls {
            calls.remember(&written.name, &written.parts);
        }
        summary.source(&written)
    }

    fn call(&mut self, table: &Table, record: &Record) -> Result<(), SinkError> {
        let (Some(calls), Some((settings, summary))) = (&mut self.calls, &mut self.running) else {
            return Ok(());
        };
        let call = calls.call(table, record, settings)?;
        call.map_or(Ok(()), |call| summary.call(&call))
    }
}
