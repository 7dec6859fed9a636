//! Display filters of Wireshark become tests of columns: the fields that flow and packet files have, with `==`, `contains`,
//! `in {...}`, `and`, `or`, `not`.
//!
//! Source of names and signs: Wireshark User's Guide, "Building Display Filter Expressions". A field that is not in the file is
//! told when its column is looked for.

use std::iter::Peekable;
use std::vec::IntoIter;

/// How the value of a field is tested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Test {
    /// By this function, for any of several places: `ip("10.0.0.0/8")`.
    Function(&'static str),
    /// The column as a number.
    Number(&'static str),
    /// The column as a number in hexadecimal.
    Hexadecimal(&'static str),
    /// The column as a list of which any value counts.
    List(&'static str),
    /// The column as a text.
    Text(&'static str),
    /// One bit of a column in hexadecimal.
    Bit(&'static str, &'static str),
}

/// Fields, the protocol in which they are (a test that must hold too; empty for none), and how they are tested.
#[rustfmt::skip]
const FIELDS: [(&str, &str, Test); 54] = [
    ("ip.addr", "ipv4()", Test::Function("ip")),
    ("ip.src", "ipv4()", Test::Function("shost")),
    ("ip.dst", "ipv4()", Test::Function("dhost")),
    ("ip.host", "ipv4()", Test::Function("ip")),
    ("ip.src_host", "ipv4()", Test::Function("shost")),
    ("ip.dst_host", "ipv4()", Test::Function("dhost")),
    ("ipv6.addr", "ipv6()", Test::Function("ip")),
    ("ipv6.src", "ipv6()", Test::Function("shost")),
    ("ipv6.dst", "ipv6()", Test::Function("dhost")),
    ("ipv6.host", "ipv6()", Test::Function("ip")),
    ("tcp.port", "tcp()", Test::Function("port")),
    ("tcp.srcport", "tcp()", Test::Number("srcPort")),
    ("tcp.dstport", "tcp()", Test::Number("dstPort")),
    ("udp.port", "udp()", Test::Function("port")),
    ("udp.srcport", "udp()", Test::Number("srcPort")),
    ("udp.dstport", "udp()", Test::Number("dstPort")),
    ("sctp.port", "sctp()", Test::Function("port")),
    ("sctp.srcport", "sctp()", Test::Number("srcPort")),
    ("sctp.dstport", "sctp()", Test::Number("dstPort")),
    ("eth.addr", "", Test::Function("mac")),
    ("eth.src", "", Test::Function("smac")),
    ("eth.dst", "", Test::Function("dmac")),
    ("eth.type", "", Test::Hexadecimal("ethType")),
    ("vlan.id", "", Test::List("vlanID")),
    ("ip.proto", "ipv4()", Test::Number("l4Proto")),
    ("ipv6.nxt", "ipv6()", Test::Number("l4Proto")),
    ("ip.ttl", "ipv4()", Test::Number("ipTTL")),
    ("ipv6.hlim", "ipv6()", Test::Number("ipTTL")),
    ("ip.id", "ipv4()", Test::Number("ipID")),
    ("ip.len", "ipv4()", Test::Number("l3Len")),
    ("ip.dsfield", "ipv4()", Test::Hexadecimal("ipToS")),
    ("ip.checksum", "ipv4()", Test::Hexadecimal("ipHdrChkSum")),
    ("frame.number", "", Test::Number("pktNo")),
    ("frame.len", "", Test::Number("pktLen")),
    ("frame.time_epoch", "", Test::Number("time")),
    ("frame.protocols", "", Test::Text("hdrDesc")),
    ("tcp.stream", "tcp()", Test::Number("flowInd")),
    ("udp.stream", "udp()", Test::Number("flowInd")),
    ("udp.length", "udp()", Test::Number("udpLen")),
    ("tcp.len", "tcp()", Test::Number("l7Len")),
    ("tcp.seq_raw", "tcp()", Test::Number("seq")),
    ("tcp.ack_raw", "tcp()", Test::Number("ack")),
    ("tcp.window_size", "tcp()", Test::Number("tcpWin")),
    ("tcp.checksum", "tcp()", Test::Hexadecimal("l4HdrChkSum")),
    ("tcp.flags", "tcp()", Test::Hexadecimal("tcpFlags")),
    ("tcp.flags.fin", "tcp()", Test::Bit("tcpFlags", "0x01")),
    ("tcp.flags.syn", "tcp()", Test::Bit("tcpFlags", "0x02")),
    ("tcp.flags.reset", "tcp()", Test::Bit("tcpFlags", "0x04")),
    ("tcp.flags.push", "tcp()", Test::Bit("tcpFlags", "0x08")),
    ("tcp.flags.ack", "tcp()", Test::Bit("tcpFlags", "0x10")),
    ("tcp.flags.urg", "tcp()", Test::Bit("tcpFlags", "0x20")),
    ("tcp.payload", "tcp()", Test::Text("l7Content")),
    ("icmp.type", "icmp()", Test::Number("icmpType")),
    ("icmp.code", "icmp()", Test::Number("icmpCode")),
];

/// Protocols whose name alone is a test.
#[rustfmt::skip]
const PROTOCOLS: [(&str, &str); 18] = [
    ("ip", "ipv4()"), ("ipv6", "ipv6()"), ("tcp", "tcp()"), ("udp", "udp()"), ("icmp", "icmp()"), ("icmpv6", "icmp6()"),
    ("igmp", "igmp()"), ("sctp", "sctp()"), ("gre", "gre()"), ("esp", "esp()"), ("ah", "ah()"), ("rsvp", "rsvp()"),
    ("http", "http()"), ("dns", "dns()"), ("dhcp", "dhcp()"), ("arp", "bfeq($ethType, \"0x0806\")"),
    ("vlan", "($vlanID != \"\")"), ("eth", "($srcMac != \"\")"),
];

/// The test in tawk's language that a filter means. An error says what is wrong in it.
pub(crate) fn compile(filter: &str) -> Result<String, String> {
    let mut parser = Parser { words: split(filter)?.into_iter().peekable() };
    let test = parser.any()?;
    match parser.words.next() {
        None => Ok(test),
        Some(word) => Err(format!("'{word}' is not expected there")),
    }
}

/// Words and signs; texts in quotes keep their opening quote.
fn split(filter: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = filter.trim_start();
    while let Some(first) = rest.chars().next() {
        let signs =
            ["==", "!=", ">=", "<=", "&&", "||", "..", ">", "<", "!", "~", "(", ")", "{", "}", ","];
        let length = if first == '"' {
            let end = rest[1..].find('"').ok_or("a text has no closing quote")?;
            words.push(rest[..=end].to_owned());
            end + 2
        } else if let Some(sign) = signs.iter().find(|sign| rest.starts_with(**sign)) {
            words.push((*sign).to_owned());
            sign.len()
        } else {
            let inside = |c: char| c.is_ascii_alphanumeric() || "._:/-".contains(c);
            let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
            // Two points are a range, not a part of a number.
            let end = rest[..end].find("..").unwrap_or(end);
            if end == 0 {
                return Err(format!("'{first}' is not expected there"));
            }
            words.push(rest[..end].to_owned());
            end
        };
        rest = rest[length..].trim_start();
    }
    Ok(words)
}

struct Parser {
    words: Peekable<IntoIter<String>>,
}

impl Parser {
    fn takes(&mut self, words: &[&str]) -> bool {
        self.words.next_if(|w| words.contains(&w.as_str())).is_some()
    }

    fn word(&mut self) -> Result<String, String> {
        self.words.next().ok_or_else(|| "it ends too early".to_owned())
    }

    fn any(&mut self) -> Result<String, String> {
        let mut test = self.all()?;
        while self.takes(&["||", "or"]) {
            test = format!("{test} || {}", self.all()?);
        }
        Ok(test)
    }

    fn all(&mut self) -> Result<String, String> {
        let mut test = self.one()?;
        while self.takes(&["&&", "and"]) {
            test = format!("{test} && {}", self.one()?);
        }
        Ok(test)
    }

    fn one(&mut self) -> Result<String, String> {
        if self.takes(&["!", "not"]) {
            return Ok(format!("!({})", self.one()?));
        }
        if self.takes(&["("]) {
            let test = self.any()?;
            return if self.takes(&[")"]) {
                Ok(format!("({test})"))
            } else {
                Err("')' is missing".to_owned())
            };
        }
        let name = self.word()?;
        if let Some((_, test)) = PROTOCOLS.iter().find(|(protocol, _)| *protocol == name) {
            return Ok((*test).to_owned());
        }
        let field = FIELDS.iter().find(|(field, ..)| *field == name);
        let (_, protocol, kind) = field.ok_or_else(|| unknown(&name))?;
        let test = self.comparison(&name, *kind)?;
        Ok(if protocol.is_empty() {
            format!("({test})")
        } else {
            format!("({protocol} && {test})")
        })
    }

    fn comparison(&mut self, name: &str, kind: Test) -> Result<String, String> {
        let is_sign = |w: &String| {
            let signs = [
                "==", "!=", ">", "<", ">=", "<=", "~", "eq", "ne", "gt", "lt", "ge", "le",
                "contains", "matches", "in",
            ];
            signs.contains(&w.as_str())
        };
        let Some(sign) = self.words.next_if(is_sign) else { return Ok(is_there(kind)) };
        if sign == "in" {
            return self.members(kind);
        }
        let value = self.word()?;
        let sign = match sign.as_str() {
            "eq" => "==",
            "ne" => "!=",
            "gt" => ">",
            "lt" => "<",
            "ge" => ">=",
            "le" => "<=",
            "matches" => "~",
            other => other,
        };
        compared(name, kind, sign, &value)
    }

    /// `{ 80, 443, 1000..2000 }`.
    fn members(&mut self, kind: Test) -> Result<String, String> {
        if !self.takes(&["{"]) {
            return Err("'{' is missing behind 'in'".to_owned());
        }
        let mut tests = Vec::new();
        while !self.takes(&["}"]) {
            let from = self.word()?;
            if self.takes(&[".."]) {
                let to = self.word()?;
                let (from_test, to_test) = match kind {
                    Test::Function("port") => {
                        tests.push(format!("port(\"{}-{}\")", plain(&from)?, plain(&to)?));
                        continue;
                    }
                    _ => (compared("in", kind, ">=", &from)?, compared("in", kind, "<=", &to)?),
                };
                tests.push(format!("({from_test} && {to_test})"));
            } else {
                tests.push(compared("in", kind, "==", &from)?);
            }
            self.takes(&[","]);
        }
        if tests.is_empty() {
            Err("there is nothing between { and }".to_owned())
        } else {
            Ok(format!("({})", tests.join(" || ")))
        }
    }
}

fn unknown(name: &str) -> String {
    let names = FIELDS.iter().map(|f| f.0).chain(PROTOCOLS.iter().map(|p| p.0));
    let best = names
        .max_by(|a, b| strsim::jaro_winkler(name, a).total_cmp(&strsim::jaro_winkler(name, b)));
    format!("the field '{name}' is not known here; did you mean {}?", best.unwrap_or_default())
}

/// Whether the field has a value at all.
fn is_there(kind: Test) -> String {
    match kind {
        Test::Function(name) => format!("({name}() != \"\")"),
        Test::Number(column)
        | Test::Hexadecimal(column)
        | Test::List(column)
        | Test::Text(column) => {
            format!("(${column} != \"\")")
        }
        Test::Bit(column, bit) => format!("bitsanyset(${column}, \"{bit}\")"),
    }
}

/// The value without its quote, if nothing in it could end the text of a program.
fn plain(value: &str) -> Result<&str, String> {
    let value = value.strip_prefix('"').unwrap_or(value);
    if value.contains(['"', '\\']) {
        Err(format!("'{value}' has a quote or a backslash"))
    } else {
        Ok(value)
    }
}

fn compared(name: &str, kind: Test, sign: &str, value: &str) -> Result<String, String> {
    let text = plain(value)?;
    let unfit = || Err(format!("'{sign}' does not fit the field {name}"));
    let number =
        || text.parse::<f64>().map_or_else(|_| Err(format!("'{text}' is no number")), |_| Ok(text));
    let equal = matches!(sign, "==" | "!=");
    let not = if sign == "!=" { "!" } else { "" };
    match kind {
        _ if sign == "contains" => match kind {
            Test::Text(column) => Ok(format!("(index(${column}, \"{text}\") > 0)")),
            _ => unfit(),
        },
        Test::Text(column) if sign == "~" || equal => Ok(format!("(${column} {sign} \"{text}\")")),
        Test::List(column) if equal => Ok(format!("{not}rvalcontains(${column}, \"{text}\")")),
        Test::Function(function) if equal => Ok(format!("{not}{function}(\"{text}\")")),
        Test::Number(column) if sign != "~" => {
            Ok(format!("(${column} != \"\" && ${column} {sign} {})", number()?))
        }
        Test::Hexadecimal(column) if equal => Ok(format!("{not}bfeq(${column}, \"{text}\")")),
        Test::Bit(column, bit) if equal => {
            let set = matches!(text.to_lowercase().as_str(), "1" | "true");
            let not = if set == (sign == "==") { "" } else { "!" };
            Ok(format!("{not}bitsanyset(${column}, \"{bit}\")"))
        }
        _ => unfit(),
    }
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn filters() {
        for (filter, test) in [
            ("tcp", "tcp()"),
            ("ip.addr == 10.0.0.0/8", "(ipv4() && ip(\"10.0.0.0/8\"))"),
            ("ipv6.src == 2001:db8::1", "(ipv6() && shost(\"2001:db8::1\"))"),
            ("tcp.port==443 and not udp", "(tcp() && port(\"443\")) && !(udp())"),
            (
                "udp.dstport in {53, 1000..2000}",
                "(udp() && (($dstPort != \"\" && $dstPort == 53) || (($dstPort != \"\" && $dstPort >= 1000) && ($dstPort != \"\" && $dstPort <= 2000))))",
            ),
            ("tcp.port in {80 443..444}", "(tcp() && (port(\"80\") || port(\"443-444\")))"),
            (
                "(http || dns) && frame.len gt 100",
                "(http() || dns()) && (($pktLen != \"\" && $pktLen > 100))",
            ),
            (
                "tcp.flags.syn == 1 && tcp.flags.ack == 0",
                "(tcp() && bitsanyset($tcpFlags, \"0x02\")) && (tcp() && !bitsanyset($tcpFlags, \"0x10\"))",
            ),
            ("tcp.flags.syn", "(tcp() && bitsanyset($tcpFlags, \"0x02\"))"),
            ("vlan.id != 5", "(!rvalcontains($vlanID, \"5\"))"),
            ("eth.type == 0x0806", "(bfeq($ethType, \"0x0806\"))"),
            ("tcp.payload contains \"GET /\"", "(tcp() && (index($l7Content, \"GET /\") > 0))"),
        ] {
            assert_eq!(compile(filter).as_deref(), Ok(test), "{filter}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (filter, words) in [
            ("tcp.prot == 1", "the field 'tcp.prot' is not known here; did you mean tcp.port?"),
            ("ip.addr > 10.0.0.1", "'>' does not fit the field ip.addr"),
            ("tcp.srcport == a", "'a' is no number"),
            ("(tcp", "')' is missing"),
            ("tcp udp", "'udp' is not expected there"),
            ("tcp.port ==", "it ends too early"),
            ("tcp.port in {}", "there is nothing between"),
            ("tcp.payload contains \"a\\\"", "has a quote or a backslash"),
            ("tcp ; udp", "';' is not expected there"),
        ] {
            let told = compile(filter).unwrap_err();
            assert!(told.contains(words), "{filter}: {told}");
        }
    }
}
