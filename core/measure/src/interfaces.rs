//! Counters of network interfaces, and how fast they count.

use crate::table::{Cell, Column};

/// Columns of counters, and what the kernel calls them (`Documentation/ABI/testing/sysfs-class-net-statistics`).
pub const COUNTERS: [(&str, &str); 12] = [
    ("rxBytes", "rx_bytes"),
    ("rxPackets", "rx_packets"),
    ("rxErrors", "rx_errors"),
    ("rxDropped", "rx_dropped"),
    ("rxMissed", "rx_missed_errors"),
    ("rxMulticast", "multicast"),
    ("txBytes", "tx_bytes"),
    ("txPackets", "tx_packets"),
    ("txErrors", "tx_errors"),
    ("txDropped", "tx_dropped"),
    ("txCarrier", "tx_carrier_errors"),
    ("txCollisions", "collisions"),
];
/// Where a line of `/proc/net/dev` has them; it has the sum of dropped and missed packets, and no carrier errors for themselves.
const PLACES: [Option<usize>; 12] = [
    Some(0),
    Some(1),
    Some(2),
    Some(3),
    None,
    Some(7),
    Some(8),
    Some(9),
    Some(10),
    Some(11),
    None,
    Some(13),
];
/// Columns of rates: which counter, and what of it.
const RATES: [(&str, &str, usize, f64); 4] = [
    ("rxRate", "bit/s", 0, 8.0),
    ("txRate", "bit/s", 6, 8.0),
    ("rxPacketRate", "1/s", 1, 1.0),
    ("txPacketRate", "1/s", 7, 1.0),
];
/// Digits of rates that people see.
const DIGITS: usize = 1;

/// The counters of an interface, those of [`COUNTERS`] as far as they are known.
pub type Counters = [Option<u64>; COUNTERS.len()];

/// An interface at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Whether it is up, in the kernel's word (`up`, `down`, `unknown`, …), if that is known.
    pub state: Option<String>,
    /// What it has counted.
    pub counters: Counters,
}

/// The interfaces of `/proc/net/dev`, with their counters; lines that are none are passed over.
pub fn of_proc(text: &str) -> Vec<Interface> {
    let interface = |line: &str| {
        // There may be no blank behind the colon, and colons in the name.
        let (name, numbers) = line.rsplit_once(':')?;
        let numbers: Vec<u64> =
            numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        if numbers.len() < 16 {
            return None;
        }
        let counters = PLACES.map(|place| numbers.get(place?).copied());
        Some(Interface { name: name.trim().to_owned(), state: None, counters })
    };
    text.lines().filter_map(interface).collect()
}

/// The columns of [`row`]; with `has_rates` those of rates.
pub fn columns(has_rates: bool) -> Vec<Column> {
    let unit = |name: &str| if name.ends_with("Bytes") { "B" } else { "" };
    let mut columns = Vec::new();
    if has_rates {
        columns.push(Column::new("time", "s"));
    }
    columns.extend([Column::new("name", ""), Column::new("state", "")]);
    if has_rates {
        columns.extend(RATES.map(|(name, unit, ..)| Column::new(name, unit)));
    }
    columns.extend(COUNTERS.map(|(name, _)| Column::new(name, unit(name))));
    columns
}

/// The cells of an interface.
pub fn row(interface: &Interface) -> Vec<Cell> {
    let state = interface.state.clone().map_or(Cell::None, Cell::Text);
    let counters = interface.counters.map(|count| count.map_or(Cell::None, Cell::Count));
    [Cell::Text(interface.name.clone()), state].into_iter().chain(counters).collect()
}

/// The same with the time, and the rates since `before`, some seconds ago. A counter that went back, as that of an interface that was
/// made anew does, has none.
pub fn row_with_rates(
    time: Cell,
    interface: &Interface,
    before: Option<&Interface>,
    seconds: f64,
) -> Vec<Cell> {
    let rates = RATES.map(|(_, _, counter, factor)| {
        let count = |interface: &Interface| interface.counters[counter];
        let more = before.and_then(|before| count(interface)?.checked_sub(count(before)?));
        let rate = more.map(|more| more as f64 * factor / seconds).filter(|rate| rate.is_finite());
        rate.map_or(Cell::None, |rate| Cell::Real(rate, DIGITS))
    });
    let mut row = row(interface);
    let counters = row.split_off(2);
    [time].into_iter().chain(row).chain(rates).chain(counters).collect()
}

#[cfg(test)]
mod tests {
    use super::{COUNTERS, columns, of_proc, row, row_with_rates};
    use crate::table::Cell;

    const PROC: &str = "Inter-|   Receive                                                |  Transmit\n \
        face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    \
        lo:  193295     893    0    0    0     0          0         0   193295     893    0    0    0     0       0          0\n\
        eth0:1000 20 3 4 5 6 7 8 9000 10 11 12 13 14 15 16\n\
        bad: 1 2 3\n";

    #[test]
    fn lines_of_proc() {
        let all = of_proc(PROC);
        assert_eq!(all.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["lo", "eth0"]);
        let known = |name: &str| {
            let at = COUNTERS.iter().position(|(column, _)| *column == name).unwrap();
            all[1].counters[at]
        };
        assert_eq!(
            ["rxBytes", "rxPackets", "rxErrors", "rxDropped"].map(known),
            [1000, 20, 3, 4].map(Some)
        );
        assert_eq!(
            ["txBytes", "txPackets", "txErrors", "txDropped"].map(known),
            [9000, 10, 11, 12].map(Some)
        );
        assert_eq!(["rxMulticast", "txCollisions"].map(known), [8, 14].map(Some));
        assert_eq!(["rxMissed", "txCarrier"].map(known), [None; 2]);
    }

    #[test]
    fn rates() {
        let before = of_proc(PROC).remove(1);
        let mut now = before.clone();
        now.counters[0] = Some(2000);
        now.counters[1] = Some(25);
        now.counters[6] = Some(8999);
        let cells = row_with_rates(Cell::Count(0), &now, Some(&before), 2.0);
        assert_eq!(cells.len(), columns(true).len());
        assert_eq!(
            cells[3..7],
            [Cell::Real(4000.0, 1), Cell::None, Cell::Real(2.5, 1), Cell::Real(0.0, 1)]
        );
        assert_eq!(cells[7..], row(&now)[2..]);
        assert_eq!(row(&now).len(), columns(false).len());
        let unknown = [Cell::None, Cell::None, Cell::None, Cell::None];
        assert_eq!(row_with_rates(Cell::None, &now, None, 2.0)[3..7], unknown);
        assert_eq!(row_with_rates(Cell::None, &before, Some(&before), 0.0)[3..7], unknown);
    }
}
