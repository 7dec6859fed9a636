//! Databases in MaxMind's format, version 2.0: GeoLite2, GeoIP2, DB-IP, IPinfo, ip-location-db.
//!
//! They are read whole and not mapped: a file that is changed while it is mapped would end the program. Of a record each
//! value is read by its path, with a type that bounds it; everything beside is passed over without following pointers. So no
//! record takes longer than its bytes are many, though pointers can make one that would never end.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use maxminddb::{LookupResult, PathElement, Reader, WithinOptions};

use crate::PlacesError;
use crate::place::{self, Origin, Place};
use crate::scalar::Scalar;

/// A database.
#[derive(Debug)]
pub struct Database {
    reader: Reader<Vec<u8>>,
    file: PathBuf,
}

/// What a database says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Its type, such as `GeoLite2-Country`.
    pub kind: String,
    /// When it was made, in seconds since 1970.
    pub built: u64,
    /// 6 if it has both versions of addresses, 4 if it has only those of IPv4.
    pub ip_version: u16,
    /// Nodes of its search tree.
    pub nodes: u32,
}

/// One record.
type Found<'a> = LookupResult<'a, Vec<u8>>;

/// Keys below each other.
type Keys = &'static [PathElement<'static>];

/// Where makers of databases put a value: the first place that has one counts.
type Keyed = &'static [Keys];

macro_rules! keyed {
    ($name:ident: $([$($key:literal),+]),+) => {
        const $name: Keyed = &[$(&[$(PathElement::Key($key)),+]),+];
    };
}

keyed!(COUNTRY: ["country", "iso_code"], ["registered_country", "iso_code"], ["country_code"], ["country"]);
keyed!(CONTINENT: ["continent", "code"], ["continent_code"], ["continent"]);
keyed!(CITY: ["city", "names", "en"], ["city"]);
keyed!(FLAT_REGION: ["region"], ["state1"]);
keyed!(POSTCODE: ["postal", "code"], ["postcode"], ["postal_code"]);
keyed!(LATITUDE: ["location", "latitude"], ["latitude"]);
keyed!(LONGITUDE: ["location", "longitude"], ["longitude"]);
keyed!(SYSTEM: ["autonomous_system_number"], ["asn"]);
keyed!(HOLDER: ["autonomous_system_organization"], ["as_name"], ["organization"], ["isp"]);
/// The largest division of the country comes first in the list.
const REGION: Keyed = &[&[
    PathElement::Key("subdivisions"),
    PathElement::Index(0),
    PathElement::Key("names"),
    PathElement::Key("en"),
]];

impl Database {
    /// Whether a file's bytes are meant to be a database: its mark stands near their end.
    pub fn is_one(bytes: &[u8]) -> bool {
        const MARK: &[u8] = b"\xab\xcd\xefMaxMind.com";
        const WITHIN: usize = 128 << 10;
        let from = bytes.len().saturating_sub(WITHIN);
        bytes[from..].windows(MARK.len()).any(|w| w == MARK)
    }

    /// The database in these bytes; `file` is its name in errors.
    pub fn new(file: &Path, bytes: Vec<u8>) -> Result<Self, PlacesError> {
        let wrong = |reason: String| PlacesError::Corrupt { file: file.to_owned(), reason };
        let reader = Reader::from_source(bytes).map_err(|error| wrong(error.to_string()))?;
        let version = reader.metadata().binary_format_major_version;
        if version != 2 {
            return Err(wrong(format!("its format has version {version}, and 2 is known")));
        }
        Ok(Self { reader, file: file.to_owned() })
    }

    /// Checks all of it, which takes time in proportion to its size: nodes, records, and that no address leads nowhere.
    pub fn check(&self) -> Result<(), PlacesError> {
        let wrong = |reason: String| PlacesError::Corrupt { file: self.file.clone(), reason };
        // The library refuses databases that do not describe themselves, which are in use all the same.
        if self.reader.metadata().description.is_empty() {
            return self.check_records().map_err(wrong);
        }
        self.reader.verify().map_err(|error| wrong(error.to_string()))
    }

    /// Checks that the tree ends, and that what it leads to can be read.
    fn check_records(&self) -> Result<(), String> {
        // Each node has at most two networks.
        let most = u64::from(self.reader.metadata().node_count).saturating_mul(2);
        let mut read = BTreeSet::new();
        let text = |error: maxminddb::MaxMindDbError| error.to_string();
        let networks = self.reader.networks(WithinOptions::default()).map_err(text)?;
        for (n, found) in (0_u64..).zip(networks) {
            let found = found.map_err(text)?;
            if n > most {
                return Err("its search tree has no end".to_owned());
            }
            let is_new = found.offset().is_some_and(|offset| read.insert(offset));
            let keys = [COUNTRY, CONTINENT, CITY, SYSTEM, HOLDER].into_iter().flatten();
            for keys in keys.filter(|_| is_new) {
                // A value of another type is none that is looked for.
                let value = found.decode_path::<Scalar>(keys);
                if let Err(error @ maxminddb::MaxMindDbError::InvalidDatabase { .. }) = value {
                    return Err(text(error));
                }
            }
        }
        Ok(())
    }

    /// What it says of itself.
    pub fn facts(&self) -> Facts {
        let m = self.reader.metadata();
        let kind = place::name(&m.database_type);
        Facts { kind, built: m.build_epoch, ip_version: m.ip_version, nodes: m.node_count }
    }

    /// Its file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What it knows of an address. Parts that are damaged count as unknown.
    pub fn find(&self, address: IpAddr) -> Option<Place> {
        let found = self.reader.lookup(address).ok().filter(LookupResult::has_data)?;
        let region = text(&found, REGION).or_else(|| text(&found, FLAT_REGION));
        let position = number(&found, LATITUDE).zip(number(&found, LONGITUDE));
        let on_earth = |p: &(f64, f64)| p.0.abs() <= 90.0 && p.1.abs() <= 180.0;
        let name = |text: Option<String>| text.map_or_else(String::new, |t| place::name(&t));
        Some(Place {
            country: code(&found, COUNTRY),
            organisation: name(text(&found, HOLDER)),
            continent: code(&found, CONTINENT),
            region: name(region),
            city: name(text(&found, CITY)),
            postcode: name(text(&found, POSTCODE)),
            position: position.filter(on_earth),
            system: system(&found),
            origin: Origin::Database,
        })
    }
}

/// The value of the first path that has one.
fn scalars(found: &Found<'_>, places: Keyed) -> impl Iterator<Item = Scalar> {
    places.iter().filter_map(|keys| found.decode_path::<Scalar>(keys).ok().flatten())
}

/// The first text.
fn text(found: &Found<'_>, places: Keyed) -> Option<String> {
    scalars(found, places).find_map(Scalar::into_text)
}

/// The first text that is a code of two letters: names of countries stand where others have codes.
fn code(found: &Found<'_>, places: Keyed) -> String {
    let texts = scalars(found, places).filter_map(Scalar::into_text);
    texts.map(|text| place::code(&text)).find(|code| code.len() == 2).unwrap_or_default()
}

/// The first number, which may be a text.
fn number(found: &Found<'_>, places: Keyed) -> Option<f64> {
    let number = |scalar| match scalar {
        Scalar::Number(number) => Some(number),
        Scalar::Text(text) => text.parse().ok(),
    };
    scalars(found, places).find_map(number).filter(|n: &f64| n.is_finite())
}

/// The number of the autonomous system, which may be a text such as AS559.
fn system(found: &Found<'_>) -> u32 {
    let number = |scalar| match scalar {
        Scalar::Number(number) => Some(number as u32),
        Scalar::Text(text) => text.strip_prefix("AS").unwrap_or(&text).parse().ok(),
    };
    scalars(found, SYSTEM).find_map(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Database, Path};
    use crate::sample::{self, Value};

    fn open(entries: &[(&str, Value)]) -> Database {
        Database::new(Path::new("x.mmdb"), sample::database("Sample", entries)).unwrap()
    }

    #[test]
    fn records_of_several_makers() {
        let map = sample::map;
        let text = |t: &str| Value::Text(t.to_owned());
        let full = map(&[
            ("continent", map(&[("code", text("EU"))])),
            ("country", map(&[("iso_code", text("CH"))])),
            ("subdivisions", Value::List(vec![map(&[("names", map(&[("en", text("Zurich"))]))])])),
            ("city", map(&[("names", map(&[("de", text("Winti")), ("en", text("Winterthur"))]))])),
            ("postal", map(&[("code", text("8400"))])),
            (
                "location",
                map(&[("latitude", Value::Double(47.5)), ("longitude", Value::Double(8.75))]),
            ),
            ("autonomous_system_number", Value::Number(559)),
            ("autonomous_system_organization", text("SWITCH")),
        ]);
        let flat = map(&[
            ("country", text("Germany")),
            ("country_code", text("DE")),
            ("asn", text("AS680")),
        ]);
        let other = map(&[("registered_country", map(&[("iso_code", text("FR"))]))]);
        let db = open(&[("130.59.0.0/16", full), ("2001:638::/32", flat), ("2.0.0.0/12", other)]);
        let place = db.find("130.59.31.80".parse().unwrap()).unwrap();
        let shown = format!("{place:?}");
        assert_eq!(
            shown,
            "Place { country: \"CH\", organisation: \"SWITCH\", continent: \"EU\", region: \"Zurich\", city: \
             \"Winterthur\", postcode: \"8400\", position: Some((47.5, 8.75)), system: 559, origin: Database }"
        );
        let place = db.find("2001:638:1::1".parse().unwrap()).unwrap();
        assert_eq!((place.country.as_str(), place.system), ("DE", 680));
        assert_eq!(db.find("2.15.255.255".parse().unwrap()).unwrap().country, "FR");
        assert_eq!(db.find("2.16.0.0".parse().unwrap()), None);
        assert_eq!(
            (db.facts().kind.as_str(), db.facts().ip_version, db.facts().built),
            ("Sample", 6, 1_700_000_000)
        );
        db.check().unwrap();
    }

    /// As the database of countries in the public domain is.
    #[test]
    fn without_a_description() {
        let entries = [("8.0.0.0/6", sample::country("CH")), ("2a00::/11", sample::country("FR"))];
        let bytes = sample::undescribed(&entries);
        let database = |bytes: &[u8]| Database::new(Path::new("x.mmdb"), bytes.to_vec()).unwrap();
        database(&bytes).check().unwrap();
        assert_eq!(database(&bytes).find("8.8.8.8".parse().unwrap()).unwrap().country, "CH");
        let at = bytes.windows(2).position(|bytes| bytes == b"CH").unwrap();
        let mut damaged = bytes;
        // The length of the text in front of it: beyond the end of the database.
        damaged[at - 1] = 0x5f;
        let error = database(&damaged).check().unwrap_err().to_string();
        assert!(error.starts_with("x.mmdb: the database is cut or corrupt ("), "{error}");
    }

    #[test]
    fn what_is_no_database() {
        let error = |bytes: &[u8]| {
            Database::new(Path::new("x.mmdb"), bytes.to_vec()).unwrap_err().to_string()
        };
        assert!(error(b"").starts_with("x.mmdb: the database is cut or corrupt ("));
        let whole = sample::database("Sample", &[("10.0.0.0/8", sample::map(&[]))]);
        assert!(Database::is_one(&whole) && !Database::is_one(&whole[..whole.len() / 2]));
        assert!(error(&whole[..whole.len() / 2]).contains("cut or corrupt"));
    }

    /// A record whose maps lead to each other twice at each of many levels: as a tree it would have 2^60 leaves.
    #[test]
    fn pointers_that_would_never_end() {
        let mut bomb = Value::Text("leaf".to_owned());
        for _ in 0..60 {
            bomb = Value::Twice(Box::new(bomb));
        }
        let record = sample::map(&[("a", bomb), ("country_code", Value::Text("CH".to_owned()))]);
        let db = open(&[("8.0.0.0/8", record)]);
        assert_eq!(db.find("8.8.8.8".parse().unwrap()).unwrap().country, "CH");
    }

    /// Every byte of a database changed in several ways, and cut at every place: a sentence, or values, and that soon.
    #[test]
    fn damaged_databases() {
        let text = |t: &str| Value::Text(t.to_owned());
        let record = |code: &str| {
            sample::map(&[
                ("country", sample::map(&[("iso_code", text(code))])),
                (
                    "location",
                    sample::map(&[
                        ("latitude", Value::Double(1.0)),
                        ("longitude", Value::Double(2.0)),
                    ]),
                ),
                ("autonomous_system_number", Value::Number(7)),
            ])
        };
        let entries = [
            ("8.0.0.0/6", record("CH")),
            ("9.9.0.0/16", record("DE")),
            ("2a00::/11", record("FR")),
        ];
        let whole = sample::database("Sample", &entries);
        let addresses =
            ["8.8.8.8", "9.9.9.9", "2a00::1", "255.1.1.1", "::"].map(|a| a.parse().unwrap());
        let (mut refused, mut read) = (0, 0);
        let mut try_one = |bytes: Vec<u8>| match Database::new(Path::new("x.mmdb"), bytes) {
            Ok(db) => {
                read += 1;
                let _ = db.check();
                for address in addresses {
                    if let Some(place) = db.find(address) {
                        assert!(place.organisation.len() <= 128 && place.country.len() <= 2);
                    }
                }
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("cut or corrupt"));
            }
        };
        for at in 0..whole.len() {
            try_one(whole[..at].to_vec());
            try_one(whole[at..].to_vec());
            for change in [0x01, 0x20, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= change;
                try_one(bytes);
            }
        }
        assert!(refused > 100 && read > 1000, "{refused} {read}");
    }
}
