//! Commands of Telnet in the stream (RFC 854; options RFC 855): what they are, and the text between them.

/// Commands (RFC 854; RFC 1184 for the first three).
pub(crate) mod command {
    pub(crate) const SE: u8 = 240;
    pub(crate) const SB: u8 = 250;
    pub(crate) const DONT: u8 = 254;
    pub(crate) const IAC: u8 = 255;
    /// The least number of one, but for those of line mode.
    pub(crate) const FIRST: u8 = SE;
}
use command::{DONT, IAC, SB, SE};
use flowz_api::Checkpoint;

/// What the next byte is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
enum At {
    /// Text.
    #[default]
    Text,
    /// Behind IAC.
    Command,
    /// The option of such a command.
    Option(u8),
    /// Within the parameters of an option.
    Parameters,
    /// Behind IAC there.
    InnerCommand,
}

/// Reads a direction, byte by byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Reader {
    at: At,
}

/// What a byte completes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Item {
    /// A byte of text.
    Text(u8),
    /// A command, with its option if it has one.
    Command(u8, Option<u8>),
    /// Nothing.
    Nothing,
}

impl Reader {
    /// The next byte.
    pub(crate) fn next(&mut self, byte: u8) -> Item {
        let (at, item) = match (self.at, byte) {
            (At::Text, IAC) => (At::Command, Item::Nothing),
            (At::Text, byte) => (At::Text, Item::Text(byte)),
            (At::Command, IAC) => (At::Text, Item::Text(IAC)),
            (At::Parameters | At::Option(SB), IAC) => (At::InnerCommand, Item::Nothing),
            (At::Parameters, _) | (At::InnerCommand, IAC) => (At::Parameters, Item::Nothing),
            // Within parameters the end of these is missing: there is no other command (RFC 855).
            (At::Command | At::InnerCommand, SB..=DONT) => (At::Option(byte), Item::Nothing),
            // An end of parameters that are not there says nothing.
            (At::Command | At::InnerCommand, SE) => (At::Text, Item::Nothing),
            (At::Command | At::InnerCommand, byte) => (At::Text, Item::Command(byte, None)),
            (At::Option(command), option) => {
                let at = if command == SB { At::Parameters } else { At::Text };
                (at, Item::Command(command, Some(option)))
            }
        };
        self.at = at;
        item
    }

    /// Bytes are missing: what follows is read as text.
    pub(crate) fn gap(&mut self) {
        self.at = At::Text;
    }
}

/// The name of a command.
pub(crate) fn command_name(command: u8) -> &'static str {
    const NAMES: [&str; 20] = [
        "EOF", "SUSP", "ABORT", "EOR", "SE", "NOP", "DM", "BRK", "IP", "AO", "AYT", "EC", "EL",
        "GA", "SB", "WILL", "WONT", "DO", "DONT", "IAC",
    ];
    usize::from(command).checked_sub(236).and_then(|at| NAMES.get(at)).copied().unwrap_or("?")
}

/// The name of an option (IANA, Telnet Options), in short.
pub(crate) fn option_name(option: u8) -> &'static str {
    const NAMES: [&str; 50] = [
        "Bin Xmit",
        "Echo Data",
        "Reconn",
        "Suppr GA",
        "Msg Sz",
        "Opt Stat",
        "Timing Mark",
        "R/C XmtEcho",
        "Line Width",
        "Page Length",
        "CR Use",
        "Horiz Tabs",
        "Hor Tab Use",
        "FF Use",
        "Vert Tabs",
        "Ver Tab Use",
        "Lf Use",
        "Ext ASCII",
        "Logout",
        "Byte Macro",
        "Data Term",
        "SUPDUP",
        "SUPDUP Outp",
        "Send Locate",
        "Term Type",
        "End Record",
        "TACACS ID",
        "Output Mark",
        "Term Loc Nr",
        "3270 Regime",
        "X.3 PAD",
        "Window Size",
        "Term Speed",
        "Remote Flow",
        "Linemode",
        "X Display",
        "Old Environ",
        "Auth",
        "Encrypt",
        "New Environ",
        "TN3270E",
        "XAUTH",
        "Charset",
        "Remote Port",
        "COM Port",
        "Suppr Echo",
        "Start TLS",
        "KERMIT",
        "SEND-URL",
        "FORWARD_X",
    ];
    const PRAGMA: [&str; 3] = ["Pragma Logon", "SSPI Logon", "Pragma Heart"];
    let known = NAMES.get(usize::from(option));
    let pragma = || usize::from(option).checked_sub(138).and_then(|at| PRAGMA.get(at));
    let extended = (option == 255).then_some(&"Extended");
    known.or_else(pragma).or(extended).copied().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::{Item, Reader, command_name, option_name};

    fn read(bytes: &[u8]) -> (String, Vec<(u8, Option<u8>)>) {
        let (mut reader, mut text, mut commands) = (Reader::default(), Vec::new(), Vec::new());
        for byte in bytes {
            match reader.next(*byte) {
                Item::Text(byte) => text.push(byte),
                Item::Command(command, option) => commands.push((command, option)),
                Item::Nothing => {}
            }
        }
        (String::from_utf8_lossy(&text).into_owned(), commands)
    }

    #[test]
    fn commands_within_text() {
        let (text, commands) =
            read(b"lo\xff\xfb\x01gin\xff\xf9: \xff\xfa\x18\x00xterm\xff\xf0me\xff\xfd\x03");
        assert_eq!(text, "login: me");
        assert_eq!(commands, [(251, Some(1)), (249, None), (250, Some(24)), (253, Some(3))]);
    }

    #[test]
    fn parameters() {
        assert_eq!(
            read(b"\xff\xfa\x1f\xff\xff\x00\xff\xf0x"),
            ("x".to_owned(), vec![(250, Some(31))]),
            "a doubled IAC is a byte"
        );
        assert_eq!(
            read(b"\xff\xfa\x1f\x00\xff\xfb\x01x"),
            ("x".to_owned(), vec![(250, Some(31)), (251, Some(1))]),
            "without an end"
        );
        assert_eq!(read(b"\xff\xfa\xff\xf0x"), ("x".to_owned(), vec![]), "without an option");
        assert_eq!(read(b"a\xff\xffb\xff\xf0").0.chars().count(), 3);
    }

    #[test]
    fn a_gap_ends_parameters() {
        let mut reader = Reader::default();
        for byte in *b"\xff\xfa\x18" {
            reader.next(byte);
        }
        reader.gap();
        assert_eq!(reader.next(b'x'), Item::Text(b'x'));
    }

    #[test]
    fn names() {
        assert_eq!(
            [236, 240, 250, 251, 255, 1].map(command_name),
            ["EOF", "SE", "SB", "WILL", "IAC", "?"]
        );
        assert_eq!(
            [0, 24, 31, 49, 138, 255, 99].map(option_name),
            ["Bin Xmit", "Term Type", "Window Size", "FORWARD_X", "Pragma Logon", "Extended", "?"]
        );
    }
}
