//! Versions: which are known, how their Initial packets are protected, and what the type bits of their headers mean.

/// Version 1 (RFC 9000).
pub(crate) const V1: u32 = 1;
/// Version 2 (RFC 9369).
pub(crate) const V2: u32 = 0x6b33_43cf;

/// What a packet is. The numbers are the type bits of version 1 (RFC 9000, section 17.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    /// Of a version that nobody knows.
    Unknown,
    /// A list of versions.
    Negotiation,
    /// With a short header: 1-RTT.
    Short,
}

impl Kind {
    /// Kind of a packet with a long header, by its first byte.
    pub(crate) fn of_long(version: u32, first: u8) -> Self {
        if version == 0 {
            return Self::Negotiation;
        }
        // Version 2 has other numbers for the same things (RFC 9369, section 3.2).
        let bits = (first >> 4).wrapping_sub(u8::from(version == V2)) & 3;
        [Self::Initial, Self::ZeroRtt, Self::Handshake, Self::Retry][usize::from(bits)]
    }

    /// Bit of the column for types, as version 1 has them; 0 if there is none.
    pub(crate) fn bit(self) -> u8 {
        if self.is_typed() { 1 << self as u8 } else { 0 }
    }

    /// Whether it is one of the four kinds with a type.
    pub(crate) fn is_typed(self) -> bool {
        (self as u8) <= Self::Retry as u8
    }

    /// Name of the kind with this type.
    pub(crate) fn name_of(kind: u8) -> &'static str {
        let kinds = [Self::Initial, Self::ZeroRtt, Self::Handshake, Self::Retry];
        kinds.get(usize::from(kind)).map_or("", |kind| kind.name())
    }

    /// Name in the packet table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initial => "Initial",
            Self::ZeroRtt => "0-RTT",
            Self::Handshake => "Handshake",
            Self::Retry => "Retry",
            Self::Negotiation => "VersionNegotiation",
            Self::Unknown | Self::Short => "",
        }
    }
}

/// How Initial packets are protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Protection {
    pub(crate) salt: [u8; 20],
    /// Labels of key, initialization vector, and key for the header.
    pub(crate) labels: [&'static str; 3],
}

/// How Initial packets of a version are protected; nothing if that is not known. Versions that are reserved so that
/// servers must negotiate (RFC 9000, section 15) are in use with version 1 behind them.
pub(crate) fn protection(version: u32) -> Option<Protection> {
    let labels = ["quic key", "quic iv", "quic hp"];
    let salt = match (version, draft(version)) {
        (V1, _) => SALT_V1,
        (V2, _) => {
            let labels = ["quicv2 key", "quicv2 iv", "quicv2 hp"];
            return Some(Protection { salt: SALT_V2, labels });
        }
        (_, Some(22)) => SALT_DRAFT_22,
        (_, Some(23..=28)) => SALT_DRAFT_23,
        (_, Some(29..=32)) => SALT_DRAFT_29,
        (_, Some(_)) => SALT_V1,
        _ if is_reserved(version) => SALT_V1,
        _ => return None,
    };
    Some(Protection { salt, labels })
}

/// Number of the draft of version 1, 22 to 34; those of mvfst have numbers of their own.
fn draft(version: u32) -> Option<u8> {
    match version {
        0xff00_0016..=0xff00_0022 => Some(version as u8),
        0xface_b001 => Some(22),
        0xface_b002 | 0xface_b00e => Some(27),
        _ => None,
    }
}

/// Whether Retry packets of a version show the destination id that the client had before: drafts up to 24.
pub(crate) fn shows_original(version: u32) -> bool {
    draft(version).is_some_and(|draft| draft <= 24)
}

/// Whether packets of this version are taken for QUIC.
pub(crate) fn is_known(version: u32) -> bool {
    protection(version).is_some() || is_google(version)
}

/// Reserved to exercise negotiation: `0x?a?a?a?a`.
pub(crate) fn is_reserved(version: u32) -> bool {
    version & 0x0f0f_0f0f == 0x0a0a_0a0a
}

/// Google's QUIC from Q050 on: headers as in version 1, other protection.
fn is_google(version: u32) -> bool {
    const Q050: u32 = 0x5130_3530;
    const T050: u32 = 0x5430_3530;
    const T051: u32 = 0x5430_3531;
    matches!(version, Q050 | T050 | T051)
}

const SALT_V1: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad,
    0xcc, 0xbb, 0x7f, 0x0a,
];
const SALT_V2: [u8; 20] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb,
    0xf9, 0xbd, 0x2e, 0xd9,
];
const SALT_DRAFT_22: [u8; 20] = [
    0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x2a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a,
    0x02, 0x64, 0x41, 0x90,
];
const SALT_DRAFT_23: [u8; 20] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65,
    0xbe, 0xf9, 0xf5, 0x02,
];
const SALT_DRAFT_29: [u8; 20] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0,
    0x43, 0x90, 0xa8, 0x99,
];
