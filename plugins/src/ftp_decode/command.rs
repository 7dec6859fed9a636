//! Commands of FTP (RFC 959, section 4.1; RFC 2228, 2389, 2428, 2640, 3659, 7151).

/// A line of a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Command<'a> {
    /// As it was sent.
    pub(crate) verb: &'a [u8],
    pub(crate) argument: &'a [u8],
}

/// What is to be done about a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    User,
    Password,
    Port,
    ExtendedPort,
    Passive,
    ExtendedPassive,
    /// Something comes from the server.
    Download,
    /// Something goes to the server.
    Upload,
    Auth,
    Restart,
    Other,
}

/// Bytes of a verb that are kept.
pub(crate) const LONGEST_VERB: usize = 8;

/// The verbs that are known, sorted.
const VERBS: [&[u8]; 61] = [
    b"ABOR", b"ACCT", b"ADAT", b"ALLO", b"APPE", b"AUTH", b"CCC", b"CDUP", b"CLNT", b"CONF",
    b"CWD", b"DELE", b"ENC", b"EPRT", b"EPSV", b"FEAT", b"HASH", b"HELP", b"HOST", b"LANG",
    b"LIST", b"LPRT", b"LPSV", b"MDTM", b"MFCT", b"MFF", b"MFMT", b"MIC", b"MKD", b"MLSD", b"MLST",
    b"MODE", b"NLST", b"NOOP", b"OPTS", b"PASS", b"PASV", b"PBSZ", b"PORT", b"PROT", b"PWD",
    b"QUIT", b"REIN", b"REST", b"RETR", b"RMD", b"RNFR", b"RNTO", b"SITE", b"SIZE", b"SMNT",
    b"STAT", b"STOR", b"STOU", b"STRU", b"SYST", b"TYPE", b"USER", b"XCUP", b"XMKD", b"XPWD",
];

impl<'a> Command<'a> {
    /// Reads a line; nothing if no verb is at its beginning. Telnet commands in front, as before ABOR, are passed over (RFC 959,
    /// section 4.1.3).
    pub(crate) fn from_line(line: &'a [u8]) -> Option<Self> {
        let mut line = line;
        while let [0xff, _, rest @ ..] | [0xf2, rest @ ..] = line {
            line = rest;
        }
        let len = line
            .iter()
            .take(LONGEST_VERB + 1)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let (verb, rest) = line.split_at_checked(len)?;
        let is_verb =
            (3..=LONGEST_VERB).contains(&len) && matches!(rest.first(), None | Some(b' '));
        let argument = rest.strip_prefix(b" ").unwrap_or(rest);
        is_verb.then_some(Self { verb, argument })
    }

    /// What it means.
    pub(crate) fn kind(&self) -> Kind {
        kind(&upper(self.verb))
    }
}

/// What a verb in capital letters means.
pub(crate) fn kind(verb: &[u8]) -> Kind {
    match verb {
        b"USER" => Kind::User,
        b"PASS" => Kind::Password,
        b"PORT" => Kind::Port,
        b"EPRT" => Kind::ExtendedPort,
        b"PASV" => Kind::Passive,
        b"EPSV" => Kind::ExtendedPassive,
        b"RETR" | b"LIST" | b"NLST" | b"MLSD" => Kind::Download,
        b"STOR" | b"APPE" | b"STOU" => Kind::Upload,
        b"AUTH" => Kind::Auth,
        b"REST" => Kind::Restart,
        _ => Kind::Other,
    }
}

/// A verb in capital letters.
pub(crate) fn upper(verb: &[u8]) -> Vec<u8> {
    verb.to_ascii_uppercase()
}

/// Whether a verb, in capital letters, is known.
pub(crate) fn is_known(verb: &[u8]) -> bool {
    verb == b"XRMD" || VERBS.binary_search(&verb).is_ok()
}

/// Whether bytes begin with a command that is known: yes, no, or not without more bytes.
pub(crate) fn begins(bytes: &[u8]) -> Option<bool> {
    let len =
        bytes.iter().take(LONGEST_VERB + 1).take_while(|byte| byte.is_ascii_alphabetic()).count();
    match bytes.get(len) {
        None if len <= LONGEST_VERB => None,
        Some(b' ' | b'\r' | b'\n') => Some(is_known(&upper(&bytes[..len]))),
        _ => Some(false),
    }
}

/// Whether a code may be a reply to a command, by what RFC 959 lists (section 5.4) and by what servers say.
pub(crate) fn may_be_answered(verb: &[u8], code: u16) -> bool {
    let transfers = matches!(kind(verb), Kind::Download | Kind::Upload);
    match code {
        110 | 125 | 150 | 250 if transfers => true,
        110 | 125 | 150 | 425 | 426 | 451 | 551 | 552 => transfers,
        225 | 226 => transfers || verb == b"ABOR",
        227 => verb == b"PASV",
        228 => verb == b"LPSV",
        229 => verb == b"EPSV",
        331 => verb == b"USER",
        // Without a password it is to USER, which is rare.
        230 | 232 => matches!(verb, b"PASS" | b"ACCT"),
        332 => matches!(verb, b"USER" | b"PASS"),
        215 => verb == b"SYST",
        211 | 212 | 214 => matches!(verb, b"FEAT" | b"STAT" | b"HELP" | b"SITE" | b"OPTS"),
        213 => matches!(verb, b"STAT" | b"SIZE" | b"MDTM" | b"HASH" | b"MFMT"),
        221 => verb == b"QUIT",
        257 => matches!(verb, b"PWD" | b"MKD" | b"XPWD" | b"XMKD"),
        234 | 334 => verb == b"AUTH",
        350 => matches!(verb, b"REST" | b"RNFR"),
        200 | 250 => {
            let others = matches!(
                verb,
                b"USER"
                    | b"PASS"
                    | b"PASV"
                    | b"EPSV"
                    | b"SYST"
                    | b"PWD"
                    | b"QUIT"
                    | b"SIZE"
                    | b"MDTM"
            );
            !transfers && !others
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, VERBS, begins, may_be_answered};

    #[test]
    fn lines() {
        let command = Command::from_line(b"RETR a b ").unwrap();
        assert_eq!((command.verb, command.argument), (&b"RETR"[..], &b"a b "[..]));
        assert_eq!(Command::from_line(b"\xff\xf4\xff\xf2ABOR").unwrap().verb, b"ABOR");
        assert_eq!(Command::from_line(b"\xff\xf4\xf2ABOR").unwrap().verb, b"ABOR");
        for bad in [&b""[..], b"ls", b"NOTHINGKNOWN", b"GET/", b" USER x", b"\xff"] {
            assert_eq!(Command::from_line(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn beginnings() {
        assert!(VERBS.is_sorted());
        assert_eq!(
            [&b"pwd\r\n"[..], b"RETR x", b"file x"].map(begins),
            [Some(true), Some(true), Some(false)]
        );
        assert_eq!([&b""[..], b"PAS", b"PASSPASS"].map(begins), [None; 3]);
        assert_eq!([&b"PASSPASSP"[..], b"1", b"PASS-"].map(begins), [Some(false); 3]);
    }

    #[test]
    fn replies() {
        assert!(may_be_answered(b"RETR", 150) && !may_be_answered(b"PWD", 150));
        assert!(may_be_answered(b"NOOP", 200) && !may_be_answered(b"USER", 200));
        assert!(may_be_answered(b"ANY", 500) && may_be_answered(b"LIST", 250));
    }
}
