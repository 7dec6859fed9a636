//! `derive(Row)` and `derive(Toggles)`: plain derives on plain structs, nothing else.
//!
//! Both turn the doc comment of a field into its documentation, so that the text next to the code is
//! the text of the manual.
#![forbid(unsafe_code)]

mod field;
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
