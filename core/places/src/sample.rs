//! Writes small databases in MaxMind's format 2.0, for tests: a tree of 24 bits a record, and what the records point to.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// A value in a record.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number of 16 bits.
    Short(u16),
    /// A number of 32 bits.
    Number(u32),
    /// A number of 64 bits.
    Long(u64),
    /// A number with a fraction.
    Double(f64),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(BTreeMap<String, Value>),
    /// A list of twice the same, the second time as a pointer.
    Twice(Box<Value>),
}

/// A map of these.
pub fn map(pairs: &[(&str, Value)]) -> Value {
    Value::Map(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

/// A record with a country's code as ip-location-db has it.
pub fn country(code: &str) -> Value {
    map(&[("country_code", Value::Text(code.to_owned()))])
}

/// A record with a number and the name of an autonomous system, as GeoLite2-ASN has it.
pub fn system(number: u32, name: &str) -> Value {
    map(&[
        ("autonomous_system_number", Value::Number(number)),
        ("autonomous_system_organization", Value::Text(name.to_owned())),
    ])
}

/// Appends a type and a size.
fn control(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (low, more): (u8, Vec<u8>) = match size {
        0..29 => (size as u8, vec![]),
        29..285 => (29, vec![(size - 29) as u8]),
        _ => (30, ((size - 285) as u16).to_be_bytes().to_vec()),
    };
    if kind < 8 {
        out.push(kind << 5 | low);
    } else {
        out.extend([low, kind - 7]);
    }
    out.extend(more);
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => {
            control(out, 2, text.len());
            out.extend(text.as_bytes());
        }
        Value::Double(number) => {
            control(out, 3, 8);
            out.extend(number.to_be_bytes());
        }
        Value::Short(number) => {
            control(out, 5, 2);
            out.extend(number.to_be_bytes());
        }
        Value::Number(number) => {
            control(out, 6, 4);
            out.extend(number.to_be_bytes());
        }
        Value::Long(number) => {
            control(out, 9, 8);
            out.extend(number.to_be_bytes());
        }
        Value::List(values) => {
            control(out, 11, values.len());
            for value in values {
                put(out, value);
            }
        }
        Value::Map(pairs) => {
            control(out, 7, pairs.len());
            for (key, value) in pairs {
                put(out, &Value::Text(key.clone()));
                put(out, value);
            }
        }
        Value::Twice(value) => {
            control(out, 11, 2);
            let at = out.len();
            put(out, value);
            // A pointer with four bytes behind its control byte.
            out.push(1 << 5 | 3 << 3);
            out.extend((at as u32).to_be_bytes());
        }
    }
}

/// What a node's half leads to.
#[derive(Clone, Copy)]
enum Leads {
    Nowhere,
    Node(u32),
    Data(u32),
}

/// The bytes of a database of this type with these prefixes and records; later prefixes replace earlier ones within them.
///
/// # Panics
///
/// If a prefix is none.
pub fn database(kind: &str, entries: &[(&str, Value)]) -> Vec<u8> {
    described(kind, &[("en", Value::Text("made for tests".to_owned()))], entries)
}

/// A database of these entries that says of itself nothing but what is needed.
///
/// # Panics
///
/// If a prefix is none.
pub fn undescribed(entries: &[(&str, Value)]) -> Vec<u8> {
    described("Sample", &[], entries)
}

fn described(kind: &str, description: &[(&str, Value)], entries: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Leads::Nowhere; 2]];
    let mut data = Vec::new();
    for (text, value) in entries {
        let at = data.len() as u32;
        put(&mut data, value);
        let (address, len) = text.split_once('/').expect("a prefix");
        let len: u32 = len.parse().expect("a length");
        let (bits, len) = match address.parse().expect("an address") {
            IpAddr::V4(a) => (u128::from(a.to_bits()), len + 96),
            IpAddr::V6(a) => (a.to_bits(), len),
        };
        insert(&mut nodes, bits, len, at);
    }
    let count = nodes.len() as u32;
    let mut out = Vec::new();
    for half in nodes.into_iter().flatten() {
        let record = match half {
            Leads::Nowhere => count,
            Leads::Node(n) => n,
            Leads::Data(at) => count + 16 + at,
        };
        out.extend(&record.to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    let text = |t: &str| Value::Text(t.to_owned());
    put(
        &mut out,
        &map(&[
            ("binary_format_major_version", Value::Short(2)),
            ("binary_format_minor_version", Value::Short(0)),
            ("build_epoch", Value::Long(1_700_000_000)),
            ("database_type", text(kind)),
            ("description", map(description)),
            ("ip_version", Value::Short(6)),
            ("languages", Value::List(vec![text("en")])),
            ("node_count", Value::Number(count)),
            ("record_size", Value::Short(24)),
        ]),
    );
    out
}

fn insert(nodes: &mut Vec<[Leads; 2]>, bits: u128, len: u32, at: u32) {
    let mut node = 0_usize;
    for n in 0..len {
        let side = (bits >> (127 - n) & 1) as usize;
        if n + 1 == len {
            nodes[node][side] = Leads::Data(at);
            return;
        }
        node = match nodes[node][side] {
            Leads::Node(next) => next as usize,
            // What stood here goes on below.
            above => {
                nodes.push([above; 2]);
                let next = nodes.len() - 1;
                nodes[node][side] = Leads::Node(next as u32);
                next
            }
        };
    }
}
