//! Bits of `sslStat`, `sslFlags`, `sslVuln` and `sslProto`.

pub(crate) mod stat {
    pub(crate) const VERSION: u32 = 0x0000_0001;
    pub(crate) const RECORD_TOO_LONG: u32 = 0x0000_0002;
    pub(crate) const MALFORMED: u32 = 0x0000_0004;
    pub(crate) const EXPIRED: u32 = 0x0000_0008;
    pub(crate) const FATAL_ALERT: u32 = 0x0000_0010;
    pub(crate) const RENEGOTIATION: u32 = 0x0000_0020;
    pub(crate) const HEARTBEAT: u32 = 0x0000_0040;
    pub(crate) const CIPHERS: u32 = 0x0000_0080;
    pub(crate) const EXTENSIONS: u32 = 0x0000_0100;
    pub(crate) const PROTOCOLS: u32 = 0x0000_0200;
    pub(crate) const PROTOCOL_CUT: u32 = 0x0000_0400;
    pub(crate) const GROUPS: u32 = 0x0000_0800;
    pub(crate) const WEAK_PROTOCOL: u32 = 0x0000_4000;
    pub(crate) const WEAK_KEY: u32 = 0x0000_8000;
    pub(crate) const SIGNATURES: u32 = 0x0001_0000;
    pub(crate) const VERSIONS: u32 = 0x0002_0000;
    pub(crate) const MISSING: u32 = 0x0004_0000;
    pub(crate) const NO_JA3: u32 = 0x0008_0000;
    pub(crate) const JA4: u32 = 0x00e0_0000;
    pub(crate) const INSECURE: u32 = 0x0100_0000;
    pub(crate) const WEAK: u32 = 0x0200_0000;
    pub(crate) const SECURE: u32 = 0x0400_0000;
    pub(crate) const RECOMMENDED: u32 = 0x0800_0000;
    pub(crate) const JA4_CUT: u32 = 0x1000_0000;
    pub(crate) const RECORD_VERSIONS: u32 = 0x2000_0000;
    pub(crate) const HELLO_VERSIONS: u32 = 0x4000_0000;
}

pub(crate) mod flag {
    pub(crate) const VERSION: u8 = 0x02;
    pub(crate) const NO_TIME: u8 = 0x04;
    pub(crate) const FUTURE: u8 = 0x08;
    pub(crate) const NOT_RANDOM: u8 = 0x10;
    pub(crate) const COMPRESSION: u8 = 0x20;
}

pub(crate) mod vulnerable {
    pub(crate) const BEAST: u8 = 0x01;
    pub(crate) const BREACH: u8 = 0x02;
    pub(crate) const CRIME: u8 = 0x04;
    pub(crate) const FREAK: u8 = 0x08;
    pub(crate) const POODLE: u8 = 0x10;
    pub(crate) const HEARTBLEED: u8 = 0x20;
}

/// The bit of a protocol that is named in ALPN; of SRTP see `SRTP`.
pub(crate) fn protocol(name: &[u8]) -> u32 {
    match name {
        b"http/1.1" | b"http/1.0" => 0x01,
        b"h3" => 0x04,
        _ if name.starts_with(b"h2") => 0x02,
        _ if name.starts_with(b"h3-") => 0x04,
        _ if name.starts_with(b"spdy/") => 0x08,
        _ => 0,
    }
}

/// Real-time media are to come (RFC 5764).
pub(crate) const SRTP: u32 = 0x2000;

/// The bit of an alert: its place among those of RFC 8446, section 6, and RFC 5246; the highest one for all others.
pub(crate) fn alert(description: u8) -> u64 {
    const KNOWN: [u8; 36] = [
        0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 60, 70, 71, 80, 86,
        90, 100, 109, 110, 111, 112, 113, 114, 115, 116, 120, 121, 52,
    ];
    let place = KNOWN.iter().position(|known| *known == description);
    1 << place.unwrap_or(63)
}
