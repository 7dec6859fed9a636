//! `derive(Row)`, `derive(Toggles)`, `derive(Merge)`, `derive(Fact)`, `derive(Checkpoint)` and `derive(Resume)`: plain derives on plain types,
//! nothing else.
//!
//! The first two turn the doc comment of a field into its documentation, so that the text next to the code is
//! the text of the manual.
#![forbid(unsafe_code)]

mod checkpoint;
mod fact;
mod field;
mod merge;
mod row;
mod toggles;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct of columns a `flowz_api::row::Row`.
///
/// On the struct: `#[row(toggles = Type)]` (default: no toggles). On a field: `#[col(name = "tcpWS",
/// unit = "bytes", show = EXPRESSION)]`. The name may be an expression too; both see the plugin's
/// toggles as `t` and the run as `run`. The name defaults to the field's name in camel case.
#[proc_macro_derive(Row, attributes(row, col))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    row::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct of settings a `flowz_api::toggles::Toggles`.
///
/// On every field: `#[toggle(name = "BS_STATS", default = 1, min = 0, max = 2)]`. The name defaults
/// to the field's name in upper case.
#[proc_macro_derive(Toggles, attributes(toggle))]
pub fn derive_toggles(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    toggles::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct a `flowz_api::merge::Merge`: how the fields of two values become those of one.
///
/// On every field one word: `#[merge(sum)]`, `#[merge(or)]`, `#[merge(max)]`, `#[merge(min)]`, `#[merge(nested)]` for
/// a field that says so itself, `#[merge(keep)]` for settings and what belongs to the moment, `#[merge(state)]` for what the only instance
/// of a plugin that sees all flows has found: it stays, too, but [`derive(Resume)`](macro@Resume) hands it to the next run;
/// `#[merge(names)]` for what gives out the numbers that states of flows have: each instance has its own, and it says itself what the next
/// run needs of it.
#[proc_macro_derive(Merge, attributes(merge))]
pub fn derive_merge(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    merge::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct a `flowz_api::fact::Fact`, which other plugins can read.
///
/// On the struct: `#[fact(plugin = "myPlugin", name = "found", version = 1)]`.
#[proc_macro_derive(Fact, attributes(fact))]
pub fn derive_fact(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fact::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct or enumeration a `flowz_api::checkpoint::Checkpoint`, which can be written and read back.
///
/// On a field: `#[checkpoint(skip)]` for what belongs to the moment and begins with its default; `#[checkpoint(with = MODULE)]` for a type of another
/// crate, which functions `save` and `load` of the module write and read.
#[proc_macro_derive(Checkpoint, attributes(checkpoint))]
pub fn derive_checkpoint(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    checkpoint::expand(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct a `flowz_api::checkpoint::Resume`: all fields but those with `#[merge(keep)]` go on from an earlier run.
#[proc_macro_derive(Resume, attributes(merge))]
pub fn derive_resume(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    checkpoint::expand_resume(&input).unwrap_or_else(|e| e.to_compile_error()).into()
}
