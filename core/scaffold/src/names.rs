//! Names of plugins, and what is made of them: folders and types.

/// Longest name: columns begin with it.
const LONGEST: usize = 24;

/// Names that are words of the language or of the crate.
const RESERVED: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "core",
    "crate", "do", "dyn", "else", "enum", "extern", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "lib", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "std", "super", "testing", "tests", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Why a name is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Not camel case.
    #[error(
        "'{0}' is no name for a plugin: camel case with letters and digits is, as in dnsDecode"
    )]
    Form(String),
    /// Too many characters.
    #[error("'{0}' is too long: {LONGEST} characters are the most")]
    Long(String),
    /// A word with a meaning.
    #[error("'{0}' has a meaning already: choose another name")]
    Reserved(String),
}

/// Refuses names that make no good folder, type or column.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let rest = name.strip_prefix(|c: char| c.is_ascii_lowercase());
    if !rest.is_some_and(|r| r.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return Err(NameError::Form(name.to_owned()));
    }
    if name.len() > LONGEST {
        return Err(NameError::Long(name.to_owned()));
    }
    if RESERVED.contains(&snake_case(name).as_str()) {
        return Err(NameError::Reserved(name.to_owned()));
    }
    Ok(())
}

/// `dnsDecode` becomes `dns_decode`.
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                // The last capital of several begins the next word.
                let next_is_small = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
                !before.is_ascii_uppercase() || next_is_small
            });
        if begins {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// `dnsDecode` becomes `DnsDecode`.
pub fn pascal_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::{check_name, pascal_case, snake_case};

    #[test]
    fn names() {
        assert_eq!(snake_case("dnsDecode"), "dns_decode");
        assert_eq!(snake_case("pktSIATHisto"), "pkt_siat_histo");
        assert_eq!(snake_case("nFrstPkts"), "n_frst_pkts");
        assert_eq!(pascal_case("dnsDecode"), "DnsDecode");
        for good in ["a", "dnsDecode", "p0f", "http2"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let bad =
            ["", "Dns", "dns_decode", "dns-decode", "9p", "match", "core", "überDecode", "../x"];
        for bad in bad {
            assert!(check_name(bad).is_err(), "{bad}");
        }
        assert!(check_name(&"a".repeat(25)).is_err());
    }
}
