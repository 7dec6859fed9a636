//! What the program can do: the main job, and one file for each subcommand.

pub(crate) mod analyze;
mod calls;
mod capture;
mod columns;
mod extract;
mod geo_setup;
mod http;
mod interfaces;
pub(crate) mod list;
mod manual;
mod measure;
mod plugin;
mod slice;
mod tcptrace;
#[cfg(feature = "top")]
mod top;
#[cfg(not(feature = "top"))]
#[path = "top_left_out.rs"]
mod top;
mod xpl;

use anyhow::Result;
use clap::Subcommand;

/// Jobs with a name of their own.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Print the calls of captures: who with whom, how they went, their media; or the messages of one as a ladder
    Calls(calls::Args),
    /// Capture packets of interfaces into files, one or many
    Capture(Box<capture::Args>),
    /// Write the flow table of captures as one file for a larger system: parts of the packets, state handed on, a summary for programs
    Extract(Box<extract::Args>),
    /// Install a database of countries for --geo: fetch a package in the public domain by npm, or take a file
    GeoSetup(geo_setup::Args),
    /// Print the HTTP conversations of captures like a log: heads, what bodies begin with, what is missing
    Http(http::Args),
    /// Print how many echo requests (ping) were answered, and how fast; or each of them
    IcmpSrt(Box<measure::icmp_srt::Args>),
    /// Print the counters of interfaces as `ip -s link` does, once or every few seconds with rates
    If(measure::interfaces::Args),
    /// Print which pairs of hosts have most flows, packets or bytes between them
    Pairs(Box<measure::pairs::Args>),
    /// Help for authors of plugins in shared objects
    Plugin(plugin::PluginArgs),
    /// Write the packets of a range of time, of one capture or of several merged ones
    Slice(slice::Args),
    /// Print statistics of intervals: packets, bytes, sizes, rates, protocols; with the options and formats of tcpstat
    Stat(Box<measure::stat::Args>),
    /// Print flow tables of intervals, one direction each, or write them as files; with the options and the form of CoralReef
    T2(Box<measure::t2::Args>),
    /// List the TCP connections of captures, in a line or with all numbers; with the options and forms of tcptrace
    Tcptrace(Box<tcptrace::Args>),
    /// Show the flows of interfaces or captures on the terminal as they are: sorted, filtered, with rates
    Top(Box<top::Args>),
    /// Print the bytes of each second, of packets or spread over the time of flows
    Volume(Box<measure::volume::Args>),
    /// Draw TCP connections over the time as tcptrace does: files for xplot, and pictures
    Xpl(Box<xpl::Args>),
}

impl Command {
    /// Does the job.
    pub(crate) fn run(&self) -> Result<analyze::Outcome> {
        match self {
            Self::Calls(args) => calls::run(args),
            Self::Capture(args) => capture::run(args),
            Self::Extract(args) => extract::run(args),
            Self::GeoSetup(args) => geo_setup::run(args),
            Self::Http(args) => http::run(args),
            Self::IcmpSrt(args) => measure::icmp_srt::run(args),
            Self::If(args) => measure::interfaces::run(args),
            Self::Pairs(args) => measure::pairs::run(args),
            Self::Volume(args) => measure::volume::run(args),
            Self::Slice(args) => slice::run(args),
            Self::Stat(args) => measure::stat::run(args),
            Self::T2(args) => measure::t2::run(args),
            Self::Tcptrace(args) => tcptrace::run(args),
            Self::Top(args) => top::run(args),
            Self::Xpl(args) => xpl::run(args),
            Self::Plugin(args) => plugin::run(args).map(|()| analyze::Outcome::Done),
        }
    }
}
