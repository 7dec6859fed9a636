//! Values that several messages have: addresses, names, identifiers.

use super::Guid;
use super::tree::Part;
use crate::voip::media::Place;

/// Object identifier of H.225.0 without its edition, as it is encoded.
const H225: [u8; 5] = [0, 8, 0x91, 0x4a, 0];
/// Most entries of a list that are kept.
const MOST: usize = 16;

impl Part<'_, '_> {
    /// An address of H.225.0 or H.245; none if it is no address of IP, or has no port.
    pub(super) fn place(&self) -> Option<Place> {
        let chosen = self.first()?;
        // H.245 tells apart what is for one and for many.
        let chosen = match chosen.name() {
            "unicastAddress" => chosen.first()?,
            "multicastAddress" => return None,
            _ => chosen,
        };
        let ip = chosen.get("ip").or_else(|| chosen.get("network"))?.octets()?;
        let port = chosen.get("port").or_else(|| chosen.get("tsapIdentifier"))?.number()?;
        let mut address = [0; 16];
        address.get_mut(..ip.len())?.copy_from_slice(ip);
        let is_v6 = match ip.len() {
            4 => false,
            16 => true,
            _ => return None,
        };
        let port = u16::try_from(port).ok().filter(|port| *port != 0)?;
        Some(Place { address, is_v6, port })
    }

    /// Addresses in a list.
    pub(super) fn places(&self) -> Vec<Place> {
        self.parts().filter_map(|part| part.place()).take(MOST).collect()
    }

    /// A name: those of H.323 and as a URL, digits.
    fn alias(&self) -> Option<String> {
        let chosen = self.first()?;
        let text = match chosen.name() {
            "partyNumber" => {
                let number = chosen.first()?;
                let digits = ["publicNumberDigits", "privateNumberDigits"];
                let digits = digits.iter().find_map(|name| number.get(name)).unwrap_or(number);
                digits.text()?
            }
            _ => chosen.text()?,
        };
        Some(text.to_owned())
    }

    /// Names in a list, those of H.323 in front.
    pub(super) fn aliases(&self) -> Vec<String> {
        let is_name = |part: &Self| part.first().is_some_and(|part| part.name() == "h323-ID");
        let (names, others): (Vec<_>, Vec<_>) = self.parts().take(MOST).partition(is_name);
        names.iter().chain(&others).filter_map(Part::alias).collect()
    }

    /// An identifier that is not empty.
    pub(super) fn identifier(&self) -> Option<Guid> {
        let guid = self.octets()?.try_into().ok()?;
        Some(guid).filter(|guid| *guid != [0; 16])
    }

    /// The identifier of the call.
    pub(super) fn call(&self) -> Option<Guid> {
        self.at(&["callIdentifier", "guid"])?.identifier()
    }

    /// A number of sixteen bits with a name.
    pub(super) fn short(&self, name: &str) -> Option<u16> {
        self.get(name)?.number()?.try_into().ok()
    }

    /// Whether it is of H.225.0, or does not say of what it is.
    pub(super) fn is_h225(&self) -> bool {
        let identifier = self.get("protocolIdentifier");
        identifier.is_none_or(|part| part.octets().is_some_and(|name| name.starts_with(&H225)))
    }

    /// The name of what was chosen.
    pub(super) fn chosen(&self, name: &str) -> &'static str {
        self.get(name).and_then(|part| part.first()).map_or("", |part| part.name())
    }
}
