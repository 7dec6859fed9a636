//! Where the names of ports are from.

use std::borrow::Cow;
use std::collections::HashMap;

use flowz_api::checkpoint::{Checkpoint, LoadError, Reader, Resume, Writer};
use flowz_api::key::{TCP, UDP};
use flowz_assigned::{Transport, port};

use super::customary;
use crate::plain_file;

const DCCP: u8 = 33;
const SCTP: u8 = 132;
const UDP_LITE: u8 = 136;

/// Names of ports. Each port is looked up once.
#[derive(Debug)]
pub(crate) struct Names {
    source: Source,
    /// The names that flows have, the first one for ports that have none.
    texts: Vec<Cow<'static, str>>,
    /// By transport and port, if flows had any: the name's place and one, 0 for ports that were not looked up yet.
    places: [Vec<u32>; Transport::ALL.len()],
}

/// Which of the names a port has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, flowz_api::Checkpoint)]
pub(crate) struct NameId(u32);

/// Where names are from.
#[derive(Debug)]
struct Source {
    list: Option<List>,
    compat: bool,
}

/// A list from a file.
type List = HashMap<(Transport, u16), String>;

impl Names {
    /// Names from a file, or from the registry if there is no file.
    pub(crate) fn new(file: &str, unknown: &str, compat: bool) -> Result<Self, String> {
        let list = if file.is_empty() { None } else { Some(read(file)?) };
        let texts = vec![Cow::Owned(unknown.to_owned())];
        Ok(Self { source: Source { list, compat }, texts, places: Default::default() })
    }

    /// Which name a port of the protocol with this number has.
    pub(crate) fn id(&mut self, proto: u8, number: u16) -> NameId {
        const ALL: usize = 1 << 16;
        let transport = match proto {
            TCP => Transport::Tcp,
            UDP | UDP_LITE => Transport::Udp,
            SCTP => Transport::Sctp,
            DCCP => Transport::Dccp,
            _ => return NameId::default(),
        };
        let places = &mut self.places[transport as usize];
        if places.is_empty() {
            *places = vec![0; ALL];
        }
        let Some(place) = places.get_mut(usize::from(number)) else { return NameId::default() };
        if *place == 0 {
            *place = 1;
            if let Some(name) = self.source.service(transport, number) {
                self.texts.push(name);
                *place = self.texts.len() as u32;
            }
        }
        NameId(*place - 1)
    }

    /// The name.
    pub(crate) fn name(&self, id: NameId) -> &str {
        self.texts.get(id.0 as usize).map_or("", |text| text)
    }
}

/// The names that were given out.
impl Resume for Names {
    fn save(&self, out: &mut Writer<'_>) {
        self.texts.save(out);
        self.places.save(out);
    }

    fn resume(&mut self, from: &mut Reader<'_>) -> Result<(), LoadError> {
        (self.texts, self.places) = Checkpoint::load(from)?;
        Ok(())
    }
}

impl Source {
    /// The service that a port is for.
    fn service(&self, transport: Transport, number: u16) -> Option<Cow<'static, str>> {
        match transport {
            // The reference has no list for SCTP and takes TCP's.
            Transport::Sctp if self.compat => self.listed(Transport::Tcp, number),
            Transport::Sctp => {
                let own = self.listed(Transport::Sctp, number);
                own.or_else(|| self.listed(Transport::Tcp, number))
            }
            // The reference knows no ports of DCCP.
            Transport::Dccp if self.compat => None,
            _ => self.listed(transport, number),
        }
    }

    fn listed(&self, transport: Transport, number: u16) -> Option<Cow<'static, str>> {
        if let Some(list) = &self.list {
            return list.get(&(transport, number)).map(|name| Cow::Owned(name.clone()));
        }
        let earlier = if self.compat { customary::name(transport, number) } else { None };
        let name = earlier.or_else(|| port(transport, number));
        name.filter(|name| !name.is_empty()).map(Cow::Borrowed)
    }
}

fn read(file: &str) -> Result<List, String> {
    let text =
        plain_file::read(file).map_err(|e| format!("cannot read PBC_CLASSFILE {file}: {e}"))?;
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

    /// The name of a port, twice: looked up, and remembered.
    fn name_of(names: &mut Names, proto: u8, number: u16) -> String {
        let id = names.id(proto, number);
        assert_eq!(names.id(proto, number), id);
        names.name(id).to_owned()
    }

    #[test]
    fn names_of_the_registry() {
        let mut names = names(false);
        assert_eq!(
            [name_of(&mut names, TCP, 80), name_of(&mut names, UDP, 53)],
            ["http", "domain"]
        );
        assert_eq!(
            [name_of(&mut names, UDP_LITE, 53), name_of(&mut names, 47, 53)],
            ["domain", "unknown"]
        );
        assert_eq!(
            [name_of(&mut names, SCTP, 36_412), name_of(&mut names, SCTP, 23)],
            ["s1-control", "telnet"]
        );
        assert_eq!(
            [name_of(&mut names, DCCP, 9), name_of(&mut names, DCCP, 80)],
            ["discard", "unknown"]
        );
    }

    #[test]
    fn names_of_the_reference() {
        let (mut ours, mut compat) = (names(false), names(true));
        assert_eq!(
            [name_of(&mut ours, TCP, 1883), name_of(&mut compat, TCP, 1883)],
            ["mqtt", "ibm-mqisdp"]
        );
        assert_eq!(
            [name_of(&mut ours, UDP, 6081), name_of(&mut compat, UDP, 6081)],
            ["geneve", "unknown"]
        );
        assert_eq!(
            [name_of(&mut ours, DCCP, 9), name_of(&mut compat, DCCP, 9)],
            ["discard", "unknown"]
        );
        assert_eq!(name_of(&mut compat, SCTP, 36_412), "unknown");
        assert_eq!(name_of(&mut compat, TCP, 80), "http");
    }

    #[test]
    fn a_list_of_ones_own() {
        let text =
            "# mine\n80\ttcp\tweb\tpages\n80\ttcp\tsecond\n80\tudp\tquic\n\nx\ty\tz\n1\ttcp\t\n2\n";
        let mut own = names(false);
        own.source.list = Some(parse(text));
        assert_eq!(own.source.list.as_ref().map_or(0, std::collections::HashMap::len), 2);
        assert_eq!(
            [name_of(&mut own, TCP, 80), name_of(&mut own, UDP, 80), name_of(&mut own, TCP, 1)],
            ["web", "quic", "unknown"]
        );
    }

    #[test]
    fn a_file_that_is_not_there() {
        let error = Names::new("/nowhere/ports.txt", "unknown", false).map(|_| ());
        assert!(
            error.is_err_and(|e| e.starts_with("cannot read PBC_CLASSFILE /nowhere/ports.txt"))
        );
    }
}
