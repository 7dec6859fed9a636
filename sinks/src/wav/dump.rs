//! Packets as rtpdump of the RTP tools writes them.

use std::net::IpAddr;

use super::row::Row;

/// Bytes in front of each packet.
const HEAD: usize = 8;

/// The beginning of a file: where packets go to, when the first one came, from where.
pub(super) fn beginning(first: &Row<'_>) -> Vec<u8> {
    let to = first.to.map_or_else(|| "0.0.0.0".to_owned(), |ip| ip.to_string());
    let mut bytes = format!("#!rtpplay1.0 {to}/{}\n", first.to_port).into_bytes();
    let seconds = first.time.div_euclid(1_000_000_000) as u32;
    let micros = (first.time.rem_euclid(1_000_000_000) / 1000) as u32;
    // There is room for IPv4 only.
    let from = match first.from {
        Some(IpAddr::V4(ip)) => ip.octets(),
        _ => [0; 4],
    };
    bytes.extend(seconds.to_be_bytes());
    bytes.extend(micros.to_be_bytes());
    bytes.extend(from);
    bytes.extend(first.from_port.to_be_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// Appends a packet: lengths of record and packet, milliseconds since the first one.
pub(super) fn packet(row: &Row<'_>, start: i64, out: &mut Vec<u8>) {
    let bytes = &row.packet[..row.packet.len().min(usize::from(u16::MAX) - HEAD)];
    let millis = row.time.saturating_sub(start).max(0) / 1_000_000;
    out.extend(((bytes.len() + HEAD) as u16).to_be_bytes());
    out.extend((row.len.min(u16::MAX.into()) as u16).to_be_bytes());
    out.extend((millis as u32).to_be_bytes());
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::{beginning, packet};
    use crate::wav::row::Row;

    #[test]
    fn byte_by_byte() {
        let row = Row {
            from: Some([192, 0, 2, 1].into()),
            from_port: 0x1388,
            to: Some([198, 51, 100, 2].into()),
            to_port: 6000,
            time: 0x0102_0304 * 1_000_000_000 + 5_000_999,
            len: 20,
            packet: &[0x80, 0, 1],
            ..Row::default()
        };
        let mut bytes = beginning(&row);
        let later = Row { time: row.time + 1_999_999_999, ..row.clone() };
        packet(&later, row.time, &mut bytes);
        let expected = [
            &b"#!rtpplay1.0 198.51.100.2/6000\n"[..],
            &[1, 2, 3, 4, 0, 0, 0x13, 0x88],
            &[192, 0, 2, 1, 0x13, 0x88, 0, 0],
            &[0, 11, 0, 20, 0, 0, 7, 0xcf],
            &[0x80, 0, 1],
        ];
        assert_eq!(bytes, expected.concat());
    }
}
