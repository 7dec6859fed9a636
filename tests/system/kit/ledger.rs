//! The last line of the report: `Packets read: 81 = 37 in flows + 16 link header cut + ...`.

/// The line, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ledger {
    /// All packets.
    pub(crate) read: u64,
    /// Packets in flows.
    pub(crate) in_flows: u64,
    /// Packets without flow, and why.
    pub(crate) without: Vec<(u64, String)>,
}

impl Ledger {
    /// Reads the line.
    #[track_caller]
    pub(crate) fn parse(line: &str) -> Self {
        let (read, terms) = line
            .strip_prefix("Packets read: ")
            .and_then(|rest| rest.split_once(" = "))
            .unwrap_or_else(|| panic!("no ledger: {line}"));
        let mut terms = terms.split(" + ").map(|term| {
            let (number, reason) = term.split_once(' ').unwrap();
            (number.parse().unwrap(), reason.to_owned())
        });
        let (in_flows, words) = terms.next().unwrap();
        assert_eq!(words, "in flows", "{line}");
        Self { read: read.parse().unwrap(), in_flows, without: terms.collect() }
    }

    /// Whether both sides are equal.
    pub(crate) fn adds_up(&self) -> bool {
        let without: u64 = self.without.iter().map(|(number, _)| number).sum();
        self.read == self.in_flows + without
    }
}
