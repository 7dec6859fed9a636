//! `derive(Fact)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Result};

use crate::field;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let fields = field::named(input)?;
    let (mut plugin, mut fact, mut version) = (None, None, None);
    field::pairs(&input.attrs, "fact", |key, value| {
        match key {
            "plugin" => plugin = Some(value),
            "name" => fact = Some(value),
            "version" => version = Some(value),
            other => return Err(format!("unknown key '{other}': plugin, name, version are known")),
        }
        Ok(())
    })?;
    let missing = || {
        let message = "#[fact(plugin = \"...\", name = \"...\", version = ...)] is needed";
        Error::new_spanned(&input.ident, message)
    };
    let plugin = plugin.ok_or_else(missing)?;
    let fact = fact.ok_or_else(missing)?;
    let version = version.ok_or_else(missing)?;
    let name = &input.ident;
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    Ok(quote! {
        impl flowz_api::fact::Fact for #name {
            const ID: flowz_api::fact::FactId = flowz_api::fact::FactId {
                plugin: #plugin,
                name: #fact,
                version: #version,
            };

            fn put(&self, out: &mut flowz_api::record::Record) {
                #(flowz_api::fact::FactValue::put(&self.#idents, out);)*
            }

            fn read(from: &mut flowz_api::record::Cells<'_>) -> Self {
                Self { #(#idents: flowz_api::fact::FactValue::read(from)),* }
            }
        }
    })
}
