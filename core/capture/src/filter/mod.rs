//! Filters in the language of libpcap: compiled by libpcap for the link type of the packets, run
//! by the interpreter in [`vm`], because the length that an expression compares (`less`,
//! `greater`, `len`) is that on the wire, which libpcap's own call here does not take.

mod instruction;
mod place;
#[cfg(test)]
mod tests;
mod vm;

use ::pcap::{Capture, Precision};
use flowz_api::packet::LinkType;

use crate::error::CaptureError;
use crate::link_type::{dlt, link_name};
use instruction::RawInstruction;
use vm::Program;

/// An expression with its programs, one for each link type met so far.
#[derive(Debug)]
pub(crate) struct Filter {
    text: String,
    /// Type of the latest packet; `latest` is the place of its program.
    link: LinkType,
    latest: usize,
    /// `None` for a link type that the expression does not fit.
    programs: Vec<(LinkType, Option<Program>)>,
}

impl Filter {
    /// Compiles an expression for the first link type.
    pub(crate) fn new(text: &str, link: LinkType) -> Result<Self, CaptureError> {
        let program = compile(text, link).map_err(|reason| CaptureError::Filter {
            text: place::marked(text, &reason, |part| compile(part, link).is_ok()),
            link: link_name(link).name,
            reason,
        })?;
        Ok(Self { text: text.to_owned(), link, latest: 0, programs: vec![(link, Some(program))] })
    }

    /// Whether the expression is true for a packet of the selected link type.
    #[inline]
    pub(crate) fn accepts(&self, wire_len: u32, data: &[u8]) -> bool {
        let program = self.programs.get(self.latest).and_then(|entry| entry.1.as_ref());
        program.is_some_and(|program| program.run(wire_len, data) != 0)
    }

    /// Whether packets of `link` are those that [`Self::accepts`] is set to.
    #[inline]
    pub(crate) fn is_for(&self, link: LinkType) -> bool {
        self.link == link
    }

    /// Sets the filter to another link type. The error, given once per link type, is libpcap's
    /// reason why the expression does not fit; all packets of that type are refused.
    #[cold]
    pub(crate) fn select(&mut self, link: LinkType) -> Result<(), String> {
        self.link = link;
        if let Some(known) = self.programs.iter().position(|entry| entry.0 == link) {
            self.latest = known;
            return Ok(());
        }
        self.latest = self.programs.len();
        let compiled = compile(&self.text, link);
        let (program, result) = match compiled {
            Ok(program) => (Some(program), Ok(())),
            Err(reason) => (None, Err(reason)),
        };
        self.programs.push((link, program));
        result
    }
}

/// A program for one link type, or a sentence why there is none.
fn compile(text: &str, link: LinkType) -> Result<Program, String> {
    let said = |error: ::pcap::Error| match error {
        ::pcap::Error::PcapError(text) => text,
        error => error.to_string(),
    };
    let dead = Capture::dead_with_precision(dlt(link), Precision::Nano).map_err(said)?;
    let compiled = dead.compile(text, false).map_err(said)?;
    // The fields of an instruction are private; its text form is its four numbers.
    let lines = compiled.get_instructions().iter().map(ToString::to_string);
    Program::new(lines.map(|line| RawInstruction::parse(&line)).collect::<Option<Vec<_>>>())
        .ok_or_else(|| "libpcap made a program that cannot be run".into())
}
