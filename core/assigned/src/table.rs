//! Sorted text as a table: a number, a tab and what belongs to it, one entry a line.

/// What stands behind the number in the table. Lines that begin with no number (the remarks at the
/// head) come before all others.
pub(crate) fn find(table: &'static str, radix: u32, number: u64) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = bytes[low..middle].iter().rposition(|b| *b == b'\n');
        let start = before.map_or(low, |at| low + at + 1);
        let (key, length) = key(&bytes[start..high], radix);
        if key > Some(number) {
            high = start;
            continue;
        }
        let behind = bytes[middle..high].iter().position(|b| *b == b'\n');
        let end = behind.map_or(high, |at| middle + at);
        if key == Some(number) {
            return table.get(start + length + 1..end);
        }
        low = end + 1;
    }
    None
}

/// The number at the beginning of a line, if there is one in front of the tab, and its length.
fn key(line: &[u8], radix: u32) -> (Option<u64>, usize) {
    let mut number = 0_u64;
    for (length, byte) in line.iter().enumerate() {
        match char::from(*byte).to_digit(radix) {
            Some(digit) => number = number.wrapping_mul(radix.into()).wrapping_add(digit.into()),
            None => return ((*byte == b'\t' && length > 0).then_some(number), length),
        }
    }
    (None, line.len())
}

#[cfg(test)]
mod tests {
    use super::find;

    const SMALL: &str = "# head\n# more\n1\tone\n3\tthree\n200\ttwo hundred\n";

    #[test]
    fn every_entry_is_found_and_nothing_else() {
        let names = [0, 1, 2, 3, 4, 200, 201].map(|n| find(SMALL, 10, n));
        let expected = [None, Some("one"), None, Some("three"), None, Some("two hundred"), None];
        assert_eq!(names, expected);
        assert_eq!(find("", 10, 1), None);
        assert_eq!(find("# nothing\n", 10, 1), None);
    }

    /// What a search by halving needs, of each table of the crate.
    #[test]
    fn tables_are_sorted_and_complete() {
        let tables = [
            (include_str!("../data/tcp.txt"), 10),
            (include_str!("../data/udp.txt"), 10),
            (include_str!("../data/sctp.txt"), 10),
            (include_str!("../data/dccp.txt"), 10),
            (include_str!("../data/protocols.txt"), 10),
            (include_str!("../data/ethertypes.txt"), 16),
            (include_str!("../data/ma-l.txt"), 16),
            (include_str!("../data/ma-m.txt"), 16),
            (include_str!("../data/ma-s.txt"), 16),
        ];
        for (table, radix) in tables {
            let mut latest = None;
            for line in table.lines().skip_while(|line| line.starts_with('#')) {
                let (key, rest) = line.split_once('\t').expect(line);
                let key = u64::from_str_radix(key, radix).ok();
                assert!(latest < key && !rest.is_empty(), "{line}");
                assert_eq!(find(table, radix, key.expect(line)), Some(rest));
                latest = key;
            }
        }
    }
}
