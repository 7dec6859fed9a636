//! Names in certificates (RFC 5280, section 4.1.2.4), as text by RFC 4514.

use super::der::{Der, dotted, tag};
use flowz_api::Checkpoint;

/// Object identifiers of attributes, and how RFC 4514 calls them.
const KNOWN: [(&[u8], &str); 10] = [
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 9], "STREET"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25], "DC"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1], "UID"),
    // Of PKCS #9 (RFC 2985); all programs call it so.
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], "emailAddress"),
];
/// Of longer values no more is kept, in bytes.
const LONGEST: usize = 256;
/// More attributes are passed over.
const MOST: usize = 16;

/// An attribute of a name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
struct Attribute {
    title: String,
    value: String,
    /// It belongs to the one in front: they are in one set.
    is_joined: bool,
}

/// A name: its attributes in the order of the certificate.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Name(Vec<Attribute>);

impl Name {
    /// Reads the contents of a sequence of sets of attributes.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (mut sets, mut all) = (Der(bytes), Vec::new());
        while !sets.0.is_empty() {
            let mut set = Der(sets.expect(tag::SET)?);
            let mut is_joined = false;
            while !set.0.is_empty() {
                let mut attribute = Der(set.expect(tag::SEQUENCE)?);
                let oid = attribute.expect(tag::OID)?;
                let (kind, value) = attribute.next()?;
                if all.len() < MOST {
                    let known = KNOWN.iter().find(|(known, _)| *known == oid);
                    let title = known.map_or_else(|| dotted(oid), |(_, title)| (*title).to_owned());
                    all.push(Attribute { title, value: text(kind, value), is_joined });
                }
                is_joined = true;
            }
        }
        Some(Self(all))
    }

    /// The first attribute that is called so.
    pub(crate) fn get(&self, title: &str) -> &str {
        self.0.iter().find(|own| own.title == title).map_or("", |own| &own.value)
    }

    /// All of it, the last set of attributes in front (RFC 4514, section 2.1).
    pub(crate) fn as_text(&self) -> String {
        let sets = self.0.chunk_by(|_, next| next.is_joined).rev();
        let set =
            |set: &[Attribute]| set.iter().map(Attribute::as_text).collect::<Vec<_>>().join("+");
        sets.map(set).collect::<Vec<_>>().join(",")
    }
}

impl Attribute {
    fn as_text(&self) -> String {
        format!("{}={}", self.title, escaped(&self.value))
    }
}

/// A string of any kind as text.
fn text(kind: u8, value: &[u8]) -> String {
    let mut text = if kind == tag::BMP_STRING {
        let units = value.as_chunks().0.iter().map(|unit| u16::from_be_bytes(*unit));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        String::from_utf8_lossy(value).into_owned()
    };
    let end = text.floor_char_boundary(LONGEST);
    text.truncate(end);
    text
}

/// With a backslash in front of what means something (RFC 4514, section 2.4).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        let edge = at == 0 && matches!(c, ' ' | '#') || at + 1 == value.len() && c == ' ';
        if edge || matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}
