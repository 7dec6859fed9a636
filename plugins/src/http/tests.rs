//! Heads, lengths, chunks and codings, byte by byte.

use std::io::Write;

use flowz_api::checkpoint::{Checkpoint, Reader, Writer};
use flowz_api::stream::Found;
use sha2::{Digest, Sha256};

use super::chunks::{Chunks, Status};
use super::coding::{Coding, Decoder};
use super::framing::{Framing, body};
use super::head::{Head, Parsed, Start, may_begin};
use super::search::find;

fn head(bytes: &[u8]) -> Head<'_> {
    match Head::parse(bytes, 0) {
        Parsed::Head(head) => head,
        other => panic!("{other:?}"),
    }
}

#[test]
fn heads_of_requests_and_responses() {
    let request = head(b"GET /a?b HTTP/1.0\r\nHost:  a.example \r\nhost: b\r\n\r\nmore");
    assert_eq!(request.start, Start::Request { method: b"GET", target: b"/a?b" });
    assert_eq!((request.minor, request.len), (0, 49));
    assert_eq!(request.field("host"), Some(b"a.example".as_slice()));
    assert_eq!(request.fields_named("host").count(), 2);
    let response = head(b"HTTP/1.1 404 \r\nA: \xff\n\n");
    assert_eq!((response.start, response.len), (Start::Response { status: 404 }, 21));
    assert_eq!(response.field("a"), Some([0xff].as_slice()));
}

#[test]
fn what_is_no_head_and_what_may_become_one() {
    for no in [
        "EHLO a\r\n",
        "get / HTTP/1.1\r\n",
        "\x16\x03\x01",
        "SSH-2.0-x",
        "HTTP/2",
        "GET /\x01",
        " GET",
    ] {
        assert_eq!(Head::parse(no.as_bytes(), 0), Parsed::No, "{no:?}");
    }
    let whole = b"NOTIFY /x HTTP/1.1\r\nA: b\r\n\r\n";
    for len in 1..whole.len() {
        assert_eq!(Head::parse(&whole[..len], 0), Parsed::NeedMore, "{len}");
        assert_eq!(Head::parse(&whole[..len], len - 1), Parsed::NeedMore, "{len}");
    }
    assert!(matches!(Head::parse(whole, whole.len() - 1), Parsed::Head(_)));
    let endless = [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(20_000)].concat();
    assert_eq!(Head::parse(&endless, 0), Parsed::No);
    assert_eq!(may_begin(b"HTTP/1", 0), None);
}

#[test]
fn many_fields_are_read_and_too_many_are_not() {
    let of = |count| {
        [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(count), b"\r\n".to_vec()].concat()
    };
    assert_eq!(head(&of(900)).fields().len(), 900);
    assert_eq!(Head::parse(&of(1100), 0), Parsed::No);
}

#[test]
fn lengths_of_bodies() {
    let of = |text: &str, asked_by: Option<&str>| {
        let body = body(&head(format!("{text}\r\n\r\n").as_bytes()), asked_by.map(str::as_bytes));
        (body.framing, body.is_odd)
    };
    assert_eq!(of("GET / HTTP/1.1", None), (Framing::None, false));
    assert_eq!(of("POST / HTTP/1.1\r\nContent-Length: 5", None), (Framing::Length(5), false));
    assert_eq!(of("POST / HTTP/1.1\r\nContent-Length: 5, 5", None), (Framing::Length(5), false));
    assert_eq!(
        of("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6", None),
        (Framing::None, true)
    );
    assert_eq!(of("POST / HTTP/1.1\r\nContent-Length: +5", None), (Framing::None, true));
    let both = "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked";
    assert_eq!(of(both, None), (Framing::Chunked, true));
    assert_eq!(of("HTTP/1.1 200 OK", None), (Framing::UntilClose, false));
    assert_eq!(
        of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked", None),
        (Framing::Chunked, false)
    );
    assert_eq!(
        of("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip", None),
        (Framing::UntilClose, false)
    );
    assert_eq!(of("HTTP/1.1 200 OK\r\nContent-Length: 5", Some("HEAD")), (Framing::None, false));
    assert_eq!(of("HTTP/1.1 204 x\r\nContent-Length: 5", Some("GET")), (Framing::None, false));
    assert_eq!(of("HTTP/1.1 200 OK", Some("CONNECT")), (Framing::None, false));
    assert_eq!(of("HTTP/1.1 407 OK", Some("CONNECT")), (Framing::UntilClose, false));
}

/// Takes the bytes in pieces of `len`.
fn chunks(bytes: &[u8], len: usize) -> (Vec<u8>, Status, usize) {
    let (mut chunks, mut out, mut taken) = (Chunks::default(), Vec::new(), 0);
    for piece in bytes.chunks(len) {
        let status = chunks.feed(piece, |data| out.extend_from_slice(data));
        if status != Status::More {
            return (out, status, taken);
        }
        taken += piece.len();
    }
    (out, Status::More, taken)
}

#[test]
fn chunks_in_pieces_of_any_length() {
    let body = b"5\r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\nA: b\r\n\r\n";
    for len in 1..body.len() {
        let (out, status, taken) = chunks(&[body.as_slice(), b"HTTP"].concat(), len);
        let Status::Done(behind) = status else { panic!("{len} {status:?}") };
        assert_eq!(
            (out.as_slice(), taken + behind),
            (b"hello world".as_slice(), body.len()),
            "{len}"
        );
    }
    assert_eq!(chunks(b"x", 1).1, Status::Bad(0));
    assert_eq!(chunks(b"5\r\nhelloX", 9).1, Status::Bad(8));
    assert_eq!(chunks(b"11111111111111111\r\n", 99).1, Status::Bad(16));
}

#[test]
fn a_hole_in_a_chunk_is_passed_over() {
    let mut chunks = Chunks::default();
    let mut len = 0;
    assert_eq!(chunks.feed(b"a\r\n123", |data| len += data.len()), Status::More);
    assert!(!chunks.pass_over(8));
    assert!(chunks.pass_over(7));
    assert_eq!(chunks.feed(b"\r\n0\r\n\r\n", |_| panic!("no data")), Status::Done(7));
    assert_eq!(len, 3);
}

#[test]
fn messages_are_found_behind_a_hole() {
    assert_eq!(find(b"GET / HTTP/1.1\r\n", 0), Found::Message(0));
    assert_eq!(find(b"HTTP/1.1 200", 0), Found::Message(0));
    assert_eq!(find(b"xyz\r\nGET / HTTP/1.1\r\n", 0), Found::NotHere(5));
    assert_eq!(find(b"body}POST /x HTTP/1.1\r\n", 0), Found::NotHere(5));
    assert_eq!(find(b"bodyHTTP/1.1 200 OK\r\n", 0), Found::NotHere(4));
    assert_eq!(find(b"nothing here\r\nPOS", 0), Found::NotHere(14));
    assert_eq!(find(b"POS", 0), Found::NeedMore);
    assert_eq!(find(b"GET me out of here\r\n", 0), Found::NotHere(20));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

fn decode(codings: &[Coding], bytes: &[u8], piece: usize) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(codings, false)?;
    let mut out: Vec<u8> = bytes.chunks(piece).flat_map(|piece| decoder.feed(piece)).collect();
    let (rest, whole) = decoder.finish();
    out.extend(rest);
    whole.map(|whole| {
        assert_eq!(whole.len, out.len() as u64);
        out
    })
}

/// What a decoder is as another run gets it.
fn handed_on(decoder: &Decoder) -> (Decoder, usize) {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    decoder.save(&mut out);
    out.finish().expect("memory takes it");
    let decoder = Decoder::load(&mut Reader::new(&bytes)).expect("it was written so");
    (decoder, bytes.len())
}

fn decode_in_two_runs(codings: &[Coding], bytes: &[u8], cut: usize) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(codings, true)?;
    let mut out = decoder.feed(&bytes[..cut]);
    let (mut decoder, _) = handed_on(&decoder);
    out.extend(decoder.feed(&bytes[cut..]));
    let (rest, whole) = decoder.finish();
    out.extend(rest);
    let sha256 = <[u8; 32]>::from(Sha256::digest(&out));
    whole.map(|whole| {
        assert_eq!((whole.len, whole.sha256), (out.len() as u64, sha256));
        out
    })
}

/// Of a body of which too much has come nothing is kept, and no hash is claimed.
#[test]
fn long_bodies_are_not_decoded_by_the_next_run() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    let bytes = vec![0; 17 << 20];
    let encoded =
        encoder.write_all(&bytes).and_then(|()| encoder.finish()).expect("memory takes it");
    let (first, last) = encoded.split_at(encoded.len() - 100);
    let mut decoder = Decoder::new(&[Coding::Gzip], true).expect("it is known");
    for piece in first.chunks(1 << 20) {
        decoder.feed(piece);
    }
    let (mut next, size) = handed_on(&decoder);
    assert!(size < 100, "{size} bytes");
    assert!(next.feed(last).is_empty());
    assert!(next.finish().1.is_none());
    decoder.feed(last);
    assert_eq!(decoder.finish().1.map(|whole| whole.len), Some(bytes.len() as u64));
}

#[test]
fn codings_are_undone_in_pieces_of_any_length() {
    let text = b"a text that repeats itself, a text that repeats itself".as_slice();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(text).expect("memory takes it");
    let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    raw.write_all(text).expect("memory takes it");
    // An uncompressed meta-block (RFC 7932, section 9.2), and a raw block in a frame (RFC 8878, section 3.1.1).
    let brotli = [b"\x0b\x02\x80hello\x03".as_slice()].concat();
    let zstd = [b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello".as_slice()].concat();
    let cases: [(&[Coding], Vec<u8>, &[u8]); 6] = [
        (&[Coding::Gzip], gzip(text), text),
        (&[Coding::Deflate], zlib.finish().expect("memory takes it"), text),
        (&[Coding::Deflate], raw.finish().expect("memory takes it"), text),
        (&[Coding::Brotli], brotli, b"hello"),
        (&[Coding::Zstd], zstd, b"hello"),
        (&[Coding::Gzip, Coding::Gzip], gzip(&gzip(text)), text),
    ];
    for (codings, bytes, expected) in cases {
        for cut in 0..=bytes.len() {
            let continued = decode_in_two_runs(codings, &bytes, cut);
            assert_eq!(continued.as_deref(), Some(expected), "{codings:?} cut at {cut}");
        }
        for piece in 1..=bytes.len() {
            assert_eq!(
                decode(codings, &bytes, piece).as_deref(),
                Some(expected),
                "{codings:?} {piece}"
            );
        }
        assert_eq!(decode(codings, &bytes[..bytes.len() - 3], 7), None, "{codings:?}");
    }
    assert!(Decoder::new(&[Coding::Unknown], false).is_none());
    assert_eq!(
        Coding::list(b"GZIP, identity, br;q=1, x-foo").as_slice(),
        [Coding::Gzip, Coding::Brotli, Coding::Unknown]
    );
}

#[test]
fn a_bomb_is_stopped() {
    let zeros = gzip(&gzip(&vec![0; 64 << 20]));
    assert!(zeros.len() < 1000, "{}", zeros.len());
    let mut decoder = Decoder::new(&[Coding::Gzip, Coding::Gzip], false).expect("both are known");
    let len: usize = zeros.chunks(100).map(|piece| decoder.feed(piece).len()).sum();
    assert!(len <= 2 << 20, "{len}");
    assert_eq!(decoder.finish().1, None);
}
