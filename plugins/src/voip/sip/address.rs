//! Addresses in fields: a name, a URI in angle brackets or not, parameters (RFC 3261, section 20.10).

/// An address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Address<'a> {
    /// The URI without its scheme, parameters and headers: `user@host:port`, a telephone number.
    pub(crate) uri: &'a [u8],
    /// The tag, which is of one side of a dialog.
    pub(crate) tag: &'a [u8],
}

impl<'a> Address<'a> {
    /// Reads a field.
    pub(crate) fn new(field: &'a [u8]) -> Self {
        let (uri, rest) = match open(field) {
            Some(at) => {
                let inner = &field[at + 1..];
                let end = memchr::memchr(b'>', inner).unwrap_or(inner.len());
                (&inner[..end], inner.get(end + 1..).unwrap_or_default())
            }
            // Without brackets parameters are those of the field.
            None => field.split_at(memchr::memchr(b';', field).unwrap_or(field.len())),
        };
        Self { uri: bare(uri.trim_ascii()), tag: parameter(rest, b"tag").unwrap_or_default() }
    }
}

/// Where the bracket opens; in a quoted name it does not.
fn open(field: &[u8]) -> Option<usize> {
    let mut is_quoted = false;
    let mut at = 0;
    while at < field.len() {
        match field[at] {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b'<' if !is_quoted => return Some(at),
            _ => {}
        }
        at += 1;
    }
    // A quotation mark that is never closed.
    is_quoted.then(|| memchr::memchr(b'<', field)).flatten()
}

/// A URI without scheme, parameters and headers.
pub(crate) fn bare(uri: &[u8]) -> &[u8] {
    let schemes: [&[u8]; 3] = [b"sip:", b"sips:", b"tel:"];
    let is_it = |s: &&&[u8]| uri.get(..s.len()).is_some_and(|front| front.eq_ignore_ascii_case(s));
    let rest = schemes.iter().find(is_it).map_or(uri, |scheme| &uri[scheme.len()..]);
    // The part of the user may have semicolons and question marks.
    let host = memchr::memchr(b'@', rest).map_or(0, |at| at + 1);
    let end = memchr::memchr2(b';', b'?', &rest[host..]).map_or(rest.len(), |at| host + at);
    rest[..end].trim_ascii()
}

/// A parameter behind semicolons.
pub(crate) fn parameter<'a>(rest: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    rest.split(|byte| *byte == b';').find_map(|part| {
        let (key, value) = part.split_at(memchr::memchr(b'=', part)?);
        key.trim_ascii().eq_ignore_ascii_case(name).then(|| value[1..].trim_ascii())
    })
}
