//! Templates: which elements a record has, in which order.

use flowz_api::column::Schema;

use super::element::{Form, IANA, Iana, NOT_IN_9, ONLY_IN_9, number};

/// Enterprise of the reverse elements (RFC 5103, section 6.1).
const REVERSE: u32 = 29_305;

/// The element biflowDirection, and its value for flows whose source is whoever began (RFC 5103, section 6.3).
const BIFLOW_DIRECTION: u16 = 239;

/// Number of the first template (RFC 7011, section 3.4.1: from 256 on).
const FIRST: u16 = 256;

/// Name and number of the element that says which others are nothing.
pub(super) const NOTHING: &str = "emptyElements";

/// What a row is about, and so which template it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Family {
    Ip4,
    Ip6,
    /// No IP.
    Other,
}

impl Family {
    const ALL: [Self; 3] = [Self::Ip4, Self::Ip6, Self::Other];
}

/// Where an element gets its value from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// A column of the row.
    Column(usize),
    /// A column of the row in the other direction.
    Reverse(usize),
    /// A number that is always the same.
    Fixed(u8),
    /// Bits of the elements in front of it that are nothing, from the first one's on, the highest bit of each byte first.
    Nothing,
}

/// An element of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Field {
    /// 0 for those of IANA.
    pub(super) enterprise: u32,
    pub(super) id: u16,
    pub(super) form: Form,
    pub(super) mask: u64,
    pub(super) source: Source,
}

/// A template.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) id: u16,
    pub(super) fields: Vec<Field>,
}

/// What templates are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) version: u8,
    /// All columns, as elements of this enterprise.
    pub(super) enterprise: Option<u32>,
    pub(super) biflow: bool,
}

/// All templates of a table: those of single directions, behind them those of biflows.
pub(super) fn all(schema: &Schema, wanted: Wanted) -> Vec<Template> {
    let numbers = numbers(schema);
    let mut templates = Vec::new();
    for is_biflow in [false, true] {
        for family in Family::ALL {
            if is_biflow && !wanted.biflow {
                continue;
            }
            let id = FIRST + templates.len() as u16;
            templates
                .push(Template { id, fields: fields(schema, family, wanted, is_biflow, &numbers) });
        }
    }
    templates
}

/// The place of a row's template among [`all`].
pub(super) fn place(family: Family, is_biflow: bool) -> usize {
    family as usize + if is_biflow { Family::ALL.len() } else { 0 }
}

/// The enterprise's numbers of all columns, and behind them that of [`NOTHING`]; no two are the same.
pub(super) fn numbers(schema: &Schema) -> Vec<u16> {
    let names = schema.columns.iter().map(|column| column.name.as_str());
    let mut numbers: Vec<u16> = Vec::with_capacity(schema.columns.len() + 1);
    for name in names.chain([NOTHING]) {
        let mut id = number(name);
        while numbers.contains(&id) {
            id = if id == 0x7fff { 1 } else { id + 1 };
        }
        numbers.push(id);
    }
    numbers
}

fn fields(
    schema: &Schema,
    family: Family,
    wanted: Wanted,
    is_biflow: bool,
    numbers: &[u16],
) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut whole = vec![false; schema.columns.len()];
    for element in elements(family, wanted.version) {
        let Some(column) = schema.columns.iter().position(|column| element.is_of(column)) else {
            continue;
        };
        whole[column] |= element.is_whole;
        let field = iana(&element, wanted.version, Source::Column(column));
        // In front of the element itself: of those that a collector takes for the same, it keeps the last one.
        if is_biflow && element.is_directed {
            fields.push(Field { enterprise: REVERSE, source: Source::Reverse(column), ..field });
        }
        fields.push(field);
    }
    if is_biflow {
        let (form, source) = (Form::Unsigned(1), Source::Fixed(1));
        fields.push(Field { enterprise: 0, id: BIFLOW_DIRECTION, form, mask: u64::MAX, source });
    }
    let Some(enterprise) = wanted.enterprise else { return fields };
    for (place, column) in schema.columns.iter().enumerate() {
        if !whole[place] {
            let (form, source) = (Form::of(column.ty), Source::Column(place));
            fields.push(Field { enterprise, id: numbers[place], form, mask: u64::MAX, source });
        }
    }
    let id = numbers.last().copied().unwrap_or(1);
    let (form, source) = (Form::Bytes, Source::Nothing);
    fields.push(Field { enterprise, id, form, mask: u64::MAX, source });
    fields
}

fn iana(element: &Iana, version: u8, source: Source) -> Field {
    // NetFlow 9: TCP_FLAGS is one byte.
    let form = if version == 9 && element.id == 6 { Form::Unsigned(1) } else { element.form };
    Field { enterprise: 0, id: element.id, form, mask: element.mask, source }
}

/// The elements of IANA for rows of a family.
fn elements(family: Family, version: u8) -> Vec<Iana> {
    let is_known = |element: &Iana| version != 9 || !NOT_IN_9.contains(&element.id);
    let mut elements: Vec<Iana> = IANA.into_iter().filter(is_known).collect();
    let address = |column, id, form| Iana {
        column,
        id,
        form,
        mask: u64::MAX,
        is_whole: true,
        is_directed: false,
    };
    elements.extend(match family {
        Family::Ip4 => vec![address("srcIP", 8, Form::Ip4), address("dstIP", 12, Form::Ip4)],
        Family::Ip6 => vec![address("srcIP", 27, Form::Ip6), address("dstIP", 28, Form::Ip6)],
        Family::Other => Vec::new(),
    });
    if version == 9 {
        elements.extend(ONLY_IN_9);
    }
    elements
}
