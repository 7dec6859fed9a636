//! What the columns of a flow show: lists of what its messages say.

use super::bits::{class, content, odd};
use super::toggles::Toggles;
use crate::http::head::{Head, Start};
use flowz_api::Checkpoint;

/// Most bytes of a value where no switch tells.
pub(crate) const LONGEST: usize = 2048;
/// Classes of contents: image, video, audio, message, text, application, other.
pub(crate) const CLASSES: usize = 7;

/// What the messages of a direction say.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Facts {
    pub(crate) stat: u16,
    pub(crate) odd: u16,
    pub(crate) methods: u8,
    pub(crate) types: u16,
    pub(crate) contents: u16,
    pub(crate) gets: u16,
    pub(crate) posts: u16,
    pub(crate) statuses: Vec<u16>,
    pub(crate) class_counts: [u16; CLASSES],
    pub(crate) names: [Vec<Vec<u8>>; CLASSES],
    pub(crate) hosts: Vec<Vec<u8>>,
    pub(crate) urls: Vec<Vec<u8>>,
    pub(crate) type_names: Vec<Vec<u8>>,
    pub(crate) cookies: Vec<Vec<u8>>,
    pub(crate) refreshes: Vec<Vec<u8>>,
    pub(crate) agents: Vec<Vec<u8>>,
    pub(crate) forwarded: Vec<Vec<u8>>,
    pub(crate) referers: Vec<Vec<u8>>,
    pub(crate) vias: Vec<Vec<u8>>,
    pub(crate) locations: Vec<Vec<u8>>,
    pub(crate) servers: Vec<Vec<u8>>,
    pub(crate) powered: Vec<Vec<u8>>,
}

/// A list that takes values.
struct Listing<'a> {
    most: usize,
    stat: &'a mut u16,
}

impl Listing<'_> {
    /// Takes a value, perhaps cut; once if that is wanted.
    fn add(&mut self, list: &mut Vec<Vec<u8>>, value: Option<&[u8]>, longest: usize, once: bool) {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        let value = &value[..value.len().min(longest)];
        if once && list.iter().any(|own| own == value) {
            return;
        }
        if list.len() < self.most {
            list.push(value.to_vec());
        } else {
            *self.stat |= super::bits::stat::LIST_FULL;
        }
    }
}

impl Facts {
    /// Takes in what a head says. With `compat` requests of methods without a bit have no URL.
    pub(crate) fn take(&mut self, head: &Head<'_>, t: &Toggles, compat: bool) {
        use super::bits::stat;
        self.stat |= stat::HTTP | stat::FOUND | stat::HEAD;
        self.odd |= if head.minor == 0 { odd::HTTP_1_0 } else { 0 };
        match head.start {
            Start::Request { method, target } => self.request(method, target, t, compat),
            Start::Response { status } => self.status(status, t),
        }
        let is_chunked = |value: &[u8]| value.to_ascii_lowercase().ends_with(b"chunked");
        if head.field("transfer-encoding").is_some_and(is_chunked) {
            self.stat |= stat::CHUNKED;
        }
        self.fields(head, t);
        self.marks(head, compat);
    }

    fn request(&mut self, method: &[u8], target: &[u8], t: &Toggles, compat: bool) {
        use super::bits::stat;
        let bit = super::bits::method(method);
        self.methods |= bit;
        self.gets += u16::from(method == b"GET");
        self.posts += u16::from(method == b"POST");
        if bit == 0 && compat {
            return;
        }
        self.stat |= stat::URL;
        if target.len() > usize::from(t.longest_name) {
            self.stat |= stat::NAME_CUT;
        }
        if method == b"POST" && target.contains(&b'?') {
            self.odd |= odd::POST_QUERY;
        }
        let mut listing = Listing { most: t.most.into(), stat: &mut self.stat };
        listing.add(&mut self.urls, Some(target), LONGEST, t.urls_once);
    }

    fn status(&mut self, status: u16, t: &Toggles) {
        if t.statuses_once && self.statuses.contains(&status) {
            return;
        }
        if self.statuses.len() < usize::from(t.most) {
            self.statuses.push(status);
        } else {
            self.stat |= super::bits::stat::LIST_FULL;
        }
    }

    fn fields(&mut self, head: &Head<'_>, t: &Toggles) {
        let mut listing = Listing { most: t.most.into(), stat: &mut self.stat };
        let types = head.field("content-type").map(kind);
        let refresh = head.field("refresh").map(url_of_refresh);
        listing.add(&mut self.hosts, head.field("host"), LONGEST, t.hosts_once);
        listing.add(&mut self.type_names, types, LONGEST, t.types_once);
        listing.add(&mut self.cookies, head.field("cookie"), LONGEST, false);
        listing.add(&mut self.refreshes, refresh, LONGEST, true);
        let agent = head.field("user-agent");
        listing.add(&mut self.agents, agent, t.longest_agent.into(), t.agents_once);
        let forwarded = head.field("x-forwarded-for");
        listing.add(&mut self.forwarded, forwarded, t.longest_forwarded.into(), t.forwarded_once);
        listing.add(&mut self.referers, head.field("referer"), LONGEST, t.referers_once);
        for via in head.fields_named("via") {
            listing.add(&mut self.vias, Some(via), LONGEST, t.vias_once);
        }
        listing.add(&mut self.locations, head.field("location"), LONGEST, t.locations_once);
        listing.add(&mut self.servers, head.field("server"), LONGEST, t.servers_once);
        listing.add(&mut self.powered, head.field("x-powered-by"), LONGEST, t.powered_once);
    }

    fn marks(&mut self, head: &Head<'_>, compat: bool) {
        let when = |has: bool, bit: u16| if has { bit } else { 0 };
        let has = |name: &str| head.field(name).is_some();
        self.odd |=
            when(head.field("host").is_some_and(|host| is_ipv4(host, compat)), odd::HOST_IPV4)
                | when(has("x-xss-protection"), odd::XSS)
                | when(has("content-security-policy"), odd::CSP)
                | when(has("dnt"), odd::DNT)
                | when(head.fields().iter().any(|(_, value)| value.is_empty()), odd::EMPTY_FIELD);
        let types = head.field("content-type").unwrap_or_default();
        self.contents |= when(has("set-cookie"), content::SET_COOKIE)
            | when(has("refresh"), content::REFRESH)
            | when(has("host"), content::HOST)
            | when(contains(types, b"boundary="), content::BOUNDARY);
    }

    /// A message has a content of this type; yields its class and its number in it.
    pub(crate) fn content(&mut self, types: &[u8]) -> (usize, u16) {
        let (class, bits) = class(types);
        self.types |= bits;
        let number = self.class_counts[class];
        self.class_counts[class] = number.saturating_add(1);
        (class, number)
    }

    /// Bits of `httpCFlags`: the reference shows one of them.
    pub(crate) fn shown_contents(&self, compat: bool) -> u16 {
        let is_http = self.stat & super::bits::stat::HTTP != 0;
        match compat {
            true if is_http => content::POSSIBLE,
            true => 0,
            false => self.contents,
        }
    }

    /// Bits of `httpAFlags`: some are not the reference's.
    pub(crate) fn shown_odd(&self, compat: bool) -> u16 {
        if compat { self.odd & !odd::OWN } else { self.odd }
    }

    /// The name of a content of this class.
    pub(crate) fn name(&mut self, class: usize, name: &[u8], t: &Toggles) {
        let mut listing = Listing { most: t.most.into(), stat: &mut self.stat };
        listing.add(&mut self.names[class], Some(name), LONGEST, false);
    }
}

/// A type without its parameters.
pub(crate) fn kind(value: &[u8]) -> &[u8] {
    value.split(|b| *b == b';').next().unwrap_or(value).trim_ascii()
}

/// What a field `Refresh` sends to: behind `url=`.
fn url_of_refresh(value: &[u8]) -> &[u8] {
    let lower = value.to_ascii_lowercase();
    let place = lower.windows(4).position(|four| four == b"url=");
    place.map_or(&[], |at| value[at + 4..].trim_ascii())
}

/// Whether a host is an IPv4 address; the reference takes none with a port for one.
fn is_ipv4(host: &[u8], compat: bool) -> bool {
    let host = host.split(|b| *b == b':' && !compat).next().unwrap_or(host);
    std::str::from_utf8(host).is_ok_and(|host| host.parse::<std::net::Ipv4Addr>().is_ok())
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// What a content is called: its URL with signs that files may have, flow, direction, packet of the flow, number.
pub(crate) fn name(target: Option<&[u8]>, place: &str, t: &Toggles) -> Vec<u8> {
    let mut name: Vec<u8> = match target {
        None => t.no_name.as_bytes().to_vec(),
        Some(target) => target.iter().take(t.longest_name.into()).map(|b| sign(*b)).collect(),
    };
    name.push(b'_');
    name.extend_from_slice(place.as_bytes());
    name
}

fn sign(byte: u8) -> u8 {
    if matches!(byte, b'/' | b'?' | b'\\') || byte < b' ' { b'_' } else { byte }
}
