//! Refills, growth, and blocks that are given away.

use super::*;

/// Gives one byte per call, with interruptions.
struct Drip(Vec<u8>, bool);

impl Read for Drip {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(ErrorKind::Interrupted.into());
        }
        if self.0.is_empty() {
            return Ok(0);
        }
        into[0] = self.0.remove(0);
        Ok(1)
    }
}

fn stream(bytes: Vec<u8>) -> Stream {
    let mut stream = Stream::new();
    stream.restart(Box::new(Drip(bytes, false)));
    stream
}

#[test]
fn bytes_come_in_order_and_offsets_count() {
    let mut stream = stream((0..20).collect());
    assert_eq!(stream.head::<4>(), Some(&[0, 1, 2, 3]));
    assert_eq!(stream.consume(3), 0);
    assert_eq!(stream.head::<4>(), Some(&[3, 4, 5, 6]));
    assert_eq!(stream.offset(), 3);
    assert_eq!(stream.skip(10), 10);
    assert_eq!(stream.head::<2>(), Some(&[13, 14]));
    assert_eq!(stream.head::<8>(), None);
    assert_eq!(stream.available(), 7);
    assert_eq!(stream.skip(10), 7);
    assert_eq!(stream.bytes_read(), 20);
}

#[test]
fn blocks_of_the_pool_keep_their_bytes() {
    let bytes: Vec<u8> = (0..3 * POOL_BLOCK).map(|n| (n / 7) as u8).collect();
    let mut stream = Stream::new();
    stream.use_block_pool();
    stream.restart(Box::new(io::Cursor::new(bytes.clone())));
    stream.exchange_block(Vec::new());
    assert!(stream.have(10));
    let first = stream.available();
    stream.exchange_block(Vec::new());
    stream.consume(first - 3);
    stream.hold_block();
    assert!(!stream.has_released());
    assert_eq!(stream.head::<8>().map(|b| b[..] == bytes[first - 3..first + 5]), Some(true));
    assert!(stream.has_released());
    let block = stream.exchange_block(Vec::new());
    assert_eq!(block[..first], bytes[..first]);
    assert_eq!(stream.offset(), (first - 3) as u64);
    assert!(!stream.has_released());
    stream.release_block();
    assert!(!stream.has_released(), "nobody needs it");
    stream.hold_block();
    stream.restart(Box::new(io::empty()));
    assert!(stream.has_released());
}

/// Gives a few kilobytes per call, as decompressors do.
struct Spoons(io::Cursor<Vec<u8>>);

impl Read for Spoons {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = into.len().min(4 << 10);
        self.0.read(&mut into[..count])
    }
}

#[test]
fn a_long_look_ahead_gives_few_blocks_away() {
    let mut stream = Stream::new();
    stream.use_block_pool();
    stream.restart(Box::new(Spoons(io::Cursor::new(vec![5; 8 << 20]))));
    let mut given_away = 0;
    for round in 0..3000 {
        assert!(stream.have((1 << 20) + round));
        stream.consume(100);
        stream.hold_block();
        given_away += stream.exchange_block(Vec::new()).len();
    }
    assert!((1..4 << 20).contains(&given_away), "{given_away}");
    assert_eq!((stream.offset(), stream.rest()[0]), (300_000, 5));
    for _ in 0..300 {
        assert_eq!(stream.skip(10_000), 10_000);
        given_away = stream.exchange_block(Vec::new()).len();
    }
    assert_eq!(given_away, 0, "what nobody needs is filled again");
}

#[test]
fn grows_for_a_record_larger_than_the_buffer() {
    let mut stream = Stream::new();
    stream.restart(Box::new(io::Cursor::new(vec![7; 3 * BUFFER])));
    assert!(stream.have(BUFFER + 1));
    let at = stream.consume(BUFFER + 1);
    assert!(stream.slice(at, BUFFER + 1).iter().all(|&byte| byte == 7));
    assert_eq!(stream.buffer.len(), 2 * BUFFER);
    assert!(!stream.have(2 * BUFFER));
}
