//! A call, and what messages make of it.

use flowz_api::Checkpoint;
use flowz_api::flow::FlowId;
use flowz_api::packet::{NANOS, Timestamp};

use crate::sessions::conversation::{Conversation, Kind, Place, Reason, Seen};
use crate::voip::media::{self, Media};

/// For so long a request may come again (RFC 3261, timers B, F and H), and what comes of a call that is over begins no other one.
const LINGER: i64 = 32 * NANOS;

/// What a message means to its call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// A call that is not known begins with it.
    Begins,
    /// It tells of a call; one that is not known begins with it, one that is over does not.
    Tells,
    /// It belongs to a call that is known.
    Belongs,
    /// The call is answered.
    Answers,
    /// The call is refused, but the caller may try otherwise until [`Step::Confirms`].
    Fails,
    /// It ends a call that has failed, and nothing else.
    Confirms,
    /// A side hangs up.
    Leaves,
    /// The call is over.
    Ends,
    /// A gatekeeper admits a side.
    Admits,
    /// It refuses to, which ends a call without signalling.
    Refuses,
    /// It knows that a side has hung up.
    Dismisses,
    /// A side releases the call, which is over when the connection is, and the gatekeeper knows it from all whom it has admitted.
    Releases,
}

/// A message of signalling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) id: &'a [u8],
    pub(crate) kind: Kind,
    pub(crate) step: Step,
    /// Media that either side wants.
    pub(crate) media: [&'a [Media]; 2],
    /// Places of further connections of the call: of its own ones, and of those with its signalling, where others may have theirs.
    pub(crate) connections: [&'a [media::Place]; 2],
}

/// A call.
#[derive(Debug, Checkpoint)]
pub(super) struct Call {
    pub(super) id: Vec<u8>,
    pub(super) session: Conversation,
    pub(super) is_answered: bool,
    pub(super) has_failed: bool,
    pub(super) is_leaving: bool,
    pub(super) is_over: bool,
    /// Sides that a gatekeeper has admitted, without those that it knows to have hung up.
    pub(super) admitted: u32,
    /// It has messages of more than a gatekeeper.
    pub(super) is_signalled: bool,
    /// The connection with its release is over.
    pub(super) is_disconnected: bool,
    pub(super) places: Vec<(Place, bool)>,
    /// Where connections of the call lead; whether others may have theirs there.
    pub(super) connections: Vec<(Place, bool)>,
    pub(super) flows: Vec<FlowId>,
    pub(super) parts: Vec<Conversation>,
    /// Time of the latest packet of the call and its parts.
    pub(super) last: Timestamp,
    /// When it is looked at.
    pub(super) due: i64,
}

impl Call {
    /// One that begins with a message.
    pub(super) fn new(id: &[u8], session: Conversation, seen: &Seen) -> Self {
        Self {
            id: id.to_owned(),
            session,
            is_answered: false,
            has_failed: false,
            is_leaving: false,
            is_over: false,
            admitted: 0,
            is_signalled: false,
            is_disconnected: false,
            places: Vec::new(),
            connections: Vec::new(),
            flows: vec![seen.flow],
            parts: Vec::new(),
            last: seen.time,
            due: i64::MAX,
        }
    }

    /// What a message makes of it; yields why it is over, if it is.
    pub(super) fn step(&mut self, step: Step) -> Option<Reason> {
        match step {
            Step::Begins | Step::Answers => {
                self.is_answered |= step == Step::Answers;
                self.has_failed = false;
            }
            Step::Fails => self.has_failed = !self.is_answered,
            Step::Confirms if self.has_failed => return Some(Reason::Refused),
            Step::Leaves => self.is_leaving = true,
            Step::Ends => return Some(Reason::Closed),
            Step::Admits => self.admitted = self.admitted.saturating_add(1),
            Step::Refuses if !self.is_signalled => return Some(Reason::Refused),
            Step::Releases | Step::Dismisses => {
                let is_known = step == Step::Dismisses;
                self.admitted = self.admitted.saturating_sub(u32::from(is_known));
                self.is_leaving |= !is_known;
                if self.is_gone() {
                    return Some(Reason::Closed);
                }
            }
            Step::Tells | Step::Belongs | Step::Confirms | Step::Refuses => {}
        }
        None
    }

    /// Whether a connection that begins is one of those that it has told of.
    pub(super) fn expects(&self, seen: &Seen) -> bool {
        let known = self.connections.iter().find(|(place, _)| *place == seen.to);
        // The caller is who has asked the gatekeeper first.
        let is_first = !self.is_signalled && self.session.from.0 == seen.from.0;
        !self.is_over && known.is_some_and(|(_, is_shared)| !is_shared || is_first)
    }

    /// Whether a call that was released has nothing more to say.
    pub(super) fn is_gone(&self) -> bool {
        self.is_leaving && self.admitted == 0 && self.is_disconnected
    }

    /// When it is over, if nothing comes, or forgotten.
    pub(super) fn deadline(&self, expire: Option<i64>) -> i64 {
        let ends = self.is_over || self.has_failed || self.is_leaving;
        let linger = ends.then_some(LINGER);
        let silence = [linger, expire.filter(|_| !self.is_over)].into_iter().flatten().min();
        silence.map_or(i64::MAX, |silence| self.last.0.saturating_add(silence))
    }
}
