//! Descriptions of sessions (RFC 8866): who wants to receive which media where. Lines that are wrong are passed over.

use std::net::IpAddr;
use std::str;

use super::media::{Crypto, Format, Kind, Media};
use super::payload_types;
use crate::lines::base64;

/// Most media of a description, formats and keys of one of them.
const MOST_MEDIA: usize = 16;
const MOST_FORMATS: usize = 32;
const MOST_KEYS: usize = 8;
/// Longest name of a format or a suite.
const LONGEST_NAME: usize = 64;

/// What a body describes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Description {
    /// Number of the session, as its originator says.
    pub(crate) session: Vec<u8>,
    pub(crate) media: Vec<Media>,
    /// Formats as they stand there: number, name and clock.
    pub(crate) mappings: Vec<Vec<u8>>,
}

/// What holds for all media unless they say something else.
#[derive(Clone, Default)]
struct Session {
    address: Option<IpAddr>,
    direction: Option<(bool, bool)>,
    is_encrypted: bool,
}

/// Reads a body.
struct Reader {
    description: Description,
    session: Session,
    /// The media at hand; those with port 0 are refused and not kept.
    open: Option<Media>,
    /// Its RTCP has a place of its own.
    has_rtcp_port: bool,
}

impl Description {
    /// Reads a body; none if that is no description.
    pub(crate) fn new(body: &[u8]) -> Option<Self> {
        if !body.trim_ascii_start().starts_with(b"v=") {
            return None;
        }
        let mut reader = Reader {
            description: Self::default(),
            session: Session::default(),
            open: None,
            has_rtcp_port: false,
        };
        for line in body.split(|byte| matches!(byte, b'\n' | b'\r')) {
            if let [kind, b'=', value @ ..] = line {
                reader.line(*kind, value.trim_ascii());
            }
        }
        reader.close();
        Some(reader.description)
    }
}

impl Reader {
    fn line(&mut self, kind: u8, value: &[u8]) {
        match kind {
            b'o' => {
                let number = words(value).nth(1).unwrap_or_default();
                self.description.session = number[..number.len().min(LONGEST_NAME)].to_vec();
            }
            b'c' => {
                let Some(address) = words(value).nth(2).and_then(address) else { return };
                match &mut self.open {
                    Some(media) => place(media, address),
                    None => self.session.address = Some(address),
                }
            }
            b'm' => {
                self.close();
                self.open = self.media(value);
            }
            b'a' => self.attribute(value),
            _ => {}
        }
    }

    /// Media: kind, port, transport, formats.
    fn media(&mut self, value: &[u8]) -> Option<Media> {
        let mut words = words(value);
        let kind = match words.next()? {
            b"audio" => Kind::Audio,
            b"video" => Kind::Video,
            _ => Kind::Other,
        };
        // A number of ports may follow (RFC 8866, section 5.14).
        let port: u16 = number(words.next()?.split(|byte| *byte == b'/').next()?)?;
        let transport = words.next()?;
        let is_secure = transport.windows(4).any(|four| four == b"SAVP");
        let format = |payload_type| Format { payload_type, ..payload_types::format(payload_type) };
        let formats = words.filter_map(number).take(MOST_FORMATS).map(format).collect();
        let (receives, sends) = self.session.direction.unwrap_or((true, true));
        self.has_rtcp_port = false;
        let mut media = Media {
            kind,
            port,
            rtcp_port: port.saturating_add(1),
            receives,
            sends,
            formats: if transport.starts_with(b"RTP/") || is_secure { formats } else { Vec::new() },
            is_encrypted: is_secure || self.session.is_encrypted,
            ..Media::default()
        };
        if let Some(address) = self.session.address {
            place(&mut media, address);
        }
        Some(media)
    }

    fn attribute(&mut self, value: &[u8]) {
        let (name, value) = match memchr::memchr(b':', value) {
            Some(at) => (&value[..at], value[at + 1..].trim_ascii()),
            None => (value, &[][..]),
        };
        let direction = match name {
            b"sendrecv" => Some((true, true)),
            b"sendonly" => Some((false, true)),
            b"recvonly" => Some((true, false)),
            b"inactive" => Some((false, false)),
            _ => None,
        };
        let Some(media) = &mut self.open else {
            self.session.direction = direction.or(self.session.direction);
            self.session.is_encrypted |= name == b"fingerprint";
            return;
        };
        if let Some(direction) = direction {
            (media.receives, media.sends) = direction;
        }
        match name {
            b"rtpmap" => {
                if self.description.mappings.len() < MOST_MEDIA * MOST_FORMATS {
                    let text = &value[..value.len().min(LONGEST_NAME)];
                    self.description.mappings.push(text.to_vec());
                }
                mapping(media, value);
            }
            b"ptime" => media.packet_time = number(value).unwrap_or(0),
            b"rtcp" => {
                let port = words(value).next().and_then(number);
                media.rtcp_port = port.unwrap_or(media.rtcp_port);
                self.has_rtcp_port = true;
            }
            // Both go to one port (RFC 5761).
            b"rtcp-mux" if !self.has_rtcp_port => media.rtcp_port = media.port,
            b"fingerprint" => media.is_encrypted = true,
            b"crypto" => {
                media.is_encrypted = true;
                let room = MOST_KEYS.saturating_sub(media.crypto.len());
                media.crypto.extend(crypto(value).into_iter().take(room));
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let media = self.open.take().filter(|media| media.port > 0);
        if self.description.media.len() < MOST_MEDIA {
            self.description.media.extend(media);
        }
    }
}

/// Name and clock of a format: `97 iLBC/8000/1`.
fn mapping(media: &mut Media, value: &[u8]) {
    let mut words = words(value);
    let (Some(number), Some(text)) = (words.next().and_then(number::<u8>), words.next()) else {
        return;
    };
    let Some(format) = media.formats.iter_mut().find(|format| format.payload_type == number) else {
        return;
    };
    let mut parts = text.split(|byte| *byte == b'/');
    let name = parts.next().unwrap_or_default();
    let name = String::from_utf8_lossy(&name[..name.len().min(LONGEST_NAME)]);
    format.name = name.to_ascii_uppercase();
    format.clock = parts.next().and_then(self::number).unwrap_or(format.clock);
    format.channels = parts.next().and_then(self::number).unwrap_or(1);
}

/// Keys: tag, suite, then each with its salt in base64, perhaps with lifetime and identifier (RFC 4568, section 9.1). None if they
/// are used in a way that packets alone do not tell: with other keys from time to time, or without encryption.
fn crypto(value: &[u8]) -> Vec<Crypto> {
    const UNKNOWN: [&[u8]; 4] = [b"KDR", b"UNENCRYPTED_SRTP", b"UNAUTHENTICATED_SRTP", b"FEC_KEY"];
    let mut words = words(value);
    let (Some(suite), Some(keys)) = (words.nth(1), words.next()) else { return Vec::new() };
    if words.any(|word| UNKNOWN.iter().any(|unknown| word.starts_with(unknown))) {
        return Vec::new();
    }
    let suite = String::from_utf8_lossy(&suite[..suite.len().min(LONGEST_NAME)]);
    let keys = keys.split(|byte| *byte == b';').take(MOST_KEYS);
    keys.filter_map(|text| key(&suite, text)).collect()
}

/// A key: `inline:` base64, `|` lifetime, `|` identifier `:` its length.
fn key(suite: &str, text: &[u8]) -> Option<Crypto> {
    let mut parts = text.strip_prefix(b"inline:")?.split(|byte| *byte == b'|');
    let coded = parts.next()?;
    // Those of the longest suites have 46 bytes.
    let key = base64::decode(coded.get(..88).unwrap_or(coded))?;
    let mki = parts.find_map(identifier).unwrap_or_default();
    Some(Crypto { suite: suite.to_owned(), key, mki })
}

/// The identifier of a key in as many bytes as packets have of it.
fn identifier(text: &[u8]) -> Option<Vec<u8>> {
    const MOST: usize = 128;
    let at = memchr::memchr(b':', text)?;
    let value: u128 = number(&text[..at])?;
    let len: usize = number(&text[at + 1..]).filter(|len| (1..=MOST).contains(len))?;
    let bytes = value.to_be_bytes();
    let more = len.saturating_sub(bytes.len());
    Some([&vec![0; more][..], &bytes[bytes.len() - (len - more)..]].concat())
}

/// An address, without the time to live that multicast has behind it.
fn address(word: &[u8]) -> Option<IpAddr> {
    let word = word.split(|byte| *byte == b'/').next()?;
    str::from_utf8(word).ok()?.parse().ok()
}

/// Media are wanted at an address.
fn place(media: &mut Media, address: IpAddr) {
    media.address = [0; 16];
    media.is_v6 = address.is_ipv6();
    match address {
        IpAddr::V4(ip) => media.address[..4].copy_from_slice(&ip.octets()),
        IpAddr::V6(ip) => media.address = ip.octets(),
    }
}

fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn number<T: str::FromStr>(word: &[u8]) -> Option<T> {
    str::from_utf8(word).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Description, Kind};

    fn ip(address: [u8; 4]) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&address);
        bytes
    }

    #[test]
    fn an_offer() {
        let body = b"v=0\r\no=a 2890844526 1 IN IP4 host\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
            m=audio 49170 RTP/AVP 0 97 101\r\na=rtpmap:97 iLBC/8000\r\na=rtpmap:101 telephone-event/8000/1\r\na=ptime:20\r\n\
            m=video 0 RTP/AVP 31\r\nm=video 51372/2 RTP/AVP 31\r\nc=IN IP4 224.2.1.1/127\r\na=recvonly\r\na=rtcp:53020\r\n\
            m=image 4000 udptl t38\r\n";
        let d = Description::new(body).unwrap();
        assert_eq!(d.session, b"2890844526");
        let [audio, video, fax] = &d.media[..] else { panic!("{d:?}") };
        assert_eq!(
            (audio.kind, audio.address, audio.port),
            (Kind::Audio, ip([192, 0, 2, 1]), 49170)
        );
        let formats: Vec<_> =
            audio.formats.iter().map(|f| (f.payload_type, f.name.as_str(), f.clock)).collect();
        assert_eq!(
            formats,
            [(0, "PCMU", 8000), (97, "ILBC", 8000), (101, "TELEPHONE-EVENT", 8000)]
        );
        assert_eq!((audio.rtcp_port, audio.packet_time, audio.sends), (49171, 20, true));
        assert_eq!(
            (video.port, video.rtcp_port, video.receives, video.sends),
            (51372, 53020, true, false)
        );
        assert_eq!(video.address, ip([224, 2, 1, 1]));
        assert_eq!((fax.kind, fax.port, fax.formats.len()), (Kind::Other, 4000, 0));
        assert_eq!(d.mappings, [&b"97 iLBC/8000"[..], b"101 telephone-event/8000/1"]);
    }

    #[test]
    fn keys_and_ipv6() {
        let body = b"v=0\nc=IN IP6 2001:db8::1\na=sendonly\nm=audio 5000 RTP/SAVP 8\na=rtcp-mux\n\
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:32\n";
        let media = Description::new(body).unwrap().media;
        assert_eq!(media[0].address[..4], [0x20, 1, 0x0d, 0xb8]);
        assert_eq!(
            (media[0].rtcp_port, media[0].receives, media[0].is_encrypted),
            (5000, false, true)
        );
        assert_eq!(media[0].crypto[0].suite, "AES_CM_128_HMAC_SHA1_80");
        assert_eq!(media[0].crypto[0].key.len(), 30);
        let mki = &media[0].crypto[0].mki;
        assert_eq!((mki.len(), mki.last()), (32, Some(&1)));
    }

    #[test]
    fn several_keys_and_ways_to_use_them() {
        let keys = |attribute: &str| {
            let body = format!("v=0\nm=audio 5000 RTP/SAVP 0\na=crypto:{attribute}\n");
            let media = Description::new(body.as_bytes()).unwrap().media.remove(0);
            assert!(media.is_encrypted, "{attribute}");
            media.crypto.iter().map(|c| (c.key.clone(), c.mki.clone())).collect::<Vec<_>>()
        };
        let two = keys("1 S inline:AQI=|2^20|258:2;inline:AwQ=|7:1 WSH=64");
        assert_eq!(two, [(vec![1, 2], vec![1, 2]), (vec![3, 4], vec![7])]);
        assert_eq!(keys("1 S inline:AQI=|2^31"), [(vec![1, 2], vec![])]);
        assert_eq!(keys("1 S inline:AQI=|1:0"), [(vec![1, 2], vec![])]);
        for odd in ["1 S inline:AQI= KDR=5", "1 S inline:AQI= UNENCRYPTED_SRTP", "1 S x", "1"] {
            assert_eq!(keys(odd), []);
        }
    }

    #[test]
    fn nonsense() {
        assert_eq!(Description::new(b"<xml/>"), None);
        let body = b"v=0\r\nm=\r\nm=audio\r\nm=audio x RTP/AVP 0\r\nm=audio 99999 RTP/AVP 0\r\na=rtpmap:\r\nc=\r\no=\r\n=\r\n\
            m=audio 1 RTP/AVP 300 -1 0\r\na=crypto:1 x inline:!\r\na=rtpmap:0 /\r\n";
        let d = Description::new(body).unwrap();
        assert_eq!(d.media.len(), 1);
        assert_eq!((d.media[0].formats.len(), d.media[0].crypto.len()), (1, 0));
        let many = [&b"v=0\n"[..], &b"m=audio 1 RTP/AVP 0\n".repeat(100)].concat();
        assert_eq!(Description::new(&many).unwrap().media.len(), super::MOST_MEDIA);
    }
}
