//! Names, compressed, wrong, and of NetBIOS.

use crate::dns_decode::name::{Fault, read, skip};
use crate::dns_decode::netbios::decoded;

fn text(message: &[u8], at: usize) -> (Vec<u8>, Option<Fault>) {
    let (name, fault) = read(message, at);
    (name.text().to_vec(), fault)
}

#[test]
fn labels_and_pointers() {
    let message = b"\x01a\x02b.\x00\x01c\xc0\x00\xc0\x06";
    assert_eq!(text(message, 0), (b"a.b.".to_vec(), None));
    assert_eq!(text(message, 6), (b"c.a.b.".to_vec(), None));
    assert_eq!(text(message, 10), (b"c.a.b.".to_vec(), None));
    assert_eq!(text(message, 5), (Vec::new(), None), "the root");
    assert_eq!([0, 6, 10].map(|at| skip(message, at)), [Ok(6), Ok(10), Ok(12)]);
}

#[test]
fn pointers_that_do_not_point_backwards() {
    for message in [&b"\xc0\x00"[..], b"\x01a\xc0\x00", b"\xc0\x02\xc0\x00"] {
        assert_eq!(text(message, 0).1, Some(Fault::Pointer), "{message:?}");
    }
    // Two that point at each other.
    assert_eq!(text(b"\x01a\xc0\x04\x01b\xc0\x00", 4).1, Some(Fault::Pointer));
}

#[test]
fn cut_and_unknown() {
    for (message, fault) in [
        (&b""[..], Fault::Cut),
        (b"\x02a", Fault::Cut),
        (b"\x01a", Fault::Cut),
        (b"\xc0", Fault::Cut),
        (b"\x41a\x00", Fault::Label),
        (b"\x81a\x00", Fault::Label),
    ] {
        assert_eq!(text(message, 0).1, Some(fault), "{message:?}");
        assert_eq!(skip(message, 0), Err(fault), "{message:?}");
    }
    assert_eq!(text(b"\xc0\x09", 0).1, Some(Fault::Pointer));
}

#[test]
fn the_longest_name() {
    let label = [&[63][..], &[b'x'; 63]].concat();
    let longest = [&label[..], &label, &label, &[61], &[b'y'; 61], &[0]].concat();
    assert_eq!(longest.len(), 255);
    let (name, fault) = text(&longest, 0);
    assert_eq!((name.len(), fault), (253, None));
    assert_eq!(skip(&longest, 0), Ok(255));
    let longer = [&label[..], &label, &label, &[62], &[b'y'; 62], &[0]].concat();
    assert_eq!(text(&longer, 0), (longest_part(), Some(Fault::Label)));
    assert_eq!(skip(&[&label[..]; 5].concat(), 0), Err(Fault::Label));
}

fn longest_part() -> Vec<u8> {
    [[b'x'; 63]; 3].join(&b'.')
}

#[test]
fn many_pointers() {
    // Each pointer leads to the one in front of it.
    let mut message = vec![0];
    for n in 0_u16..200 {
        let to = if n == 0 { 0 } else { n * 2 - 1 };
        message.extend((0xc000 | to).to_be_bytes());
    }
    assert_eq!(text(&message, 2 * 126 + 1).1, None);
    assert_eq!(text(&message, 2 * 127 + 1).1, Some(Fault::Pointer), "one more than allowed");
}

#[test]
fn netbios_names() {
    let name = b"EIEPFDFECACACACACACACACACACACACA";
    assert_eq!(decoded(name).as_deref(), Some(&b"HOST<20>"[..]));
    let scoped = [&name[..], b".local"].concat();
    assert_eq!(decoded(&scoped).as_deref(), Some(&b"HOST<20>.local"[..]));
    assert_eq!(decoded(&name[..31]), None);
    assert_eq!(decoded(b"EIEPFDFECACACACACACACACACACACACa"), None);
    assert_eq!(decoded(&[&name[..], b"A"].concat()), None);
    assert_eq!(decoded(b"CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").as_deref(), Some(&b"*<00>"[..]));
}
