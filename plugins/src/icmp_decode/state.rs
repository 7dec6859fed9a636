//! What is kept of a flow.

use super::message::{Kind, Message, Version};
use flowz_api::Checkpoint;

/// Bits of `icmpStat`.
pub(crate) mod stat {
    /// The flow is ICMP or ICMPv6.
    pub(crate) const ICMP: u8 = 0x01;
    /// Data with which Windows measures bandwidth.
    pub(crate) const BANDWIDTH: u8 = 0x10;
    /// The sequence number of an echo message is not the next one.
    pub(crate) const JUMP: u8 = 0x20;
    /// The sequence number that the Loki back door uses.
    pub(crate) const LOKI: u8 = 0x40;
    /// Greeting of an SSH program in the data.
    pub(crate) const SSH: u8 = 0x80;
}

/// Different pairs of type and code.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct List(pub(crate) Vec<(u8, u8)>);

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    /// Flow that an error reported on.
    pub(crate) parent: u64,
    /// Messages.
    pub(crate) count: u32,
    /// Types from 128 on of ICMPv6, from 32 on of ICMP.
    pub(crate) types_high: u32,
    /// Types below 32.
    pub(crate) types_low: u32,
    /// Gateway of a redirect or time of a timestamp message.
    pub(crate) gateway_or_time: u32,
    /// Echo requests.
    pub(crate) requests: u32,
    /// Echo replies.
    pub(crate) replies: u32,
    /// Identifier and sequence number of the latest echo message.
    echo: Option<(u16, u16)>,
    /// Codes below 16.
    pub(crate) codes: u16,
    /// `icmpStat`.
    pub(crate) stat: u8,
    /// Different pairs of type and code, if they are listed.
    pub(crate) list: Option<Box<List>>,
}

impl State {
    /// A message of the flow.
    pub(crate) fn add(&mut self, m: &Message<'_>, compat: bool) {
        self.stat |= stat::ICMP;
        match m.purpose() {
            Kind::EchoRequest => self.requests += 1,
            Kind::EchoReply => self.replies += 1,
            _ => {}
        }
        if matches!(m.purpose(), Kind::EchoRequest | Kind::EchoReply) {
            self.look_at_sequence(m, compat);
            self.stat |= content(m.data());
        }
        self.count = self.count.saturating_add(1);
        self.note(m);
        if let Some(value) = m.gateway_or_time() {
            self.gateway_or_time = value;
        }
    }

    /// Types and codes as bits.
    fn note(&mut self, m: &Message<'_>) {
        let bit = |n: u8| 1_u32.checked_shl(n.into()).unwrap_or(0);
        let first_high = if m.version == Version::V6 { 128 } else { 32 };
        match m.kind.checked_sub(first_high) {
            Some(high) => self.types_high |= bit(high),
            None => self.types_low |= bit(m.kind),
        }
        self.codes |= 1_u16.checked_shl(m.code.into()).unwrap_or(0);
    }

    /// Keeps a pair of type and code if it is new and there is room for it.
    pub(crate) fn list(&mut self, m: &Message<'_>, room: usize) {
        let pair = (m.kind, m.code);
        let List(list) = &mut **self.list.get_or_insert_default();
        if list.len() < room && !list.contains(&pair) {
            list.push(pair);
        }
    }

    /// The pairs that were kept.
    pub(crate) fn pairs(&self) -> &[(u8, u8)] {
        self.list.as_deref().map_or(&[], |list| &list.0)
    }

    /// A sequence number is expected to follow that of the message before with the same identifier.
    fn look_at_sequence(&mut self, m: &Message<'_>, compat: bool) {
        const LOKI: u16 = 0xf001;
        let Some((id, sequence)) = m.session() else { return };
        let jumped = match self.echo {
            // The reference looks at the sequence only, and takes the first echo message behind others for a jump.
            Some((_, before)) if compat => sequence != before.wrapping_add(1),
            None if compat => self.count > 0 && m.version == Version::V4,
            Some((of, before)) => of == id && sequence != before.wrapping_add(1),
            None => false,
        };
        if jumped {
            self.stat |= stat::JUMP;
        }
        if sequence == LOKI {
            self.stat |= stat::LOKI;
        }
        self.echo = Some((id, sequence));
    }
}

/// Bits for what the data of an echo message hold.
fn content(data: &[u8]) -> u8 {
    /// As far as data are looked at.
    const FAR: usize = 128;
    // The picture that Windows sends to find slow links: a JPEG file, made by a program of that name.
    const JPEG: [u8; 4] = [0xff, 0xd8, 0xff, 0xe0];
    const MADE_BY: &[u8] = b"WANG2";
    let begin = &data[..data.len().min(FAR)];
    // Nearly all echo data have neither letter, and this much is quick.
    if !begin.iter().fold(false, |found, b| found | matches!(b, b'W' | b'S'))
        && data.first() != Some(&JPEG[0])
    {
        return 0;
    }
    let mut bits = 0;
    if begin.starts_with(&JPEG) || begin.windows(MADE_BY.len()).any(|w| w == MADE_BY) {
        bits |= stat::BANDWIDTH;
    }
    // RFC 4253, section 4.2.
    let greets = |w: &[u8; 6]| w.starts_with(b"SSH-") && w[4].is_ascii_digit() && w[5] == b'.';
    if begin.windows(6).filter_map(|w| w.first_chunk()).any(greets) {
        bits |= stat::SSH;
    }
    bits
}

/// Replies of the other side by requests of this one; without requests the number of replies, negative.
/// 0 if there is no other side.
pub(crate) fn success(own: &State, peer: Option<&State>) -> f32 {
    let Some(peer) = peer else { return 0.0 };
    let replies = peer.replies as f32;
    match own.requests {
        // Not a negative 0.
        0 => 0.0 - replies,
        requests => replies / requests as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::{Message, State, Version, content, stat, success};

    fn add(state: &mut State, version: Version, bytes: &[u8], compat: bool) {
        let message = Message::parse(version, bytes).expect("type and code");
        state.add(&message, compat);
    }

    fn echo(id: u8, sequence: u8) -> [u8; 8] {
        [8, 0, 0, 0, 0, id, 0, sequence]
    }

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn sequence_numbers() {
        let run = |messages: &[[u8; 8]], compat| {
            let mut state = State::default();
            for m in messages {
                add(&mut state, Version::V4, m, compat);
            }
            state.stat & stat::JUMP != 0
        };
        assert!(!run(&[echo(1, 5), echo(1, 6)], false));
        assert!(run(&[echo(1, 5), echo(1, 7)], false));
        assert!(!run(&[echo(1, 5), echo(2, 5)], false), "another session");
        assert!(run(&[echo(1, 5), echo(2, 5)], true));
        let unreachable = [3, 0, 0, 0, 0, 0, 0, 0];
        assert!(!run(&[unreachable, echo(1, 1)], false));
        assert!(run(&[unreachable, echo(1, 1)], true));
    }

    #[test]
    fn types_and_codes() {
        let mut state = State::default();
        add(&mut state, Version::V4, &[3, 10, 0, 0], false);
        add(&mut state, Version::V4, &[42, 200, 0, 0], false);
        assert_eq!((state.types_high, state.types_low), (1 << 10, 8));
        assert_eq!((state.codes, state.count), (1 << 10, 2));
        let mut state = State::default();
        add(&mut state, Version::V6, &[136, 0, 0, 0], false);
        add(&mut state, Version::V6, &[1, 4, 0, 0], false);
        add(&mut state, Version::V6, &[255, 0, 0, 0], false);
        assert_eq!((state.types_high, state.types_low, state.codes), (1 << 8, 2, 0x11));
    }

    #[test]
    fn a_list_with_limited_room() {
        let mut state = State::default();
        for kind in [3, 3, 11, 12] {
            let bytes = [kind, 1, 0, 0];
            state.list(&Message::parse(Version::V4, &bytes).expect("type and code"), 2);
        }
        assert_eq!(state.pairs(), [(3, 1), (11, 1)]);
    }

    #[test]
    fn data() {
        assert_eq!(content(b"abcdefgh"), 0);
        assert_eq!(content(b""), 0);
        assert_eq!(content(b"\xff\xd8\xff\xe0 picture"), stat::BANDWIDTH);
        assert_eq!(content(b"....SSH-2.0-OpenSSH_9"), stat::SSH);
        assert_eq!(content(b"SSH-x.0"), 0);
        let mut state = State::default();
        add(&mut state, Version::V4, &[0, 0, 0, 0, 0, 1, 0xf0, 0x01], false);
        assert_eq!(state.stat, stat::ICMP | stat::LOKI);
    }

    #[test]
    fn success_of_both_sides() {
        let [mut asks, mut answers] = [State::default(), State::default()];
        (asks.requests, answers.replies) = (4, 3);
        assert_eq!(success(&asks, Some(&answers)), 0.75);
        assert_eq!(success(&answers, Some(&asks)).to_bits(), 0.0_f32.to_bits());
        assert_eq!(success(&asks, None), 0.0);
        asks.requests = 0;
        assert_eq!(success(&asks, Some(&answers)), -3.0);
    }
}
