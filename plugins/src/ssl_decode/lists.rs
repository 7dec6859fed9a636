//! Lists of the first hello of a direction, as long as toggles allow.

use super::bits::stat as bit;
use super::toggles::Toggles;
use crate::tls::extensions::Extensions;
use flowz_api::Checkpoint;

/// How long a list was before it was cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Counts {
    pub(crate) extensions: u16,
    pub(crate) versions: u16,
    pub(crate) signatures: u16,
    pub(crate) groups: u16,
    pub(crate) formats: u8,
    pub(crate) alpn: u16,
    pub(crate) alps: u16,
    pub(crate) npn: u16,
    pub(crate) ciphers: u16,
}

/// The lists.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Lists {
    pub(crate) counts: Counts,
    pub(crate) extensions: Vec<u16>,
    pub(crate) versions: Vec<u16>,
    pub(crate) signatures: Vec<u16>,
    pub(crate) groups: Vec<u16>,
    pub(crate) formats: Vec<u8>,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) alps: Vec<Vec<u8>>,
    pub(crate) npn: Vec<Vec<u8>>,
    pub(crate) ciphers: Vec<u16>,
}

impl Lists {
    /// Takes in what a hello says; yields the bits for what is cut.
    pub(crate) fn take(&mut self, e: &Extensions, ciphers: &[u16], t: &Toggles) -> u32 {
        let mut stat = 0;
        let mut note = |cut: bool, bit: u32| stat |= if cut { bit } else { 0 };
        let c = &mut self.counts;
        note(cut(&mut self.ciphers, ciphers, &mut c.ciphers, t.max_ciphers), bit::CIPHERS);
        let most = t.max_extensions;
        note(cut(&mut self.extensions, &e.numbers, &mut c.extensions, most), bit::EXTENSIONS);
        note(cut(&mut self.versions, &e.versions, &mut c.versions, t.max_versions), bit::VERSIONS);
        let most = t.max_signatures;
        note(cut(&mut self.signatures, &e.signatures, &mut c.signatures, most), bit::SIGNATURES);
        note(cut(&mut self.groups, &e.groups, &mut c.groups, t.max_groups), bit::GROUPS);
        let mut formats = 0;
        note(cut(&mut self.formats, &e.formats, &mut formats, t.max_formats), bit::GROUPS);
        c.formats = formats as u8;
        for (list, all, count) in [
            (&mut self.alpn, &e.alpn, &mut c.alpn),
            (&mut self.alps, &e.settings, &mut c.alps),
            (&mut self.npn, &e.next_protocols, &mut c.npn),
        ] {
            note(cut(list, all, count, t.max_protocols), bit::PROTOCOLS);
            for name in list {
                let longest = usize::from(t.longest_protocol) - 1;
                note(name.len() > longest, bit::PROTOCOL_CUT);
                name.truncate(longest);
            }
        }
        stat
    }

    /// Whether all lists are whole that JA3 is made of.
    pub(crate) fn has_all_of_ja3(&self) -> bool {
        let c = &self.counts;
        usize::from(c.ciphers) == self.ciphers.len()
            && usize::from(c.extensions) == self.extensions.len()
            && usize::from(c.groups) == self.groups.len()
            && usize::from(c.formats) == self.formats.len()
    }

    /// Whether all lists are whole that JA4 is made of.
    pub(crate) fn has_all_of_ja4(&self) -> bool {
        let c = &self.counts;
        usize::from(c.ciphers) == self.ciphers.len()
            && usize::from(c.extensions) == self.extensions.len()
            && usize::from(c.signatures) == self.signatures.len()
            && usize::from(c.versions) == self.versions.len()
    }
}

/// Copies the first `most` values; yields whether there are more.
fn cut<T: Clone>(list: &mut Vec<T>, all: &[T], count: &mut u16, most: u16) -> bool {
    *count = all.len() as u16;
    *list = all[..all.len().min(most.into())].to_vec();
    all.len() > usize::from(most)
}
