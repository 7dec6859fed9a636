//! Hardware and network addresses, as `inet_ntop` of glibc writes them.

use crate::buffer::Buffer;
use crate::integer::hex_pair;

/// The decimal digits of each byte, a point behind them, and in the last place how many digits.
pub const OCTETS: [[u8; 5]; 256] = octet_table();

const fn octet_table() -> [[u8; 5]; 256] {
    let mut table = [[b'.'; 5]; 256];
    let mut byte: u8 = 0;
    loop {
        let mut used = 0;
        let entry = &mut table[byte as usize];
        if byte >= 100 {
            entry[used] = b'0' + byte / 100;
            used += 1;
        }
        if byte >= 10 {
            entry[used] = b'0' + byte / 10 % 10;
            used += 1;
        }
        entry[used] = b'0' + byte % 10;
        entry[4] = [1, 2, 3][used];
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

/// `00:21:28:05:29:ba`.
#[inline]
pub fn mac(out: &mut Buffer, address: [u8; 6]) {
    let mut chars = [b':'; 18];
    for (place, byte) in chars.chunks_exact_mut(3).zip(address) {
        place[..2].copy_from_slice(&hex_pair(byte));
    }
    out.put(chars, 17);
}

/// `192.168.177.160`.
#[inline]
pub fn ipv4(out: &mut Buffer, [a, b, c, d]: [u8; 4]) {
    octet(out, a, 1);
    octet(out, b, 1);
    octet(out, c, 1);
    octet(out, d, 0);
}

/// `192.168.177.060`: three digits for each byte.
pub fn ipv4_full(out: &mut Buffer, address: [u8; 4]) {
    for (n, byte) in address.into_iter().enumerate() {
        if n > 0 {
            out.push(b'.');
        }
        out.put([b'0' + byte / 100, b'0' + byte / 10 % 10, b'0' + byte % 10], 3);
    }
}

#[inline]
fn octet(out: &mut Buffer, byte: u8, point: usize) {
    let [p, q, r, s, used] = OCTETS[usize::from(byte)];
    out.put([p, q, r, s], usize::from(used) + point);
}

/// Groups in hexadecimal, the first of the longest runs of two or more zero groups as `::`. The
/// last 32 bits are written as IPv4 where exactly six zero groups or five and `ffff` precede them.
pub fn ipv6(out: &mut Buffer, address: [u8; 16]) {
    let mut groups = [0_u16; 8];
    for (group, pair) in groups.iter_mut().zip(address.chunks_exact(2)) {
        *group = u16::from_be_bytes([pair[0], pair[1]]);
    }
    let (start, length) = longest_zeros(&groups);
    let end = start + length;
    let embedded = start == 0 && (length == 6 || (length == 5 && groups[5] == 0xffff));
    for (i, group) in groups.into_iter().enumerate() {
        if (start..end).contains(&i) {
            if i == start {
                out.push(b':');
            }
            continue;
        }
        if i != 0 {
            out.push(b':');
        }
        if embedded && i == 6 {
            return ipv4(out, [address[12], address[13], address[14], address[15]]);
        }
        hex_group(out, group);
    }
    if length > 0 && end == 8 {
        out.push(b':');
    }
}

/// All groups with all digits.
pub fn ipv6_full(out: &mut Buffer, address: [u8; 16]) {
    for (n, group) in address.chunks_exact(2).enumerate() {
        if n > 0 {
            out.push(b':');
        }
        for byte in group {
            out.put(hex_pair(*byte), 2);
        }
    }
}

/// Where the first of the longest runs of zero groups starts and how long it is; 0 if there is none
/// of two or more.
fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut current) = ((0, 0), (0, 0));
    for (i, group) in groups.iter().enumerate() {
        if *group != 0 {
            current = (i + 1, 0);
            continue;
        }
        current.1 += 1;
        if current.1 > best.1 {
            best = current;
        }
    }
    if best.1 < 2 { (0, 0) } else { best }
}

/// `%x`.
#[inline]
fn hex_group(out: &mut Buffer, group: u16) {
    let [high, low] = group.to_be_bytes().map(hex_pair);
    let digits = u32::from_le_bytes([high[0], high[1], low[0], low[1]]);
    let leading = (group.leading_zeros() / 4).min(3);
    out.put((digits >> (8 * leading)).to_le_bytes(), 4 - leading as usize);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::{ipv4, ipv4_full, ipv6, ipv6_full, mac};
    use crate::test_text::text;

    #[test]
    fn hardware() {
        assert_eq!(text(|out| mac(out, [0, 0x21, 0x28, 5, 0x29, 0xba])), "00:21:28:05:29:ba");
        assert_eq!(text(|out| mac(out, [255; 6])), "ff:ff:ff:ff:ff:ff");
    }

    #[test]
    fn with_all_digits() {
        assert_eq!(text(|out| ipv6_full(out, [0; 16])), "0000:0000:0000:0000:0000:0000:0000:0000");
        let address: Ipv6Addr = "2001:db8::ff02:1".parse().unwrap();
        let expected = "2001:0db8:0000:0000:0000:0000:ff02:0001";
        assert_eq!(text(|out| ipv6_full(out, address.octets())), expected);
    }

    #[test]
    fn every_octet() {
        for byte in 0..=255 {
            let expected = format!("{byte:03}.000.{byte:03}.001");
            assert_eq!(text(|out| ipv4_full(out, [byte, 0, byte, 1])), expected);
            let expected = format!("{byte}.0.{byte}.{byte}");
            assert_eq!(text(|out| ipv4(out, [byte, 0, byte, byte])), expected);
        }
    }

    /// Expectations printed by glibc.
    #[test]
    fn ipv6_like_glibc() {
        for expected in [
            "::",
            "::1",
            "::ffff",
            "1::",
            "::0.1.0.0",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "::ffff:0:102:304",
            "::ffff:0.0.0.0",
            "::102",
            "::fffe:102:304",
            "fe80::1",
            "2001:db8::1:0:0:1",
            "2001:db8:0:1:1:1:1:1",
            "2001:db8:0:1:1:1:1:0",
            "64:ff9b::c000:221",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6::",
            "::3:4:5:6:7:8",
            "0:2:3:4:5:6:7:8",
            "::2:0:0:5:6:7",
            "ff02::1:ff00:abcd",
        ] {
            let Ok(address) = expected.parse::<Ipv6Addr>() else { panic!("{expected}") };
            assert_eq!(text(|out| ipv6(out, address.octets())), expected);
        }
    }
}
