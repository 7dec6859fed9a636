//! The values of a row, and what they mean.

use flowz_assigned::protocol;
use flowz_places::Prefix;
use jiff::tz::TimeZone;

use super::moment::moment;
use super::rule::{Rule, Side, Window};

/// The names of values.
pub(crate) const NAMES: [&str; 9] =
    ["start", "end", "src", "src_port", "dst", "dst_port", "proto", "direction", "label"];

/// What is wrong, and in which line.
pub(crate) type Wrong = (u32, String);

/// Most bytes of a label.
const LABEL: usize = 255;
/// Most prefixes or ports of a row.
const LIST: usize = 1024;

/// The values of a row as texts; empty ones ask for nothing.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) line: u32,
    values: [String; NAMES.len()],
}

impl Fields {
    /// Those of a row in this line.
    pub(crate) fn of_line(line: u32) -> Self {
        Self { line, values: Default::default() }
    }

    /// Sets a value; `name` is one of [`NAMES`].
    pub(crate) fn set(&mut self, name: &str, value: String) {
        if let Some(at) = NAMES.iter().position(|known| *known == name) {
            self.values[at] = value;
        }
    }

    /// The row, and its label.
    pub(crate) fn rule(&self, zone: Option<&TimeZone>) -> Result<(Rule, String), String> {
        let [start, end, src, src_port, dst, dst_port, proto, direction, label] =
            self.values.each_ref().map(|v| v.trim());
        if label.is_empty() || label.len() > LABEL || label.contains(char::is_control) {
            return Err(format!(
                "a label is needed, of one to {LABEL} bytes without control characters"
            ));
        }
        let forward = match direction {
            "" | "both" => false,
            "forward" => true,
            other => {
                return Err(format!("direction '{other}': there are both and forward (src began)"));
            }
        };
        let rule = Rule {
            line: self.line,
            window: window(start, end, zone)?,
            src: Side { prefixes: prefixes(src)?, ports: ports(src_port)? },
            dst: Side { prefixes: prefixes(dst)?, ports: ports(dst_port)? },
            proto: number(proto)?,
            forward,
            label: 0,
        };
        Ok((rule, label.to_owned()))
    }
}

fn window(start: &str, end: &str, zone: Option<&TimeZone>) -> Result<Window, String> {
    let mut window = Window::ALWAYS;
    if !start.is_empty() {
        window.start = moment(start, zone)?;
    }
    if !end.is_empty() {
        window.end = moment(end, zone)?;
    }
    if window.start < window.end {
        Ok(window)
    } else {
        Err(format!(
            "the window from {start} to {end} is empty: its end is not in it, and must be later"
        ))
    }
}

/// The parts of a list; `*` and `any` ask for nothing.
fn parts(text: &str) -> Result<Vec<&str>, String> {
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let parts: Vec<_> = text.split(separates).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        ["*" | "any"] => Ok(Vec::new()),
        _ if parts.len() > LIST => {
            Err(format!("more than {LIST} addresses or ports in a row: write several rows"))
        }
        _ => Ok(parts),
    }
}

fn prefixes(text: &str) -> Result<Vec<Prefix>, String> {
    parts(text)?.into_iter().map(str::parse).collect()
}

/// Ports and ranges of them.
fn ports(text: &str) -> Result<Vec<(u16, u16)>, String> {
    let port = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let range = port(first).zip(port(last)).filter(|(first, last)| first <= last);
        range.ok_or_else(|| format!("'{part}' is no port: 80 is, and 8000-8080"))
    };
    parts(text)?.into_iter().map(range).collect()
}

/// The number of a protocol, by number or IANA's name.
fn number(text: &str) -> Result<Option<u8>, String> {
    if matches!(text, "" | "*" | "any") {
        return Ok(None);
    }
    let named =
        || (0..=u8::MAX).find(|n| protocol(*n).is_some_and(|name| name.eq_ignore_ascii_case(text)));
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let found = text.parse().ok().filter(|_| digits).or_else(named);
    found.map(Some).ok_or_else(|| {
        format!("'{text}' is no protocol: tcp, udp, icmp are, and numbers from 0 to 255")
    })
}
