//! Columns of the table: which of them a width has room for, and what is in them.

use crate::assigned;
use crate::format::{self, AGE, NUMBER, shortened};
use crate::snapshot::Row;

/// What a column shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Flow,
    Protocol,
    Source,
    Destination,
    Packets,
    PacketsSent,
    PacketsReceived,
    Bytes,
    BytesSent,
    BytesReceived,
    Rate,
    Age,
    State,
    Service,
}

/// A column and how wide it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    pub(crate) width: usize,
}

/// From these widths on there is more to see.
const BOTH_WAYS: usize = 100;
const STATE: usize = 112;
const SERVICE: usize = 126;
/// The longest address with its port: no column of addresses needs more.
const LONGEST: usize = 47;
/// Below this width there are fewer columns.
const NARROW: usize = 64;

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Flow => "FLOW",
            Self::Protocol => "PROTO",
            Self::Source => "SOURCE",
            Self::Destination => "DESTINATION",
            Self::Packets => "PKTS",
            Self::PacketsSent => "PKTS>",
            Self::PacketsReceived => "PKTS<",
            Self::Bytes => "BYTES",
            Self::BytesSent => "BYTES>",
            Self::BytesReceived => "BYTES<",
            Self::Rate => "BIT/S",
            Self::Age => "AGE",
            Self::State => "STATE",
            Self::Service => "SERVICE",
        }
    }

    fn is_text(self) -> bool {
        matches!(
            self,
            Self::Protocol | Self::Source | Self::Destination | Self::State | Self::Service
        )
    }

    /// The width of those that have one of their own.
    fn width(self, largest: u64) -> usize {
        match self {
            Self::Flow => largest.max(1).ilog10() as usize + 1,
            Self::Age => AGE,
            Self::State => 7,
            Self::Service => 10,
            _ => NUMBER,
        }
        .max(if self.is_text() { 0 } else { self.title().len() })
    }
}

/// The columns for a width, where the flow with the largest number has this one.
pub(crate) fn layout(width: usize, largest: u64) -> Vec<Column> {
    let mut kinds = vec![Kind::Flow, Kind::Protocol, Kind::Source, Kind::Destination];
    match width {
        _ if width < NARROW => kinds.push(Kind::Bytes),
        _ if width < BOTH_WAYS => kinds.extend([Kind::Packets, Kind::Bytes, Kind::Rate, Kind::Age]),
        _ => kinds.extend([
            Kind::PacketsSent,
            Kind::PacketsReceived,
            Kind::BytesSent,
            Kind::BytesReceived,
            Kind::Rate,
            Kind::Age,
        ]),
    }
    kinds.extend((width >= STATE).then_some(Kind::State));
    kinds.extend((width >= SERVICE).then_some(Kind::Service));
    let is_address = |kind: &Kind| matches!(kind, Kind::Source | Kind::Destination);
    let others = kinds.iter().filter(|kind| !is_address(kind)).map(|kind| kind.width(largest));
    let taken = others.sum::<usize>() + kinds.len() - 1;
    let room = width.saturating_sub(taken);
    let column = |kind| {
        let width = match kind {
            Kind::Source => room.div_ceil(2).min(LONGEST),
            Kind::Destination => (room / 2).min(LONGEST),
            kind => kind.width(largest),
        };
        Column { kind, width }
    };
    kinds.into_iter().map(column).collect()
}

/// The line of titles.
pub(crate) fn titles(columns: &[Column]) -> String {
    line(columns, |column| column.kind.title().to_owned())
}

/// The line of a flow.
pub(crate) fn cells(columns: &[Column], row: &Row) -> String {
    line(columns, |column| cell(*column, row))
}

fn line(columns: &[Column], text: impl Fn(&Column) -> String) -> String {
    let mut out = String::new();
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let text = text(column);
        let text = if column.kind.is_text() { shortened(&text, column.width) } else { text };
        let room = " ".repeat(column.width.saturating_sub(text.chars().count()));
        let (before, behind) = if column.kind.is_text() { ("", &*room) } else { (&*room, "") };
        out.extend([before, &text, behind]);
    }
    out
}

fn cell(Column { kind, width }: Column, row: &Row) -> String {
    let entry = &row.entry;
    let [sent, received] = entry.packets;
    let [bytes_sent, bytes_received] = entry.bytes;
    match kind {
        Kind::Flow => entry.id.0.to_string(),
        Kind::Protocol => assigned::protocol(&entry.key),
        Kind::Source => {
            let [source, _] = format::ends(&entry.key, width);
            source
        }
        Kind::Destination => {
            let [_, destination] = format::ends(&entry.key, width);
            destination
        }
        Kind::Packets => format::count(entry.all_packets()),
        Kind::PacketsSent => format::count(sent),
        Kind::PacketsReceived => format::count(received),
        Kind::Bytes => format::count(entry.all_bytes()),
        Kind::BytesSent => format::count(bytes_sent),
        Kind::BytesReceived => format::count(bytes_received),
        Kind::Rate => format::rate(row.rate),
        Kind::Age => format::age(row.age),
        Kind::State => entry.state().to_owned(),
        Kind::Service => assigned::service(&entry.key).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, cells, layout, titles};

    use crate::test_support::rows;

    #[test]
    fn lines_are_as_wide_as_the_terminal() {
        for width in 40..260 {
            let columns = layout(width, 12_345);
            let wide: usize = columns.iter().map(|c| c.width).sum::<usize>() + columns.len() - 1;
            assert!(wide <= width, "{width}");
            assert!(wide == width || columns[2].width == 47, "{width}: {wide}");
            for row in rows() {
                assert_eq!(cells(&columns, &row).chars().count(), wide, "{width}");
            }
            assert_eq!(titles(&columns).chars().count(), wide, "{width}");
        }
    }

    #[test]
    fn an_address_of_ipv4_and_its_port_fit_into_80_columns() {
        let columns = layout(80, 9_999);
        assert!(columns[2].width >= 21 && columns[3].width >= 20, "{columns:?}");
    }

    #[test]
    fn more_room_shows_more() {
        let kinds = |width: usize| layout(width, 1).iter().map(|c| c.kind).collect::<Vec<_>>();
        assert!(kinds(50).contains(&Kind::Bytes) && !kinds(50).contains(&Kind::Age));
        assert!(kinds(99).contains(&Kind::Packets) && !kinds(100).contains(&Kind::Packets));
        assert!(kinds(100).contains(&Kind::BytesReceived) && !kinds(111).contains(&Kind::State));
        assert!(kinds(112).contains(&Kind::State) && !kinds(125).contains(&Kind::Service));
        assert!(kinds(126).contains(&Kind::Service));
        assert_eq!(layout(80, 1)[0].width, 4);
        assert_eq!(layout(80, 1_234_567)[0].width, 7);
    }
}
