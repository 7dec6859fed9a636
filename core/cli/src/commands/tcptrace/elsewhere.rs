//! Options of tcptrace that flowz has elsewhere, or not at all: they are known, so that the answer is of use.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};

use crate::usage::wrong;

/// Plots: their letters.
const PLOTS: &str = "they are drawn by flowz xpl";

/// Letters, whether a value follows, and where flowz has that.
const KNOWN: &[(char, bool, &str)] = &[
    ('S', false, PLOTS),
    ('R', false, PLOTS),
    ('T', false, PLOTS),
    ('N', false, PLOTS),
    ('F', false, PLOTS),
    ('L', false, PLOTS),
    ('G', false, PLOTS),
    ('A', true, PLOTS),
    ('z', false, PLOTS),
    ('y', false, PLOTS),
    ('C', false, PLOTS),
    ('M', false, PLOTS),
    ('Z', false, "times of round trips are written by flowz xpl"),
    (
        'e',
        false,
        "contents of streams are written by the plugin tcpStream (flowz -r CAPTURE --plugins tcpStream -w PREFIX)",
    ),
    (
        'O',
        true,
        "packets of chosen flows are written by flowz slice --filter FLOWS CAPTURE -w FILE",
    ),
    (
        'f',
        true,
        "choose rows of the table that flowz -r CAPTURE --preset tcptrace writes, for instance with tawk, or flows with --where of the main job",
    ),
    ('p', false, "packets are written by flowz -r CAPTURE -s -w PREFIX"),
    ('P', false, "packets are written by flowz -r CAPTURE -s -w PREFIX"),
    (
        'B',
        true,
        "a range of time is cut out by flowz slice, a range of packet numbers by no command",
    ),
    (
        'E',
        true,
        "a range of time is cut out by flowz slice, a range of packet numbers by no command",
    ),
    (
        'W',
        false,
        "the congestion window is not estimated; tcptrace itself calls that not generally useful",
    ),
    (
        'x',
        true,
        "the modules are other commands: flowz http, flowz stat (traffic, slice), flowz xpl (rttgraph)",
    ),
];

/// The ones that were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Elsewhere(Vec<char>);

impl Elsewhere {
    /// An error about the first of them, if there is one.
    pub(super) fn refuse(&self) -> Result<()> {
        let given = KNOWN.iter().find(|(letter, _, _)| self.0.contains(letter));
        given.map_or(Ok(()), |(letter, _, where_it_is)| {
            Err(wrong(format!("flowz tcptrace has no -{letter}: {where_it_is}")))
        })
    }
}

/// The name of an argument.
fn id(letter: char) -> String {
    format!("tcptrace_{letter}")
}

impl clap::Args for Elsewhere {
    fn augment_args(command: Command) -> Command {
        KNOWN.iter().fold(command, |command, (letter, has_value, _)| {
            let arg = Arg::new(id(*letter)).short(*letter).hide(true);
            command.arg(if *has_value {
                arg.allow_hyphen_values(true).action(ArgAction::Append)
            } else {
                arg.action(ArgAction::Count)
            })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Elsewhere {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let is_given = |letter: &char| {
            let source = matches.value_source(&id(*letter));
            source == Some(clap::parser::ValueSource::CommandLine)
        };
        Ok(Self(KNOWN.iter().map(|(letter, _, _)| *letter).filter(is_given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
