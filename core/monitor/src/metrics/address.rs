//! Where metrics are served: `HOST:PORT`, or a port of this machine alone.

/// The address in full. A port without host is one of the loopback interface: others see metrics only where somebody
/// has said so.
///
/// # Errors
///
/// A sentence about what is wrong with it.
pub fn listen_address(text: &str) -> Result<String, String> {
    const WRONG: &str =
        "give HOST:PORT, or :PORT for this machine alone, with a port from 0 to 65535";
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let port: u16 = port.parse().map_err(|_| WRONG.to_owned())?;
    let has_brackets = host.starts_with('[') && host.ends_with(']');
    if host.contains(':') && !has_brackets {
        return Err("an address of IPv6 has brackets, as in [::1]:9400".to_owned());
    }
    let host = if host.is_empty() { "127.0.0.1" } else { host };
    Ok(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::listen_address;

    #[test]
    fn addresses() {
        for (text, address) in [
            ("9400", "127.0.0.1:9400"),
            (":9400", "127.0.0.1:9400"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("localhost:1", "localhost:1"),
            ("[::1]:9400", "[::1]:9400"),
        ] {
            assert_eq!(listen_address(text).as_deref(), Ok(address));
        }
        for text in ["", ":", "host", "host:", "1:65536", "-1", "::1:9400", "a:b:c"] {
            assert!(listen_address(text).is_err(), "{text}");
        }
    }
}
