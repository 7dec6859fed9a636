//! Labels of the reference that come from an older edition of the list of vendors, for `--compat`.
//!
//! Only vendors that were renamed or registered since then and that its output shows; all others have
//! today's name.

use flowz_assigned::Vendor;

/// What the reference calls an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Earlier {
    /// As it is called today.
    Same,
    /// Nothing.
    None,
    /// A group.
    Group(&'static str),
    /// A vendor under an earlier name.
    Vendor(Vendor),
}

/// The reference's name of an address in a flow with this ethertype.
pub(crate) fn name(address: [u8; 6], ethertype: u16) -> Earlier {
    const CDP: u16 = 0x2000;
    match address {
        // One group of several protocols: named in frames of one of them.
        [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc] if ethertype == CDP => Earlier::Group("CDP"),
        [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc | 0xcd] => Earlier::None,
        [a, b, c, ..] => vendor([a, b, c]),
    }
}

fn vendor(block: [u8; 3]) -> Earlier {
    let (name, country) = match block {
        [0x00, 0x00, 0x6c] => ("Private", ""),
        [0x00, 0x01, 0xd7] => ("F5 Networks", "US"),
        [0x00, 0x14, 0x57] => ("T-VIPS AS", "NO"),
        [0x00, 0x50, 0x60] => ("TANDBERG TELECOM AS", "NO"),
        [0x08, 0x00, 0x37] => ("Fuji Xerox", "JP"),
        [0x00, 0xe0, 0x1c] => ("Cradlepoint, Inc", "US"),
        [0x74, 0xac, 0xb9] => ("Ubiquiti Networks", "US"),
        [0x9c, 0x97, 0x26] | [0xa4, 0x91, 0xb1] => ("Technicolor", "BE"),
        [0x94, 0x2a, 0x6f] | [0xa8, 0x9c, 0x6c] => return Earlier::None,
        _ => return Earlier::Same,
    };
    Earlier::Vendor(Vendor { name, country, is_shared: false })
}
