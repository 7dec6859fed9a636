//! Switches of geoip.

use flowz_api::Toggles;

/// What geoip shows.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows places of source addresses.
    #[toggle(name = "GEOIP_SRC", default = true)]
    pub(crate) src: bool,
    /// Shows places of destination addresses.
    #[toggle(name = "GEOIP_DST", default = true)]
    pub(crate) dst: bool,
    /// Shows continents.
    #[toggle(name = "GEOIP_CONTINENT", default = true)]
    pub(crate) continent: bool,
    /// Shows countries.
    #[toggle(name = "GEOIP_COUNTRY", default = true)]
    pub(crate) country: bool,
    /// Shows regions: states, provinces, cantons.
    #[toggle(name = "GEOIP_REGION", default = true)]
    pub(crate) region: bool,
    /// Shows cities.
    #[toggle(name = "GEOIP_CITY", default = true)]
    pub(crate) city: bool,
    /// Shows postal codes.
    #[toggle(name = "GEOIP_POSTCODE", default = true)]
    pub(crate) postcode: bool,
    /// Shows latitude and longitude.
    #[toggle(name = "GEOIP_POSITION", default = true)]
    pub(crate) position: bool,
    /// Shows autonomous systems and who has them.
    #[toggle(name = "GEOIP_ASN", default = true)]
    pub(crate) asn: bool,
    /// Shown in the place of texts that nobody knows.
    #[toggle(name = "GEOIP_UNKNOWN", default = "--")]
    pub(crate) unknown: String,
}
