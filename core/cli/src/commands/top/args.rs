//! The command line of `flowz top`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::{ArgGroup, Parser};
use flowz_capture::Source as Captures;
use flowz_runtime::Attention;
use flowz_top::{Bell, Filter, Sort, Source};

use super::super::analyze::{From, Wanted};
use super::super::measure::FormArgs;
use super::largest::Size;
use crate::args::{AnalyzeArgs, Cli, InputArgs, LiveArgs, bytes};

/// Nanoseconds between two tables, if nothing is said of them.
const INTERVAL: i64 = 1_000_000_000;
/// Most flows that are listed, likewise.
const LISTED: usize = 1000;

/// Arguments of `flowz top`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
#[command(mut_arg("snaplen", |arg| arg.short(None)))]
#[command(group(ArgGroup::new("top_sources").args(["pcap", "pcap_list", "input_regex", "interface"])))]
pub(crate) struct Args {
    /// Sort by bytes, packets, age or rate [default: bytes]
    #[arg(long, value_name = "BY")]
    sort: Option<Sort>,

    /// Show only flows for which a condition holds: 'dstPort == 443 and bytes > 1e6'
    #[arg(long = "where", value_name = "CONDITION", value_parser = Filter::parse, default_value = "", hide_default_value = true)]
    pub(super) condition: Filter,

    /// Time between two tables (0.5, 500ms): at least 0.25 s [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = interval)]
    interval: Option<i64>,

    /// Most flows that are listed [default: 1000]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=100_000))]
    rows: Option<usize>,

    /// Print the largest flows by bytes, packets or number as one table and end, of captures, flow files or tables of CoralReef: -n of them, 20
    /// without; a number is --snaplen
    #[arg(short = 'S', value_name = "b|p|f|N", value_parser = Size::parse, conflicts_with = "snaplen")]
    pub(super) size: Option<Size>,

    #[command(flatten)]
    pub(super) form: FormArgs,

    /// Print so many plain tables and end; those of a capture come by the time of its packets, the last one at its end; or so many
    /// flows of -S b, p or f
    #[arg(short = 'n', long = "tables", value_name = "COUNT")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: Option<u64>,

    /// Print one plain table: of a capture at its end, of interfaces after one interval
    #[arg(long, conflicts_with = "count")]
    pub(super) once: bool,

    /// Most flows alive at once; the oldest leave early
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..))]
    pub(super) max_flows: Option<u64>,

    /// Most memory in bytes (K, M, G) for flows, fragments and windows; the oldest flows leave early
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(super) max_mem: Option<u64>,

    #[command(flatten)]
    pub(super) input: InputArgs,

    #[command(flatten)]
    pub(super) live: LiveArgs,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Settings of the engine and of tcpStates.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Settings")]
pub(super) struct Settings {
    /// Set a toggle of the engine or of tcpStates; may be given several times
    #[arg(short = 'o', long = "option", value_name = "PLUGIN.TOGGLE=VALUE")]
    pub(super) options: Vec<String>,

    /// Read settings from this file, not from flowz.toml; may be given several times, the last one counts
    #[arg(long, value_name = "FILE")]
    pub(super) config: Vec<PathBuf>,

    /// Look for settings neither in files nor in the environment
    #[arg(long)]
    pub(super) no_config: bool,
}

/// Which tables are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tables {
    /// So many, one behind each interval.
    Count(u64),
    /// One of the whole.
    Once,
    /// As many as there are.
    All,
}

impl Args {
    /// The tables that are printed; none if there is a screen.
    pub(super) fn tables(&self) -> Option<Tables> {
        match self.count {
            Some(count) => Some(Tables::Count(count)),
            None if self.once => Some(Tables::Once),
            None if flowz_top::is_terminal() => None,
            None if self.live.interface.is_empty() => Some(Tables::Once),
            None => Some(Tables::All),
        }
    }

    pub(super) fn interval(&self) -> Duration {
        Duration::from_nanos(self.interval_nanos().unsigned_abs())
    }

    fn interval_nanos(&self) -> i64 {
        self.interval.unwrap_or(INTERVAL)
    }

    pub(super) fn sort(&self) -> Sort {
        self.sort.unwrap_or(Sort::Bytes)
    }

    /// Most flows that are listed.
    pub(super) fn rows(&self) -> usize {
        self.rows.unwrap_or(LISTED)
    }

    /// An option that is given and means nothing for one table of -S.
    pub(super) fn option_of_pictures(&self) -> Option<&'static str> {
        let settings = &self.settings;
        let given = [
            (!self.live.interface.is_empty(), "-i"),
            (self.once, "--once"),
            (self.sort.is_some(), "--sort"),
            (self.condition != Filter::default(), "--where"),
            (self.interval.is_some(), "--interval"),
            (self.rows.is_some(), "--rows"),
            (self.max_flows.is_some(), "--max-flows"),
            (self.max_mem.is_some(), "--max-mem"),
            (!settings.options.is_empty(), "-o"),
            (!settings.config.is_empty(), "--config"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    /// What tells that the time of packets has come to the next table.
    pub(super) fn bell(
        &self,
        source: Source,
        tables: Option<Tables>,
        attention: &Attention,
    ) -> Option<Bell> {
        let is_wanted = source == Source::Captures && matches!(tables, Some(Tables::Count(_)));
        is_wanted.then(|| Bell::new(self.interval_nanos(), attention.flag()))
    }

    /// The main job with the same input, and the plugins that say when flows end.
    pub(super) fn main_job(&self) -> Result<AnalyzeArgs> {
        let words = ["flowz", "-q", "-r", "-", "-w", "-"];
        let mut main_job = Cli::try_parse_from(words)?.analyze;
        main_job.input = self.input.clone();
        main_job.live = self.live.clone();
        if let Some(Size::Snap(bytes)) = self.size {
            main_job.live.snaplen = Some(bytes);
        }
        let Settings { options, config, no_config } = &self.settings;
        main_job.select.options.clone_from(options);
        main_job.select.config.clone_from(config);
        main_job.select.no_config = *no_config;
        let plugins = ["tcpStates", flowz_top::INFO.name];
        main_job.select.plugins = Some(plugins.map(str::to_owned).to_vec());
        (main_job.limits.max_flows, main_job.limits.max_mem) = (self.max_flows, self.max_mem);
        Ok(main_job)
    }

    /// What is read, in a few words.
    pub(super) fn title(wanted: &Wanted) -> String {
        let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).display().to_string();
        let from = match &wanted.from {
            From::Interfaces(names) => names.join(","),
            From::Captures(Captures::Stdin) => "standard input".to_owned(),
            From::Captures(Captures::File(path) | Captures::List(path)) => name(path),
            From::Captures(Captures::Files(paths)) => format!("{} captures", paths.len()),
            From::Captures(Captures::Numbered(_)) => "numbered captures".to_owned(),
        };
        // A name may have characters that a terminal obeys.
        let from: String = from.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        wanted.filter.as_ref().map_or_else(|| from.clone(), |filter| format!("{from}  {filter}"))
    }
}

/// A time that eyes can follow.
fn interval(text: &str) -> Result<i64, String> {
    const LEAST: i64 = 250_000_000;
    let nanos = flowz_capture::duration(text)?;
    if nanos < LEAST { Err("at least 0.25 seconds".to_owned()) } else { Ok(nanos) }
}

#[cfg(test)]
mod tests {
    use super::{Args, Tables};
    use clap::Parser;

    #[derive(Parser, Debug)]
    struct Only {
        #[command(flatten)]
        top: Args,
    }

    fn parsed(words: &str) -> Result<Args, clap::Error> {
        let words = ["flowz"].into_iter().chain(words.split_whitespace());
        Ok(Only::try_parse_from(words)?.top)
    }

    #[test]
    fn options_reach_the_main_job() {
        let words = "-r x.pcap --max-flows 7 --max-mem 9M -o core.REASSEMBLE=1 --no-config --dedup 1ms port 80";
        let args = parsed(words).unwrap();
        let job = args.main_job().unwrap();
        assert_eq!(job.select.plugins.unwrap(), ["tcpStates", "topCounter"]);
        assert_eq!(job.select.options, ["core.REASSEMBLE=1"]);
        assert_eq!((job.limits.max_flows, job.limits.max_mem), (Some(7), Some(9_000_000)));
        assert!(job.select.no_config && job.input.dedup.is_some() && job.input.words.len() == 2);
    }

    #[test]
    fn the_size_of_packets() {
        let size = |words| parsed(words).unwrap().main_job().unwrap().live.snaplen;
        assert_eq!(
            ["-i lo -S 96", "-i lo --snaplen 97", "-i lo"].map(size),
            [Some(96), Some(97), None]
        );
    }

    #[test]
    fn the_default_interval() {
        assert_eq!(parsed("-i lo").unwrap().interval().as_secs(), 1);
    }

    #[test]
    fn tables() {
        let tables = |words| parsed(words).unwrap().tables();
        assert_eq!(tables("-r x -n 3"), Some(Tables::Count(3)));
        assert_eq!(tables("-i lo --once"), Some(Tables::Once));
    }

    #[test]
    fn wrong_words() {
        for words in [
            "-r x --interval 0.1",
            "-r x --interval soon",
            "-r x -n 0",
            "-r x -n 1 --once",
            "-r x --rows 0",
            "-r x --sort size",
            "-r x --where size>1",
            "-r x -i lo",
            "-r x -S x",
            "-i x -S 96 --snaplen 96",
            "-r x -S b --csv --json",
        ] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
