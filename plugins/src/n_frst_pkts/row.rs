//! Columns of nFrstPkts.

use flowz_api::Row;
use flowz_api::cell::{Cell, Duration};
use flowz_api::cell_writer::{CellWriter, Parts};
use flowz_api::column::Type;

use super::entries::{Entries, Entry};
use super::toggles::Toggles;

/// The list of packets or pulses: with lengths of headers (`H`), with the time that pulses last (`P`), with moments
/// in place of differences (`M`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a, const H: bool, const P: bool, const M: bool>(pub(crate) Entries<'a>);

impl<const H: bool, const P: bool, const M: bool> Shown<'_, H, P, M> {
    const TIME: Type = if M { Type::Time } else { Type::Duration };
    const ITEM: Type = match (H, P) {
        (false, false) => Type::Compound(&[Type::U32, Self::TIME]),
        (true, false) => Type::Compound(&[Type::U16, Type::U16, Type::U32, Self::TIME]),
        (false, true) => Type::Compound(&[Type::U32, Self::TIME, Type::Duration]),
        (true, true) => {
            Type::Compound(&[Type::U16, Type::U16, Type::U32, Self::TIME, Type::Duration])
        }
    };
}

/// An item of the list.
struct Item<'e, 'a, const H: bool, const P: bool, const M: bool>(&'e Entries<'a>, Entry);

impl<const H: bool, const P: bool, const M: bool> Cell for Item<'_, '_, H, P, M> {
    const TYPE: Type = Shown::<H, P, M>::ITEM;

    fn put(&self, out: &mut impl CellWriter) {
        out.compound(self);
    }
}

impl<const H: bool, const P: bool, const M: bool> Parts for Item<'_, '_, H, P, M> {
    fn put_parts(&self, out: &mut impl CellWriter) {
        let Self(entries, entry) = self;
        if H {
            out.part(&entry.headers[0]);
            out.part(&entry.headers[1]);
        }
        out.part(&entry.bytes);
        if M {
            out.part(&entries.run.moment(entry.time));
        } else {
            out.part(&entry.since);
        }
        if P {
            out.part(&Duration::of_nanos(entry.lasts));
        }
    }
}

impl<const H: bool, const P: bool, const M: bool> Cell for Shown<'_, H, P, M> {
    const TYPE: Type = Type::List(&Self::ITEM);

    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.0.len(), self.0.iter().map(|entry| Item::<H, P, M>(&self.0, entry)));
    }
}

/// The flow table's columns: how many there are, and one of the lists.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Number of packets or pulses in the list.
    #[col(name = "nFpCnt")]
    pub(crate) count: u32,
    /// Length and time of each of the first packets.
    #[col(name = "L2L3L4Pl_Iat", show = t.shows(false, false, false))]
    pub(crate) packets: Shown<'a, false, false, false>,
    /// Length of each of the first packets, and when it came.
    #[col(name = "L2L3L4Pl_Iat", show = t.shows(false, false, true))]
    pub(crate) moments: Shown<'a, false, false, true>,
    /// Length and time of each of the first pulses, and how long it lasts.
    #[col(name = "L2L3L4Pl_Iat_nP", show = t.shows(false, true, false))]
    pub(crate) pulses: Shown<'a, false, true, false>,
    /// Length of each of the first pulses, when it came, and how long it lasts.
    #[col(name = "L2L3L4Pl_Iat_nP", show = t.shows(false, true, true))]
    pub(crate) pulse_moments: Shown<'a, false, true, true>,
    /// Length of the headers of layer 3 and 4, length and time of each of the first packets.
    #[col(name = "HD3l_HD4l_L2L3L4Pl_Iat", show = t.shows(true, false, false))]
    pub(crate) headers: Shown<'a, true, false, false>,
    /// Length of the headers of layer 3 and 4, and length of each of the first packets, and when it came.
    #[col(name = "HD3l_HD4l_L2L3L4Pl_Iat", show = t.shows(true, false, true))]
    pub(crate) header_moments: Shown<'a, true, false, true>,
    /// Length of the headers of layer 3 and 4, length and time of each of the first pulses, and how long it
    /// lasts.
    #[col(name = "HD3l_HD4l_L2L3L4Pl_Iat_nP", show = t.shows(true, true, false))]
    pub(crate) header_pulses: Shown<'a, true, true, false>,
    /// Length of the headers of layer 3 and 4, and length of each of the first pulses, when it came, and how long
    /// it lasts.
    #[col(name = "HD3l_HD4l_L2L3L4Pl_Iat_nP", show = t.shows(true, true, true))]
    pub(crate) all: Shown<'a, true, true, true>,
}

impl<'a> FlowRow<'a> {
    /// The row of a flow.
    pub(crate) fn from_entries(entries: Entries<'a>) -> Self {
        Self {
            count: entries.len() as u32,
            packets: Shown(entries),
            moments: Shown(entries),
            pulses: Shown(entries),
            pulse_moments: Shown(entries),
            headers: Shown(entries),
            header_moments: Shown(entries),
            header_pulses: Shown(entries),
            all: Shown(entries),
        }
    }
}
