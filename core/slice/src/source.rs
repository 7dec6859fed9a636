//! One input of a slice: its first and last time, and its packets of a range.

use std::io;
use std::path::{Path, PathBuf};

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_capture::{CaptureError, Damage, Input, Interface, Options, Seekable, Source as From};

use crate::search::{self, JITTER, SLACK};

/// The name of standard input.
const STDIN: &str = "-";

/// Smaller files are read from their beginning.
const WORTH_SEARCHING: u64 = 4 << 20;

/// The moments of a range, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    /// The first moment.
    pub start: Timestamp,
    /// The last one.
    pub end: Timestamp,
}

impl Default for Range {
    /// All times.
    fn default() -> Self {
        Self { start: Timestamp(i64::MIN), end: Timestamp(i64::MAX) }
    }
}

impl Range {
    /// Whether a moment is one of them.
    pub fn holds(self, ts: Timestamp) -> bool {
        self.start <= ts && ts <= self.end
    }

    /// The range that is this one behind `offset` nanoseconds.
    pub(crate) fn earlier(self, offset: i64) -> Self {
        // An open end stays open.
        let by = |ts: Timestamp| match ts.0 {
            i64::MIN | i64::MAX => ts,
            nanos => Timestamp(nanos.saturating_sub(offset)),
        };
        Self { start: by(self.start), end: by(self.end) }
    }
}

/// An input of which at least the beginning is known.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    input: Input,
    options: Options,
    first: Option<Timestamp>,
    /// The input has its first packet at hand.
    is_fresh: bool,
    range: Range,
    /// Latest time so far.
    latest: Timestamp,
    /// Times went back: no packet tells that none of the range is behind it.
    is_unordered: bool,
    /// Reading began in the middle.
    was_searched: bool,
    /// Where the first packet behind the range was.
    behind: Option<u64>,
    /// Packets behind the range are shown, too.
    goes_on: bool,
}

impl Source {
    /// Opens a capture up to its first packet; `-` is standard input.
    ///
    /// # Errors
    ///
    /// [`CaptureError`] if it cannot be read at all.
    pub fn open(path: &Path, options: &Options) -> Result<Self, CaptureError> {
        let mut input = Input::open(&source(path), options)?;
        let first = input.read().then(|| input.packet().ts);
        Ok(Self {
            path: path.to_owned(),
            input,
            options: options.clone(),
            first,
            is_fresh: first.is_some(),
            range: Range::default(),
            latest: Timestamp(i64::MIN),
            is_unordered: false,
            was_searched: false,
            behind: None,
            goes_on: false,
        })
    }

    /// Its name; `-` is standard input.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The time of its first packet.
    pub fn first(&self) -> Option<Timestamp> {
        self.first
    }

    /// The time of its last packet. Reads all of what cannot be looked into from its end: then nothing else can be asked
    /// of standard input.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn last(&mut self) -> Result<Option<Timestamp>, CaptureError> {
        let found = Seekable::open(&self.path).and_then(|mut file| file.last());
        if let Some(last) = found {
            return Ok(Some(last.ts));
        }
        if self.path != Path::new(STDIN) {
            *self = Self::open(&self.path, &self.options)?;
        }
        let mut last = self.first;
        self.is_fresh = false;
        while self.input.read() {
            last = Some(self.input.packet().ts);
        }
        Ok(last)
    }

    /// Link type of the packets, or of the first interface.
    pub fn link_type(&self) -> LinkType {
        self.input.link_type()
    }

    /// What is known of the first packet's interface.
    pub fn interface(&self) -> Interface {
        let number = if self.is_fresh { self.input.packet().interface } else { 0 };
        self.input.interface(number)
    }

    /// From now on only packets of a range are shown. With `all` none is missed, wherever it is; else the file is looked
    /// into to find the range, and left behind it.
    pub(crate) fn select(&mut self, range: Range, all: bool) {
        self.range = range;
        self.is_unordered = all;
        if all || self.first.is_none_or(|first| first >= range.start) {
            return;
        }
        let Some(mut file) = Seekable::open(&self.path) else { return };
        if file.len() < WORTH_SEARCHING {
            return;
        }
        match search::begin(&mut file, range.start) {
            Some(place) if place != file.first() => {
                if let Ok(input) = file.input(place.offset, &self.options) {
                    self.input = input;
                    (self.is_fresh, self.was_searched) = (false, true);
                }
            }
            Some(_) => {}
            None => self.is_unordered = true,
        }
    }

    /// Goes on to the next packet of the range; false if there is none.
    pub(crate) fn advance(&mut self) -> bool {
        while self.is_fresh || self.input.read() {
            self.is_fresh = false;
            let ts = self.input.packet().ts;
            self.is_unordered |= self.latest.0.saturating_sub(ts.0) > JITTER;
            self.latest = self.latest.max(ts);
            if self.range.holds(ts) {
                return true;
            }
            if ts > self.range.end {
                self.behind.get_or_insert(self.input.bytes_used());
                if self.goes_on {
                    return true;
                }
                if self.is_done() {
                    break;
                }
            }
        }
        false
    }

    /// From now on packets behind the range are shown, too.
    pub(crate) fn go_on(&mut self) {
        self.goes_on = true;
    }

    /// Whether all that is left is behind the range: its end has passed so long ago that no late packet comes.
    pub(crate) fn is_done(&self) -> bool {
        let is_far = |behind| self.input.bytes_used() - behind > SLACK;
        !self.is_unordered && self.behind.is_some_and(is_far)
    }

    /// The position behind the current packet in the file, or in what it holds uncompressed.
    pub fn position(&self) -> u64 {
        self.input.bytes_used()
    }

    /// Whether [`Self::jump`] leads to the packets that reading from the beginning would show; known when all was read.
    pub fn may_jump(&self) -> bool {
        self.input.may_jump()
    }

    /// How many interfaces and the like the file has described so far, on which the meaning of packets depends.
    pub fn descriptions(&self) -> u64 {
        self.input.descriptions()
    }

    /// Goes on at a [position](Self::position); everything that the file describes up to there must have been read.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened again.
    pub fn jump(&mut self, position: u64) -> io::Result<()> {
        self.is_fresh = false;
        self.input.jump(position)
    }

    /// Goes on to the next packet, whatever its time; none at the end of the capture.
    pub fn next_packet(&mut self) -> Option<Packet<'_>> {
        let found = self.is_fresh || self.input.read();
        self.is_fresh = false;
        found.then(|| self.input.packet())
    }

    /// The packet that [`Self::next_packet`] has shown.
    pub fn current(&self) -> Packet<'_> {
        self.input.packet()
    }

    /// The current packet, and what is known of its interface.
    pub(crate) fn packet(&self) -> Packet<'_> {
        self.input.packet()
    }

    /// What the file says of an interface.
    pub(crate) fn interface_of(&self, number: u32) -> Interface {
        self.input.interface(number)
    }

    /// What was wrong with the parts that were read.
    pub fn damages(&self) -> &[Damage] {
        self.input.damages()
    }

    /// What is to be said though all was read.
    pub fn remarks(&self) -> &[Damage] {
        self.input.remarks()
    }

    /// Whether packets of the range may be in a part that was not read: times go back in the part that was.
    pub fn may_miss(&self) -> bool {
        self.was_searched && self.is_unordered
    }
}

fn source(path: &Path) -> From {
    if path == Path::new(STDIN) { From::Stdin } else { From::File(path.to_owned()) }
}
