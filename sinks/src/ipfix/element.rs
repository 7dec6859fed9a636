//! Information elements: those of IANA for columns that have one, and those of an enterprise for all others.

use flowz_api::column::{Column, Type};

/// How a value is written (RFC 7011, section 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A whole number without sign, of so many bytes.
    Unsigned(u8),
    /// A whole number of so many bytes.
    Signed(u8),
    Single,
    Double,
    /// Milliseconds since 1970.
    Millis,
    /// Seconds since 1900 and a fraction of 2^-32 s (NTP).
    Nanos,
    /// A length of time in nanoseconds.
    Length,
    /// A moment by the clock of the exporter, in milliseconds since it was started (NetFlow 9).
    Uptime,
    Mac,
    Ip4,
    Ip6,
    /// UTF-8, of any length.
    Text,
    /// Bytes, of any length.
    Bytes,
}

impl Form {
    /// The length in a template; 65,535 says that it stands in front of each value.
    pub(super) fn length(self) -> u16 {
        match self {
            Self::Unsigned(bytes) | Self::Signed(bytes) => bytes.into(),
            Self::Single | Self::Uptime | Self::Ip4 => 4,
            Self::Double | Self::Millis | Self::Nanos | Self::Length => 8,
            Self::Mac => 6,
            Self::Ip6 => 16,
            Self::Text | Self::Bytes => u16::MAX,
        }
    }

    /// The number of the abstract data type (IANA, IPFIX Information Element Data Types).
    pub(super) fn data_type(self) -> u8 {
        match self {
            Self::Bytes => 0,
            Self::Unsigned(1) => 1,
            Self::Unsigned(2) => 2,
            Self::Unsigned(4) | Self::Uptime => 3,
            Self::Unsigned(_) => 4,
            Self::Signed(1) => 5,
            Self::Signed(2) => 6,
            Self::Signed(4) => 7,
            Self::Signed(_) | Self::Length => 8,
            Self::Single => 9,
            Self::Double => 10,
            Self::Mac => 12,
            Self::Text => 13,
            Self::Millis => 15,
            Self::Nanos => 17,
            Self::Ip4 => 18,
            Self::Ip6 => 19,
        }
    }

    /// That of a column's values as an element of the enterprise.
    pub(super) fn of(ty: Type) -> Self {
        match ty {
            Type::U8 | Type::H8 => Self::Unsigned(1),
            Type::U16 | Type::H16 => Self::Unsigned(2),
            Type::U32 | Type::H32 => Self::Unsigned(4),
            Type::U64 | Type::H64 => Self::Unsigned(8),
            Type::I8 => Self::Signed(1),
            Type::I16 => Self::Signed(2),
            Type::I32 => Self::Signed(4),
            Type::I64 => Self::Signed(8),
            Type::F32 => Self::Single,
            Type::F64 | Type::Seconds => Self::Double,
            Type::Time | Type::MicroTime => Self::Nanos,
            Type::Duration | Type::MicroDuration => Self::Length,
            Type::Mac => Self::Mac,
            Type::Ip4 => Self::Ip4,
            Type::Ip6 => Self::Ip6,
            Type::Payload => Self::Bytes,
            Type::Option(of) => Self::of(*of),
            Type::Char
            | Type::Ip
            | Type::Text
            | Type::Label
            | Type::List(_)
            | Type::Compound(_) => Self::Text,
        }
    }
}

/// An element of IANA.
#[derive(Clone, Copy, Debug)]
pub(super) struct Iana {
    /// The column; `#` stands for the layer from which bytes are counted.
    pub(super) column: &'static str,
    pub(super) id: u16,
    pub(super) form: Form,
    /// Bits of a number that the element has.
    pub(super) mask: u64,
    /// The column's values can be told from the element alone.
    pub(super) is_whole: bool,
    /// It is one of a direction, so that it can be reversed (RFC 5103).
    pub(super) is_directed: bool,
}

const fn whole(column: &'static str, id: u16, form: Form) -> Iana {
    Iana { column, id, form, mask: u64::MAX, is_whole: true, is_directed: false }
}

const fn part(column: &'static str, id: u16, form: Form) -> Iana {
    Iana { is_whole: false, ..whole(column, id, form) }
}

const fn directed(of: Iana) -> Iana {
    Iana { is_directed: true, ..of }
}

/// Elements in the order of a record (IANA, IPFIX Information Elements), without addresses. The bits of TCP that the column has above the eighth are
/// not of the header.
pub(super) const IANA: [Iana; 20] = [
    whole("flowInd", 148, Form::Unsigned(8)),
    directed(part("timeFirst", 152, Form::Millis)),
    directed(part("timeLast", 153, Form::Millis)),
    directed(whole("timeFirst", 156, Form::Nanos)),
    directed(whole("timeLast", 157, Form::Nanos)),
    whole("srcPort", 7, Form::Unsigned(2)),
    whole("dstPort", 11, Form::Unsigned(2)),
    whole("l4Proto", 4, Form::Unsigned(1)),
    directed(whole("pktsSnt", 2, Form::Unsigned(8))),
    directed(part("l#BytesSnt", 1, Form::Unsigned(8))),
    directed(whole("l7BytesSnt", 401, Form::Unsigned(8))),
    directed(whole("l2BytesSnt", 352, Form::Unsigned(8))),
    directed(Iana { mask: 0xff, ..part("tcpFlags", 6, Form::Unsigned(2)) }),
    directed(whole("ipToS", 5, Form::Unsigned(1))),
    directed(whole("ipMinTTL", 52, Form::Unsigned(1))),
    directed(whole("ipMaxTTL", 53, Form::Unsigned(1))),
    part("vlanID", 58, Form::Unsigned(2)),
    whole("ethType", 256, Form::Unsigned(2)),
    part("srcMac", 56, Form::Mac),
    part("dstMac", 80, Form::Mac),
];

/// NetFlow 9 (RFC 3954, section 8) has other moments and flags of one byte, and knows nothing of these.
pub(super) const NOT_IN_9: [u16; 6] = [152, 153, 156, 157, 401, 352];
pub(super) const ONLY_IN_9: [Iana; 2] =
    [part("timeFirst", 22, Form::Uptime), part("timeLast", 21, Form::Uptime)];

impl Iana {
    /// Whether it is made of this column.
    pub(super) fn is_of(&self, column: &Column) -> bool {
        match self.column.split_once('#') {
            Some((front, behind)) => {
                let layer = column.name.strip_prefix(front).and_then(|n| n.strip_suffix(behind));
                layer.is_some_and(|layer| layer.len() == 1)
            }
            None => column.name == self.column,
        }
    }
}

/// The number of the enterprise's element for a column: 15 bits of the FNV-1a hash of its name, never 0. Two columns may have the same; then the
/// second one gets the next number that is free.
pub(super) fn number(name: &str) -> u16 {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    ((hash ^ hash >> 15) & 0x7fff).max(1) as u16
}

#[cfg(test)]
mod tests {
    use flowz_api::column::Type;

    use super::{Form, IANA, number};
    use crate::test_support::column;

    /// They must never change: collectors keep them.
    #[test]
    fn numbers_stay() {
        assert_eq!(["flowStat", "hdrDesc", "duration"].map(number), [5_359, 8_161, 8_780]);
    }

    #[test]
    fn bytes_of_any_layer() {
        let octets = IANA.iter().find(|element| element.id == 1).unwrap();
        for (name, is) in [
            ("l7BytesSnt", true),
            ("l2BytesSnt", true),
            ("l7BytesRcvd", false),
            ("lBytesSnt", false),
        ] {
            assert_eq!(octets.is_of(&column(name, Type::U64)), is, "{name}");
        }
    }

    #[test]
    fn what_is_nested_is_text() {
        assert_eq!(Form::of(Type::List(&Type::U8)), Form::Text);
        assert_eq!(Form::of(Type::Option(&Type::I16)), Form::Signed(2));
        assert_eq!(Form::of(Type::Payload).length(), 65_535);
    }
}
