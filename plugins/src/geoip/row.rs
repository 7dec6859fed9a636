//! Columns of geoip.

use flowz_api::Row;
use flowz_api::cell::{Hex8, Label, Text};

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Continent of the source address: AF, AN, AS, EU, NA, OC, SA.
    #[col(name = "srcIpContinent", show = t.src && t.continent)]
    pub(crate) src_continent: Label<'a>,
    /// Country of the source address (ISO 3166-1): where it is used, or else where it is registered.
    #[col(name = "srcIpCountry", show = t.src && t.country)]
    pub(crate) src_country: Label<'a>,
    /// Region of the source address, the largest division of the country.
    #[col(name = "srcIpRegion", show = t.src && t.region)]
    pub(crate) src_region: Text<'a>,
    /// City of the source address.
    #[col(name = "srcIpCity", show = t.src && t.city)]
    pub(crate) src_city: Text<'a>,
    /// Postal code of the source address.
    #[col(name = "srcIpPostcode", show = t.src && t.postcode)]
    pub(crate) src_postcode: Text<'a>,
    /// Latitude of the source address (WGS 84), north being positive; empty if unknown.
    #[col(name = "srcIpLat", unit = "degrees", show = t.src && t.position)]
    pub(crate) src_latitude: Option<f64>,
    /// Longitude of the source address (WGS 84), east being positive; empty if unknown.
    #[col(name = "srcIpLong", unit = "degrees", show = t.src && t.position)]
    pub(crate) src_longitude: Option<f64>,
    /// Autonomous system that announces the source address (RFC 6793); 0 if unknown.
    #[col(name = "srcIpASN", show = t.src && t.asn)]
    pub(crate) src_system: u32,
    /// Who has that system, or the address.
    #[col(name = "srcIpASOrg", show = t.src && t.asn)]
    pub(crate) src_holder: Text<'a>,
    /// Continent of the destination address: AF, AN, AS, EU, NA, OC, SA.
    #[col(name = "dstIpContinent", show = t.dst && t.continent)]
    pub(crate) dst_continent: Label<'a>,
    /// Country of the destination address (ISO 3166-1): where it is used, or else where it is registered.
    #[col(name = "dstIpCountry", show = t.dst && t.country)]
    pub(crate) dst_country: Label<'a>,
    /// Region of the destination address, the largest division of the country.
    #[col(name = "dstIpRegion", show = t.dst && t.region)]
    pub(crate) dst_region: Text<'a>,
    /// City of the destination address.
    #[col(name = "dstIpCity", show = t.dst && t.city)]
    pub(crate) dst_city: Text<'a>,
    /// Postal code of the destination address.
    #[col(name = "dstIpPostcode", show = t.dst && t.postcode)]
    pub(crate) dst_postcode: Text<'a>,
    /// Latitude of the destination address (WGS 84), north being positive; empty if unknown.
    #[col(name = "dstIpLat", unit = "degrees", show = t.dst && t.position)]
    pub(crate) dst_latitude: Option<f64>,
    /// Longitude of the destination address (WGS 84), east being positive; empty if unknown.
    #[col(name = "dstIpLong", unit = "degrees", show = t.dst && t.position)]
    pub(crate) dst_longitude: Option<f64>,
    /// Autonomous system that announces the destination address (RFC 6793); 0 if unknown.
    #[col(name = "dstIpASN", show = t.dst && t.asn)]
    pub(crate) dst_system: u32,
    /// Who has that system, or the address.
    #[col(name = "dstIpASOrg", show = t.dst && t.asn)]
    pub(crate) dst_holder: Text<'a>,
    /// Where that is from: 0x01 and 0x10 no database and no list, 0x02 and 0x20 nobody knows, 0x04 and 0x40 a special range, 0x08
    /// and 0x80 a list of prefixes; the first of each is about the source, the other about the destination.
    #[col(name = "geoStat")]
    pub(crate) status: Hex8,
}
