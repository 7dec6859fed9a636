//! The command line: groups of arguments that commands share. The main job has the reference's short flags, and a
//! readable long name for each.

mod flows;
mod info;
mod input;
mod labels;
mod limits;
mod live;
mod monitor;
mod output;
mod parts;
mod periods;
mod places;
mod select;
mod streams;

use clap::{ArgGroup, Parser};

pub(crate) use flows::FlowArgs;
pub(crate) use info::{Form, InfoArgs};
pub(crate) use input::InputArgs;
pub(crate) use labels::LabelArgs;
pub(crate) use limits::{LimitArgs, OUT_OF_RANGE, bytes};
pub(crate) use live::LiveArgs;
pub(crate) use monitor::MonitorArgs;
pub(crate) use output::OutputArgs;
pub(crate) use parts::PartArgs;
pub(crate) use periods::{Every, PeriodArgs, length};
pub(crate) use places::PlaceArgs;
pub(crate) use select::SelectArgs;
pub(crate) use streams::StreamArgs;

use crate::commands::Command;

/// Command lines with what they do.
pub(crate) const EXAMPLES: &str = "\
flowz -r trace.pcap -w results/ -s       flows, packets and headers of a capture
  flowz -r trace.pcap.zst -w - -q | less   flow table to standard output
  flowz mon.pcap tue.pcap.gz -w week       several captures as one
  flowz -R list.txt -w week 'tcp port 443' those of a list, filtered
  flowz -r t.pcap -w r/ --plugins basicFlow,tcpWin -o tcpWin.TCPWIN_THRES=1000
  flowz --columns --plugins basicFlow      what would be in the table
  flowz --columns tcpWin                   those of a plugin; --columns duration: what one means
  flowz t.pcap -w - -q --where 'dstPort == 53 and pktsRcvd == 0' --fields srcIP,dstIP
  flowz t.pcap -w r/ --geo --labels l.csv  with countries (docs/geo.md) and labels (docs/labels.md)
  flowz slice +60 +10 t.pcap -w part.pcap  packets of ten seconds
  flowz capture -i eth0 -w t.pcapng        packets of an interface into a file (docs/capture.md)
  flowz http t.pcap                        its HTTP conversations like a log
  flowz stat -i 1 t.pcap                   packets, bytes and rates of each second (docs/measure.md)
  flowz top -i eth0                        flows of an interface on the terminal
  flowz plugin new myPlugin                a project for a plugin of your own
  flowz plugin check my_plugin.so          what is in a shared object, or why it is refused";

const MORE: &str = "\
Settings come from flowz.toml (of the user, of the working directory, or named with --config or the
variable FLOWZ_CONFIG), from the environment (BS_STATS=0, FLOWZ_basicStats_BS_STATS=0) and from -o,
the last being the strongest; FLOWZ_NO_CONFIG=1 is --no-config. So does the list of plugins:
plugins = [\"basicFlow\"] in a file, FLOWZ_PLUGINS=basicFlow, --plugins. t2conf changes both.

SIGINT, SIGTERM and SIGHUP end a run as the end of the input does, with whole files; a second one
ends it at once. With -i or --rotate SIGHUP completes the files and begins new ones instead. SIGUSR1
asks for a report, SIGUSR2 for one each interval (docs/monitoring.md). For flowz capture a signal is
the usual end, with status 0.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but the input was cut or damaged, 129, 130, 143
ended by SIGHUP, SIGINT, SIGTERM.";

/// What stands below the options.
fn after_help() -> String {
    format!("Examples:\n  {EXAMPLES}\n\n{MORE}")
}

/// Flow analyzer: captures in, A/B flows with columns from plugins out. "The reference" in help and documentation is Tranalyzer2
/// 0.9.3, whose tables, options and names flowz has.
#[derive(Parser, Debug)]
#[command(name = "flowz", version, after_help = after_help(), max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// Another job than the main one.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The main job.
    #[command(flatten)]
    pub(crate) analyze: AnalyzeArgs,
}

/// Arguments of the main job.
#[derive(clap::Args, Clone, Debug)]
#[command(group(ArgGroup::new("sources").args(["pcap", "pcap_list", "input_regex", "interface"])))]
#[command(group(ArgGroup::new("lists").args(["list_plugins", "list_interfaces", "columns", "completions", "man"])))]
pub(crate) struct AnalyzeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) select: SelectArgs,
    #[command(flatten)]
    pub(crate) flows: FlowArgs,
    #[command(flatten)]
    pub(crate) places: PlaceArgs,
    #[command(flatten)]
    pub(crate) labels: LabelArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) streams: StreamArgs,
    #[command(flatten)]
    pub(crate) periods: PeriodArgs,
    #[command(flatten)]
    pub(crate) parts: PartArgs,
    #[command(flatten)]
    pub(crate) monitor: MonitorArgs,
    #[command(flatten)]
    pub(crate) info: InfoArgs,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use crate::commands::Command;
    use clap::{CommandFactory, Parser};

    fn parsed(words: &str) -> Cli {
        Cli::try_parse_from(["flowz"].into_iter().chain(words.split_whitespace())).unwrap()
    }

    #[test]
    fn definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn words_of_a_filter_stay_words_of_a_filter() {
        for words in [
            "tcp port 80",
            "-r x tcp port 80",
            "-r x plugin",
            "-r x plugin new",
            "-w - -r x not plugin",
        ] {
            let cli = parsed(words);
            assert!(cli.command.is_none(), "{words}");
            let filter = cli.analyze.input.words.join(std::ffi::OsStr::new(" "));
            let filter = filter.into_string().unwrap();
            assert!(words.ends_with(&filter) && !filter.is_empty(), "{words}: {filter}");
        }
    }

    #[test]
    fn subcommands() {
        assert!(matches!(parsed("plugin new x").command, Some(Command::Plugin(_))));
        assert!(Cli::try_parse_from(["flowz", "plugin", "-r", "x"]).is_err());
    }
}
