//! The struct under `#[push_key]`: its name and its fields.

use crate::diagnostics::Diagnostics;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Member};

/// A key type.
pub(super) struct KeyType {
    /// As the user wrote it.
    pub(super) item: DeriveInput,
    pub(super) fields: Vec<Field>,
}

/// One of its fields.
pub(super) struct Field {
    pub(super) member: Member,
    /// The span of its name, or of its type if it has no name.
    pub(super) span: Span,
}

impl Field {
    /// Its name in a placeholder.
    pub(super) fn name(&self) -> String {
        match &self.member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }
}

impl KeyType {
    /// Reads the item. An enum or a union is a mistake, and treated as a struct without fields.
    pub(super) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Self> {
        let on_a_struct = "#[push_key] belongs on a struct";
        let item: DeriveInput = diagnostics
            .note(syn::parse2(item).map_err(|error: Error| Error::new(error.span(), on_a_struct)))?;
        let fields = match &item.data {
            Data::Struct(data) => fields(&data.fields),
            Data::Enum(_) | Data::Union(_) => {
                diagnostics.say(item.ident.span(), on_a_struct);
                Vec::new()
            }
        };
        Some(KeyType { item, fields })
    }
}

fn fields(fields: &Fields) -> Vec<Field> {
    let with_member = |(member, field): (Member, &syn::Field)| {
        let span = field.ident.as_ref().map_or_else(|| field.ty.span(), proc_macro2::Ident::span);
        Field { member, span }
    };
    fields.members().zip(fields).map(with_member).collect()
}
