//! Messages of RFC 3261 and RFC 4475 (section numbers in the names), in our own words where texts do not matter.

use flowz_api::stream::Found;

use super::address::Address;
use super::message::{Head, Parsed, Start, find};

fn head(bytes: &[u8]) -> Head<'_> {
    match Head::parse(bytes, 0, true) {
        Parsed::Head(head) => head,
        other => panic!("{other:?}"),
    }
}

const INVITE: &[u8] = b"INVITE sip:bob@biloxi.example SIP/2.0\r\n\
    Via: SIP/2.0/UDP pc33.example;branch=z9hG4bK776\r\n\
    To: Bob <sip:bob@biloxi.example>\r\n\
    From: \"A <x>\" <sip:alice@atlanta.example;transport=udp>;tag=1928301774\r\n\
    Call-ID: a84b4c76e66710@pc33.example\r\n\
    CSeq: 314159 INVITE\r\n\
    Content-Length: 4\r\n\r\nbody";

#[test]
fn a_request() {
    let head = head(INVITE);
    assert_eq!(head.start, Start::Request { method: b"INVITE", uri: b"sip:bob@biloxi.example" });
    assert_eq!((head.len, head.content_length()), (INVITE.len() - 4, Some(4)));
    assert_eq!(head.sequence(), Some((314_159, &b"INVITE"[..])));
    let from = Address::new(head.field("from").unwrap());
    assert_eq!((from.uri, from.tag), (&b"alice@atlanta.example"[..], &b"1928301774"[..]));
    assert_eq!(Address::new(head.field("to").unwrap()).tag, b"");
    assert!(!head.is_malformed);
}

#[test]
fn byte_by_byte_it_is_the_same() {
    for end in 1..INVITE.len() - 4 {
        assert_eq!(Head::parse(&INVITE[..end], end - 1, false), Parsed::NeedMore, "{end}");
    }
    assert!(matches!(Head::parse(INVITE, INVITE.len() - 5, false), Parsed::Head(_)));
}

#[test]
fn compact_and_folded_fields() {
    let head = head(
        b"SIP/2.0 200 All right\r\ni : x@y\r\nV: SIP/2.0/TCP a\r\n ;branch=1\r\n\tx\r\nL:0\r\n\r\n",
    );
    assert_eq!(head.start, Start::Response { code: 200, reason: b"All right" });
    assert_eq!(head.field("call-id"), Some(&b"x@y"[..]));
    assert_eq!(head.field("via"), Some(&b"SIP/2.0/TCP a ;branch=1 x"[..]));
    assert_eq!(head.content_length(), Some(0));
}

#[test]
fn what_is_no_message() {
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"SIP/2.0 99 x\r\n\r\n",
        b"SIP/2.0 2000 x\r\n\r\n",
        b"SIP/2.0200\r\n\r\n",
        b"\x16\x03\x01 x SIP/2.0\r\n\r\n",
        b"INVITE  SIP/2.0\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"",
    ] {
        assert_eq!(Head::parse(bytes, 0, true), Parsed::No, "{bytes:?}");
    }
}

#[test]
fn torture_3_1_1_1_a_short_tortuous_invite() {
    let head = head(
        b"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n\
        TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n\
        from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n\
        Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\r\n\
        cseq: 0009\r\n  INVITE\r\nNewFangledHeader:   newfangled value\r\n continued newfangled value\r\n\
        Content-Length   : 150\r\n\r\n",
    );
    let to = Address::new(head.field("to").unwrap());
    assert_eq!((to.uri, to.tag), (&b"vivekg@chair-dnrc.example.com"[..], &b"1918181833n"[..]));
    let from = Address::new(head.field("from").unwrap());
    assert_eq!((from.uri, from.tag), (&b"jdrosen@example.com"[..], &b"98asjd8"[..]));
    assert_eq!(head.sequence(), Some((9, &b"INVITE"[..])));
    assert_eq!(head.content_length(), Some(150));
}

#[test]
fn torture_3_1_1_2_any_token_is_a_method() {
    let head = head(b"!interesting-Method0123456789_*+`.%indeed'~ sip:1 SIP/2.0\r\n\r\n");
    assert!(matches!(head.start, Start::Request { .. }));
}

#[test]
fn torture_3_1_2_8_spaces_in_the_uri() {
    let head = head(b"INVITE sip:user@example.com; lr SIP/2.0\r\nCall-ID: x\r\n\r\n");
    assert_eq!(head.start, Start::Request { method: b"INVITE", uri: b"sip:user@example.com; lr" });
}

#[test]
fn lines_that_are_no_fields() {
    let head = head(b"BYE sip:a SIP/2.0\r\nnothing\r\nCall-ID: x\r\n");
    assert!(head.is_malformed);
    assert_eq!(head.field("call-id"), Some(&b"x"[..]));
}

#[test]
fn a_message_begins_a_line() {
    assert_eq!(find(b"ta: x\r\nBYE sip:a SIP/2.0\r\n"), Found::NotHere(7));
    assert_eq!(find(b"BYE sip:a SIP/2.0\r\n"), Found::Message(0));
    assert_eq!(find(b"BYE sip:a SI"), Found::NeedMore);
    assert_eq!(find(b"\r\nBYE"), Found::NotHere(2));
}

#[test]
fn addresses() {
    let uri = |field: &'static [u8]| std::str::from_utf8(Address::new(field).uri).unwrap();
    assert_eq!(uri(b"<sip:a;b@c.d:5060;x=y?h=i>;tag=1"), "a;b@c.d:5060");
    assert_eq!(uri(b"tel:+1-201-555-0123;tag=2"), "+1-201-555-0123");
    assert_eq!(uri(b"\"unclosed <sips:x@y>"), "x@y");
    assert_eq!(uri(b"*"), "*");
    assert_eq!(uri(b"<sip:[2001:db8::1]:5060>"), "[2001:db8::1]:5060");
    assert_eq!(uri(b""), "");
}
