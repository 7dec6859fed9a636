//! Packets of interfaces.

use std::time::Duration;

use flowz_capture::Resolution;
use flowz_live::{Direction, Fanout, Options, TimestampType};

use super::bytes;

/// Packets of interfaces.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Live capture")]
pub(crate) struct LiveArgs {
    /// Capture on these interfaces; `any` is all of them (--list-interfaces says which there are)
    #[arg(short = 'i', long, value_name = "IF[,IF]", value_delimiter = ',', value_parser = name)]
    pub(crate) interface: Vec<String>,

    /// Bytes of the kernel's ring for packets of an interface (K, M, G) [default: 32 MiB]
    #[arg(short = 'B', long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) buffer: Option<u64>,

    /// Take each packet as it comes, where the kernel else gathers some: less delay, more work
    #[arg(long)]
    pub(crate) immediate: bool,

    /// Most bytes of a packet
    #[arg(short = 'S', long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=262_144))]
    pub(crate) snaplen: Option<u32>,

    /// Only packets from and to this machine, and those for all
    #[arg(long)]
    pub(crate) no_promisc: bool,

    /// Longest time in milliseconds for which the kernel gathers packets [default: 100]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) timeout: Option<u32>,

    /// Whose clock tells the time of packets: host, host_lowprec, host_hiprec, adapter, adapter_unsynced
    #[arg(long, value_name = "TYPE")]
    pub(crate) tstamp_type: Option<TimestampType>,

    /// Nanoseconds or nothing, where else microseconds do if there is nothing finer
    #[arg(long)]
    pub(crate) nano: bool,

    /// Only packets that come `in` or go `out`
    #[arg(long, value_name = "in|out|inout")]
    pub(crate) direction: Option<Direction>,

    /// Share packets with other programs that name the same number: ID:MODE[:FLAG,FLAG], with a mode of hash, lb, cpu, rollover, rnd, qm,
    /// cbpf, ebpf and flags defrag, rollover, uniqueid
    #[arg(long, value_name = "ID:MODE[:FLAGS]")]
    pub(crate) fanout: Option<Fanout>,

    /// Go on as this user once interfaces are open
    #[arg(long, value_name = "USER")]
    pub(crate) drop_user: Option<String>,
}

impl LiveArgs {
    /// How the interfaces are opened, with this filter.
    pub(crate) fn options(&self, filter: Option<String>) -> Options {
        let default = Options::default();
        Options {
            interfaces: self.interface.clone(),
            snap_len: self.snaplen.unwrap_or(default.snap_len),
            promiscuous: !self.no_promisc,
            buffer: self.buffer.map_or(default.buffer, |bytes| bytes as usize),
            immediate: self.immediate,
            timeout: self.timeout.map_or(default.timeout, |ms| Duration::from_millis(ms.into())),
            tstamp_type: self.tstamp_type,
            resolution: self.nano.then_some(Resolution::Nanos),
            direction: self.direction.unwrap_or_default(),
            filter,
            fanout: self.fanout,
        }
    }
}

/// A name, which is never empty.
fn name(text: &str) -> Result<String, String> {
    let is_name = !text.is_empty() && !text.contains('\0');
    is_name.then(|| text.to_owned()).ok_or_else(|| "a name is missing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::LiveArgs;
    use clap::Parser;
    use flowz_capture::Resolution;
    use flowz_live::{Direction, Fanout, Options, TimestampType};
    use std::time::Duration;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        live: LiveArgs,
    }

    fn parsed(words: &str) -> Result<Options, clap::Error> {
        let words = ["flowz"].into_iter().chain(words.split_whitespace());
        Ok(Only::try_parse_from(words)?.live.options(None))
    }

    #[test]
    fn defaults() {
        let interfaces = vec!["lo".to_owned()];
        assert_eq!(parsed("-i lo").unwrap(), Options { interfaces, ..Options::default() });
    }

    #[test]
    fn each_option_is_heard() {
        let interfaces = ["a", "b", "c"].map(str::to_owned).to_vec();
        let expected = Options {
            interfaces,
            snap_len: 96,
            promiscuous: false,
            buffer: 2_000_000,
            immediate: true,
            timeout: Duration::from_millis(7),
            tstamp_type: Some(TimestampType::Adapter),
            resolution: Some(Resolution::Nanos),
            direction: Direction::Out,
            filter: None,
            fanout: Some(Fanout { group: 3, mode: 0, flags: 0x8000 }),
        };
        let words = "-i a,b -i c -S 96 --no-promisc -B 2M --immediate --timeout 7 --tstamp-type adapter --nano \
                     --direction out --fanout 3:hash:defrag";
        assert_eq!(parsed(words).unwrap(), expected);
    }

    #[test]
    fn wrong_words() {
        for words in [
            "-i a,,b",
            "-i a -S 0",
            "-i a --timeout 0",
            "-i a --fanout 1",
            "-i a --direction up",
            "-i a --tstamp-type sun",
            "-i a -B 0",
        ] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
