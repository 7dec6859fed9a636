//! TCP options (RFC 9293, section 3.2; RFC 7323, RFC 2018) and the JA4T fingerprint of SYN packets.

use super::mptcp::Mptcp;
use flowz_api::Checkpoint;

/// Option kinds (IANA registry "TCP Option Kind Numbers").
pub(crate) mod kind {
    pub(crate) const END: u8 = 0;
    pub(crate) const NOP: u8 = 1;
    pub(crate) const MSS: u8 = 2;
    pub(crate) const WINDOW_SCALE: u8 = 3;
    pub(crate) const SACK: u8 = 5;
    pub(crate) const TIMESTAMP: u8 = 8;
    pub(crate) const MPTCP: u8 = 30;
}

/// Most kinds that are kept, whatever the toggle says.
pub(crate) const MAX_KINDS: usize = 40;

/// How many of them are kept with the flow. Senders use five or six.
const USUAL_KINDS: usize = 8;

/// The kinds that found no room there.
pub(crate) type MoreKinds = [u8; MAX_KINDS - USUAL_KINDS];

/// Kinds of the options of a flow's SYN packets, in order, as far as there is room with the flow.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct SynKinds {
    first: [u8; USUAL_KINDS],
    /// All that are kept, here and elsewhere.
    len: u8,
}

impl SynKinds {
    /// All kinds; `more` are those without room here.
    fn all<'a>(&'a self, more: Option<&'a MoreKinds>) -> impl Iterator<Item = u8> + 'a {
        let more = more.map_or(&[][..], |kinds| kinds);
        self.first.iter().chain(more).take(self.len.into()).copied()
    }
}

/// Options of one direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Options {
    /// Packets with options.
    pub(crate) packets: u16,
    /// Options.
    pub(crate) count: u16,
    /// Kinds seen, bit n for kind n, bit 31 for all above.
    pub(crate) kinds: u32,
    /// Latest maximum segment size.
    pub(crate) mss: u16,
    /// Shift of the window scale option.
    pub(crate) shift: u8,
    /// Kinds in SYN packets.
    pub(crate) syn: SynKinds,
    /// Multipath TCP.
    pub(crate) mptcp: Mptcp,
}

impl Options {
    /// Counts an option.
    pub(crate) fn count(&mut self, kind: u8) {
        self.count = self.count.wrapping_add(1);
        self.kinds |= 1 << kind.min(31);
    }

    /// Keeps the kind of an option in a SYN packet, at most so many of them; `more` is asked for room for
    /// what is beyond the usual.
    pub(crate) fn keep<'a>(
        &mut self,
        kind: u8,
        limit: u8,
        more: impl FnOnce() -> &'a mut MoreKinds,
    ) {
        let at = usize::from(self.syn.len);
        if self.syn.len >= limit || at >= MAX_KINDS {
            return;
        }
        self.syn.len += 1;
        match self.syn.first.get_mut(at) {
            Some(place) => *place = kind,
            None => more()[at - USUAL_KINDS] = kind,
        }
    }

    /// The JA4T fingerprint: first window, option kinds, segment size, window shift if scaling is in
    /// use. The reference forgets the separator behind the kinds and cuts the text by its buffer of four
    /// bytes per kind.
    pub(crate) fn ja4t(
        &self,
        more: Option<&MoreKinds>,
        (window, scaling): (u32, bool),
        cut: Option<u8>,
        out: &mut String,
    ) {
        out.clear();
        let mut digits = itoa::Buffer::new();
        out.push_str(digits.format(window));
        out.push('_');
        if self.syn.len > 0 {
            for (i, kind) in self.syn.all(more).enumerate() {
                out.push_str(if i > 0 { "-" } else { "" });
                out.push_str(digits.format(kind));
            }
            out.push_str(if cut.is_some() { "" } else { "_" });
        } else {
            out.push_str("00_");
        }
        out.push_str(if self.mss < 10 { "0" } else { "" });
        out.push_str(digits.format(self.mss));
        out.push('_');
        out.push_str(if scaling { digits.format(self.shift) } else { "00" });
        if let Some(limit) = cut {
            out.truncate(4 * usize::from(limit));
        }
    }
}

/// Steps through the options of a packet.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    rest: &'a [u8],
    /// A length that cannot be was found.
    pub(crate) corrupt: bool,
    /// As the reference, which takes the kind of an option before it looks at its length, and then as many bytes of it as
    /// there are.
    compat: bool,
}

impl<'a> Walk<'a> {
    /// Begins with these bytes, all that was captured between header and payload.
    pub(crate) fn new(options: &'a [u8], compat: bool) -> Self {
        Self { rest: options, corrupt: false, compat }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = (u8, &'a [u8]);

    /// The next option: its kind and what follows its length byte.
    fn next(&mut self) -> Option<Self::Item> {
        let (&kind, rest) = self.rest.split_first()?;
        match (kind, rest) {
            (kind::END, _) => {
                self.rest = &[];
                None
            }
            (kind::NOP, rest) => {
                self.rest = rest;
                Some((kind, &[]))
            }
            (_, [len @ 2..=255, body @ ..]) if usize::from(*len) - 2 <= body.len() => {
                let (body, rest) = body.split_at(usize::from(*len) - 2);
                self.rest = rest;
                Some((kind, body))
            }
            (_, [2..=255, body @ ..]) if self.compat => {
                self.rest = &[];
                Some((kind, body))
            }
            _ => {
                self.rest = &[];
                self.corrupt = true;
                None
            }
        }
    }
}

/// A big-endian number at an offset of an option's body; 0 if it is too short.
pub(crate) fn u32_at(body: &[u8], at: usize) -> u32 {
    body.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::{MAX_KINDS, Options, USUAL_KINDS, Walk, u32_at};

    const SYN: [u8; 20] =
        [2, 4, 5, 0xb4, 4, 2, 8, 10, 0xff, 0xff, 0x54, 0xe9, 0, 0, 0, 0, 1, 3, 3, 6];

    #[test]
    fn all_options_of_a_syn() {
        let options: Vec<_> = Walk::new(&SYN, false).collect();
        assert_eq!(options.iter().map(|o| o.0).collect::<Vec<_>>(), [2, 4, 8, 1, 3]);
        assert_eq!(u32_at(options[2].1, 0), 0xffff_54e9);
        assert_eq!(options[4].1, [6]);
    }

    #[test]
    fn lengths_that_cannot_be() {
        for bytes in [&[2, 0, 1][..], &[2, 1], &[2, 5, 1], &[8]] {
            let mut walk = Walk::new(bytes, false);
            assert_eq!((walk.next(), walk.corrupt), (None, true), "{bytes:?}");
        }
        let mut reference = Walk::new(&[1, 4, 0x89], true);
        assert_eq!(reference.next(), Some((1, &[][..])));
        assert_eq!((reference.next(), reference.corrupt), (Some((4, &[][..])), false));
        assert_eq!((reference.next(), reference.corrupt), (None, false));
        let mut end = Walk::new(&[0, 2, 0], false);
        assert_eq!((end.next(), end.corrupt), (None, false));
    }

    #[test]
    fn fingerprints() {
        let mut options = Options { mss: 1460, shift: 6, ..Options::default() };
        let mut text = String::new();
        options.ja4t(None, (0, false), Some(20), &mut text);
        assert_eq!(text, "0_00_1460_00");
        Options::default().ja4t(None, (0, true), None, &mut text);
        assert_eq!(text, "0_00_00_0");
        Options { mss: 10, ..Options::default() }.ja4t(None, (0, true), None, &mut text);
        assert_eq!(text, "0_00_10_0");
        Walk::new(&SYN, false).for_each(|(kind, _)| options.keep(kind, 4, || unreachable!()));
        options.ja4t(None, (5840, true), Some(20), &mut text);
        assert_eq!(text, "5840_2-4-8-11460_6");
        options.ja4t(None, (5840, true), None, &mut text);
        assert_eq!(text, "5840_2-4-8-1_1460_6");
    }
    #[test]
    fn more_kinds_than_usual() {
        let (mut options, mut more) = (Options::default(), [0; MAX_KINDS - USUAL_KINDS]);
        for kind in 1..=60 {
            options.keep(kind, 40, || &mut more);
        }
        let kinds: Vec<_> = options.syn.all(Some(&more)).collect();
        assert_eq!(kinds, (1..=40).collect::<Vec<_>>());
    }
}
