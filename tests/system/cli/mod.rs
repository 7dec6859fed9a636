//! The command line, as README and `--help` promise it: files, lists, inputs, filters, and what
//! happens when one of the words is wrong.

mod captures;
mod filter;
mod input;
mod lists;
mod names;
mod output;
mod settings;
mod sinks;
mod stream;
mod wrong;
