//! The command line of `flowz t2`, with the options of crl_flow.

use std::ffi::OsString;

use anyhow::Result;
use clap::ValueEnum;
use flowz_measure::stat::Cut;
use flowz_measure::tuples::{End, Rules};

use super::super::stat::{Align, Length, length, seconds};
use super::super::{FormArgs, ReadArgs};
use crate::usage::wrong;

/// Arguments of `flowz t2`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Seconds of an interval (3600, 0.5), or `all` (-1) for one from the first to the last packet [default: all]
    #[arg(short = 'i', long, value_name = "SECONDS", value_parser = length, allow_hyphen_values = true)]
    interval: Option<Length>,

    /// Where intervals begin [default: first]
    #[arg(long, value_name = "WHERE")]
    align: Option<Align>,

    /// An order of CoralReef: i=SECONDS is -i, ai=1 is --align wall, d=SECONDS reads so many seconds; may be given several times
    #[arg(short = 'C', long = "coral", value_name = "ORDER", value_parser = Order::parse)]
    orders: Vec<Order>,

    /// Flows end after a silence of more than so many seconds: f60, or 60 [default: flows end with the interval]
    #[arg(short = 'T', long, value_name = "fSECONDS", value_parser = timeout)]
    timeout: Option<i64>,

    /// Flows end with the interval, as they do without -T
    #[arg(short = 'I', long = "interval-flows", conflicts_with = "timeout")]
    ends_with_interval: bool,

    /// What packets, bytes and times of a flow are of
    #[arg(short = 'c', long, value_name = "WHAT", default_value = "i")]
    counters: Counters,

    /// Flows that go on at the end of an interval are printed with it, too
    #[arg(short = 'A', long, requires = "timeout")]
    active: bool,

    /// Write files in the text form of CoralReef, or with --csv and --json in that: %i is the number of the interval, other signs are those of
    /// strftime for its begin; `-` is standard output
    #[arg(short = 'O', long, value_name = "NAME")]
    pub(super) output: Option<OsString>,

    #[command(flatten)]
    pub(super) form: FormArgs,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// What numbers of a flow are of.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum Counters {
    /// The interval
    #[value(name = "i")]
    Interval,
    /// The flow's whole life
    #[value(name = "l")]
    Lifetime,
}

/// An order of CoralReef.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Order {
    Interval(Length),
    Align(bool),
    Duration(i64),
}

impl Order {
    fn parse(text: &str) -> Result<Self, String> {
        match text.trim_start_matches('-').split_once('=') {
            Some(("i", value)) => length(value).map(Self::Interval),
            Some(("d", value)) => seconds(value).map(Self::Duration),
            Some(("ai", "1")) => Ok(Self::Align(true)),
            Some(("ai", "0")) => Ok(Self::Align(false)),
            _ => Err(
                "i=SECONDS, ai=0, ai=1 or d=SECONDS is needed; filters stand behind the captures"
                    .to_owned(),
            ),
        }
    }
}

/// A fixed timeout in nanoseconds.
fn timeout(text: &str) -> Result<i64, String> {
    let number = text.strip_prefix('f').unwrap_or(text);
    seconds(number).map_err(|error| {
        let is_other = text.starts_with(|c: char| c.is_ascii_alphabetic() && c != 'f');
        if is_other { "timeouts are fixed: write f60 for 60 seconds".to_owned() } else { error }
    })
}

impl Args {
    /// How tables are made, and how many nanoseconds are read if not all.
    pub(super) fn rules(&self) -> Result<(Rules, Option<i64>)> {
        let (mut interval, mut align, mut most) = (self.interval, self.align, None);
        for order in &self.orders {
            match *order {
                Order::Interval(_) if interval.is_some() => {
                    return Err(wrong(
                        "the length of an interval is given twice: with -i and -C i=, or twice with -C i=",
                    ));
                }
                Order::Interval(length) => interval = Some(length),
                Order::Align(is_aligned) => {
                    if align.is_some() {
                        return Err(wrong(
                            "where intervals begin is said twice: with --align and -C ai=, or twice with -C ai=",
                        ));
                    }
                    align = Some(if is_aligned { Align::Wall } else { Align::First });
                }
                Order::Duration(_) if most.is_some() => {
                    return Err(wrong("how long is read is said twice, with -C d="));
                }
                Order::Duration(nanos) => most = Some(nanos),
            }
        }
        let align = align.unwrap_or(Align::First);
        let cut = match (interval.unwrap_or(Length::All), align) {
            (Length::Nanos(nanos), Align::First) => Cut::FromFirst(nanos),
            (Length::Nanos(nanos), Align::Wall) => Cut::Aligned(nanos),
            (Length::All, Align::First) => Cut::Whole,
            (Length::All, Align::Wall) => {
                return Err(wrong(
                    "one interval for all packets cannot be aligned: give its length with -i or -C i=",
                ));
            }
        };
        let end = self.timeout.map_or(End::Interval, End::Silence);
        let whole_life = self.counters == Counters::Lifetime;
        Ok((Rules { cut, end, whole_life, with_active: self.active }, most))
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, Cut, End, Rules};
    use clap::Parser;
    use flowz_api::packet::NANOS;

    #[derive(Parser, Debug)]
    struct Only {
        #[command(flatten)]
        t2: Args,
    }

    fn rules(words: &str) -> Result<(Rules, Option<i64>), String> {
        let words = ["t2"].into_iter().chain(words.split(' '));
        let only = Only::try_parse_from(words).map_err(|error| error.to_string())?;
        only.t2.rules().map_err(|error| error.to_string())
    }

    #[test]
    fn words_of_crl_flow() {
        let cut = Cut::Aligned(3600 * NANOS);
        let end = End::Silence(60 * NANOS);
        let expected = Rules { cut, end, whole_life: true, with_active: false };
        assert_eq!(rules("-Ci=3600 -cl -Tf60 -O %i.t2 -Cai=1 x"), Ok((expected, None)));
        assert_eq!(rules("-i 3600 --align wall -c l -T 60 x"), Ok((expected, None)));
        let default =
            Rules { cut: Cut::Whole, end: End::Interval, whole_life: false, with_active: false };
        assert_eq!(rules("-Cd=5 x"), Ok((default, Some(5 * NANOS))));
        assert_eq!(rules("-I -Cai=0 x"), Ok((default, None)));
        let (active, _) = rules("-A -Tf1.5 -Ci=1 x").unwrap();
        assert!(active.with_active && active.end == End::Silence(1_500_000_000));
    }

    #[test]
    fn wrong_words() {
        for (words, why) in [
            ("-Cai=1 x", "cannot be aligned"),
            ("-i 5 -Ci=6 x", "given twice"),
            ("-i all -Ci=6 x", "given twice"),
            ("-Ci=5 -Ci=6 x", "given twice"),
            ("-i 5 -Cai=1 -Cai=0 x", "said twice"),
            ("-i 5 --align wall -Cai=0 x", "said twice"),
            ("-Cd=1 -Cd=2 x", "said twice"),
            ("-Ta60 x", "timeouts are fixed"),
            ("-Tf0 x", "give seconds"),
            ("-Cport=80 x", "filters stand behind"),
            ("-Cai=2 x", "ai=0, ai=1"),
            ("-A x", "--timeout"),
            ("-I -Tf60 x", "cannot be used with"),
            ("-cx x", "possible values: i, l"),
        ] {
            let error = rules(words).unwrap_err();
            assert!(error.contains(why), "{words}: {error}");
        }
    }
}
