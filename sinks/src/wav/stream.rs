//! One source: from its packets to its files.

use std::path::PathBuf;

use flowz_api::sink::SinkError;

use super::codec::{Codec, Decoders};
use super::format::Format;
use super::growing::Growing;
use super::order::{Fate, Order, Waiting};
use super::row::{About, Mark, Row};
use super::settings::Settings;
use super::srtp::Decryptor;
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

/// A packet on its way through the window.
#[derive(Debug)]
struct Held {
    timestamp: u32,
    what: What,
    payload: Vec<u8>,
}

/// What a payload is.
#[derive(Clone, PartialEq, Eq, Debug)]
enum What {
    Sound(Codec),
    /// Not decoded; the end of its file's name.
    Raw(String),
    /// Comfort noise, telephone-events.
    Nothing,
}

/// A source.
pub(super) struct Stream {
    counts: Counts,
    about: About,
    name: String,
    order: Order<Held>,
    decryptor: Option<Box<Decryptor>>,
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
            decryptor: None,
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
        let Some(payload) = self.open(row) else { return Ok(()) };
        let held = Held { timestamp: row.timestamp, what: What::new(row), payload };
        let bytes = held.payload.len() + size_of::<Held>();
        let waiting = Waiting { time: row.time, bytes, packet: held };
        match self.order.push(row.sequence, waiting, row.mark == Mark::Again) {
            Fate::Taken => {}
            Fate::Again => self.counts.again += 1,
            Fate::TooLate => self.counts.late += 1,
        }
        while let Some((missing, waiting)) = self.order.pop(row.time) {
            self.place(missing, &waiting, settings)?;
        }
        Ok(())
    }

    /// The payload of a packet, if it is not encrypted with a key that nobody has.
    fn open(&mut self, row: &Row<'_>) -> Option<Vec<u8>> {
        if !row.is_encrypted {
            return Some(row.payload().to_vec());
        }
        let mut keys = row.keys().peekable();
        if keys.peek().is_none() && self.decryptor.is_none() {
            self.counts.encrypted += 1;
            return None;
        }
        let decryptor = self.decryptor.get_or_insert_default();
        let payload = decryptor.open(row.packet, row.payload_at, keys);
        self.counts.not_authentic = decryptor.failures;
        Some(row.without_padding(&payload?).to_vec())
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
        waiting: &Waiting<Held>,
        settings: &mut Settings,
    ) -> Result<(), SinkError> {
        let Waiting { time, packet: Held { timestamp, ref what, ref payload }, .. } = *waiting;
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
            self.place(missing, &waiting, settings)?;
        }
        Ok(())
    }

    /// The source has ended: its files get their names.
    pub(super) fn finish(mut self, settings: &mut Settings) -> Result<Written, SinkError> {
        self.drain(settings)?;
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

impl What {
    fn new(row: &Row<'_>) -> Self {
        if !row.is_media {
            return Self::Nothing;
        }
        let name = String::from_utf8_lossy(row.codec);
        match Codec::new(&name, row.clock, row.channels) {
            Some(codec) => Self::Sound(codec),
            None => Self::Raw(end_of_name(&name, row.payload_type)),
        }
    }
}

/// The end of the name of a file for a codec that is not decoded.
fn end_of_name(codec: &str, payload_type: u8) -> String {
    const LONGEST: usize = 16;
    let signs = codec.chars().filter(char::is_ascii_alphanumeric).take(LONGEST);
    let end: String = signs.map(|sign| sign.to_ascii_lowercase()).collect();
    // Those are taken.
    match end.as_str() {
        "" => format!("pt{payload_type}"),
        "wav" | "rtp" => format!("{end}-payload"),
        _ => end,
    }
}
