use std::io::{self, Cursor};

use super::{Entry, Index, IndexError, IndexWriter, Known, Way};

/// Capture, number, start, end, flows.
type Packet = (usize, u64, u64, u64, Vec<u64>);

fn packets(index: &mut Index<Cursor<Vec<u8>>>) -> Vec<Packet> {
    let mut found = Vec::new();
    let show = |entry: Entry<'_>| -> io::Result<()> {
        let Entry { capture, number, start, end, flows } = entry;
        found.push((capture, number, start, end, flows.to_vec()));
        Ok(())
    };
    index.packets(show).unwrap();
    found
}

fn sample(count: u64) -> Vec<u8> {
    let mut writer = IndexWriter::new(Vec::new(), b"header").unwrap();
    writer.begin_capture(24).unwrap();
    for n in 0..count {
        let flows = [n * 7919 % 50_000, n];
        let flows = flows.into_iter().take((n % 3) as usize);
        writer.packet(24 + (n + 1) * 90, n == 5, flows).unwrap();
        writer.record(&[n as u8; 37]).unwrap();
    }
    writer.end_capture(true);
    writer.begin_capture(0).unwrap();
    writer.packet(1 << 40, true, [u64::from(u32::MAX)].into_iter()).unwrap();
    writer.record(&[]).unwrap();
    writer.end_capture(false);
    writer.finish().unwrap()
}

fn open(bytes: Vec<u8>) -> Index<Cursor<Vec<u8>>> {
    match Index::open(Cursor::new(bytes), b"header").unwrap() {
        Known::Same(index) => index,
        Known::Different => panic!("another header"),
    }
}

#[test]
fn what_was_written_is_read() {
    const COUNT: u64 = 300_000;
    let bytes = sample(COUNT);
    assert!(bytes.len() < 8 * COUNT as usize, "{}", bytes.len());
    let mut index = open(bytes);
    let ways = [
        Way { may_jump: true, described_at: vec![24 + 5 * 90] },
        Way { may_jump: false, described_at: vec![0] },
    ];
    assert_eq!(index.captures(), ways);
    let found = packets(&mut index);
    assert_eq!(found.len() as u64, COUNT + 1);
    for (n, (capture, number, start, end, flows)) in (0..COUNT).zip(&found) {
        let expected = [n * 7919 % 50_000, n];
        assert_eq!((*capture, *number, *start, *end), (0, n, 24 + n * 90, 24 + (n + 1) * 90));
        assert_eq!(flows[..], expected[..(n % 3) as usize]);
    }
    assert_eq!(found.last().unwrap(), &(1, 0, 0, 1 << 40, vec![u64::from(u32::MAX)]));
    let mut lengths = Vec::new();
    index.records(|record| lengths.push(record.len())).unwrap();
    assert_eq!(lengths.len() as u64, COUNT + 1);
    assert!(lengths[..lengths.len() - 1].iter().all(|len| *len == 37) && lengths.ends_with(&[0]));
}

#[test]
fn other_files_and_parts_of_an_index() {
    let bytes = sample(1000);
    let open = |bytes: Vec<u8>, header: &[u8]| Index::open(Cursor::new(bytes), header);
    assert!(matches!(open(bytes.clone(), b"other"), Ok(Known::Different)));
    assert!(matches!(open(b"flowz index 2\n".to_vec(), b""), Err(IndexError::Other)));
    assert!(matches!(open(Vec::new(), b""), Err(IndexError::Other)));
    for len in 14..bytes.len() {
        let cut = open(bytes[..len].to_vec(), b"header");
        assert!(matches!(cut, Err(IndexError::Damaged(_))), "{len}: {cut:?}");
    }
}

#[test]
fn changed_octets_are_told_or_change_numbers_only() {
    let bytes = sample(50);
    for at in 14..bytes.len() {
        for flip in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            if let Ok(Known::Same(mut index)) = Index::open(Cursor::new(changed), b"header") {
                let _ = index.packets(|_| -> io::Result<()> { Ok(()) });
                let _ = index.records(|_| {});
            }
        }
    }
}
