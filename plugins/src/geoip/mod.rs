//! Where both addresses of a flow belong: continent, country, region, city, postal code, position, autonomous system.
//!
//! From databases in MaxMind's format and lists of prefixes (`core.GEO_FILES`, see [geo.md](geo.md)). Databases differ in what they
//! have: of several, the first that knows a value gives it, so one of cities and one of autonomous systems go together. Addresses of special
//! ranges (private, loopback, multicast: RFC 6890) belong nowhere, whatever a database says. What nobody knows is `--` (`GEOIP_UNKNOWN`), a
//! number 0, and a position empty. `geoStat` says where a place is from, and the report which databases there were and of which day: places of
//! addresses change, so a database of another year than the capture gives other countries.
//!
//! Positions are those of a region or a city, never of a house, and registries of countries say who holds addresses, not where they
//! are used. Captures with anonymised addresses have places at random.

mod row;
mod toggles;

use std::sync::Arc;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::row::NoRow;
use flowz_places::{Finder, Origin, Place};

use crate::place::{address, finder, report};
use row::FlowRow;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<Geoip>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Geoip {
    #[merge(keep)]
    finder: Finder,
    #[merge(keep)]
    unknown: String,
}

/// State of a flow: where source and destination belong, which is looked up when it ends.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State(#[checkpoint(with = crate::place::kept)] Option<[Arc<Place>; 2]>);

impl Plugin for Geoip {
    const INFO: Info =
        Info::new("geoip", 116, "Countries, cities and autonomous systems of addresses");
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { finder: finder(setup.run)?, unknown: setup.toggles.unknown.clone() })
    }

    fn bytes_elsewhere(&self) -> usize {
        const TEXTS: usize = 256;
        2 * (memory::boxed::<Place>() + TEXTS)
    }

    fn on_new_flow(&mut self, _: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::None
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let found = [cx.key.src_ip(), cx.key.dst_ip()].map(|ip| self.finder.find(address(ip)));
        let [src, dst] = flow.0.insert(found);
        FlowRow {
            src_continent: Label(self.or_unknown(&src.continent)),
            src_country: Label(self.or_unknown(country(src))),
            src_region: Text(self.or_unknown(&src.region)),
            src_city: Text(self.or_unknown(&src.city)),
            src_postcode: Text(self.or_unknown(&src.postcode)),
            src_latitude: src.position.map(|p| p.0),
            src_longitude: src.position.map(|p| p.1),
            src_system: src.system,
            src_holder: Text(self.or_unknown(holder(src))),
            dst_continent: Label(self.or_unknown(&dst.continent)),
            dst_country: Label(self.or_unknown(country(dst))),
            dst_region: Text(self.or_unknown(&dst.region)),
            dst_city: Text(self.or_unknown(&dst.city)),
            dst_postcode: Text(self.or_unknown(&dst.postcode)),
            dst_latitude: dst.position.map(|p| p.0),
            dst_longitude: dst.position.map(|p| p.1),
            dst_system: dst.system,
            dst_holder: Text(self.or_unknown(holder(dst))),
            status: Hex8(status(src) | status(dst) << 4),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        report(self.finder.places(), out);
    }
}

impl Geoip {
    fn or_unknown<'a>(&'a self, text: &'a str) -> &'a [u8] {
        if text.is_empty() { self.unknown.as_bytes() } else { text.as_bytes() }
    }
}

/// The country: the class of a special range is none.
fn country(place: &Place) -> &str {
    if place.country.bytes().any(|b| b.is_ascii_alphabetic()) { &place.country } else { "" }
}

/// Who has the address: nobody has a special range, but a list may say who uses it.
fn holder(place: &Place) -> &str {
    if place.origin == Origin::Special { "" } else { &place.organisation }
}

/// Four bits of `geoStat`.
fn status(place: &Place) -> u8 {
    match place.origin {
        Origin::NoSource => 1,
        Origin::Unknown => 2,
        Origin::Special => 4,
        Origin::List => 8,
        Origin::Database | Origin::NoAddress => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Place, country, holder};

    #[test]
    fn special_ranges_belong_to_nobody() {
        let place = |code: &str, origin| Place {
            country: code.into(),
            organisation: "who".into(),
            origin,
            ..Place::default()
        };
        let shown = |place: &Place| (country(place).to_owned(), holder(place).to_owned());
        let expected = |c: &str, h: &str| (c.to_owned(), h.to_owned());
        assert_eq!(shown(&place("07", Origin::Special)), expected("", ""));
        assert_eq!(shown(&place("07", Origin::List)), expected("", "who"));
        assert_eq!(shown(&place("CH", Origin::Database)), expected("CH", "who"));
    }
}
