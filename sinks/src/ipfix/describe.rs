//! Records that tell collectors what the enterprise's elements are (RFC 5610).

use flowz_api::column::{Column, Schema, Type};

use super::element::Form;
use super::encode::variable;
use super::message::specifier;
use super::template::{NOTHING, numbers};

/// Number of the options template.
const TEMPLATE: u16 = 320;

/// Elements of the options template and their lengths; the first two are its scope.
const FIELDS: [(u16, u16); 7] = [
    (346, 4),        // privateEnterpriseNumber
    (303, 2),        // informationElementId
    (339, 1),        // informationElementDataType
    (344, 1),        // informationElementSemantics
    (345, 2),        // informationElementUnits
    (341, u16::MAX), // informationElementName
    (340, u16::MAX), // informationElementDescription
];

/// The options template, and a record for each column that may be an element of the enterprise; each with the number of its set.
pub(super) fn records(schema: &Schema, enterprise: u32) -> Vec<(u16, Vec<u8>)> {
    let mut template = Vec::new();
    for number in [TEMPLATE, FIELDS.len() as u16, 2] {
        template.extend(number.to_be_bytes());
    }
    for (id, length) in FIELDS {
        specifier(&mut template, 0, id, length);
    }
    // Options templates are in set 3.
    let mut records = vec![(3, template)];
    let numbers = numbers(schema);
    for (column, id) in schema.columns.iter().zip(&numbers) {
        let form = Form::of(column.ty);
        let kind = (form.data_type(), semantics(column), units(column.unit, form));
        records.push((TEMPLATE, record((enterprise, *id), kind, &column.name, column.doc)));
    }
    if let Some(id) = numbers.last() {
        let doc = "Bits of the elements in front of it that are nothing, the highest bit of the first byte for the first one.";
        records.push((TEMPLATE, record((enterprise, *id), (0, 0, 0), NOTHING, doc)));
    }
    records
}

fn record(
    (enterprise, id): (u32, u16),
    (data_type, semantics, units): (u8, u8, u16),
    name: &str,
    doc: &str,
) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(enterprise.to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend([data_type, semantics]);
    out.extend(units.to_be_bytes());
    variable(&mut out, name.as_bytes());
    variable(&mut out, doc.as_bytes());
    out
}

/// IANA, IPFIX Information Element Semantics.
fn semantics(column: &Column) -> u8 {
    const DEFAULT: u8 = 0;
    const QUANTITY: u8 = 1;
    const DELTA_COUNTER: u8 = 3;
    const FLAGS: u8 = 5;
    let ty = if let Type::Option(of) = column.ty { *of } else { column.ty };
    match ty {
        Type::H8 | Type::H16 | Type::H32 | Type::H64 => FLAGS,
        Type::U8 | Type::U16 | Type::U32 | Type::U64 if column.counter => DELTA_COUNTER,
        Type::F32 | Type::F64 | Type::Seconds | Type::Duration | Type::MicroDuration => QUANTITY,
        _ => DEFAULT,
    }
}

/// IANA, IPFIX Information Element Units.
fn units(unit: &str, form: Form) -> u16 {
    match (unit, form) {
        (_, Form::Length) => 8,
        (_, Form::Nanos | Form::Text | Form::Bytes) => 0,
        ("bytes", _) => 2,
        ("packets", _) => 3,
        ("s", _) => 5,
        ("ms", _) => 6,
        ("hops", _) => 11,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::column::{Schema, Type};

    use super::records;
    use crate::test_support::column;

    #[test]
    fn an_element_with_its_story() {
        let mut octets = column("duration", Type::Duration);
        octets.doc = "How long.";
        let records = records(&Schema { columns: vec![octets] }, 32_473);
        assert_eq!(records[0].1[..10], [1, 64, 0, 7, 0, 2, 1, 90, 0, 4]);
        let mut expected = vec![0, 0, 126, 217, 0x22, 0x4c, 8, 1, 0, 8, 8];
        expected.extend(b"duration\x09How long.");
        assert_eq!(records[1], (320, expected));
        assert_eq!(records.len(), 3);
    }
}
