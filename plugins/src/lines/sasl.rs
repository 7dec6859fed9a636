//! What is said to log in (SASL, RFC 4422): user and password as far as a mechanism tells them.

use super::base64;
use flowz_api::Checkpoint;

/// Ways to log in whose messages have names in them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
enum Mechanism {
    /// RFC 4616.
    Plain,
    /// A question for the name, one for the password.
    Login,
    /// RFC 2195.
    CramMd5,
    /// RFC 2831.
    DigestMd5,
    /// RFC 5802.
    Scram,
    /// RFC 7628, and its forerunner.
    Bearer,
    #[default]
    Other,
}

/// A log-in.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Sasl {
    mechanism: Mechanism,
    /// Messages of the client so far.
    messages: u8,
    /// The server has asked for a message.
    pub(crate) is_asked: bool,
}

/// Who, and the password.
pub(crate) type Names = (Option<Vec<u8>>, Option<Vec<u8>>);

impl Sasl {
    /// By the name of a mechanism.
    pub(crate) fn new(name: &[u8]) -> Self {
        let name = name.to_ascii_uppercase();
        let mechanism = match name.as_slice() {
            b"PLAIN" => Mechanism::Plain,
            b"LOGIN" => Mechanism::Login,
            b"CRAM-MD5" => Mechanism::CramMd5,
            b"DIGEST-MD5" => Mechanism::DigestMd5,
            b"XOAUTH2" | b"OAUTHBEARER" => Mechanism::Bearer,
            name if name.starts_with(b"SCRAM-") => Mechanism::Scram,
            _ => Mechanism::Other,
        };
        Self { mechanism, ..Self::default() }
    }

    /// A password comes next.
    pub(crate) fn wants_password(self) -> bool {
        self.mechanism == Mechanism::Login && self.messages == 1
    }

    /// What a message of the client says: a line in Base64. `*` breaks off, `=` is an empty message.
    pub(crate) fn message(&mut self, line: &[u8]) -> Names {
        self.is_asked = false;
        let number = self.messages;
        self.messages = number.saturating_add(1);
        let Some(text) = base64::decode(line).filter(|text| !text.is_empty()) else {
            return (None, None);
        };
        match (self.mechanism, number) {
            (Mechanism::Plain, 0) => plain(&text),
            (Mechanism::Login, 0) => (Some(text), None),
            (Mechanism::Login, 1) => (None, Some(text)),
            (Mechanism::CramMd5, 0) => {
                let end = text.iter().rposition(|byte| *byte == b' ');
                (end.map(|end| text[..end].to_vec()), None)
            }
            (Mechanism::DigestMd5, 0) => (between(&text, b"username=\"", b'"'), None),
            (Mechanism::Scram, 0) => (between(&text, b"n=", b','), None),
            (Mechanism::Bearer, 0) => {
                let user = between(&text, b"user=", 1).or_else(|| between(&text, b"a=", b','));
                (user, None)
            }
            _ => (None, None),
        }
    }
}

/// Identity to act as, identity, password, with zeros between them.
fn plain(text: &[u8]) -> Names {
    let mut parts = text.splitn(3, |byte| *byte == 0);
    let (_, user, password) = (parts.next(), parts.next(), parts.next());
    (user.map(<[u8]>::to_vec), password.map(<[u8]>::to_vec))
}

/// What stands behind some bytes, up to another one.
fn between(text: &[u8], front: &[u8], end: u8) -> Option<Vec<u8>> {
    let at = text.windows(front.len()).position(|window| window == front)?;
    let rest = &text[at + front.len()..];
    Some(rest.split(|byte| *byte == end).next().unwrap_or(rest).to_vec())
}

#[cfg(test)]
mod tests {
    use super::Sasl;

    fn names(mechanism: &str, lines: &[&str]) -> Vec<(String, String)> {
        let mut sasl = Sasl::new(mechanism.as_bytes());
        let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes.unwrap_or_default()).unwrap();
        let said = lines.iter().map(|line| sasl.message(line.as_bytes()));
        said.map(|(user, password)| (text(user), text(password))).collect()
    }

    #[test]
    fn mechanisms() {
        let pair = |user: &str, password: &str| (user.to_owned(), password.to_owned());
        assert_eq!(names("plain", &["AHVzZXIAczNjcmV0"]), [pair("user", "s3cret")]);
        assert_eq!(names("LOGIN", &["dXNlcg==", "cGFzcw=="]), [pair("user", ""), pair("", "pass")]);
        assert_eq!(names("CRAM-MD5", &["dGltIGI5MTM="]), [pair("tim", "")]);
        // n,,n=user,r=abc and user=ann\x01auth=Bearer t\x01\x01
        assert_eq!(names("SCRAM-SHA-256", &["biwsbj11c2VyLHI9YWJj"]), [pair("user", "")]);
        assert_eq!(names("XOAUTH2", &["dXNlcj1hbm4BYXV0aD1CZWFyZXIgdAEB"]), [pair("ann", "")]);
        // username="chris",realm="x"
        assert_eq!(
            names("DIGEST-MD5", &["dXNlcm5hbWU9ImNocmlzIixyZWFsbT0ieCI="]),
            [pair("chris", "")]
        );
        assert_eq!(names("GSSAPI", &["dXNlcg=="]), [pair("", "")]);
        assert_eq!(names("PLAIN", &["*"]), [pair("", "")]);
    }
}
