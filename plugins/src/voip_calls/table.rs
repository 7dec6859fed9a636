//! The table of calls.

use std::net::IpAddr;

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, IpText, Label, List, Seconds, Text, Time};
use flowz_api::packet::Timestamp;

use super::call::{Call, Party, Protocol, Reason};
use super::stream::Sent;
use super::toggles::Toggles;
use crate::voip::ip_text;

/// Bits of `callFlags`.
pub(super) mod flag {
    pub(crate) const NO_MEDIA: u16 = 0x0001;
    pub(crate) const ONE_WAY: u16 = 0x0002;
    pub(crate) const LATE_MEDIA: u16 = 0x0004;
    pub(crate) const CODECS: u16 = 0x0008;
    pub(crate) const ELSEWHERE: u16 = 0x0010;
    pub(crate) const RETRANSMITTED: u16 = 0x0020;
    pub(crate) const ENCRYPTED: u16 = 0x0040;
    pub(crate) const HELD: u16 = 0x0080;
    pub(crate) const NO_START: u16 = 0x0100;
    pub(crate) const NO_END: u16 = 0x0200;
    pub(crate) const PACKET_TIMES: u16 = 0x0400;
    pub(crate) const MORE_MEDIA: u16 = 0x0800;
    pub(crate) const NO_SIGNALLING: u16 = 0x1000;
}

/// A call.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "calls")]
pub(crate) struct CallRow<'a> {
    /// Number of the call, in the order of first messages.
    #[col(name = "callNr")]
    pub(crate) number: u64,
    /// `SIP`, `H.323`; `RTP`: no signalling was seen.
    #[col(name = "protocol")]
    pub(crate) protocol: Label<'a>,
    /// `UDP` or `TCP`, of the first message; in H.323 of call signalling, if there is any.
    #[col(name = "transport")]
    pub(crate) transport: Label<'a>,
    /// Identifier of the call.
    #[col(name = "callID")]
    pub(crate) call_id: Text<'a>,
    /// Who calls; without signalling who sends first is taken for the caller, and has no name.
    #[col(name = "caller")]
    pub(crate) caller: Text<'a>,
    /// Who is called.
    #[col(name = "callee")]
    pub(crate) callee: Text<'a>,
    /// Address of the caller; in H.323 without call signalling that from which it asks its gatekeeper.
    #[col(name = "callerIP")]
    pub(crate) caller_ip: IpText,
    /// Port of the caller.
    #[col(name = "callerPort")]
    pub(crate) caller_port: u16,
    /// Address that is asked first.
    #[col(name = "calleeIP")]
    pub(crate) callee_ip: IpText,
    /// Port that is asked first.
    #[col(name = "calleePort")]
    pub(crate) callee_port: u16,
    /// First INVITE or SETUP; of a call that a gatekeeper does not admit the ARQ; without signalling the first packet of RTP; empty if it was not seen.
    #[col(name = "start")]
    pub(crate) start: Option<Time>,
    /// First response 180 to 189, or ALERTING.
    #[col(name = "ring")]
    pub(crate) ring: Option<Time>,
    /// First response 200 to an INVITE, or CONNECT.
    #[col(name = "answer")]
    pub(crate) answer: Option<Time>,
    /// First BYE, the final response that refuses, RELEASE COMPLETE or ARJ; without them the last packet of the call.
    #[col(name = "end")]
    pub(crate) end: Time,
    /// The answer to the BYE, or the ACK of the response that refuses.
    #[col(name = "done")]
    pub(crate) done: Option<Time>,
    /// From the first INVITE or SETUP to the ring; else to the answer, or in SIP to the response that refuses.
    #[col(name = "postDialDelay")]
    pub(crate) delay: Option<Seconds>,
    /// From the answer to the end; without signalling from the first packet to the last one.
    #[col(name = "talk")]
    pub(crate) talk: Option<Seconds>,
    /// `BYE`, `unanswered` (a BYE that nobody answers), `cancelled`, `rejected`; `RELEASE COMPLETE`, `ARJ` (a gatekeeper does not admit the call); `none`: no end was seen.
    #[col(name = "endReason")]
    pub(crate) reason: Label<'a>,
    /// Code of the last final response, in H.323 the cause (Q.850); 0: none.
    #[col(name = "endCode")]
    pub(crate) code: u16,
    /// Who ended it: `caller`, `callee`, `gatekeeper`.
    #[col(name = "endedBy")]
    pub(crate) by: Label<'a>,
    /// INVITEs in front of the answer, those that come again too.
    #[col(name = "invites")]
    pub(crate) invites: u32,
    /// Further INVITEs behind the answer, each transaction once.
    #[col(name = "reinvites")]
    pub(crate) reinvites: u32,
    /// Messages.
    #[col(name = "messages")]
    pub(crate) messages: u32,
    /// Digits that were pressed, as signalling tells (INFO; H.245, keypad of Q.931).
    #[col(name = "infoDigits")]
    pub(crate) digits: Text<'a>,
    /// Flows with the signalling.
    #[col(name = "sigFlows")]
    pub(crate) flows: List<'a, u64>,
    /// Flows with media, RTCP and what else goes to the places for media.
    #[col(name = "mediaFlows")]
    pub(crate) media_flows: List<'a, u64>,
    /// Packets of media that the caller sends, the callee sends, and of RTCP.
    #[col(name = "pktsCaller_pktsCallee_pktsRTCP")]
    pub(crate) packets: (u64, u64, u64),
    /// From the answer to the first packet of media behind it; 0 if there were some before.
    #[col(name = "mediaDelay")]
    pub(crate) media_delay: Option<Seconds>,
    /// Codec of most packets of the caller; empty without streams of RTP.
    #[col(name = "codecCaller")]
    pub(crate) codec_caller: Label<'a>,
    /// That of the callee.
    #[col(name = "codecCallee")]
    pub(crate) codec_callee: Label<'a>,
    /// Packets of the caller that are lost, and how many were expected.
    #[col(name = "lost_expectedCaller")]
    pub(crate) lost_caller: (u64, u64),
    /// Those of the callee.
    #[col(name = "lost_expectedCallee")]
    pub(crate) lost_callee: (u64, u64),
    /// Jitter of the caller's stream at its end (RFC 3550, appendix A.8); the largest of several.
    #[col(name = "jitterCaller", unit = "ms")]
    pub(crate) jitter_caller: Option<f64>,
    /// That of the callee.
    #[col(name = "jitterCallee", unit = "ms")]
    pub(crate) jitter_callee: Option<f64>,
    /// Mean opinion score of what the caller says (E-model, see rtpDecode); the smallest of several streams.
    #[col(name = "mosCaller")]
    pub(crate) opinion_caller: Option<f64>,
    /// That of the callee.
    #[col(name = "mosCallee")]
    pub(crate) opinion_callee: Option<f64>,
    /// Digits that were sent as telephone-events (RFC 4733).
    #[col(name = "rtpDigits")]
    pub(crate) rtp_digits: Text<'a>,
    /// Names of files with what the caller says, without what tells their format, if the sink wav takes part.
    #[col(name = "wavCaller")]
    pub(crate) files_caller: Each<'a, String, Text<'a>>,
    /// Those of the callee.
    #[col(name = "wavCallee")]
    pub(crate) files_callee: Each<'a, String, Text<'a>>,
    /// What is odd, see above.
    #[col(name = "callFlags")]
    pub(crate) flags: Hex16,
}

/// Lists that a row borrows.
#[derive(Debug, Default)]
pub(super) struct Lists {
    media: Vec<u64>,
    caller: Sent,
    callee: Sent,
    digits: Vec<u8>,
}

impl Lists {
    pub(super) fn new(call: &Call) -> Self {
        let mut media: Vec<u64> = call.media.iter().map(|media| media.flow.0).collect();
        media.sort_unstable();
        media.dedup();
        let (caller, callee) = (call.sent(Party::Caller), call.sent(Party::Callee));
        let digits = [&caller.digits[..], &callee.digits].concat();
        Self { media, caller, callee, digits }
    }
}

impl Lists {
    fn flags(&self) -> u16 {
        let (one, other) = (&self.caller.codec, &self.callee.codec);
        let differs = !one.is_empty() && !other.is_empty() && one != other;
        let times = self.caller.packet_time.zip(self.callee.packet_time);
        let is_other_time = times.is_some_and(|(one, other)| (one - other).abs() > 0.5);
        let codecs = if differs { flag::CODECS } else { 0 };
        codecs | if is_other_time { flag::PACKET_TIMES } else { 0 }
    }
}

impl<'a> CallRow<'a> {
    /// The row of a call.
    pub(super) fn new(call: &'a Call, lists: &'a Lists, toggles: &Toggles) -> Self {
        let (reason, code, by, end) = call.ending();
        let since = |from: Option<Timestamp>, to: Timestamp| Some(seconds(to - from?));
        let refused = (reason != Reason::None && call.protocol == Protocol::Sip).then_some(end);
        let tried = call.ring.or(call.answer).or(refused);
        let ends = call.ends.map_or_else(Default::default, |(from, to)| (place(from), place(to)));
        let ((mut caller_ip, mut caller_port), (callee_ip, callee_port)) = ends;
        if let (None, Some(alone)) = (call.ends, call.caller_alone) {
            (caller_ip, caller_port) = place(alone);
        }
        let media_delay = call.media_delay();
        Self {
            number: call.number,
            protocol: Label(protocol_name(call.protocol).as_bytes()),
            transport: Label(if call.is_tcp { b"TCP" } else { b"UDP" }),
            call_id: Text(&call.call_id),
            caller: Text(&call.caller),
            callee: Text(&call.callee),
            caller_ip,
            caller_port,
            callee_ip,
            callee_port,
            start: call.start.map(Into::into),
            ring: call.ring.map(Into::into),
            answer: call.answer.map(Into::into),
            end: end.into(),
            done: call.done.map(Into::into),
            delay: tried.and_then(|to| since(call.start, to)),
            talk: since(call.answer.or(call.start.filter(|_| call.protocol == Protocol::Rtp)), end),
            reason: Label(reason_name(reason, call.done.is_some()).as_bytes()),
            code,
            by: Label(by.map_or("", party_name).as_bytes()),
            invites: call.invites,
            reinvites: call.reinvites,
            messages: call.messages,
            digits: Text(&call.digits),
            flows: List(&call.flows),
            media_flows: List(&lists.media),
            packets: call.packets(),
            media_delay: media_delay.map(seconds),
            codec_caller: Label(lists.caller.codec.as_bytes()),
            codec_callee: Label(lists.callee.codec.as_bytes()),
            lost_caller: (lists.caller.lost, lists.caller.expected),
            lost_callee: (lists.callee.lost, lists.callee.expected),
            jitter_caller: lists.caller.jitter,
            jitter_callee: lists.callee.jitter,
            opinion_caller: lists.caller.opinion,
            opinion_callee: lists.callee.opinion,
            rtp_digits: Text(&lists.digits),
            files_caller: Each(&lists.caller.files, |file| Text(file.as_bytes())),
            files_callee: Each(&lists.callee.files, |file| Text(file.as_bytes())),
            flags: Hex16(call.flags(media_delay, toggles) | lists.flags()),
        }
    }
}

impl Call {
    /// Packets of media from the caller, from the callee, of RTCP.
    fn packets(&self) -> (u64, u64, u64) {
        let sum = |sender: Option<Party>, is_rtcp: bool| {
            let is_it = |m: &&super::call::MediaFlow| {
                m.is_rtcp == is_rtcp && (is_rtcp || m.sender == sender)
            };
            self.media.iter().filter(is_it).map(|media| media.packets).sum()
        };
        (sum(Some(Party::Caller), false), sum(Some(Party::Callee), false), sum(None, true))
    }

    /// From the answer to the first media behind it, in nanoseconds.
    fn media_delay(&self) -> Option<i64> {
        let answer = self.answer?;
        let first = self.media.iter().filter(|media| !media.is_rtcp).map(|m| m.first).min()?;
        Some((first - answer).max(0))
    }

    fn flags(&self, media_delay: Option<i64>, toggles: &Toggles) -> u16 {
        let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
        let (caller, callee, _) = self.packets();
        let is_alone = self.protocol == Protocol::Rtp;
        let was_answered = self.answer.is_some() || is_alone;
        let late = i64::from(toggles.late) * 1_000_000;
        when(was_answered && caller + callee == 0, flag::NO_MEDIA)
            | when(was_answered && (caller == 0) != (callee == 0), flag::ONE_WAY)
            | when(media_delay.is_some_and(|delay| delay > late), flag::LATE_MEDIA)
            | when(self.media.iter().any(|media| media.is_elsewhere), flag::ELSEWHERE)
            | when(self.retransmissions > 0, flag::RETRANSMITTED)
            | when(self.is_encrypted, flag::ENCRYPTED)
            | when(self.was_held, flag::HELD)
            | when(self.start.is_none(), flag::NO_START)
            | when(!self.is_over() && !is_alone, flag::NO_END)
            | when(is_alone, flag::NO_SIGNALLING)
            | when(self.more_media > 0, flag::MORE_MEDIA)
    }
}

fn seconds(nanos: i64) -> Seconds {
    Seconds(nanos as f64 / 1e9)
}

fn place((ip, port): (IpAddr, u16)) -> (IpText, u16) {
    (ip_text(ip), port)
}

fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Sip => "SIP",
        Protocol::H323 => "H.323",
        Protocol::Rtp => "RTP",
    }
}

fn reason_name(reason: Reason, was_answered: bool) -> &'static str {
    match reason {
        Reason::None => "none",
        Reason::Bye if was_answered => "BYE",
        Reason::Bye => "unanswered",
        Reason::Cancelled => "cancelled",
        Reason::Rejected => "rejected",
        Reason::Released => "RELEASE COMPLETE",
        Reason::NotAdmitted => "ARJ",
    }
}

fn party_name(party: Party) -> &'static str {
    match party {
        Party::Caller => "caller",
        Party::Callee => "callee",
        Party::Gatekeeper => "gatekeeper",
    }
}
