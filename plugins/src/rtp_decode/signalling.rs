//! Whether bytes are signalling, which may announce media.

/// Whether a message of signalling may begin with these bytes: SIP, or H.225.0 and H.245 in TPKT (RFC 1006).
pub(crate) fn is_signalling(bytes: &[u8]) -> bool {
    const VERSION: &[u8] = b"SIP/2.0";
    let line = bytes.get(..512.min(bytes.len())).unwrap_or_default();
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.starts_with(VERSION) || line.ends_with(VERSION) || bytes.starts_with(&[3, 0])
}

#[cfg(test)]
mod tests {
    use super::is_signalling;

    #[test]
    fn first_lines_of_sip() {
        assert!(is_signalling(b"SIP/2.0 200 OK\r\n"));
        assert!(is_signalling(b"INVITE sip:b@b.example SIP/2.0\r\nVia: x\r\n"));
        assert!(is_signalling(&[3, 0, 0, 9, 8]));
        assert!(!is_signalling(b"GET / HTTP/1.1\r\nX: SIP/2.0\r\n"));
        assert!(!is_signalling(b""));
    }
}
