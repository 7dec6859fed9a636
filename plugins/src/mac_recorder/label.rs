//! Labels of hardware addresses: names that are short enough for a table.

use flowz_api::cell::Mac;
use flowz_assigned::{Vendor, group, vendor};

use super::earlier::{self, Earlier};
use super::toggles::Toggles;

/// Bytes of the longest label.
const LONGEST: usize = 64;

/// A word of limited length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShortName {
    bytes: [u8; LONGEST],
    length: u8,
}

impl ShortName {
    /// The label of an address without a name.
    const NONE: &str = "-";

    /// No bytes yet.
    fn empty() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    /// Appends characters as long as there is room up to a limit.
    fn push(&mut self, characters: impl Iterator<Item = char>, limit: usize) {
        for c in characters {
            let (at, end) = (usize::from(self.length), usize::from(self.length) + c.len_utf8());
            if end > limit.min(LONGEST) {
                return;
            }
            c.encode_utf8(&mut self.bytes[at..end]);
            self.length = end as u8;
        }
    }

    /// What was appended.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// What an address is called, and where.
struct Name {
    name: &'static str,
    country: Option<&'static str>,
}

/// Makes labels as the toggles ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Labels {
    kind: u8,
    short: usize,
    long: usize,
    compat: bool,
}

impl Labels {
    /// By the toggles.
    pub(crate) fn new(toggles: &Toggles, compat: bool) -> Self {
        let (short, long) = (toggles.sorglen.into(), toggles.orglen.into());
        Self { kind: toggles.maclbl, short, long, compat }
    }

    /// The label of an address in a flow with this ethertype, and for which others it holds too.
    pub(crate) fn make(&self, address: Mac, ethertype: u16) -> (ShortName, Reach) {
        const SHORT: u8 = 2;
        let mut label = ShortName::empty();
        if self.kind < SHORT {
            let digits = address.0[..3].iter().flat_map(|b| [b >> 4, b & 15]);
            label.push(digits.filter_map(|d| char::from_digit(d.into(), 16)), LONGEST);
            return (label, Reach::Block);
        }
        let limit = if self.kind == SHORT { self.short } else { self.long };
        let earlier = if self.compat { earlier::name(address.0, ethertype) } else { Earlier::Same };
        let vendor = vendor_of(earlier, address.0);
        match self.name(earlier, vendor, address.0) {
            Some(Name { name, country }) => self.write(&mut label, name, country, limit),
            None => label.push(ShortName::NONE.chars(), LONGEST),
        }
        (label, reach(vendor, address.0))
    }

    /// Name and, of vendors, country.
    fn name(&self, earlier: Earlier, vendor: Option<Vendor>, address: [u8; 6]) -> Option<Name> {
        match earlier {
            Earlier::None => return None,
            Earlier::Group(name) => return Some(Name { name, country: None }),
            _ => {}
        }
        let Some(Vendor { name, country, .. }) = vendor else {
            return group(address).map(|name| Name { name, country: None });
        };
        // The reference has a comma also where no country follows.
        let has_country = !country.is_empty() || self.compat;
        Some(Name { name, country: has_country.then_some(country) })
    }

    /// Name and country; the name has room for a country also where there is none.
    fn write(&self, label: &mut ShortName, name: &str, country: Option<&str>, limit: usize) {
        const SHORT: u8 = 2;
        const COUNTRY: usize = 3;
        let room = limit.saturating_sub(COUNTRY);
        if self.kind > SHORT {
            // Characters that separate values in a list.
            label.push(name.chars().filter(|c| !matches!(c, '_' | ';' | '\t')), room);
        } else if country.is_none() || (self.compat && name.ends_with(" CORPORATION")) {
            // Names of groups stay as they are, and in the reference those of corporations too.
            label.push(name.chars().filter(|c| belongs(*c)), room);
        } else {
            for word in name.split(|c: char| !c.is_alphanumeric() && !belongs(c)) {
                shorten(label, word, room);
            }
        }
        if let Some(country) = country {
            label.push(std::iter::once(',').chain(country.chars()), limit);
        }
    }
}

/// For which addresses a label holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// For all with the same first 24 bits, in flows of all kinds.
    Block,
    /// For this one, in flows with this ethertype.
    Address,
}

/// Blocks of groups and divided ones have addresses with several labels, and so has the one with the address of
/// zeros. Of blocks that are not listed, those with the local bit are not divided.
fn reach(vendor: Option<Vendor>, address: [u8; 6]) -> Reach {
    const GROUP: u8 = 0x01;
    const LOCAL: u8 = 0x02;
    let [first, ..] = address;
    let is_whole = vendor.map_or(first & LOCAL != 0, |vendor| !vendor.is_shared);
    let has_one = first & GROUP == 0 && !address.starts_with(&[0; 3]);
    if is_whole && has_one { Reach::Block } else { Reach::Address }
}

/// Who made the device.
fn vendor_of(earlier: Earlier, address: [u8; 6]) -> Option<Vendor> {
    match earlier {
        Earlier::Vendor(vendor) => Some(vendor),
        Earlier::Same if address != [0; 6] => vendor(address),
        _ => None,
    }
}

/// Whether a character stays in a short label.
fn belongs(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '&' | '\'')
}

/// A word of a short label: letters of words in capitals become small ones, but for the first and in
/// abbreviations of two letters.
fn shorten(label: &mut ShortName, word: &str, room: usize) {
    const CAPITALS: usize = 3;
    let letters = |part: &str| part.chars().count();
    for part in word.split_inclusive('\'') {
        let is_word = letters(part) >= CAPITALS || part == "CO";
        let in_capitals = is_word && !part.chars().any(char::is_lowercase);
        let small = |(n, c): (usize, char)| {
            if in_capitals && n > 0 { c.to_ascii_lowercase() } else { c }
        };
        label.push(part.chars().enumerate().map(small), room);
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, Mac, Toggles};

    fn text(toggles: &Toggles, compat: bool, address: [u8; 6], ethertype: u16) -> String {
        let (label, _) = Labels::new(toggles, compat).make(Mac(address), ethertype);
        String::from_utf8_lossy(label.as_bytes()).into_owned()
    }

    fn short(address: [u8; 6]) -> String {
        text(&Toggles::default(), false, address, 0x0800)
    }

    #[test]
    fn short_labels() {
        assert_eq!(short([0x00, 0x00, 0x0c, 1, 2, 3]), "CiscoSyst,US");
        assert_eq!(short([0x00, 0x01, 0x02, 1, 2, 3]), "3com,US");
        assert_eq!(short([0x00, 0x14, 0x78, 1, 2, 3]), "TPLinkTec,CN");
        assert_eq!(short([0x00, 0x01, 0x00, 1, 2, 3]), "Equip'Tra,FR");
        assert_eq!(short([0x00, 0x90, 0xb8, 1, 2, 3]), "Rohde&Sch,DE");
        assert_eq!(short([0x33, 0x33, 0, 0, 0, 1]), "IPv6Multi");
        assert_eq!(short([0x00, 0x14, 0x5f, 1, 2, 3]), "AditecCoL,KR");
        assert_eq!(short([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd]), "PVST");
        assert_eq!(short([0x02, 0xaa, 0, 0, 0, 1]), "-");
        assert_eq!(short([0; 6]), "-");
        assert_eq!(short([0x00, 0x00, 0x00, 0, 0, 1]), "XeroxCorp,US");
    }

    #[test]
    fn labels_of_the_reference() {
        let compat = |address, ethertype| text(&Toggles::default(), true, address, ethertype);
        assert_eq!(compat([0x00, 0x00, 0x00, 0, 0, 1], 0x0800), "XEROXCORP,US");
        let cisco = [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc];
        assert_eq!([compat(cisco, 0x2000), compat(cisco, 0x2004)], ["CDP", "-"]);
        assert_eq!(compat([0x00, 0x01, 0xd7, 1, 2, 3], 0x0800), "F5Network,US");
        assert_eq!(compat([0x94, 0x2a, 0x6f, 1, 2, 3], 0x0800), "-");
    }

    #[test]
    fn other_kinds() {
        let cisco = [0x00, 0x00, 0x0c, 1, 2, 3];
        let with = |maclbl, orglen| {
            let toggles = Toggles { maclbl, orglen, ..Toggles::default() };
            text(&toggles, false, cisco, 0x0800)
        };
        assert_eq!(with(1, 44), "00000c");
        assert_eq!(with(3, 44), "Cisco Systems, Inc,US");
        assert_eq!(with(3, 9), "Cisco ,US");
    }

    #[test]
    fn characters_are_not_cut() {
        let mut label = super::ShortName::empty();
        label.push("aé".chars(), 2);
        assert_eq!(label.as_bytes(), b"a");
    }
}
