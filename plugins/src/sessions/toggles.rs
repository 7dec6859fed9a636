//! Switches of sessions.

use flowz_api::Toggles;
use flowz_api::plugin::PluginError;

/// Which sessions there are, how long they last and what is written.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Kinds of sessions, between commas: `tcp`, `sip`, `h323`, `rtp`, `udp`.
    #[toggle(name = "SESSION_TYPES", default = "tcp,udp")]
    pub(crate) types: String,
    /// Seconds of silence behind which any session is over; 0: connections and calls never are, others as their flows.
    #[toggle(name = "SESSION_EXPIRE", default = 0, min = 0, max = 1e9)]
    pub(crate) expire: u32,
    /// Seconds of silence behind which RTP that belongs to no call is over.
    #[toggle(name = "SESSION_RTP_EXPIRE", default = 5, min = 1, max = 1e9)]
    pub(crate) rtp_expire: u32,
    /// Most calls at once; for a new one the oldest is over.
    #[toggle(name = "SESSION_MAX_CALLS", default = 65536, min = 1, max = 1e7)]
    pub(crate) most_calls: u32,
    /// Makes a table of what opens and closes, with the flows and packets of each session.
    #[toggle(name = "SESSION_EVENTS", default = false)]
    pub(crate) events: bool,
}

/// Kinds of sessions that are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Types {
    pub(crate) tcp: bool,
    pub(crate) sip: bool,
    pub(crate) h323: bool,
    pub(crate) rtp: bool,
    pub(crate) udp: bool,
}

impl Types {
    /// Those of a list.
    pub(crate) fn parse(list: &str) -> Result<Self, PluginError> {
        let mut types = Self::default();
        for name in list.split(',').map(str::trim) {
            *match name {
                "tcp" => &mut types.tcp,
                "sip" => &mut types.sip,
                "h323" => &mut types.h323,
                "rtp" => &mut types.rtp,
                "udp" => &mut types.udp,
                _ => {
                    return Err(PluginError::Other(format!(
                        "'{name}' is no kind of session: tcp, sip, h323, rtp and udp are"
                    )));
                }
            } = true;
        }
        Ok(types)
    }

    /// That the plugins take part without which some kinds cannot be told.
    pub(crate) fn check(self, plugins: &[&str]) -> Result<(), PluginError> {
        let needs = [
            (self.sip, "sip", "sipDecode"),
            (self.h323, "h323", "h323Decode"),
            (self.rtp, "rtp", "rtpDecode"),
        ];
        let lacks =
            |(is_wanted, _, plugin): &(bool, _, &str)| *is_wanted && !plugins.contains(plugin);
        needs.into_iter().find(lacks).map_or(Ok(()), |(_, name, plugin)| {
            Err(PluginError::Other(format!(
                "SESSION_TYPES has {name}, for which {plugin} is needed: add that to the list of plugins"
            )))
        })
    }

    /// Calls of any kind.
    pub(crate) fn has_calls(self) -> bool {
        self.sip || self.h323
    }
}

#[cfg(test)]
mod tests {
    use super::Types;

    #[test]
    fn names_and_no_names() {
        let types = Types { tcp: true, udp: true, ..Types::default() };
        assert_eq!(Types::parse("udp, tcp").unwrap(), types);
        let error = Types::parse("tcp,ftp").unwrap_err().to_string();
        assert_eq!(error, "'ftp' is no kind of session: tcp, sip, h323, rtp and udp are");
        assert!(Types::parse("").is_err());
    }
}
