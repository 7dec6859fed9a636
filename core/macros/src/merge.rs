//! `derive(Merge)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Field, Meta, Result};

use crate::field;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let fields = field::named(input)?;
    let merges = fields.into_iter().map(merge).collect::<Result<Vec<_>>>()?;
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics flowz_api::merge::Merge for #name #arguments #bounds {
            #[allow(unused_variables)]
            fn merge(&mut self, other: Self) {
                #(#merges)*
            }
        }
    })
}

/// How a field is merged: a word must say so, for nothing goes without saying.
fn merge(field: &Field) -> Result<TokenStream> {
    let ident = &field.ident;
    Ok(match word(field)?.as_str() {
        "sum" => quote!(self.#ident += other.#ident;),
        "or" => quote!(self.#ident |= other.#ident;),
        "max" => quote! {
            if other.#ident > self.#ident {
                self.#ident = other.#ident;
            }
        },
        "min" => quote! {
            if other.#ident < self.#ident {
                self.#ident = other.#ident;
            }
        },
        "nested" => quote!(flowz_api::merge::Merge::merge(&mut self.#ident, other.#ident);),
        "keep" | "state" | "names" => quote!(),
        other => {
            let message = format!("unknown word '{other}': {WORDS} are known");
            return Err(Error::new_spanned(field, message));
        }
    })
}

const WORDS: &str = "sum, or, max, min, nested, keep, state and names";

/// The word in `#[merge(word)]`.
pub(crate) fn word(field: &Field) -> Result<String> {
    let mut found = None;
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("merge")) {
        if let Meta::List(list) = &attribute.meta {
            found = Some(list.tokens.to_string());
        }
    }
    found.ok_or_else(|| {
        let message =
            format!("#[merge(...)] is needed with one of {WORDS}: how do two become one?");
        Error::new_spanned(field, message)
    })
}
