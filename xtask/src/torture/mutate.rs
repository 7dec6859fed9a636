//! Changes of captures: of bytes, wherever they are, and of records, whose framing stays whole.

use super::corpus::Corpus;
use super::random::Random;
use super::records::{Records, packet, resize, set};

/// Most bytes of a changed capture.
const MOST: usize = 600_000;
/// Numbers at which programs trip.
const ODD: [u32; 14] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
];
/// Link types that the decoder knows, and some that nobody knows.
const LINKS: [u32; 16] = [0, 1, 9, 50, 51, 101, 104, 105, 107, 108, 113, 127, 147, 187, 228, 276];

/// A capture of the corpus with some changes; a few stay as they are.
pub(super) fn mutate(corpus: &Corpus, random: &mut Random) -> Vec<u8> {
    let mut bytes = corpus.pick(random).to_vec();
    if let Some(mut records) = Records::split(&bytes)
        && !random.one_in(4)
    {
        for _ in 0..random.below(6) {
            change_records(&mut records, random);
        }
        bytes = records.join();
    }
    if random.one_in(3) {
        for _ in 0..=random.below(6) {
            change_bytes(&mut bytes, corpus, random);
        }
    }
    bytes.truncate(MOST);
    bytes
}

/// One change of bytes, wherever they lie.
fn change_bytes(bytes: &mut Vec<u8>, corpus: &Corpus, random: &mut Random) {
    let at = random.place(bytes.len());
    let len = random.place(64.min(bytes.len() - at)) * if random.one_in(8) { 40 } else { 1 };
    let end = (at + len).min(bytes.len());
    match random.below(8) {
        0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(8)),
        1 => put_odd(bytes, at, random),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let again = bytes[at..end].repeat(1 + random.place(20));
            drop(bytes.splice(at..at, again));
        }
        4 => bytes.truncate(at),
        5 => bytes[at..end].iter_mut().for_each(|byte| *byte = random.next() as u8),
        6 => drop(bytes.splice(at..at, vec![0; len])),
        _ => {
            let other = corpus.pick(random);
            let from = random.place(other.len());
            drop(bytes.splice(at..at, other[from..].iter().copied().take(5000)));
        }
    }
}

/// An odd number of one, two or four bytes, in either order.
fn put_odd(bytes: &mut [u8], at: usize, random: &mut Random) {
    let value = *random.pick(&ODD).unwrap_or(&0);
    let (little, big) = (value.to_le_bytes(), value.to_be_bytes());
    let len = 1 << random.below(3);
    let new = if random.one_in(2) { &little[..len] } else { &big[4 - len..] };
    bytes.iter_mut().skip(at).zip(new).for_each(|(byte, new)| *byte = *new);
}

/// One change of records.
fn change_records(records: &mut Records, random: &mut Random) {
    let at = random.place(records.list.len());
    match random.below(10) {
        0 => records.header[20] = *random.pick(&LINKS).unwrap_or(&1) as u8,
        1 => shuffle(&mut records.list, random),
        2 => times(records, random),
        4 => counted(records, random),
        5 => lengths(records, random),
        6 => {
            let copies = vec![records.list[at].clone(); random.place(200)];
            drop(records.list.splice(at..at, copies));
        }
        7 => grow(records, random),
        8 => records.list.truncate(1 + at),
        _ => odd_headers(records, random),
    }
}

fn shuffle(list: &mut [Vec<u8>], random: &mut Random) {
    for n in 1..list.len() {
        list.swap(n, random.place(n + 1));
    }
}

/// Times that stand still, jump, go backwards, or are any.
fn times(records: &mut Records, random: &mut Random) {
    let (kind, mut seconds) = (random.below(4), random.next() as u32);
    for record in &mut records.list {
        match kind {
            0 => {}
            1 => seconds = seconds.wrapping_add(random.below(400) as u32),
            2 => seconds = seconds.wrapping_sub(1),
            _ => seconds = random.next() as u32,
        }
        set(record, 0, seconds);
    }
}

/// Odd numbers in the headers of some packets, at one place or at several.
fn odd_headers(records: &mut Records, random: &mut Random) {
    let (one_in, at) = (1 + random.below(20), random.place(90));
    for record in &mut records.list {
        if random.one_in(one_in) {
            let at = if random.one_in(2) { at } else { random.place(90) };
            put_odd(packet(record), at, random);
        }
    }
}

/// A field that is another one in every packet: addresses, ports, identifications, names.
fn counted(records: &mut Records, random: &mut Random) {
    let at = 6 + random.place(70);
    let step = random.next() as u16 | 1;
    let mut value = random.next() as u16;
    for record in &mut records.list {
        value = value.wrapping_add(step);
        packet(record).iter_mut().skip(at).zip(value.to_be_bytes()).for_each(|(b, new)| *b = new);
    }
}

/// Packets that are shorter or longer than they were.
fn lengths(records: &mut Records, random: &mut Random) {
    let (one_in, most) = (1 + random.below(10), if random.one_in(4) { 9000 } else { 120 });
    for record in &mut records.list {
        if random.one_in(one_in) {
            resize(record, random.place(most));
        }
    }
}

/// All records again and again, so that what grows faster than the input is seen.
fn grow(records: &mut Records, random: &mut Random) {
    let bytes: usize = records.list.iter().map(Vec::len).sum();
    let times = random.place(20).min(MOST / bytes.max(1));
    let once = records.list.clone();
    (0..times).for_each(|_| records.list.extend_from_slice(&once));
}

#[cfg(test)]
mod tests {
    use super::{MOST, mutate};
    use crate::torture::corpus::Corpus;
    use crate::torture::random::Random;
    use crate::torture::records::Records;

    fn capture() -> Vec<u8> {
        let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1];
        bytes.resize(24, 0);
        for n in 0..20_u8 {
            bytes.extend([n, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 60, 0, 0, 0]);
            bytes.extend([n; 60]);
        }
        bytes
    }

    #[test]
    fn the_same_seed_makes_the_same_bytes() {
        let capture = capture();
        let corpus = Corpus::of(&[&capture, b"\x0a\x0d\x0d\x0a", b""]);
        let made = |n| mutate(&corpus, &mut Random::new(7, n));
        let all: Vec<_> = (0..500).map(made).collect();
        assert_eq!(all, (0..500).map(made).collect::<Vec<_>>());
        assert!(all.iter().all(|bytes| bytes.len() <= MOST));
        let framed = all.iter().filter_map(|bytes| Records::split(bytes));
        assert!(framed.filter(|records| records.join() != capture).count() > 100);
    }
}
