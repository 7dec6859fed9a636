//! Which flows are shown: conditions of `docs/expressions.md` on what is known of a flow while it lives.

use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_expr::{Condition, Field, Kind, Schema, Value};

use crate::assigned;
use crate::snapshot::Row;

/// What can be asked for, with what it holds.
const COLUMNS: [(&str, Kind); 22] = [
    ("flowInd", Kind::Integer),
    ("l4Proto", Kind::Integer),
    ("proto", Kind::Text),
    ("service", Kind::Text),
    ("state", Kind::Text),
    ("srcIP", Kind::Address),
    ("dstIP", Kind::Address),
    ("ip", Kind::Address),
    ("srcPort", Kind::Integer),
    ("dstPort", Kind::Integer),
    ("port", Kind::Integer),
    ("vlanID", Kind::Integer),
    ("packets", Kind::Integer),
    ("pktsSnt", Kind::Integer),
    ("pktsRcvd", Kind::Integer),
    ("bytes", Kind::Integer),
    ("bytesSnt", Kind::Integer),
    ("bytesRcvd", Kind::Integer),
    ("rate", Kind::Number),
    ("duration", Kind::Length),
    ("timeFirst", Kind::Moment),
    ("timeLast", Kind::Moment),
];
/// Those that have a value of each end.
const OF_BOTH_ENDS: [&str; 2] = ["ip", "port"];

/// A condition with its text; without words all flows are shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Filter {
    text: String,
    condition: Option<Condition>,
}

impl Filter {
    /// Compiles a text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let condition = (!text.is_empty()).then(|| Condition::new(text, &Columns)).transpose();
        let condition = condition.map_err(|error| error.message().to_owned())?;
        Ok(Self { text: text.to_owned(), condition })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn holds(&self, row: &Row) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(row))
    }
}

struct Columns;

impl Schema for Columns {
    fn field(&self, name: &str) -> Option<Field> {
        let column = COLUMNS.iter().position(|(known, _)| *known == name)?;
        let kind = COLUMNS.get(column)?.1;
        let is_list = OF_BOTH_ENDS.contains(&name);
        Some(Field { column, parts: vec![kind], is_list })
    }

    fn hint(&self, _: &str) -> String {
        let names: Vec<_> = COLUMNS.iter().map(|(name, _)| *name).collect();
        format!("; there are {}", names.join(", "))
    }
}

impl flowz_expr::Row for Row {
    fn any(&self, column: usize, _: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let Row { entry, rate, age } = self;
        let key = &entry.key;
        let name = COLUMNS.get(column).map_or("", |(name, _)| name);
        let is_ip = key.net != Net::Layer2;
        let mut number = |number: u64| test(Value::Integer(number.into()));
        match name {
            "flowInd" => number(entry.id.0),
            "l4Proto" => is_ip && number(key.proto.into()),
            "srcPort" => number(key.src_port.into()),
            "dstPort" => number(key.dst_port.into()),
            "port" => number(key.src_port.into()) || number(key.dst_port.into()),
            "vlanID" => number(key.vlan.into()),
            "packets" => number(entry.all_packets()),
            "pktsSnt" => number(entry.packets[0]),
            "pktsRcvd" => number(entry.packets[1]),
            "bytes" => number(entry.all_bytes()),
            "bytesSnt" => number(entry.bytes[0]),
            "bytesRcvd" => number(entry.bytes[1]),
            "proto" => test(Value::Text(assigned::protocol(key).as_bytes())),
            "service" => test(Value::Text(assigned::service(key).as_bytes())),
            "state" => test(Value::Text(entry.state().as_bytes())),
            "srcIP" => address(key, &key.src).is_some_and(test),
            "dstIP" => address(key, &key.dst).is_some_and(test),
            "ip" => [key.src, key.dst].iter().filter_map(|ip| address(key, ip)).any(test),
            "rate" => test(Value::Double(*rate)),
            "duration" => test(Value::Length((*age).into())),
            "timeFirst" => test(Value::Moment(entry.first.0.into())),
            "timeLast" => test(Value::Moment(entry.last.0.into())),
            _ => false,
        }
    }
}

/// An address of a flow, if it has addresses of IP.
fn address(key: &FlowKey, bytes: &[u8; 16]) -> Option<Value<'static>> {
    match key.net {
        Net::Layer2 => None,
        Net::V4 => Some(Value::Ip4([bytes[0], bytes[1], bytes[2], bytes[3]])),
        Net::V6 => Some(Value::Ip6(*bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Filter};
    use flowz_api::key::FlowKey;

    use crate::snapshot::Row;
    use crate::test_support::{entry, key, row};

    fn flow() -> Row {
        let mut entry = entry(7, 6, 0);
        entry.key = key(6, "10.0.0.1", 50_000, "93.184.216.34", 443);
        entry.key.vlan = 5;
        (entry.packets, entry.bytes) = ([3, 4], [1000, 2_000_000]);
        let mut row = row(entry);
        (row.rate, row.age) = (8000.5, 2_500_000_000);
        row
    }

    #[test]
    fn every_column_has_its_value() {
        let conditions = [
            "flowInd == 7",
            "l4Proto == 6",
            "proto == \"TCP\"",
            "service == \"https\"",
            "state == \"open\"",
            "srcIP == 10.0.0.1",
            "dstIP in 93.184.0.0/16",
            "ip == 93.184.216.34",
            "srcPort == 50000",
            "dstPort == 443",
            "port == 443",
            "vlanID == 5",
            "packets == 7",
            "pktsSnt == 3",
            "pktsRcvd == 4",
            "bytes == 2001000",
            "bytesSnt == 1000",
            "bytesRcvd > 1e6",
            "rate > 8000",
            "duration == 2500ms",
            "timeFirst == 0",
            "timeLast == 0",
        ];
        for (condition, (name, _)) in conditions.into_iter().zip(COLUMNS) {
            assert!(condition.starts_with(name), "{condition} asks for {name}");
            let holds = |text: &str| Filter::parse(text).unwrap().holds(&flow());
            assert!(holds(condition) && !holds(&format!("!({condition})")), "{condition}");
        }
    }

    #[test]
    fn both_ends_and_no_addresses() {
        let holds = |text: &str, row: &Row| Filter::parse(text).unwrap().holds(row);
        assert!(holds(
            "ip == 10.0.0.1 and port == 50000 and dstPort == 443 and bytes > 1e6",
            &flow()
        ));
        let arp = FlowKey { ethertype: 0x0806, ..FlowKey::default() };
        let mut layer2 = flow();
        layer2.entry.key = arp;
        assert!(holds(
            "proto == \"ARP\" and srcIP == none and ip == none and l4Proto == none",
            &layer2
        ));
        assert!(holds("  ", &layer2));
    }

    #[test]
    fn wrong_words_are_told_in_one_line() {
        let error = Filter::parse("dstprt == 443").unwrap_err();
        assert!(
            error.starts_with("there is no column 'dstprt'") && !error.contains('\n'),
            "{error}"
        );
        assert!(Filter::parse("bytes >").is_err());
    }
}
