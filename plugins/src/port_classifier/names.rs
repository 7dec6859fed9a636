//! Where the names of ports are from.

use std::collections::HashMap;

use flowz_assigned::{Transport, port};

use super::customary;

const TCP: u8 = 6;
const UDP: u8 = 17;
const DCCP: u8 = 33;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;

/// Names of ports.
#[derive(Debug)]
pub(crate) struct Names {
    list: Option<List>,
    unknown: String,
    compat: bool,
}

/// A list from a file.
type List = HashMap<(Transport, u16), String>;

impl Names {
    /// Names from a file, or from the registry if there is no file.
    pub(crate) fn new(file: &str, unknown: &str, compat: bool) -> Result<Self, String> {
        let list = if file.is_empty() { None } else { Some(read(file)?) };
        Ok(Self { list, unknown: unknown.to_owned(), compat })
    }

    /// The name of a port of the protocol with this number.
    pub(crate) fn of(&self, proto: u8, number: u16) -> &str {
        let name = match proto {
            TCP => self.name(Transport::Tcp, number),
            UDP | UDP_LITE => self.name(Transport::Udp, number),
            // The reference has no list for SCTP and takes TCP's.
            SCTP if self.compat => self.name(Transport::Tcp, number),
            SCTP => {
                self.name(Transport::Sctp, number).or_else(|| self.name(Transport::Tcp, number))
            }
            // The reference knows no ports of DCCP.
            DCCP if !self.compat => self.name(Transport::Dccp, number),
            _ => None,
        };
        name.unwrap_or(&self.unknown)
    }

    fn name(&self, transport: Transport, number: u16) -> Option<&str> {
        if let Some(list) = &self.list {
            return list.get(&(transport, number)).map(String::as_str);
        }
        let earlier = if self.compat { customary::name(transport, number) } else { None };
        earlier.or_else(|| port(transport, number)).filter(|name| !name.is_empty())
    }
}

fn read(file: &str) -> Result<List, String> {
    let text = std::fs::read(file).map_err(|e| format!("cannot read PBC_CLASSFILE {file}: {e}"))?;
    Ok(parse(&String::from_utf8_lossy(&text)))
}

/// The services of a list; lines that are none do not count.
fn parse(text: &str) -> List {
    let mut list = List::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, name)) = service(line) {
            list.entry(key).or_insert_with(|| name.to_owned());
        }
    }
    list
}

fn service(line: &str) -> Option<((Transport, u16), &str)> {
    let mut fields = line.split('\t');
    let number = fields.next()?.trim().parse().ok()?;
    let transport = match fields.next()?.trim() {
        "tcp" => Transport::Tcp,
        "udp" => Transport::Udp,
        "sctp" => Transport::Sctp,
        "dccp" => Transport::Dccp,
        _ => return None,
    };
    let name = fields.next()?.trim();
    (!name.is_empty()).then_some(((transport, number), name))
}

#[cfg(test)]
mod tests {
    use super::{DCCP, Names, SCTP, TCP, UDP, UDP_LITE, parse};

    fn names(compat: bool) -> Names {
        Names::new("", "unknown", compat).expect("no file is read")
    }

    #[test]
    fn names_of_the_registry() {
        let names = names(false);
        assert_eq!([names.of(TCP, 80), names.of(UDP, 53)], ["http", "domain"]);
        assert_eq!([names.of(UDP_LITE, 53), names.of(47, 53)], ["domain", "unknown"]);
        assert_eq!([names.of(SCTP, 36_412), names.of(SCTP, 23)], ["s1-control", "telnet"]);
        assert_eq!([names.of(DCCP, 9), names.of(DCCP, 80)], ["discard", "unknown"]);
    }

    #[test]
    fn names_of_the_reference() {
        let (ours, compat) = (names(false), names(true));
        assert_eq!([ours.of(TCP, 1883), compat.of(TCP, 1883)], ["mqtt", "ibm-mqisdp"]);
        assert_eq!([ours.of(UDP, 6081), compat.of(UDP, 6081)], ["geneve", "unknown"]);
        assert_eq!([ours.of(DCCP, 9), compat.of(DCCP, 9)], ["discard", "unknown"]);
        assert_eq!(compat.of(SCTP, 36_412), "unknown");
        assert_eq!(compat.of(TCP, 80), "http");
    }

    #[test]
    fn a_list_of_ones_own() {
        let text =
            "# mine\n80\ttcp\tweb\tpages\n80\ttcp\tsecond\n80\tudp\tquic\n\nx\ty\tz\n1\ttcp\t\n2\n";
        let mut own = names(false);
        own.list = Some(parse(text));
        assert_eq!(own.list.as_ref().map_or(0, std::collections::HashMap::len), 2);
        assert_eq!([own.of(TCP, 80), own.of(UDP, 80), own.of(TCP, 1)], ["web", "quic", "unknown"]);
    }

    #[test]
    fn a_file_that_is_not_there() {
        let error = Names::new("/nowhere/ports.txt", "unknown", false).map(|_| ());
        assert!(
            error.is_err_and(|e| e.starts_with("cannot read PBC_CLASSFILE /nowhere/ports.txt"))
        );
    }
}
