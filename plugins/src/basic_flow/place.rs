//! Where a flow's addresses belong.

use std::sync::Arc;

use flowz_api::cell::{Label, Text};
use flowz_api::key::FlowKey;
use flowz_api::memory;
use flowz_places::{Finder, Origin, Place};

use super::rare::Rare;
use crate::place::address;

/// What columns show of an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) country: Label<'a>,
    pub(crate) organisation: Text<'a>,
    pub(crate) system: u32,
}

/// Where both addresses of a flow belong.
pub(crate) fn of_flow(finder: &mut Finder, key: &FlowKey) -> [Arc<Place>; 2] {
    [key.src_ip(), key.dst_ip()].map(|ip| finder.find(address(ip)))
}

/// Most bytes of a place, with texts of usual lengths.
pub(crate) fn bytes() -> usize {
    const TEXTS: usize = 256;
    memory::boxed::<Place>() + TEXTS
}

/// Source and destination as columns show them.
pub(crate) fn shown(rare: Option<&Rare>) -> [Shown<'_>; 2] {
    let places = rare.and_then(|rare| rare.places.as_ref());
    [0, 1].map(|side| of_place(places.map(|places| &*places[side])))
}

/// The reference has `-` for what is not known.
fn of_place(place: Option<&Place>) -> Shown<'_> {
    const UNKNOWN: &[u8] = b"-";
    const NO_SOURCE: &[u8] = b"no database";
    let Some(place) = place else {
        return Shown { country: Label(UNKNOWN), organisation: Text(UNKNOWN), system: 0 };
    };
    let none = if place.origin == Origin::NoSource { NO_SOURCE } else { UNKNOWN };
    Shown {
        country: Label(known_or(&place.country, UNKNOWN)),
        organisation: Text(known_or(&place.organisation, none)),
        system: place.system,
    }
}

fn known_or<'a>(text: &'a str, other: &'a [u8]) -> &'a [u8] {
    if text.is_empty() { other } else { text.as_bytes() }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Place, of_place};

    #[test]
    fn words_for_what_is_not_known() {
        let words = |origin| {
            let place = Place { origin, ..Place::default() };
            let shown = of_place(Some(&place));
            [shown.country.0, shown.organisation.0].map(|b| String::from_utf8_lossy(b).into_owned())
        };
        assert_eq!(words(Origin::NoAddress), ["-", "-"]);
        assert_eq!(words(Origin::Unknown), ["-", "-"]);
        assert_eq!(words(Origin::NoSource), ["-", "no database"]);
        let place =
            Place { country: "CH".into(), organisation: "SWITCH".into(), ..Place::default() };
        let shown = of_place(Some(&place));
        assert_eq!((shown.country.0, shown.organisation.0), (&b"CH"[..], &b"SWITCH"[..]));
    }
}
