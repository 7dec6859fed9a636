//! Parsers with any bytes: what fuzz targets call, and nothing else. Each checks what must hold of what it yields.

use crate::flow_label::file;
use crate::flow_label::index::Index;
use crate::flow_label::rule::{Conversation, Side, When};
use crate::quic_decode;
use crate::tls::certificate::{self, Certificate};
use crate::tls::ciphers;
use crate::tls::fingerprint::{Ja3, Ja4};
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kept;
use crate::voip::h323::control::{Channel, Control};
use crate::voip::h323::q931::Message;
use crate::voip::h323::ras::Ras;
use crate::voip::h323::signalling::Signalling;

/// Bytes as a ClientHello, a ServerHello, certificates and a certificate; nothing of what is kept is longer than allowed.
///
/// # Panics
///
/// If that does not hold.
pub fn tls(bytes: &[u8]) {
    const MOST: usize = 8;
    if let Some(mut hello) = ClientHello::read(bytes) {
        let hashes = (Ja3::of_client(&hello).hash.len(), Ja4::of_client(&hello, 'q').hash.len());
        assert_eq!(hashes, (32, 36));
        let strengths = hello.ciphers.iter().filter_map(|cipher| ciphers::strength(*cipher));
        assert!(strengths.count() <= hello.ciphers.len());
        let (_, _) = (hello.highest_version(), hello.is_encrypted());
        kept::client(&mut hello);
        let e = &hello.extensions;
        for list in [&hello.ciphers, &e.numbers, &e.groups, &e.signatures, &e.versions] {
            assert!(list.len() <= kept::MOST_VALUES && list.capacity() <= kept::MOST_VALUES);
        }
        assert!(e.shares.len() <= kept::MOST_VALUES && e.alpn.len() <= kept::MOST_VALUES);
        if let Some(mut answer) = ServerHello::read(bytes) {
            assert_eq!(Ja3::of_server(&answer).hash.len(), 32);
            let (_, _) = (answer.chosen_version(), answer.resumes(&hello));
            kept::server(&mut answer);
        }
    }
    if let Some(answer) = ServerHello::read(bytes) {
        let _ = answer.is_retry();
    }
    let found = certificate::list(bytes, MOST);
    assert!(found.len() <= MOST);
    for certificate in found.iter().chain(&Certificate::read(bytes)) {
        let (_, _) = (certificate.has_weak_key(true), certificate.has_weak_key(false));
        assert_eq!((certificate.sha1.len(), certificate.sha256.len()), (40, 64));
    }
}

/// Bytes as payloads of Initial packets, each behind its length of two bytes: what is kept of them is bounded and in order.
///
/// # Panics
///
/// If that does not hold.
pub fn quic_frames(mut bytes: &[u8]) {
    let payloads = std::iter::from_fn(|| {
        let (len, rest) = bytes.split_first_chunk::<2>()?;
        let (payload, rest) = rest.split_at(rest.len().min(u16::from_be_bytes(*len).into()));
        bytes = rest;
        Some(payload)
    });
    assert!(quic_decode::reads_frames(payloads));
}

/// Bytes as messages of H.323, each kind: what H.225.0 and H.245 say is read alike as often as it is read, and lists are no longer than allowed.
///
/// # Panics
///
/// If that does not hold.
pub fn h323(bytes: &[u8]) {
    const MOST: usize = 64;
    if let Some(ras) = Ras::read(bytes) {
        assert!(ras.from.len().max(ras.to.len()) <= MOST && ras.number != 0);
        assert!(ras.signalling.len().max(ras.ras.len()) <= MOST);
        assert_eq!(Ras::read(bytes), Some(ras));
    }
    let inner = Message::read(bytes).and_then(|message| message.user);
    for body in [Some(bytes), inner].into_iter().flatten() {
        let Some(body) = Signalling::read(body) else { continue };
        assert!(body.from.len().max(body.to.len()) <= MOST && body.signalling.len() <= MOST);
        assert!(body.fast_start.len().max(body.tunnelled.len()) <= MOST);
        for bytes in body.fast_start.iter().chain(&body.tunnelled) {
            let _ = (Channel::read(bytes), Control::read(bytes));
        }
    }
    if let Some(control) = Control::read(bytes) {
        assert!(control.digits.len() <= bytes.len() && !control.kind.is_empty());
        assert_eq!(Control::read(bytes), Some(control));
    }
    let _ = Channel::read(bytes);
}

/// A text as rows of labels, in CSV and in TOML: what is wrong is in a line of the text, and a conversation that a row is about finds that row.
///
/// # Panics
///
/// If that does not hold.
pub fn labels(text: &str) {
    const LOOKED_AT: usize = 50;
    for is_toml in [false, true] {
        let rules = match file::read(text, is_toml, None) {
            Ok(rules) => rules.rules,
            Err((line, reason)) => {
                let lines = text.matches('\n').count() + 1;
                assert!((1..=lines).contains(&(line as usize)) && !reason.is_empty(), "{line}");
                continue;
            }
        };
        let (index, mut found) = (Index::new(&rules), Vec::new());
        for (number, rule) in (0..).zip(&rules).take(LOOKED_AT) {
            let end = |side: &Side| {
                let address = side.prefixes.first().map(ToString::to_string);
                let address = address.and_then(|text| text.split('/').next()?.parse().ok());
                (address, side.ports.first().map_or(0, |(port, _)| *port))
            };
            let conversation = Conversation {
                first: rule.window.start,
                last: rule.window.start,
                src: end(&rule.src),
                dst: end(&rule.dst),
                proto: rule.proto.unwrap_or(0),
            };
            index.candidates(&conversation, &mut found);
            let is_about = rule.matches(&conversation, When::Begins);
            assert!(!is_about || found.contains(&number), "line {}", rule.line);
        }
    }
}
