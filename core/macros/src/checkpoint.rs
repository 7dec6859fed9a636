//! `derive(Checkpoint)` and `derive(Resume)`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Field, Fields, Index, Member, Path, Result, Variant};

use crate::{field, merge};

/// A struct or enumeration that is written field by field, an enumeration behind the number of its variant.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (save, load) = match &input.data {
        Data::Struct(data) => {
            let places = members(&data.fields);
            let ways = ways(&data.fields)?;
            let saves =
                places.iter().zip(&ways).map(|(place, how)| save(&quote!(&self.#place), how));
            (quote!(#(#saves)*), constructor(&quote!(Self), &places, &ways))
        }
        Data::Enum(data) => variants(data.variants.iter())?,
        Data::Union(_) => {
            return Err(Error::new_spanned(&input.ident, "a struct or enumeration is needed"));
        }
    };
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(flowz_api::checkpoint::Checkpoint));
    }
    let (generics, _, bounds) = generics.split_for_impl();
    let (_, arguments, _) = input.generics.split_for_impl();
    Ok(quote! {
        #[allow(unused_variables)]
        impl #generics flowz_api::checkpoint::Checkpoint for #name #arguments #bounds {
            fn save(&self, out: &mut flowz_api::checkpoint::Writer<'_>) {
                #save
            }

            fn load(
                from: &mut flowz_api::checkpoint::Reader<'_>,
            ) -> ::std::result::Result<Self, flowz_api::checkpoint::LoadError> {
                ::std::result::Result::Ok(#load)
            }
        }
    })
}

/// The plugin itself, or a part of it that is nested: fields that are kept, as the words for merging say, stay as they are.
pub(crate) fn expand_resume(input: &DeriveInput) -> Result<TokenStream> {
    let (mut saves, mut resumes) = (Vec::new(), Vec::new());
    for field in field::named(input)? {
        let ident = &field.ident;
        match merge::word(field)?.as_str() {
            "keep" => {}
            "nested" | "names" => {
                saves.push(quote!(flowz_api::checkpoint::Resume::save(&self.#ident, out);));
                resumes
                    .push(quote!(flowz_api::checkpoint::Resume::resume(&mut self.#ident, from)?;));
            }
            _ => {
                saves.push(quote!(flowz_api::checkpoint::Checkpoint::save(&self.#ident, out);));
                resumes.push(quote!(self.#ident = flowz_api::checkpoint::Checkpoint::load(from)?;));
            }
        }
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    Ok(quote! {
        #[allow(unused_variables)]
        impl #generics flowz_api::checkpoint::Resume for #name #arguments #bounds {
            fn save(&self, out: &mut flowz_api::checkpoint::Writer<'_>) {
                #(#saves)*
            }

            fn resume(
                &mut self,
                from: &mut flowz_api::checkpoint::Reader<'_>,
            ) -> ::std::result::Result<(), flowz_api::checkpoint::LoadError> {
                #(#resumes)*
                ::std::result::Result::Ok(())
            }
        }
    })
}

/// Names or numbers of all fields.
fn members(fields: &Fields) -> Vec<Member> {
    let member = |(place, field): (usize, &Field)| match &field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index::from(place)),
    };
    fields.iter().enumerate().map(member).collect()
}

/// How a field is written.
enum How {
    /// As its type says.
    Itself,
    /// Not at all: it begins with its default.
    Skipped,
    /// By the functions `save` and `load` of this module.
    With(Path),
}

/// How each field is written, as `#[checkpoint(skip)]` and `#[checkpoint(with = path)]` say.
fn ways(fields: &Fields) -> Result<Vec<How>> {
    let way = |field: &Field| {
        let mut how = How::Itself;
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("checkpoint")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("skip") {
                    how = How::Skipped;
                } else if meta.path.is_ident("with") {
                    how = How::With(meta.value()?.parse()?);
                } else {
                    return Err(meta.error("skip and with = MODULE are known"));
                }
                Ok(())
            })?;
        }
        Ok(how)
    };
    fields.iter().map(way).collect()
}

/// Writes what an expression refers to.
fn save(value: &TokenStream, how: &How) -> TokenStream {
    match how {
        How::Itself => quote!(flowz_api::checkpoint::Checkpoint::save(#value, out);),
        How::Skipped => quote!(),
        How::With(path) => quote!(#path::save(#value, out);),
    }
}

/// Makes a value.
fn constructor(path: &TokenStream, places: &[Member], ways: &[How]) -> TokenStream {
    let values = places.iter().zip(ways).map(|(place, how)| match how {
        How::Itself => quote!(#place: flowz_api::checkpoint::Checkpoint::load(from)?),
        How::Skipped => quote!(#place: ::std::default::Default::default()),
        How::With(with) => quote!(#place: #with::load(from)?),
    });
    quote!(#path { #(#values),* })
}

/// How an enumeration is written and read.
fn variants<'a>(all: impl Iterator<Item = &'a Variant>) -> Result<(TokenStream, TokenStream)> {
    let (mut saves, mut loads) = (Vec::new(), Vec::new());
    for (number, variant) in all.enumerate() {
        let number = u8::try_from(number)
            .map_err(|_| Error::new_spanned(variant, "at most 256 variants are known"))?;
        let number = Literal::u8_suffixed(number);
        let name = &variant.ident;
        let places = members(&variant.fields);
        let ways = ways(&variant.fields)?;
        let bound: Vec<_> = (0..places.len()).map(|n| format_ident!("field_{n}")).collect();
        let pattern = places.iter().zip(&bound).map(|(place, name)| quote!(#place: #name));
        let written = bound.iter().zip(&ways).map(|(name, how)| save(&quote!(#name), how));
        saves.push(quote! {
            Self::#name { #(#pattern),* } => {
                flowz_api::checkpoint::Checkpoint::save(&#number, out);
                #(#written)*
            }
        });
        let value = constructor(&quote!(Self::#name), &places, &ways);
        loads.push(quote!(#number => #value,));
    }
    let save = quote!(match self { #(#saves)* });
    let load = quote! {
        match <u8 as flowz_api::checkpoint::Checkpoint>::load(from)? {
            #(#loads)*
            _ => {
                return ::std::result::Result::Err(
                    flowz_api::checkpoint::LoadError::Value(stringify!(Self)),
                );
            }
        }
    };
    Ok((save, load))
}
