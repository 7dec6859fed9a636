//! Conditions asked of one row, and what is said of texts that are none.

use proptest::prelude::*;

use crate::{Condition, Field, Kind, Row, Schema, Value};

/// Columns with their parts and values: one by one, or as a list.
struct Table;

const COLUMNS: [(&str, &[Kind], bool); 15] = [
    ("srcIP", &[Kind::Address], false),
    ("dstIP", &[Kind::Address], false),
    ("srcPort", &[Kind::Integer], false),
    ("dstPort", &[Kind::Integer], false),
    ("flowStat", &[Kind::Integer], false),
    ("timeFirst", &[Kind::Moment], false),
    ("duration", &[Kind::Length], false),
    ("rtt", &[Kind::Seconds], false),
    ("mean", &[Kind::Number], false),
    ("srcMac", &[Kind::Mac], true),
    ("hdrDesc", &[Kind::Text], true),
    ("vlans", &[Kind::Integer], true),
    ("typeCode", &[Kind::Integer, Kind::Text], true),
    ("nothing", &[Kind::Integer], false),
    ("dir", &[Kind::Text], false),
];

impl Schema for Table {
    fn field(&self, name: &str) -> Option<Field> {
        let name = name.strip_prefix("basicFlow.").unwrap_or(name);
        let column = COLUMNS.iter().position(|(other, ..)| *other == name)?;
        let (_, parts, is_list) = COLUMNS[column];
        Some(Field { column, parts: parts.to_vec(), is_list })
    }

    fn hint(&self, name: &str) -> String {
        if name == "srcIp" { "; did you mean 'srcIP'?".to_owned() } else { String::new() }
    }
}

struct OneRow;

impl Row for OneRow {
    fn any(&self, column: usize, part: usize, test: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let six = |last| {
            let mut six = [0; 16];
            (six[0], six[1], six[15]) = (0x20, 1, last);
            Value::Ip6(six)
        };
        let values: &[Value<'_>] = match (COLUMNS[column].0, part) {
            ("srcIP", _) => &[Value::Ip4([10, 1, 2, 3])],
            ("dstIP", _) => &[six(7)],
            ("srcPort", _) => &[Value::Integer(40_000)],
            ("dstPort", _) => &[Value::Integer(443)],
            ("flowStat", _) => &[Value::Integer(0x0400_0000_0000_4011)],
            ("timeFirst", _) => &[Value::Moment(1_335_958_313_152_630_000)],
            ("duration", _) => &[Value::Length(1_500_000_000)],
            ("rtt", _) => &[Value::Single(0.1)],
            ("mean", _) => &[Value::Double(2.5)],
            ("srcMac", _) => &[Value::Mac([0, 0x21, 0x28, 1, 2, 3]), Value::Mac([2; 6])],
            ("hdrDesc", _) => &[Value::Text(b"eth:ipv4:tcp"), Value::Text(b"eth:ipv6:tcp")],
            ("vlans", _) => &[Value::Integer(5), Value::Integer(20)],
            ("typeCode", 0) => &[Value::Integer(8), Value::Integer(0)],
            ("typeCode", _) => &[Value::Text(b"request"), Value::Text(b"reply")],
            ("dir", _) => &[Value::Text(b"A")],
            _ => &[],
        };
        values.iter().any(|value| test(*value))
    }
}

fn holds(text: &str) -> bool {
    match Condition::new(text, &Table) {
        Ok(condition) => condition.holds(&OneRow),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn conditions_that_hold() {
    for text in [
        "dstPort == 443",
        "443 == dstPort",
        "dstPort != 80 && srcPort >= 40000 and srcPort <= 40_000",
        "80 < dstPort",
        "dstPort == 80 || dstPort == 443",
        "dstPort == 80 or srcPort == 1 and dstPort == 1 or dstPort == 443",
        "not dstPort == 80",
        "!(dstPort == 80) && !!(dstPort == 443)",
        "dstPort in {80, 443}",
        "dstPort in 400..500 && dstPort in {1..3, 443..443}",
        "dstPort not in {80}",
        "srcPort > dstPort",
        "srcIP in 10.0.0.0/8 && basicFlow.srcIP == 10.1.2.3",
        "srcIP in {192.168.0.0/16, 10.1.2.0/24} && srcIP in 0.0.0.0/0",
        "srcIP in 10.1.2.0..10.1.2.9 && srcIP < 10.1.2.4",
        "dstIP == 2001::7 && dstIP in 2001::/16 && dstIP in 2001::1..2001::9 && dstIP in ::/0",
        "srcIP not in 2001::/16 && dstIP not in 0.0.0.0/0 && srcIP != ::1",
        "!(srcIP < ::1) && !(srcIP >= ::1)",
        "flowStat & 0x10 != 0",
        "(flowStat & 0x10) != 0 && flowStat & 0x20 == 0 && 0x4000 & flowStat == 0x4000",
        "flowStat & 0xf1 & 0x11 == 17",
        "flowStat > 0x0400000000000000",
        "timeFirst == 1335958313.15263 && timeFirst > 1335958313",
        "timeFirst in 2012-05-02..2012-05-03 && timeFirst > 2012-05-02T11:31:53Z",
        "duration == 1.5 && duration == 1500ms && duration in 1s..1min && duration > 1",
        "rtt == 0.1 && rtt == 100ms && rtt < 1 && duration > rtt",
        "mean == 2.5 && mean > 2 && mean < dstPort && srcPort > 10K",
        "srcMac == 00:21:28:01:02:03 && srcMac in 00:21:28:00:00:00/24 && srcMac == 2:2:2:2:2:2",
        "hdrDesc contains \"ipv6\" && hdrDesc == 'eth:ipv4:tcp' && hdrDesc contains ''",
        "hdrDesc not contains \"udp\" && not (hdrDesc contains 'mpls')",
        "vlans == 5 && vlans == 20 && vlans != 5 && !(vlans == 7) && vlans & 4 != 0",
        "vlans < dstPort && vlans in {20..30}",
        "typeCode.1 == 8 && typeCode.2 == 'reply' && basicFlow.typeCode.2 contains \"quest\"",
        "nothing == none && none != dstPort && vlans != none",
        "!(nothing == 5) && !(nothing != 5) && nothing not in {5} && !(nothing & 1 == 0)",
        "dir == \"A\" && dir in {'A', \"B\"} && dir < 'B'",
        " (((dstPort == 443))) \n",
    ] {
        assert!(holds(text), "{text}");
        assert!(!holds(&format!("!({text})")), "{text}");
    }
}

#[track_caller]
fn told(text: &str, words: &str, place: &str) {
    let error = Condition::new(text, &Table).unwrap_err();
    assert!(error.message().contains(words), "{text}: {error}");
    assert_eq!(&text[error.range()], place, "{text}: {error}");
}

#[test]
fn what_is_said_of_others() {
    told("srcIp == 1", "no column 'srcIp'; did you mean 'srcIP'?", "srcIp");
    told("dstPort = 80", "equal is ==", "=");
    told("dstPort == 10.0.0.1", "holds numbers, and this is an address", "10.0.0.1");
    told("srcIP == 80", "holds addresses, and this is a number", "80");
    told("srcIP == 10.0.0.0/8", "behind in", "10.0.0.0/8");
    told("dir == A", "a text has quotes: \"A\"", "A");
    told("dstPort", "a comparison is needed", "dstPort");
    told("flowStat & 1", "write != 0", "flowStat & 1");
    told("flowStat & 1 && dstPort == 1", "write != 0", "flowStat & 1");
    told("srcIP & 1 != 0", "not addresses", "srcIP");
    told("flowStat & 1.5 != 0", "not a number", "1.5");
    told("flowStat & dstPort != 0", "one column", "dstPort");
    told("1 < dstPort < 5", "need && between", "<");
    told("dstPort == 1 dstPort == 2", "&& or ||", "dstPort");
    told("(dstPort == 1", "no ) for this", "(");
    told("dstPort == 1)", "no ( for this", ")");
    told("dstPort in {80", "no } for this", "{");
    told("dstPort in {80 443}", "a , or }", "443");
    told("dstPort in {}", "here stands a value", "}");
    told("dstPort in 9..3", "range is empty", "9..3");
    told("dstPort in srcPort", "here stands a value", "srcPort");
    told("dstPort == {80}", "behind in", "{");
    told("dstPort == ", "missing at the end", "");
    told("", "no condition", "");
    told("dstPort == 80 &&", "missing at the end", "");
    told("== 80", "missing here", "==");
    told("1 == 1", "must be a column", "1");
    told("srcIP in 1.2.3.4..::1", "of one kind", "1.2.3.4..::1");
    told("srcIP > dstPort", "there are addresses, here numbers", "dstPort");
    told("vlans == vlans", "two lists", "vlans");
    told("typeCode == 8", "has 2 parts: name one, as typeCode.1", "typeCode");
    told("typeCode.3 == 8", "no part 3", "typeCode.3");
    told("dstPort.1 == 8", "no part 1", "dstPort.1");
    told("dstPort contains 'x'", "this holds numbers", "dstPort");
    told("dir contains A", "no column 'A'", "A");
    told("dir contains 5", "not a number", "5");
    told("hdrDesc ~ 'x'", "no patterns", "~");
    told("duration > 5m", "a minute is min", "5m");
    told("dstPort < none", "with == and !=", "<");
    told("dstPort in {none}", "here stands a value", "none");
    told("dstPort == (srcPort == 1)", "this is a condition", "(srcPort == 1)");
    told("dir == 'A", "has no end", "'");
    told("hdrDesc == eth:ipv4", "a text has quotes", "eth:ipv4");
    told("timeFirst > 2026-11-21 12:00", "a moment a T", "12:00");
    told("dstPort == 1 ä", "no meaning", "ä");
}

#[test]
fn the_place_has_carets() {
    let error = Condition::new("dstPort == 80 && srcIp == 10.0.0.1", &Table).unwrap_err();
    let expected = "there is no column 'srcIp'; did you mean 'srcIP'?\n  \
                    dstPort == 80 && srcIp == 10.0.0.1\n                   ^^^^^";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    for (open, close) in [("(", ")"), ("!", ""), ("!(", ")"), ("not ", "")] {
        let nested = |n| format!("{}dstPort == 443{}", open.repeat(n), close.repeat(n));
        assert!(holds(&nested(50)));
        for text in [nested(100_000), open.repeat(100_000)] {
            let error = Condition::new(&text, &Table).unwrap_err();
            assert_eq!(error.message(), "more than 100 ( and ! inside each other");
            assert!(error.to_string().len() < 300, "{error}");
        }
    }
    for sign in ["&&", "||"] {
        let long = vec!["dstPort == 443"; 100_000].join(sign);
        assert!(holds(&long));
    }
    let set: Vec<_> = (0..100_000).map(|n| n.to_string()).collect();
    assert!(holds(&format!("dstPort in {{{}}}", set.join(", "))));
}

#[test]
fn columns_that_are_looked_at() {
    let columns = |text| Condition::new(text, &Table).unwrap().columns();
    assert_eq!(columns("dstPort == 1 || !(srcIP == dstIP) && dstPort & 1 == 0"), [0, 1, 3]);
    assert_eq!(columns("typeCode.2 contains 'x' or vlans in 1..2 or dir != none"), [11, 12, 14]);
}

/// Words of the language and others, in any order.
fn words() -> impl Strategy<Value = String> {
    const WORDS: [&str; 34] = [
        "dstPort",
        "srcIP",
        "hdrDesc",
        "typeCode.1",
        "flowStat",
        "duration",
        "(",
        ")",
        "{",
        "}",
        "!",
        "not",
        "&&",
        "or",
        "&",
        "==",
        "!=",
        "<",
        "in",
        "contains",
        "none",
        "..",
        ",",
        "1",
        "0x1f",
        "1.5e3",
        "10.0.0.0/8",
        "fe80::1",
        "2:2:2:2:2:2",
        "2012-05-02T11:31:53+02:00",
        "\"a\"",
        "5ms",
        "`x`",
        "ä",
    ];
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..30).prop_map(|words| words.join(" "))
}

proptest! {
    /// Whatever the text: a condition that can be asked, or a place that is in the text.
    #[test]
    fn any_text_ends(text in prop_oneof![any::<String>(), words(), "[ -~]{0,80}"]) {
        match Condition::new(&text, &Table) {
            Ok(condition) => drop(condition.holds(&OneRow)),
            Err(error) => {
                prop_assert!(text.get(error.range()).is_some(), "{:?}", error);
                prop_assert!(error.to_string().lines().count() == 3);
            }
        }
    }

    /// What numbers say, the language says.
    #[test]
    fn numbers_compare_as_numbers(n in any::<i64>()) {
        let own = 443_i64;
        for (sign, expected) in [
            ("==", own == n), ("!=", own != n), ("<", own < n), ("<=", own <= n), (">", own > n), (">=", own >= n),
        ] {
            prop_assert_eq!(holds(&format!("dstPort {sign} {n}")), expected);
        }
        prop_assert_eq!(holds(&format!("dstPort & {n} == {}", own & n)), true);
    }

    /// Prefixes are ranges of addresses.
    #[test]
    fn prefixes_are_ranges(address in any::<u32>(), bits in 0_u32..=32) {
        let own = u32::from_be_bytes([10, 1, 2, 3]);
        let near = own ^ (address >> (address % 33).min(31));
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        let (first, last) = (near & mask, near | !mask);
        let words = |n: u32| std::net::Ipv4Addr::from(n).to_string();
        let expected = own & mask == first;
        prop_assert_eq!(holds(&format!("srcIP in {}/{bits}", words(near))), expected);
        prop_assert_eq!(holds(&format!("srcIP in {}..{}", words(first), words(last))), expected);
    }
}
