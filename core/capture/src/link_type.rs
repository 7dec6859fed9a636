//! Link types: from the number in a capture file (LINKTYPE) to libpcap's number and name (DLT).
//! The two numberings agree except for a few types whose DLT differs between systems.

use ::pcap::Linktype;
use flowz_api::packet::LinkType;

/// How libpcap calls a link type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkName {
    /// Short name without the prefix `DLT_`, such as `EN10MB`.
    pub name: String,
    /// A few words, such as `Ethernet`.
    pub description: String,
    /// The DLT number on this system.
    pub number: i32,
}

/// LINKTYPE and DLT where they differ (Linux).
const DIFFERENT: [(u16, i32); 5] = [(100, 11), (101, 12), (102, 15), (103, 16), (106, 19)];

/// The DLT number of a link type.
pub(crate) fn dlt(link: LinkType) -> Linktype {
    let different = DIFFERENT.iter().find(|entry| entry.0 == link.0);
    Linktype(different.map_or(i32::from(link.0), |entry| entry.1))
}

/// The link type of a DLT number, as libpcap tells it of an interface.
pub fn link_of_dlt(number: i32) -> Option<LinkType> {
    let different = DIFFERENT.iter().find(|entry| entry.1 == number);
    different.map_or_else(|| u16::try_from(number).ok(), |entry| Some(entry.0)).map(LinkType)
}

/// Name, description and DLT number of a link type; one that libpcap does not know is called
/// `UNKNOWN`.
pub fn link_name(link: LinkType) -> LinkName {
    let dlt = dlt(link);
    LinkName {
        name: dlt.get_name().unwrap_or_else(|_| "UNKNOWN".into()),
        description: dlt.get_description().unwrap_or_else(|_| "unknown link type".into()),
        number: dlt.0,
    }
}

/// A link type in words, such as `Raw IP (RAW, LINKTYPE 101)`: libpcap's description and name, and the
/// number in the file.
pub fn link_in_words(link: LinkType) -> String {
    let number = link.0;
    match (dlt(link).get_name(), dlt(link).get_description()) {
        (Ok(name), Ok(words)) => format!("{words} ({name}, LINKTYPE {number})"),
        _ => format!("without a name (LINKTYPE {number})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(link: LinkType) -> (String, String, i32) {
        let LinkName { name, description, number } = link_name(link);
        (name, description, number)
    }

    #[test]
    fn words_have_the_number_of_the_file() {
        assert!(link_in_words(LinkType(195)).starts_with("IEEE 802.15.4 with FCS ("));
        assert_eq!(link_in_words(LinkType::RAW), "Raw IP (RAW, LINKTYPE 101)");
        assert_eq!(link_in_words(LinkType(60_000)), "without a name (LINKTYPE 60000)");
    }

    #[test]
    fn numbers_go_both_ways() {
        for (dlt_number, link) in [(1, 1), (12, 101), (11, 100), (276, 276), (113, 113)] {
            assert_eq!(link_of_dlt(dlt_number), Some(LinkType(link)));
            assert_eq!(dlt(LinkType(link)).0, dlt_number);
        }
        assert_eq!(link_of_dlt(-1), None);
    }

    #[test]
    fn names_are_those_of_libpcap() {
        assert_eq!(name(LinkType::ETHERNET), ("EN10MB".into(), "Ethernet".into(), 1));
        assert_eq!(name(LinkType::RAW), ("RAW".into(), "Raw IP".into(), 12));
        assert_eq!(name(LinkType(12)).2, 12);
        assert_eq!(name(LinkType::LINUX_SLL).0, "LINUX_SLL");
        assert_eq!(name(LinkType::IPV6).0, "IPV6");
        assert_eq!(name(LinkType(284)).0, "DSA_TAG_DSA");
        assert_eq!(
            (name(LinkType::DSA_TAG_EDSA).0, LinkType::DSA_TAG_EDSA.0),
            ("DSA_TAG_EDSA".into(), 285)
        );
        assert_eq!(name(LinkType(60_000)), ("UNKNOWN".into(), "unknown link type".into(), 60_000));
    }
}
