//! Media of calls as signalling describes them, and the facts in which plugins tell each other.

use std::net::{IpAddr, SocketAddr};

use flowz_api::Checkpoint;
use flowz_api::Fact;
use flowz_api::fact::FactValue;
use flowz_api::record::{Cells, Record};

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Kind {
    #[default]
    Audio,
    Video,
    /// Anything else: faxes, texts, applications.
    Other,
}

/// A format of payload.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Format {
    /// Number in RTP packets.
    pub(crate) payload_type: u8,
    /// Its name, as `PCMU`; in capital letters.
    pub(crate) name: String,
    /// Ticks of the RTP clock per second.
    pub(crate) clock: u32,
    pub(crate) channels: u8,
}

/// How media are encrypted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Crypto {
    /// Name of the suite, as `AES_CM_128_HMAC_SHA1_80` (RFC 4568, section 6.2).
    pub(crate) suite: String,
    /// Master key and salt.
    pub(crate) key: Vec<u8>,
    /// The identifier of the key as packets have it (RFC 4568, section 6.1); empty if they have none.
    pub(crate) mki: Vec<u8>,
}

/// A stream that one side is ready to receive.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Media {
    pub(crate) kind: Kind,
    /// Where it wants the packets, as in [`FlowKey`](flowz_api::key::FlowKey).
    pub(crate) address: [u8; 16],
    /// It is an IPv6 address.
    pub(crate) is_v6: bool,
    /// 0: it wants RTCP alone.
    pub(crate) port: u16,
    /// Where it wants those of RTCP.
    pub(crate) rtcp_port: u16,
    /// It receives, it sends.
    pub(crate) receives: bool,
    pub(crate) sends: bool,
    pub(crate) formats: Vec<Format>,
    /// Milliseconds of each packet, 0 if that is not said.
    pub(crate) packet_time: u16,
    /// Keys of what this side sends.
    pub(crate) crypto: Vec<Crypto>,
    /// What is sent is encrypted, with keys that may not be known.
    pub(crate) is_encrypted: bool,
}

/// An address and a port.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Place {
    /// As in [`FlowKey`](flowz_api::key::FlowKey).
    pub(crate) address: [u8; 16],
    /// It is an IPv6 address.
    pub(crate) is_v6: bool,
    pub(crate) port: u16,
}

/// Media that a packet with SIP tells of.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "sipDecode", name = "media", version = 2)]
pub(crate) struct SipMedia {
    /// The call.
    pub(crate) call_id: Vec<u8>,
    pub(crate) list: Vec<Media>,
}

/// Media that a packet with H.323 tells of.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "h323Decode", name = "media", version = 1)]
pub(crate) struct H323Media {
    /// The call, as its identifier in hexadecimal; empty if it is not known.
    pub(crate) call_id: Vec<u8>,
    pub(crate) list: Vec<Media>,
}

impl Media {
    /// The address.
    pub(crate) fn ip(&self) -> IpAddr {
        ip(self.address, self.is_v6)
    }

    /// In words: `audio 192.0.2.1:4000 PCMU,PCMA`; `audio rtcp 192.0.2.1:4001` where nothing but RTCP is wanted.
    pub(crate) fn in_words(&self) -> String {
        let kind = match self.kind {
            Kind::Audio => "audio",
            Kind::Video => "video",
            Kind::Other => "other",
        };
        let names = self.formats.iter().map(|format| match format.name.as_str() {
            "" => format.payload_type.to_string(),
            name => name.to_owned(),
        });
        let names = names.collect::<Vec<_>>().join(",");
        let way = match (self.receives, self.sends) {
            (true, true) => "",
            (true, false) => " recvonly",
            (false, true) => " sendonly",
            (false, false) => " inactive",
        };
        let (what, port) = if self.port == 0 { (" rtcp", self.rtcp_port) } else { ("", self.port) };
        let place = SocketAddr::from((self.ip(), port));
        format!("{kind}{what} {place} {names}{way}").trim_end().to_owned()
    }
}

impl Place {
    /// The address.
    pub(crate) fn ip(&self) -> IpAddr {
        ip(self.address, self.is_v6)
    }
}

fn ip(address: [u8; 16], is_v6: bool) -> IpAddr {
    let [a, b, c, d, ..] = address;
    if is_v6 { address.into() } else { [a, b, c, d].into() }
}

impl FactValue for Kind {
    fn put(&self, out: &mut Record) {
        (*self as u8).put(out);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        match u8::read(from) {
            0 => Self::Audio,
            1 => Self::Video,
            _ => Self::Other,
        }
    }
}

/// Values of a struct, field by field.
macro_rules! fields {
    ($name:ident: $($field:ident),*) => {
        impl FactValue for $name {
            fn put(&self, out: &mut Record) {
                $(self.$field.put(out);)*
            }

            fn read(from: &mut Cells<'_>) -> Self {
                // In the order of the list.
                $(let $field = FactValue::read(from);)*
                Self { $($field),* }
            }
        }
    };
}

pub(crate) use fields;

fields!(Format: payload_type, name, clock, channels);
fields!(Crypto: suite, key, mki);
fields!(Place: address, is_v6, port);
fields!(Media: kind, address, is_v6, port, rtcp_port, receives, sends, formats, packet_time, crypto, is_encrypted);

#[cfg(test)]
mod tests {
    use flowz_api::fact::Fact;
    use flowz_api::record::Record;

    use super::{Crypto, Format, Kind, Media, SipMedia};

    #[test]
    fn a_fact_is_what_was_published() {
        let format = Format { payload_type: 96, name: "OPUS".into(), clock: 48_000, channels: 2 };
        let suite = "AES_CM_128_HMAC_SHA1_80".into();
        let crypto = Crypto { suite, key: vec![1, 2], mki: vec![3] };
        let media = Media {
            kind: Kind::Video,
            address: [9; 16],
            port: 4000,
            rtcp_port: 4001,
            sends: true,
            formats: vec![format],
            packet_time: 20,
            crypto: vec![crypto],
            is_encrypted: true,
            ..Media::default()
        };
        let fact = SipMedia { call_id: b"a@b".to_vec(), list: vec![media, Media::default()] };
        let mut record = Record::new();
        Fact::put(&fact, &mut record);
        assert_eq!(SipMedia::read(&mut record.cells()), fact);
    }
}
