//! Checks that text and fields fit: each placeholder is a field, and each field is in the text.

use super::ast::KeyType;
use crate::diagnostics::listing;
use crate::key_format::placeholders;
use syn::{Error, LitStr};

/// Checks a key type's text.
pub(super) fn check(text: &LitStr, key: &KeyType) -> syn::Result<()> {
    let named = placeholders(text)?;
    let fields: Vec<_> = key.fields.iter().map(|field| (field.name(), field.span)).collect();
    if let Some(unknown) = named.iter().find(|name| fields.iter().all(|(field, _)| field != *name)) {
        let names: Vec<_> = fields.into_iter().map(|(name, _)| name).collect();
        let sentence = format!("`{}` has no field `{unknown}`; {}", key.item.ident, listing("field", &names));
        return Err(Error::new(text.span(), sentence));
    }
    match fields.iter().find(|(field, _)| !named.contains(field)) {
        Some((field, span)) => {
            let sentence = format!("the field `{field}` is not in the key's text: write {{{field}}} there");
            Err(Error::new(*span, sentence))
        }
        None => Ok(()),
    }
}
