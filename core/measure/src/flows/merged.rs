//! Flows with one key as one row, and the largest of them.

use std::collections::HashMap;

use super::{Flow, Key};
use crate::pairs::By;
use crate::table::{Cell, Column};

/// The columns of [`row`]: those of a text table of CoralReef.
pub const COLUMNS: [Column; 11] = [
    Column::new("src", ""),
    Column::new("dst", ""),
    Column::new("proto", ""),
    Column::new("ok", ""),
    Column::new("sport", ""),
    Column::new("dport", ""),
    Column::new("pkts", ""),
    Column::new("bytes", "B"),
    Column::new("flows", ""),
    Column::new("first", "s"),
    Column::new("latest", "s"),
];

/// The cells of a flow.
pub fn row(flow: &Flow) -> [Cell; 11] {
    let Key { src, dst, protocol, has_ports, src_port, dst_port } = flow.key;
    [
        Cell::Address(src),
        Cell::Address(dst),
        Cell::Count(protocol.into()),
        Cell::Count(has_ports.into()),
        Cell::Count(src_port.into()),
        Cell::Count(dst_port.into()),
        Cell::Count(flow.packets),
        Cell::Count(flow.bytes),
        Cell::Count(flow.flows),
        Cell::Time(flow.first),
        Cell::Time(flow.last),
    ]
}

/// Sums over the flows of each key. Memory grows with the keys.
#[derive(Clone, Default, Debug)]
pub struct Merged {
    flows: HashMap<Key, Flow>,
}

impl Merged {
    /// Adds a flow.
    pub fn add(&mut self, flow: &Flow) {
        let Some(sum) = self.flows.get_mut(&flow.key) else {
            self.flows.insert(flow.key, flow.clone());
            return;
        };
        sum.join(flow);
        sum.flows = sum.flows.saturating_add(flow.flows);
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.flows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// All of them in the order of their keys.
    pub fn sorted(self) -> Vec<Flow> {
        let mut all: Vec<_> = self.flows.into_values().collect();
        all.sort_unstable_by_key(|flow| flow.key);
        all
    }

    /// The `n` largest, the largest first, equal ones in the order of their keys.
    pub fn largest(self, n: usize, by: By) -> Vec<Flow> {
        let amount = |flow: &Flow| match by {
            By::Flows => flow.flows,
            By::Packets => flow.packets,
            By::Bytes => flow.bytes,
        };
        let mut all: Vec<_> = self.flows.into_values().collect();
        all.sort_unstable_by(|a, b| amount(b).cmp(&amount(a)).then(a.key.cmp(&b.key)));
        all.truncate(n);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Flow, Key, Merged};
    use flowz_api::packet::Timestamp;

    fn flow(port: u16, packets: u64, bytes: u64, times: (i64, i64)) -> Flow {
        let address = [10, 0, 0, 1].into();
        let key = Key {
            src: address,
            dst: address,
            protocol: 17,
            has_ports: true,
            src_port: port,
            dst_port: 53,
        };
        let (first, last) = (Timestamp(times.0), Timestamp(times.1));
        Flow { key, is_answer: false, packets, bytes, flows: 1, first, last }
    }

    #[test]
    fn flows_of_one_key_are_one_row() {
        let mut merged = Merged::default();
        for flow in [flow(7, 1, 10, (5, 6)), flow(3, 1, 15, (1, 2)), flow(7, 2, 5, (9, 9))] {
            merged.add(&flow);
        }
        assert_eq!(merged.len(), 2);
        let ports = |by| {
            let largest = merged.clone().largest(9, by);
            largest.iter().map(|flow| flow.key.src_port).collect::<Vec<_>>()
        };
        assert_eq!(ports(By::Bytes), [3, 7], "equal ones by their keys");
        assert_eq!((ports(By::Packets), ports(By::Flows)), (vec![7, 3], vec![7, 3]));
        let largest = merged.largest(1, By::Flows).remove(0);
        assert_eq!((largest.flows, largest.packets, largest.bytes), (2, 3, 15));
        assert_eq!((largest.first, largest.last), (Timestamp(5), Timestamp(9)));
    }
}
