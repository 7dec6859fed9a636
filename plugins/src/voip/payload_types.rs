//! Payload types of RTP with a fixed meaning (RFC 3551, tables 4 and 5).

use super::media::Format;

/// Number, name, clock, channels.
const FIXED: [(u8, &str, u32, u8); 24] = [
    (0, "PCMU", 8_000, 1),
    (3, "GSM", 8_000, 1),
    (4, "G723", 8_000, 1),
    (5, "DVI4", 8_000, 1),
    (6, "DVI4", 16_000, 1),
    (7, "LPC", 8_000, 1),
    (8, "PCMA", 8_000, 1),
    // The clock of G.722 is half its rate, by a mistake that was kept (section 4.5.2).
    (9, "G722", 8_000, 1),
    (10, "L16", 44_100, 2),
    (11, "L16", 44_100, 1),
    (12, "QCELP", 8_000, 1),
    (13, "CN", 8_000, 1),
    (14, "MPA", 90_000, 0),
    (15, "G728", 8_000, 1),
    (16, "DVI4", 11_025, 1),
    (17, "DVI4", 22_050, 1),
    (18, "G729", 8_000, 1),
    (25, "CELB", 90_000, 0),
    (26, "JPEG", 90_000, 0),
    (28, "NV", 90_000, 0),
    (31, "H261", 90_000, 0),
    (32, "MPV", 90_000, 0),
    (33, "MP2T", 90_000, 0),
    (34, "H263", 90_000, 0),
];

/// The format of a payload type; without a name if its meaning is not fixed.
pub(crate) fn format(payload_type: u8) -> Format {
    let known = FIXED.iter().find(|(number, ..)| *number == payload_type);
    let (name, clock, channels) =
        known.map_or(("", 0, 0), |(_, name, clock, n)| (*name, *clock, *n));
    Format { payload_type, name: name.to_owned(), clock, channels }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn fixed_and_dynamic() {
        assert_eq!((format(9).name.as_str(), format(9).clock), ("G722", 8_000));
        assert_eq!((format(96).name.as_str(), format(96).clock), ("", 0));
    }
}
