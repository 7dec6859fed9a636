//! What is known of a place.

/// What is known of the place of an address. Texts that nobody knows are empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Place {
    /// Country as two letters of ISO 3166-1; in a special range two digits, its [class](crate::special).
    pub country: String,
    /// Who holds the addresses: an organisation, or the name of a special range.
    pub organisation: String,
    /// Continent as two letters: AF, AN, AS, EU, NA, OC, SA.
    pub continent: String,
    /// Name of the region: state, province, canton.
    pub region: String,
    /// Name of the city.
    pub city: String,
    /// Postal code.
    pub postcode: String,
    /// Latitude and longitude in degrees, north and east being positive (WGS 84).
    pub position: Option<(f64, f64)>,
    /// Number of the autonomous system that announces the addresses (RFC 6793); 0 if nobody knows.
    pub system: u32,
    /// Which kind of source knew it first.
    pub origin: Origin,
}

/// Where it is known from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Origin {
    /// The flow has no address.
    #[default]
    NoAddress,
    /// The special ranges do not have it, and there are neither lists nor databases.
    NoSource,
    /// No source knows it.
    Unknown,
    /// A list of the user's.
    List,
    /// A special range.
    Special,
    /// A database.
    Database,
}

impl Place {
    /// Takes over what is not known yet.
    pub(crate) fn complete(&mut self, other: &Self) {
        let ours = [
            &mut self.country,
            &mut self.organisation,
            &mut self.continent,
            &mut self.region,
            &mut self.city,
            &mut self.postcode,
        ];
        let theirs = [
            &other.country,
            &other.organisation,
            &other.continent,
            &other.region,
            &other.city,
            &other.postcode,
        ];
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            if ours.is_empty() {
                ours.clone_from(theirs);
            }
        }
        self.position = self.position.or(other.position);
        if self.system == 0 {
            self.system = other.system;
        }
        if matches!(self.origin, Origin::NoAddress | Origin::NoSource | Origin::Unknown) {
            self.origin = other.origin;
        }
    }
}

/// Most bytes of a name; longer ones are cut.
const MOST: usize = 128;

/// A name as it is kept: without control characters and blanks around it, no longer than 128 bytes.
pub(crate) fn name(text: &str) -> String {
    let mut kept: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    kept.truncate(kept.floor_char_boundary(MOST));
    kept
}

/// Most characters of a code.
const CODE: usize = 8;

/// Whether a text may stand where countries do: two letters of ISO 3166-1, or two digits as special ranges have.
pub(crate) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A code as it is kept: up to eight letters and digits; anything else is none.
pub(crate) fn code(text: &str) -> String {
    let text = text.trim();
    let fits = text.len() <= CODE && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { text.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::{Origin, Place, code, name};

    #[test]
    fn the_first_that_knows() {
        let list = Place { organisation: "lab".into(), origin: Origin::List, ..Place::default() };
        let base = Place {
            country: "CH".into(),
            organisation: "net".into(),
            position: Some((47.4, 8.5)),
            system: 559,
            origin: Origin::Database,
            ..Place::default()
        };
        let mut place = list.clone();
        place.complete(&base);
        assert_eq!(
            place,
            Place { organisation: "lab".into(), origin: Origin::List, ..base.clone() }
        );
        let mut place = Place { origin: Origin::Unknown, ..Place::default() };
        place.complete(&base);
        assert_eq!(place, base);
    }

    #[test]
    fn names_and_codes() {
        assert_eq!(name(" A\tB\u{1b}[31m \n"), "AB[31m");
        assert_eq!(name(&"é".repeat(100)), "é".repeat(64));
        assert_eq!(
            [code(" CH "), code("07"), code("a\tb"), code("123456789")],
            ["CH", "07", "", ""]
        );
    }
}
