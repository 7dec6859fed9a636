//! Hellos and certificates with literal bytes, whole and cut.

use super::certificate::Certificate;
use super::ciphers::{Strength, strength};
use super::der::{dotted, seconds, tag};
use super::fingerprint::{Ja3, Ja4, hex};
use super::hello::{ClientHello, ServerHello};
use super::names::Name;

/// A ClientHello without its head: TLS 1.2, and 1.3 in an extension; name `a.b`, protocols `h2` and `x`.
pub(crate) fn client_hello() -> Vec<u8> {
    let random = [7; 32];
    let front =
        [&[3, 3][..], &random, &[1, 0xaa], &[0, 6, 0x1a, 0x1a, 0x13, 1, 0xc0, 0x2f], &[1, 0]];
    let extensions: [&[u8]; 8] = [
        &[0x2a, 0x2a, 0, 0],
        &[0, 0, 0, 8, 0, 6, 0, 0, 3, b'a', b'.', b'b'],
        &[0, 10, 0, 6, 0, 4, 0x11, 0xec, 0, 0x1d],
        &[0, 11, 0, 2, 1, 0],
        &[0, 13, 0, 6, 0, 4, 8, 4, 4, 3],
        &[0, 16, 0, 7, 0, 5, 2, b'h', b'2', 1, b'x'],
        &[0, 43, 0, 5, 4, 3, 4, 3, 3],
        &[0, 51, 0, 9, 0, 7, 0, 0x1d, 0, 3, 1, 2, 3],
    ];
    let extensions = extensions.concat();
    [&front.concat()[..], &(extensions.len() as u16).to_be_bytes(), &extensions].concat()
}

#[test]
fn a_client_hello() {
    let hello = ClientHello::read(&client_hello()).expect("it is whole");
    assert_eq!((hello.version, hello.highest_version()), (0x0303, 0x0304));
    assert_eq!(
        (&hello.session[..], &hello.ciphers[..]),
        (&[0xaa][..], &[0x1a1a, 0x1301, 0xc02f][..])
    );
    let e = &hello.extensions;
    assert_eq!(e.numbers, [0x2a2a, 0, 10, 11, 13, 16, 43, 51]);
    assert_eq!(e.server_name.as_deref(), Some(&b"a.b"[..]));
    assert_eq!((&e.groups[..], &e.formats[..]), (&[0x11ec, 0x1d][..], &[0][..]));
    assert_eq!((&e.shares[..], e.malformed), (&[(0x1d, 3)][..], false));
    assert_eq!(e.alpn, [&b"h2"[..], b"x"]);
    let ja3 = Ja3::of_client(&hello);
    assert_eq!(ja3.text, "771,4865-49199,0-10-11-13-16-43-51,4588-29,0");
    let ja4 = Ja4::of_client(&hello, 't');
    assert_eq!(ja4.text, "t13d0207h2_1301,c02f_000a,000b,000d,002b,0033_0804,0403");
    assert!(ja4.hash.starts_with("t13d0207h2_") && ja4.hash.len() == 36, "{}", ja4.hash);
}

#[test]
fn hellos_cut_at_every_byte() {
    let whole = client_hello();
    // Up to the list of extensions there is no hello; behind that it is malformed.
    let front = 2 + 32 + 2 + 8 + 2;
    for len in 0..whole.len() {
        let hello = ClientHello::read(&whole[..len]);
        assert_eq!(hello.is_some(), len >= front, "{len}");
        let malformed = hello.is_some_and(|hello| hello.extensions.malformed);
        assert_eq!(malformed, len > front, "{len}");
    }
}

#[test]
fn names_of_protocols_in_ja4() {
    let with = |name: &[u8]| {
        let mut hello = ClientHello::read(&client_hello()).expect("it is whole");
        hello.extensions.alpn = vec![name.to_vec()];
        Ja4::of_client(&hello, 'q').hash[8..10].to_owned()
    };
    assert_eq!(with(b"http/1.1"), "h1");
    assert_eq!(with(b"h"), "hh");
    assert_eq!(with(&[0xab, 0xcd]), "ad");
    assert_eq!(with(b""), "00");
}

#[test]
fn a_hello_without_anything_has_no_hashes() {
    let body = [&[3, 1][..], &[0; 32], &[0, 0, 0, 1, 0]].concat();
    let hello = ClientHello::read(&body).expect("it is whole");
    assert_eq!(Ja4::of_client(&hello, 't').hash, "t10i000000_000000000000_000000000000");
    assert_eq!(Ja3::of_client(&hello).text, "769,,,,");
}

#[test]
fn a_server_hello() {
    let front = [&[3, 3][..], &[9; 32], &[0, 0x13, 2, 0]].concat();
    let extensions = [0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 0x18];
    let hello = ServerHello::read(&[&front[..], &extensions].concat()).expect("it is whole");
    assert_eq!((hello.cipher, hello.chosen_version(), hello.is_retry()), (0x1302, 0x0304, false));
    assert_eq!(hello.extensions.shares, [(0x18, 0)]);
    assert_eq!(Ja3::of_server(&hello).text, "771,4866,43-51");
    assert_eq!(Ja3::of_server(&hello).hash, "15af977ce25de452b96affa2addb1036");
}

#[test]
fn strengths() {
    assert_eq!(strength(0x0004), Some(Strength::Insecure));
    assert_eq!(strength(0xc014), Some(Strength::Weak));
    assert_eq!(strength(0xc02f), Some(Strength::Secure));
    assert_eq!(strength(0x1301), Some(Strength::Recommended));
    assert_eq!((strength(0x1a1a), strength(0x00ff)), (None, None));
}

#[test]
fn times() {
    assert_eq!(seconds(tag::UTC_TIME, b"240101000000Z"), Some(1_704_067_200));
    assert_eq!(seconds(tag::UTC_TIME, b"700101000000Z"), Some(0));
    assert_eq!(seconds(tag::GENERALIZED_TIME, b"20000301123456Z"), Some(951_914_096));
    assert_eq!(seconds(tag::UTC_TIME, b"24010100000"), Some(1_704_067_200), "seconds are missing");
    assert_eq!(seconds(tag::UTC_TIME, b"2401010000x"), Some(1_704_067_200));
    assert_eq!(seconds(tag::UTC_TIME, b"24010x"), None);
}

#[test]
fn names() {
    let attribute = |oid: u8, value: &[u8]| {
        let len = value.len() as u8;
        let inner = [&[6, 3, 0x55, 4, oid, 12, len][..], value].concat();
        [&[0x31, inner.len() as u8 + 2, 0x30, inner.len() as u8][..], &inner].concat()
    };
    let bytes = [attribute(6, b"CH"), attribute(3, b" a,b")].concat();
    let name = Name::read(&bytes).expect("it is whole");
    assert_eq!(name.as_text(), r"CN=\ a\,b,C=CH");
    assert_eq!((name.get("CN"), name.get("O")), (" a,b", ""));
    let mut pair = [attribute(11, b"A"), attribute(11, b"B")].concat();
    // Both in one set: the second one's tag and length go.
    pair.drain(12..14);
    pair[1] = pair.len() as u8 - 2;
    let bytes = [attribute(6, b"CH"), pair, attribute(3, b"x")].concat();
    let name = Name::read(&bytes).expect("it is whole");
    assert_eq!(name.as_text(), "CN=x,OU=A+OU=B,C=CH");
    assert_eq!(dotted(&[0x55, 4, 3]), "2.5.4.3");
    assert_eq!(dotted(&[0x2a, 0x86, 0x48]), "1.2.840");
}

/// A certificate for `CN=x` by itself, with a key on a curve of 256 bits; its signature is left out.
pub(crate) fn certificate() -> Vec<u8> {
    let sequence = |parts: &[&[u8]]| {
        let inner = parts.concat();
        [&[0x30, 0x81, inner.len() as u8][..], &inner].concat()
    };
    let name = sequence(&[&[0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 12, 1, b'x']]);
    let signed = sequence(&[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
    let validity = sequence(&[b"\x17\x0d240101000000Z", b"\x18\x0f20340101000000Z"]);
    let curve = [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    let algorithm = sequence(&[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &curve]);
    let key = sequence(&[&algorithm, &[3, 3, 0, 4, 1]]);
    let front = [0xa0, 3, 2, 1, 2, 2, 3, 0, 0x8e, 0x01];
    sequence(&[&sequence(&[&front, &signed, &name, &validity, &name, &key])])
}

#[test]
fn a_certificate() {
    let bytes = certificate();
    let found = Certificate::read(&bytes).expect("it is whole");
    assert_eq!((found.version, &found.serial[..]), (3, "8E01"));
    assert_eq!((&found.subject_text[..], found.issuer.get("CN")), ("CN=x", "x"));
    assert_eq!((found.not_before, found.not_after), (1_704_067_200, 2_019_686_400));
    assert_eq!(
        (found.key_kind, found.key_bits, found.key.short()),
        ("ECDSA", 256, "id-ecPublicKey")
    );
    assert_eq!((found.signature.short(), found.len), ("ecdsa-with-SHA256", bytes.len() as u32));
    assert!(!found.has_weak_key(false) && found.has_weak_key(true));
    for len in 0..bytes.len() {
        assert!(Certificate::read(&bytes[..len]).is_none(), "{len}");
    }
    assert_eq!(hex(&[0, 0xaf]), "00af");
}
