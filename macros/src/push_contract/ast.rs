//! The struct under `#[push_contract]`, and what its fields stand for: fields and handlers of the
//! view.

use crate::argument::Argument;
use crate::attribute::conditions;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, Type, Visibility};

/// A contract.
pub(super) struct Contract {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
    pub(super) parts: Vec<Part>,
}

/// A field of the struct.
pub(super) struct Part {
    pub(super) ident: Ident,
    pub(super) visibility: Visibility,
    pub(super) attributes: Vec<Attribute>,
    pub(super) kind: Kind,
}

/// What it stands for.
pub(super) enum Kind {
    /// A field of the view, of this type.
    Field(Type),
    /// A handler with these arguments.
    Handler(Vec<Argument>),
}

/// The item as the user wrote it.
pub(super) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<DeriveInput> {
    let no_type = |error: Error| Error::new(error.span(), "#[push_contract] belongs on a struct");
    diagnostics.note(syn::parse2(item).map_err(no_type))
}

/// The fields of a struct that has named ones.
pub(super) fn fields(name: &Ident, data: Data) -> syn::Result<Vec<Field>> {
    let sentence = match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => return Ok(fields.named.into_iter().collect()),
            Fields::Unit => return Ok(Vec::new()),
            Fields::Unnamed(_) => "a contract's fields need names: struct Contract { count: i64 }",
        },
        Data::Enum(_) => "a contract is a struct, not an enum: its fields are those that a push may set",
        Data::Union(_) => "a contract is a struct, not a union",
    };
    Err(Error::new(name.span(), sentence))
}

impl Part {
    /// The name on the wire.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Its `#[cfg]`s.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        conditions(&self.attributes)
    }

    pub(super) fn repeats(&self, other: &Part) -> bool {
        let is_conditional = |part: &Part| part.conditions().next().is_some();
        self.name() == other.name() && !is_conditional(self) && !is_conditional(other)
    }
}

impl Kind {
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Kind::Field(_) => "field",
            Kind::Handler(_) => "handler",
        }
    }
}
