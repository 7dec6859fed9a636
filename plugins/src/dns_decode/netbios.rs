//! Names of the NetBIOS name service (RFC 1001, section 14.1).

/// Letters of an encoded name.
const LETTERS: usize = 32;

/// The name that is encoded in the first label: its 15 characters without blanks at the end, and the last byte, its
/// kind, as `<20>`. A scope behind it stays as it is. Nothing if it is not encoded so.
pub(crate) fn decoded(name: &[u8]) -> Option<Vec<u8>> {
    let (label, scope) = name.split_at_checked(LETTERS)?;
    if !matches!(scope.first(), None | Some(b'.')) {
        return None;
    }
    let half = |letter: u8| letter.checked_sub(b'A').filter(|half| *half < 16);
    let bytes: Option<Vec<u8>> =
        label.chunks(2).map(|pair| Some(half(pair[0])? << 4 | half(pair[1])?)).collect();
    let mut bytes = bytes?;
    let kind = bytes.pop()?;
    let end = bytes.iter().rposition(|b| *b != b' ' && *b != 0).map_or(0, |last| last + 1);
    bytes.truncate(end);
    bytes.extend_from_slice(format!("<{kind:02x}>").as_bytes());
    bytes.extend_from_slice(scope);
    Some(bytes)
}
