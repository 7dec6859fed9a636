//! `derive(Toggles)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Expr, Field, Ident, Result, Type};

use crate::field;

/// A field and what its attributes say.
struct Toggle<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    name: String,
    doc: String,
    default: Expr,
    range: Option<(Expr, Expr)>,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let fields = field::named(input)?;
    let toggles = fields.into_iter().map(toggle).collect::<Result<Vec<_>>>()?;
    let name = &input.ident;
    let infos = toggles.iter().map(info);
    let defaults = toggles.iter().map(|t| {
        let Toggle { ident, ty, default, .. } = t;
        if let Some(text) = field::text(default) {
            quote!(#ident: <#ty as ::std::convert::From<&str>>::from(#text))
        } else {
            quote!(#ident: #default)
        }
    });
    let sets = toggles.iter().enumerate().map(|(n, t)| {
        let (ident, ty) = (t.ident, t.ty);
        quote!(#n => {
            self.#ident = <#ty as flowz_api::toggles::ToggleValue>::checked(&Self::TABLE[#n], value)?;
        })
    });
    let gets = toggles.iter().enumerate().map(|(n, t)| {
        let ident = t.ident;
        quote!(#n => flowz_api::toggles::ToggleValue::show(&self.#ident))
    });
    Ok(quote! {
        impl ::std::default::Default for #name {
            fn default() -> Self {
                Self { #(#defaults),* }
            }
        }

        impl flowz_api::toggles::Toggles for #name {
            const TABLE: &'static [flowz_api::toggles::ToggleInfo] = &[#(#infos),*];

            fn set(
                &mut self,
                index: usize,
                value: &str,
            ) -> ::std::result::Result<(), flowz_api::toggles::ToggleError> {
                match index {
                    #(#sets)*
                    _ => {}
                }
                ::std::result::Result::Ok(())
            }

            fn get(&self, index: usize) -> ::std::string::String {
                match index {
                    #(#gets,)*
                    _ => ::std::string::String::new(),
                }
            }
        }
    })
}

fn info(toggle: &Toggle<'_>) -> TokenStream {
    let Toggle { ty, name, doc, default, range, .. } = toggle;
    let typed = || {
        let text = quote!(#default).to_string().replace("true", "1").replace("false", "0");
        // Digits in groups.
        text.replace('_', "")
    };
    let default = field::text(default).map_or_else(typed, |text| as_typed(&text));
    let range = if let Some((min, max)) = range {
        quote!(::std::option::Option::Some((#min as f64, #max as f64)))
    } else {
        quote!(::std::option::Option::None)
    };
    quote! {
        flowz_api::toggles::ToggleInfo {
            name: #name,
            kind: <#ty as flowz_api::toggles::ToggleValue>::KIND,
            default: #default,
            range: #range,
            doc: #doc,
        }
    }
}

/// A text with the escapes that a toggle's value may have.
fn as_typed(text: &str) -> String {
    let escapes = [('\\', r"\\"), ('"', r#"\""#), ('\t', r"\t"), ('\n', r"\n"), ('\r', r"\r")];
    escapes.iter().fold(text.to_owned(), |text, (c, typed)| text.replace(*c, typed))
}

fn toggle(field: &Field) -> Result<Toggle<'_>> {
    let missing = || Error::new_spanned(field, "#[toggle(default = ...)] is needed");
    let ident = field.ident.as_ref().ok_or_else(missing)?;
    let mut name = ident.to_string().to_uppercase();
    let (mut default, mut min, mut max) = (None, None, None);
    field::pairs(&field.attrs, "toggle", |key, value| {
        match key {
            "name" => name = field::text(&value).ok_or("a string is needed")?,
            "default" => default = Some(value),
            "min" => min = Some(value),
            "max" => max = Some(value),
            other => {
                return Err(format!("unknown key '{other}': name, default, min, max are known"));
            }
        }
        Ok(())
    })?;
    Ok(Toggle {
        ident,
        ty: &field.ty,
        name,
        doc: field::doc(&field.attrs),
        default: default.ok_or_else(missing)?,
        range: min.zip(max),
    })
}
