//! `derive(Row)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Expr, Field, Result, parse_quote};

use crate::field;

/// Most columns of a row that settings can hide: as many as `flowz_api::row::Shown` has bits.
const MOST: usize = 128;

/// What the attributes of a field say. The name is a text or an expression that makes one.
struct Column {
    name: Expr,
    unit: String,
    show: Option<Expr>,
    counter: bool,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let fields = field::named(input)?;
    let mut toggles = quote!(flowz_api::toggles::NoToggles);
    let mut table = None;
    field::pairs(&input.attrs, "row", |key, value| match key {
        "toggles" => {
            toggles = quote!(#value);
            Ok(())
        }
        "table" => {
            table = Some(value);
            Ok(())
        }
        other => Err(format!("unknown key '{other}': toggles and table are known")),
    })?;
    for field in fields.iter().skip(MOST) {
        if column(field)?.show.is_some() {
            let message = format!("settings can hide the first {MOST} columns of a row only");
            return Err(Error::new_spanned(field, message));
        }
    }
    let mut descriptions = Vec::new();
    let mut puts = Vec::new();
    for (n, field) in fields.iter().enumerate() {
        descriptions.push(description(field)?);
        puts.push(put(n, field)?);
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let doc = field::doc(&input.attrs);
    let table = table.map(|table| {
        quote! {
            impl #generics flowz_api::table::TableRow for #name #arguments #bounds {
                const TABLE: &'static str = #table;
                const DOC: &'static str = #doc;
            }
        }
    });
    Ok(quote! {
        #table

        impl #generics flowz_api::row::Row for #name #arguments #bounds {
            type Toggles = #toggles;

            #[allow(unused_variables)]
            fn fields(
                t: &Self::Toggles,
                run: &flowz_api::settings::Run,
            ) -> ::std::vec::Vec<flowz_api::row::Field> {
                ::std::vec![#(#descriptions),*]
            }

            #[inline(always)]
            fn write(
                &self,
                shown: flowz_api::row::Shown,
                out: &mut impl flowz_api::cell_writer::CellWriter,
            ) {
                #(#puts)*
            }
        }
    })
}

fn description(field: &Field) -> Result<TokenStream> {
    let Column { name, unit, show, counter } = column(field)?;
    let doc = field::doc(&field.attrs);
    let ty = &field.ty;
    let shown = show.map_or_else(|| quote!(true), |e| quote!(#e));
    Ok(quote! {
        flowz_api::row::Field {
            name: ::std::string::String::from(#name),
            ty: <#ty as flowz_api::cell::Cell>::TYPE,
            doc: #doc,
            unit: #unit,
            shown: #shown,
            counter: #counter,
        }
    })
}

/// Writes a field; one that some toggle hides only where it is shown.
fn put(n: usize, field: &Field) -> Result<TokenStream> {
    let ident = &field.ident;
    let put = quote!(flowz_api::cell::Cell::put(&self.#ident, out););
    if column(field)?.show.is_none() {
        return Ok(put);
    }
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    Ok(quote! {
        if shown.has(#n) {
            #put
        }
    })
}

fn column(field: &Field) -> Result<Column> {
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = camel_case(&ident);
    let mut column =
        Column { name: parse_quote!(#name), unit: String::new(), show: None, counter: false };
    field::pairs(&field.attrs, "col", |key, value| {
        match key {
            "name" => column.name = value,
            "unit" => column.unit = field::text(&value).ok_or("a string is needed")?,
            "show" => column.show = Some(value),
            "counter" => column.counter = field::truth(&value).ok_or("true or false is needed")?,
            other => {
                return Err(format!(
                    "unknown key '{other}': name, unit, show and counter are known"
                ));
            }
        }
        Ok(())
    })?;
    Ok(column)
}

/// `tcp_init_win_sz` becomes `tcpInitWinSz`.
fn camel_case(ident: &str) -> String {
    let mut out = String::new();
    for (i, word) in ident.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if i > 0 => out.extend(first.to_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}
