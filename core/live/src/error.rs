//! Errors: what keeps an interface from being opened. Each is one sentence that says what, and what to do about it.

use std::path::PathBuf;

use crate::options::{Fanout, TimestampType};

/// Why interfaces cannot be opened.
#[derive(thiserror::Error, Debug)]
pub enum LiveError {
    /// Not one is named.
    #[error("no interface is named; there {}", are(.known))]
    NoInterface {
        /// Those that there are.
        known: Vec<String>,
    },
    /// There is none of that name.
    #[error("there is no interface `{name}`; there {}", are(.known))]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// One is named more than once.
    #[error("the interface `{0}` is named twice")]
    Twice(String),
    /// The system does not allow it.
    #[error(
        "capturing on `{name}` needs rights that this program does not have, CAP_NET_RAW{}; be root, or give them to the program \
         with `sudo setcap cap_net_raw,cap_net_admin=eip {}`",
        if *.promiscuous { " (and CAP_NET_ADMIN for promiscuous mode)" } else { "" }, .program.display()
    )]
    Rights {
        /// The interface.
        name: String,
        /// Whether packets for others were asked for.
        promiscuous: bool,
        /// The file of this program.
        program: PathBuf,
    },
    /// It is there, and switched off.
    #[error("the interface `{0}` is down; `ip link set {0} up` switches it on")]
    Down(String),
    /// libpcap cannot compile the filter, or the kernel does not take it.
    #[error("the filter `{text}` is wrong for `{name}`: {reason}; see `man pcap-filter`")]
    Filter {
        /// The expression.
        text: String,
        /// The interface.
        name: String,
        /// What libpcap says.
        reason: String,
    },
    /// Time stamps that the interface does not have.
    #[error("`{name}` has no time stamps of the type {wanted}; it has {}", in_words(.offered))]
    Timestamps {
        /// The interface.
        name: String,
        /// The type that is not there.
        wanted: TimestampType,
        /// Those that are there.
        offered: Vec<TimestampType>,
    },
    /// Time cannot be told as finely as was asked for.
    #[error("`{0}` does not tell time in nanoseconds")]
    Resolution(String),
    /// The kernel does not make the group.
    #[error(
        "`{name}` cannot join the group {fanout}: {reason}; all members have one mode, the same flags and the same interface"
    )]
    Fanout {
        /// The interface.
        name: String,
        /// The group.
        fanout: Fanout,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A number that libpcap does not take.
    #[error("{0}")]
    Number(&'static str),
    /// Anything else that libpcap says.
    #[error("cannot capture on `{name}`: {reason}")]
    Open {
        /// The interface.
        name: String,
        /// What libpcap says.
        reason: String,
    },
    /// Interfaces cannot be listed.
    #[error("cannot list interfaces: {0}")]
    Devices(String),
}

impl LiveError {
    /// Whether words are wrong, and not what they were meant to do has failed.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoInterface { .. }
                | Self::Unknown { .. }
                | Self::Twice(_)
                | Self::Filter { .. }
                | Self::Timestamps { .. }
                | Self::Resolution(_)
                | Self::Number(_)
        )
    }
}

/// What libpcap says, without a word in front of it.
pub(crate) fn said(error: pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(text) => text,
        error => error.to_string(),
    }
}

/// Names in a sentence.
fn are(names: &[String]) -> String {
    match names {
        [] => "is none".to_owned(),
        [one] => format!("is {one}"),
        [all @ .., last] => format!("are {} and {last}", all.join(", ")),
    }
}

fn in_words(types: &[TimestampType]) -> String {
    types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::LiveError;
    use crate::options::TimestampType;

    #[test]
    fn sentences() {
        let known = ["eth0", "lo", "any"].map(str::to_owned).to_vec();
        let error = LiveError::Unknown { name: "x".to_owned(), known };
        assert_eq!(error.to_string(), "there is no interface `x`; there are eth0, lo and any");
        let offered = vec![TimestampType::Host];
        let error = LiveError::Timestamps {
            name: "lo".to_owned(),
            wanted: TimestampType::Adapter,
            offered,
        };
        assert_eq!(error.to_string(), "`lo` has no time stamps of the type adapter; it has host");
        let (name, program) = ("lo".to_owned(), "/bin/flowz".into());
        let error = LiveError::Rights { name, promiscuous: true, program }.to_string();
        assert!(error.contains("CAP_NET_RAW (and CAP_NET_ADMIN for promiscuous mode)"), "{error}");
        assert!(
            error.ends_with("`sudo setcap cap_net_raw,cap_net_admin=eip /bin/flowz`"),
            "{error}"
        );
    }
}
