//! The command line, as README and `--help` promise it: files, lists, inputs, filters, and what
//! happens when one of the words is wrong.

mod captures;
mod conditions;
mod fields;
mod filter;
mod full_disk;
mod hostile;
mod input;
mod lists;
mod names;
mod one_name;
mod output;
mod settings;
mod sinks;
mod stream;
mod wrong;
