//! Rows of flow files: `_flows.txt`, the same as CSV, and text tables of CoralReef. Columns are found by their names.

use std::fmt;
use std::io::{self, BufRead};
use std::net::IpAddr;

use flowz_api::packet::Timestamp;

use super::{Flow, Key};

/// Names of a column in flow files and in tables of CoralReef; the first one that the file has counts.
const NAMES: [(Field, &[&str]); 12] = [
    (Field::Source, &["srcIP", "src"]),
    (Field::Destination, &["dstIP", "dst"]),
    (Field::Packets, &["pktsSnt", "pkts"]),
    (Field::Bytes, &["l3BytesSnt", "l2BytesSnt", "l4BytesSnt", "l7BytesSnt", "bytes"]),
    (Field::Direction, &["dir"]),
    (Field::Protocol, &["l4Proto", "proto"]),
    (Field::SourcePort, &["srcPort", "sport"]),
    (Field::DestinationPort, &["dstPort", "dport"]),
    (Field::HasPorts, &["ok"]),
    (Field::Flows, &["flows"]),
    (Field::First, &["timeFirst", "first"]),
    (Field::Last, &["timeLast", "latest"]),
];

/// Without these no row means anything.
const NEEDED: [Field; 4] = [Field::Source, Field::Destination, Field::Packets, Field::Bytes];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Field {
    Source,
    Destination,
    Packets,
    Bytes,
    Direction,
    Protocol,
    SourcePort,
    DestinationPort,
    HasPorts,
    Flows,
    First,
    Last,
}

/// What is wrong with a flow file.
#[derive(Debug)]
pub enum FlowError {
    /// It cannot be read.
    Io(io::Error),
    /// The line with the names has none for something that is needed.
    Column {
        /// Names that would do.
        names: &'static [&'static str],
    },
    /// There is no line with names.
    NoNames,
    /// A cell is not what its column is for.
    Cell {
        /// Number of the line, from 1.
        line: u64,
        /// What is needed.
        names: &'static [&'static str],
        /// What is there.
        text: String,
    },
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Column { names } => {
                write!(
                    f,
                    "its header has no column '{}': write the flow file with plugins that have it",
                    names.join("' or '")
                )
            }
            Self::NoNames => {
                f.write_str("no line names the columns, as the first one of a flow file does")
            }
            Self::Cell { line, names, text } => {
                let name = names.first().unwrap_or(&"");
                write!(f, "line {line}: '{text}' is no value of {name}")
            }
        }
    }
}

impl std::error::Error for FlowError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// A flow file that is read row by row.
pub struct FlowFile<R> {
    lines: R,
    number: u64,
    line: Vec<u8>,
    separator: char,
    /// The place of each of [`NAMES`] in a row.
    places: [Option<usize>; NAMES.len()],
    bytes: &'static str,
    without_addresses: u64,
}

impl<R: BufRead> FlowFile<R> {
    /// Reads up to the names of the columns.
    ///
    /// # Errors
    ///
    /// If there are none, or not those that are needed.
    pub fn new(lines: R) -> Result<Self, FlowError> {
        let mut file = Self {
            lines,
            number: 0,
            line: Vec::new(),
            separator: '\t',
            places: [None; NAMES.len()],
            bytes: "",
            without_addresses: 0,
        };
        loop {
            let Some(line) = file.next_line()? else { return Err(FlowError::NoNames) };
            if file.begin(&line) {
                break;
            }
            // Remarks in front of the names of a table of CoralReef.
            if !line.starts_with('#') {
                return Err(FlowError::NoNames);
            }
        }
        for (field, names) in NAMES {
            if NEEDED.contains(&field) && file.place(field).is_none() {
                return Err(FlowError::Column { names });
            }
        }
        Ok(file)
    }

    /// Name of the column that bytes are from.
    pub fn bytes_column(&self) -> &'static str {
        self.bytes
    }

    /// Whether the file says when flows began and ended.
    pub fn has_times(&self) -> bool {
        self.place(Field::First).is_some() && self.place(Field::Last).is_some()
    }

    /// Rows of flows without addresses, which were passed over.
    pub fn without_addresses(&self) -> u64 {
        self.without_addresses
    }

    /// The next flow; none at the end.
    ///
    /// # Errors
    ///
    /// If a cell makes no sense, or the file cannot be read.
    pub fn next_flow(&mut self) -> Result<Option<Flow>, FlowError> {
        while let Some(line) = self.next_line()? {
            if line.is_empty() || line.starts_with(['#', '%']) {
                continue;
            }
            let cells: Vec<_> =
                line.split(self.separator).map(|cell| cell.trim_matches('"')).collect();
            if let Some(flow) = self.flow(&cells)? {
                return Ok(Some(flow));
            }
            self.without_addresses += 1;
        }
        Ok(None)
    }

    /// Takes the names of columns, if the line has some.
    fn begin(&mut self, line: &str) -> bool {
        let names = line.trim_start_matches(['%', '#']);
        self.separator = if names.contains('\t') {
            '\t'
        } else if names.contains(',') {
            ','
        } else {
            ' '
        };
        let words: Vec<_> =
            names.split(self.separator).map(|name| name.trim_matches('"')).collect();
        for (place, (field, names)) in self.places.iter_mut().zip(NAMES) {
            let found = names.iter().find_map(|n| Some((words.iter().position(|w| w == n)?, *n)));
            *place = found.map(|(at, _)| at);
            if let (Field::Bytes, Some((_, name))) = (field, found) {
                self.bytes = name;
            }
        }
        self.place(Field::Source).is_some()
    }

    fn next_line(&mut self) -> Result<Option<String>, FlowError> {
        self.line.clear();
        if self.lines.read_until(b'\n', &mut self.line).map_err(FlowError::Io)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some(String::from_utf8_lossy(&self.line).trim_end_matches(['\n', '\r']).to_owned()))
    }

    fn place(&self, field: Field) -> Option<usize> {
        NAMES.iter().zip(self.places).find(|((of, _), _)| *of == field)?.1
    }

    /// The value of a cell; none if the file has no such column.
    fn value<T>(
        &self,
        cells: &[&str],
        field: Field,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, FlowError> {
        let Some(place) = self.place(field) else { return Ok(None) };
        let text = cells.get(place).copied().unwrap_or("");
        let value = parse(text).ok_or_else(|| FlowError::Cell {
            line: self.number,
            names: NAMES.iter().find(|(of, _)| *of == field).map_or(&[], |(_, names)| *names),
            text: text.chars().take(40).collect(),
        })?;
        Ok(Some(value))
    }

    fn flow(&self, cells: &[&str]) -> Result<Option<Flow>, FlowError> {
        // A flow on layer 2 has no addresses.
        let address = |text: &str| {
            if matches!(text, "" | "-") {
                Some(None)
            } else {
                text.parse::<IpAddr>().ok().map(Some)
            }
        };
        let src = self.value(cells, Field::Source, address)?.flatten();
        let dst = self.value(cells, Field::Destination, address)?.flatten();
        let (Some(src), Some(dst)) = (src, dst) else { return Ok(None) };
        let count = |field| self.value(cells, field, |text| text.parse::<u64>().ok());
        let number = |field| self.value(cells, field, port);
        let time = |field| self.value(cells, field, time);
        let first = time(Field::First)?.unwrap_or_default();
        let has_cell = self.value(cells, Field::SourcePort, |text| Some(is_port(text)))?;
        let has_ports = self.value(cells, Field::HasPorts, |text| Some(text == "1"))?;
        Ok(Some(Flow {
            key: Key {
                src,
                dst,
                protocol: self
                    .value(cells, Field::Protocol, |text| text.parse().ok())?
                    .unwrap_or(0),
                has_ports: has_ports.or(has_cell).unwrap_or(false),
                src_port: number(Field::SourcePort)?.unwrap_or(0),
                dst_port: number(Field::DestinationPort)?.unwrap_or(0),
            },
            is_answer: self
                .value(cells, Field::Direction, |text| Some(text == "B"))?
                .unwrap_or(false),
            packets: count(Field::Packets)?.unwrap_or(0),
            bytes: count(Field::Bytes)?.unwrap_or(0),
            flows: count(Field::Flows)?.unwrap_or(1),
            first,
            last: time(Field::Last)?.unwrap_or(first),
        }))
    }
}

/// A port; protocols without ports have an empty cell.
fn port(text: &str) -> Option<u16> {
    if is_port(text) { text.parse().ok() } else { Some(0) }
}

fn is_port(text: &str) -> bool {
    !matches!(text, "" | "-")
}

/// Seconds with a fraction of any length.
fn time(text: &str) -> Option<Timestamp> {
    const NINE: usize = 9;
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let nanos: i64 = format!("{fraction:0<NINE$}").get(..NINE)?.parse().ok()?;
    let time = Timestamp::new(whole.parse().ok()?, nanos);
    Some(Timestamp(sign * time.0))
}

#[cfg(test)]
mod tests {
    use super::{FlowError, FlowFile, time};
    use flowz_api::packet::Timestamp;

    const FLOWS: &str = "%dir\tflowInd\ttimeFirst\ttimeLast\tsrcIP\tsrcPort\tdstIP\tdstPort\tl4Proto\tpktsSnt\tl7BytesSnt\n\
        A\t1\t3.4\t7.800000001\t10.0.0.1\t5000\t10.0.0.2\t80\t6\t7\t100000\n\
        B\t1\t3.5\t7\t10.0.0.2\t80\t10.0.0.1\t5000\t6\t5\t300\n\
        A\t2\t1\t1\t-\t-\t-\t-\t0\t1\t60\n";

    #[test]
    fn rows_of_a_flow_file() {
        let mut file = FlowFile::new(FLOWS.as_bytes()).unwrap();
        assert_eq!((file.bytes_column(), file.has_times()), ("l7BytesSnt", true));
        let first = file.next_flow().unwrap().unwrap();
        assert_eq!((first.packets, first.bytes, first.key.src_port), (7, 100_000, 5_000));
        assert_eq!((first.first, first.last.0), (Timestamp(3_400_000_000), 7_800_000_001));
        let second = file.next_flow().unwrap().unwrap();
        assert!(second.is_answer && second.key == first.key.reversed());
        assert_eq!(file.next_flow().unwrap(), None);
        assert_eq!(file.without_addresses(), 1);
    }

    #[test]
    fn a_table_of_coralreef() {
        let text = "# generated by: x\n#src\tdst\tproto\tok\tsport\tdport\tpkts\tbytes\tflows\tfirst\tlatest\n\
            10.0.0.1\t10.0.0.2\t17\t1\t5\t6\t7\t800\t2\t1.5\t2.5\n\
            10.0.0.1\t10.0.0.2\t17\t0\t0\t0\t1\t20\t1\t1.5\t1.5\n# end of text table\n";
        let mut file = FlowFile::new(text.as_bytes()).unwrap();
        let flow = file.next_flow().unwrap().unwrap();
        assert_eq!((flow.flows, flow.bytes, flow.key.protocol), (2, 800, 17));
        let second = file.next_flow().unwrap().unwrap();
        assert_eq!((flow.key.has_ports, second.key.has_ports), (true, false));
        assert_eq!(file.next_flow().unwrap(), None);
    }

    #[test]
    fn ports_that_are_none() {
        let text =
            "srcIP,srcPort,dstIP,dstPort,pktsSnt,l3BytesSnt\n::1,-,::2,-,1,2\n::1,0,::2,7,1,2\n";
        let mut file = FlowFile::new(text.as_bytes()).unwrap();
        let mut next = || file.next_flow().unwrap().unwrap().key;
        assert_eq!((next().has_ports, next().has_ports), (false, true));
    }

    #[test]
    fn wrong_files() {
        let open = |text: &'static str| FlowFile::new(text.as_bytes()).err();
        assert!(matches!(open(""), Some(FlowError::NoNames)));
        assert!(matches!(open("hello\n"), Some(FlowError::NoNames)));
        let text = open("%srcIP\tdstIP\tpktsSnt\n").unwrap().to_string();
        assert!(text.contains("'l3BytesSnt' or"), "{text}");
        let mut file =
            FlowFile::new("srcIP,dstIP,pktsSnt,bytes\n1.2.3.4,1.2.3.5,x,1\n".as_bytes()).unwrap();
        assert_eq!(file.next_flow().unwrap_err().to_string(), "line 2: 'x' is no value of pktsSnt");
    }

    #[test]
    fn times() {
        assert_eq!(time("-1.5"), Some(Timestamp(-1_500_000_000)));
        assert_eq!(time("1.1234567899"), Some(Timestamp(1_123_456_789)));
        for text in ["", ".5", "1.5s", "1e3", "--1", "99999999999999999999"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
