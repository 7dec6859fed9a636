//! Types of columns as the header file tells them.

use flowz_api::column::Type;

use super::toggles::TxtToggles;

/// The number that the reference gives to a type (`TFS_NC_TYPE`): parts of a compound are joined by `_`,
/// a repeated column has `:R` behind it.
fn number(ty: &Type) -> String {
    let number = match ty {
        Type::I8 => 1,
        Type::I16 => 2,
        Type::I32 => 3,
        Type::I64 => 4,
        Type::U8 => 7,
        Type::U16 => 8,
        Type::U32 => 9,
        Type::U64 => 10,
        Type::H8 => 13,
        Type::H16 => 14,
        Type::H32 => 15,
        Type::H64 => 16,
        Type::F32 => 19,
        Type::F64 | Type::Seconds => 20,
        Type::Text | Type::Payload => 23,
        Type::Char => 24,
        Type::Time | Type::MicroTime => 25,
        Type::Duration | Type::MicroDuration => 26,
        Type::Mac => 27,
        Type::Ip4 => 28,
        Type::Ip6 => 29,
        Type::Ip => 30,
        Type::Label => 31,
        Type::Compound(parts) => return compound(parts),
        Type::List(item) => return number(item) + ":R",
        Type::Option(item) => return number(item),
    };
    number.to_string()
}

fn compound(parts: &[Type]) -> String {
    let part = |part: &Type| match part {
        Type::Compound(_) => format!("({})", number(part)),
        _ => number(part),
    };
    parts.iter().map(part).collect::<Vec<_>>().join("_")
}

/// A type as `TFS_NC_TYPE` asks for it. A moment that is shown as date and time is a text.
pub(super) fn shown(ty: &Type, toggles: &TxtToggles) -> String {
    match ty {
        _ if toggles.types < 2 => number(ty),
        Type::Time | Type::MicroTime if toggles.dates => Type::Text.to_string(),
        _ => ty.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::column::Type;

    use super::{TxtToggles, shown};

    #[test]
    fn names_and_numbers() {
        const INNER: Type = Type::Compound(&[Type::U8, Type::F32]);
        let with = |types| TxtToggles { types, ..TxtToggles::default() };
        for (ty, name, number) in [
            (Type::Char, "C", "24"),
            (Type::List(&Type::Label), "SC:R", "31:R"),
            (Type::Time, "U64.U32", "25"),
            (Type::Duration, "U64.U32", "26"),
            (Type::Compound(&[Type::H8, Type::H32]), "H8_H32", "13_15"),
            (Type::List(&Type::Compound(&[Type::H8, INNER])), "H8_(U8_F):R", "13_(7_19):R"),
            (Type::Option(&Type::Ip), "IPX", "30"),
        ] {
            assert_eq!(shown(&ty, &with(2)), name);
            assert_eq!([0, 1].map(|types| shown(&ty, &with(types))), [number, number]);
        }
    }

    #[test]
    fn date_and_time_are_text() {
        let mut toggles = TxtToggles { dates: true, ..TxtToggles::default() };
        let types = [Type::Time, Type::MicroTime, Type::Duration, Type::MicroDuration];
        let of = |toggles: &TxtToggles| types.map(|ty| shown(&ty, toggles));
        assert_eq!(of(&toggles), ["S", "S", "U64.U32", "U64.U32"]);
        toggles.types = 0;
        assert_eq!(of(&toggles), ["25", "25", "26", "26"]);
    }
}
