//! Reading fields and their attributes.

use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Lit, Meta, Result};

/// The named fields of a struct.
pub(crate) fn named(input: &DeriveInput) -> Result<Vec<&Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            _ => Err(Error::new_spanned(&input.ident, "a struct with named fields is needed")),
        },
        _ => Err(Error::new_spanned(&input.ident, "a struct is needed")),
    }
}

/// The doc comment as one line.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|a| a.path().is_ident("doc")).filter_map(|a| {
        let Meta::NameValue(pair) = &a.meta else { return None };
        text(&pair.value).map(|t| t.trim().to_owned())
    });
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Calls `each` with every `key = value` of the attributes with this name.
pub(crate) fn pairs(
    attributes: &[Attribute],
    name: &str,
    mut each: impl FnMut(&str, Expr) -> std::result::Result<(), String>,
) -> Result<()> {
    for attribute in attributes.iter().filter(|a| a.path().is_ident(name)) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let value: Expr = meta.value()?.parse()?;
            each(&key, value).map_err(|message| meta.error(message))
        })?;
    }
    Ok(())
}

/// Whether a literal is `true`.
pub(crate) fn truth(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Bool(b), .. }) => Some(b.value()),
        _ => None,
    }
}

/// The text of a string literal.
pub(crate) fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) => Some(s.value()),
        _ => None,
    }
}
