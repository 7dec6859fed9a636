//! Names of files with sound.

use std::collections::HashSet;
use std::fmt::Write;
use std::net::IpAddr;

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use foldhash::fast::RandomState;

use super::At;

/// Longest name.
pub(super) const LONGEST: usize = 120;
/// Most names that are remembered; behind them each has a number.
const MOST: usize = 65_536;

/// A part of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Ssrc,
    Flow,
    Direction,
    Source,
    SourcePort,
    Destination,
    DestinationPort,
    Packet,
}

/// What names are made of, and those that were given.
#[derive(Debug)]
pub(super) struct Names {
    parts: Vec<Part>,
    given: HashSet<String, RandomState>,
}

impl Names {
    /// Most bytes that it takes.
    pub(super) const BYTES: usize = MOST * 2 * (size_of::<String>() + LONGEST);

    /// From a template.
    pub(super) fn new(template: &str) -> Result<Self, String> {
        Ok(Self { parts: parts(template)?, given: HashSet::default() })
    }

    /// The name of a source that begins with the packet of this number. No other one has it.
    pub(super) fn of(&mut self, ssrc: u32, packet: u64, at: At<'_>) -> String {
        let key = at.key;
        let mut name = String::new();
        for part in &self.parts {
            // Writing to a text does not fail.
            let _ = match part {
                Part::Text(text) => write!(name, "{text}"),
                Part::Ssrc => write!(name, "{ssrc:08x}"),
                Part::Flow => write!(name, "{}", at.flow.0),
                Part::Direction => write!(name, "{}", char::from(at.letter())),
                Part::Source => write!(name, "{}", address(key, key.src)),
                Part::SourcePort => write!(name, "{}", key.src_port),
                Part::Destination => write!(name, "{}", address(key, key.dst)),
                Part::DestinationPort => write!(name, "{}", key.dst_port),
                Part::Packet => write!(name, "{packet}"),
            };
        }
        name.truncate(LONGEST - 21);
        let is_free = self.given.len() < MOST && !self.given.contains(&name);
        if is_free {
            self.given.insert(name.clone());
        } else {
            let _ = write!(name, "-{packet}");
        }
        name
    }
}

/// An address without signs that some systems do not take in names.
fn address(key: &FlowKey, bytes: [u8; 16]) -> String {
    let [a, b, c, d, ..] = bytes;
    let ip: IpAddr = if key.net == Net::V6 { bytes.into() } else { [a, b, c, d].into() };
    ip.to_string().replace(':', "-")
}

/// The parts of a template.
fn parts(template: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (text, behind) = rest.split_at(at);
        parts.push(Part::Text(text.to_owned()));
        let Some((name, behind)) = behind[1..].split_once('}') else {
            return Err(format!("RTP_FILE: a '}}' is missing in '{template}'"));
        };
        parts.push(part(name)?);
        rest = behind;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts.retain(|part| *part != Part::Text(String::new()));
    let texts =
        || parts.iter().filter_map(|part| if let Part::Text(t) = part { Some(t) } else { None });
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_.+=@,".contains(c);
    if parts.is_empty() || texts().any(|text| !text.chars().all(is_safe)) {
        return Err(format!(
            "RTP_FILE: '{template}' is no name of a file: letters, digits and -_.+=@, may stand beside parts in braces"
        ));
    }
    if texts().map(String::len).sum::<usize>() > LONGEST / 2 || template.starts_with('.') {
        return Err(format!("RTP_FILE: '{template}' is too long, or begins with a dot"));
    }
    Ok(parts)
}

fn part(name: &str) -> Result<Part, String> {
    Ok(match name {
        "ssrc" => Part::Ssrc,
        "flow" => Part::Flow,
        "dir" => Part::Direction,
        "src" => Part::Source,
        "sport" => Part::SourcePort,
        "dst" => Part::Destination,
        "dport" => Part::DestinationPort,
        "packet" => Part::Packet,
        _ => {
            return Err(format!(
                "RTP_FILE: there is no part {{{name}}}; known are ssrc, flow, dir, src, sport, dst, dport, packet"
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use flowz_api::flow::{Direction, FlowId};
    use flowz_api::key::FlowKey;
    use flowz_api::layers::Net;

    use super::{At, LONGEST, MOST, Names};

    fn name(names: &mut Names, ssrc: u32, packet: u64) -> String {
        let key = FlowKey { src: [1; 16], src_port: 4000, net: Net::V6, ..FlowKey::default() };
        names.of(ssrc, packet, At { key: &key, flow: FlowId(7), direction: Direction::B })
    }

    #[test]
    fn by_source_and_told_apart() {
        let mut names = Names::new("{ssrc}").unwrap();
        let all =
            [(0xab, 1), (0xab, 20), (0xcd, 30), (0xab, 40)].map(|(s, p)| name(&mut names, s, p));
        assert_eq!(all, ["000000ab", "000000ab-20", "000000cd", "000000ab-40"]);
        let mut names = Names::new("x{flow}{dir}_{src}_{sport}.{packet}").unwrap();
        assert_eq!(name(&mut names, 1, 5), "x7B_101-101-101-101-101-101-101-101_4000.5");
    }

    #[test]
    fn no_templates() {
        for odd in ["", "a/b", "{ssrc", "{call}", "..", "a b", "{ssrc}\n", &"x".repeat(LONGEST)] {
            assert!(Names::new(odd).unwrap_err().starts_with("RTP_FILE: "), "{odd}");
        }
        assert!(Names::new("}").is_err());
    }

    #[test]
    fn bounded_and_still_told_apart() {
        let mut names = Names::new("{ssrc}").unwrap();
        for n in 0..MOST as u32 {
            name(&mut names, n, 0);
        }
        assert_eq!(name(&mut names, u32::MAX, 9), "ffffffff-9");
        assert_eq!(names.given.len(), MOST);
    }
}
