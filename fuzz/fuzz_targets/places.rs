//! Any bytes as a database in MaxMind's format and as a list of prefixes: they are refused with a sentence, or what they say of addresses is
//! within its bounds.
//!
//! With an odd first byte the others change a database that is whole: three bytes each, where (16 bits) and what stands there then.
#![no_main]

use std::net::IpAddr;
use std::path::Path;
use std::sync::LazyLock;

use flowz_places::sample::{self, Value};
use flowz_places::{Database, Place, list};
use libfuzzer_sys::fuzz_target;

/// Addresses that the sample has, and others.
const ADDRESSES: [&str; 6] =
    ["8.8.8.8", "130.59.1.1", "0.0.0.0", "255.255.255.255", "2a00::1", "ffff::"];
/// Most bytes of a text that is kept.
const MOST: usize = 128;

static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let text = |text: &str| Value::Text(text.to_owned());
    let names = |name: &str| sample::map(&[("names", sample::map(&[("en", text(name))]))]);
    let place = sample::map(&[
        ("city", names("Winterthur")),
        ("continent", sample::map(&[("code", text("EU"))])),
        ("country", sample::map(&[("iso_code", text("CH"))])),
        (
            "location",
            sample::map(&[("latitude", Value::Double(47.5)), ("longitude", Value::Double(8.75))]),
        ),
        ("subdivisions", Value::Twice(Box::new(names("Zurich")))),
    ]);
    let entries = [
        ("8.0.0.0/8", sample::country("US")),
        ("8.8.0.0/16", sample::system(64500, "Net")),
        ("130.59.0.0/16", place),
        ("2a00::/12", sample::country("CH")),
    ];
    sample::database("Sample", &entries)
});

fuzz_target!(|input: &[u8]| {
    let Some((mode, rest)) = input.split_first() else { return };
    if mode & 1 == 1 {
        let mut bytes = SAMPLE.clone();
        for change in rest.as_chunks::<3>().0 {
            let at = usize::from(u16::from_be_bytes([change[0], change[1]]));
            let len = bytes.len();
            bytes[at % len] = change[2];
        }
        database(bytes);
        return;
    }
    database(rest.to_vec());
    match list::parse(Path::new("fuzz"), rest) {
        Ok(table) => addresses().filter_map(|address| table.longest(address)).for_each(bounds),
        Err(error) => assert!(error.to_string().starts_with("fuzz"), "{error}"),
    }
});

fn database(bytes: Vec<u8>) {
    let database = match Database::new(Path::new("fuzz"), bytes) {
        Ok(database) => database,
        Err(error) => {
            assert!(
                error.to_string().starts_with("fuzz: the database is cut or corrupt"),
                "{error}"
            );
            return;
        }
    };
    let _ = (database.facts(), database.check());
    for place in addresses().filter_map(|address| database.find(address)) {
        bounds(&place);
    }
}

fn addresses() -> impl Iterator<Item = IpAddr> {
    ADDRESSES.iter().filter_map(|text| text.parse().ok())
}

fn bounds(place: &Place) {
    assert!(matches!(place.country.len(), 0 | 2) && place.continent.len() <= 2, "{place:?}");
    for text in [&place.organisation, &place.region, &place.city, &place.postcode] {
        assert!(text.len() <= MOST && !text.contains(char::is_control), "{place:?}");
    }
    if let Some((latitude, longitude)) = place.position {
        assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0, "{place:?}");
    }
}
