//! Words for types, opcodes and response codes (IANA, "Domain Name System Parameters"; RFC 1002, section 4.2.1.1).

use std::borrow::Cow;

/// Types from 1 on.
const FIRST: [&str; 65] = [
    "A",
    "NS",
    "MD",
    "MF",
    "CNAME",
    "SOA",
    "MB",
    "MG",
    "MR",
    "NULL",
    "WKS",
    "PTR",
    "HINFO",
    "MINFO",
    "MX",
    "TXT",
    "RP",
    "AFSDB",
    "X25",
    "ISDN",
    "RT",
    "NSAP",
    "NSAP-PTR",
    "SIG",
    "KEY",
    "PX",
    "GPOS",
    "AAAA",
    "LOC",
    "NXT",
    "EID",
    "NIMLOC",
    "SRV",
    "ATMA",
    "NAPTR",
    "KX",
    "CERT",
    "A6",
    "DNAME",
    "SINK",
    "OPT",
    "APL",
    "DS",
    "SSHFP",
    "IPSECKEY",
    "RRSIG",
    "NSEC",
    "DNSKEY",
    "DHCID",
    "NSEC3",
    "NSEC3PARAM",
    "TLSA",
    "SMIMEA",
    "",
    "HIP",
    "NINFO",
    "RKEY",
    "TALINK",
    "CDS",
    "CDNSKEY",
    "OPENPGPKEY",
    "CSYNC",
    "ZONEMD",
    "SVCB",
    "HTTPS",
];
/// Types from 249 on.
const LATER: [&str; 9] = ["TKEY", "TSIG", "IXFR", "AXFR", "MAILB", "MAILA", "*", "URI", "CAA"];

/// The word for a type of record; `TYPE` and the number where there is none (RFC 3597, section 5).
pub(crate) fn kind(number: u16) -> Cow<'static, str> {
    let index = usize::from(number);
    let known = FIRST.get(index.wrapping_sub(1)).or_else(|| LATER.get(index.wrapping_sub(249)));
    named(known, "TYPE", number)
}

/// The word for an opcode.
pub(crate) fn opcode(number: u8, netbios: bool) -> Cow<'static, str> {
    const DNS: [&str; 7] = ["QUERY", "IQUERY", "STATUS", "", "NOTIFY", "UPDATE", "DSO"];
    const NETBIOS: [&str; 10] =
        ["QUERY", "", "", "", "", "REGISTRATION", "RELEASE", "WACK", "REFRESH", "REFRESH"];
    let words = if netbios { &NETBIOS[..] } else { &DNS };
    named(words.get(usize::from(number)), "OPCODE", number.into())
}

/// The word for a response code.
pub(crate) fn rcode(number: u16) -> Cow<'static, str> {
    const WORDS: [&str; 24] = [
        "NOERROR",
        "FORMERR",
        "SERVFAIL",
        "NXDOMAIN",
        "NOTIMP",
        "REFUSED",
        "YXDOMAIN",
        "YXRRSET",
        "NXRRSET",
        "NOTAUTH",
        "NOTZONE",
        "DSOTYPENI",
        "",
        "",
        "",
        "",
        "BADVERS",
        "BADKEY",
        "BADTIME",
        "BADMODE",
        "BADNAME",
        "BADALG",
        "BADTRUNC",
        "BADCOOKIE",
    ];
    named(WORDS.get(usize::from(number)), "RCODE", number)
}

fn named(word: Option<&&'static str>, kind: &str, number: u16) -> Cow<'static, str> {
    match word {
        Some(word) if !word.is_empty() => Cow::Borrowed(word),
        _ => Cow::Owned(format!("{kind}{number}")),
    }
}
