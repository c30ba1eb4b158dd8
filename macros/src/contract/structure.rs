//! The struct under `#[push_contract]`: its fields, each a field or a handler of the view.

use super::handler;
use crate::argument::{Argument, Unreadable};
use crate::attribute::conditions;
use crate::builder::check_name;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, GenericParam, Generics, Type, Visibility};

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

impl Contract {
    /// Reads the item; what is no struct with named fields is a mistake, and treated as one without fields if it is
    /// a type at all.
    pub(super) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Self> {
        let no_type = |error: Error| Error::new(error.span(), "#[push_contract] belongs on a struct");
        let DeriveInput { attrs, vis, ident, generics, data } =
            diagnostics.note(syn::parse2(item).map_err(no_type))?;
        let fields = diagnostics.note(fields(&ident, data)).unwrap_or_default();
        diagnostics.note(check_generics(&ident, &generics));
        // what generated code does not know
        let parameters: Vec<_> = generics.params.iter().map(name_of_parameter).collect();
        let mut parts = Vec::new();
        for field in fields.into_iter().filter(|field| !mentions(field.ty.to_token_stream(), &parameters)) {
            let part = diagnostics.note(Part::read(field, &parts));
            parts.extend(part);
        }
        Some(Contract { attributes: attrs, visibility: vis, name: ident, parts })
    }
}

fn fields(name: &Ident, data: Data) -> syn::Result<Vec<Field>> {
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

fn check_generics(name: &Ident, generics: &Generics) -> syn::Result<()> {
    let parameter = generics.params.first().map(Spanned::span);
    match parameter.or(generics.where_clause.as_ref().map(Spanned::span)) {
        Some(span) => {
            Err(Error::new(span, format!("`{name}` can't be generic: it is the contract of one view")))
        }
        None => Ok(()),
    }
}

fn name_of_parameter(parameter: &GenericParam) -> Ident {
    match parameter {
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.clone(),
        GenericParam::Type(parameter) => parameter.ident.clone(),
        GenericParam::Const(parameter) => parameter.ident.clone(),
    }
}

fn mentions(tokens: TokenStream, names: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => names.contains(&word),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

impl Part {
    fn read(field: Field, before: &[Part]) -> syn::Result<Self> {
        let Some(ident) = field.ident else {
            return Err(Error::new(field.ty.span(), "a contract's fields need names"));
        };
        let is_ours = |attribute: &&Attribute| {
            ["push", "model", "event"].iter().any(|name| attribute.path().is_ident(name))
        };
        if let Some(attribute) = field.attrs.iter().find(is_ours) {
            let sentence =
                "this marks parts of a view; all that a contract has is for pushes, without a mark";
            return Err(Error::new(attribute.span(), sentence));
        }
        let part =
            Part { kind: Kind::read(field.ty)?, ident, visibility: field.vis, attributes: field.attrs };
        check_name(&part.ident, part.kind.noun())?;
        if before.iter().any(|other| part.repeats(other)) {
            let sentence = format!("`{}` is there twice", part.name());
            return Err(Error::new(part.ident.span(), sentence));
        }
        Ok(part)
    }

    /// The name on the wire.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Its `#[cfg]`s.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        conditions(&self.attributes)
    }

    fn repeats(&self, other: &Part) -> bool {
        let is_conditional = |part: &Part| part.conditions().next().is_some();
        self.name() == other.name() && !is_conditional(self) && !is_conditional(other)
    }
}

impl Kind {
    fn read(ty: Type) -> syn::Result<Self> {
        match bare(ty) {
            Type::BareFn(function) => handler::read(function).map(Kind::Handler),
            ty => {
                check_type(&ty)?;
                Ok(Kind::Field(ty))
            }
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Kind::Field(_) => "field",
            Kind::Handler(_) => "handler",
        }
    }
}

/// A type without parentheses around it, nor the invisible ones that a `macro_rules!` leaves.
fn bare(ty: Type) -> Type {
    match ty {
        Type::Paren(ty) => bare(*ty.elem),
        Type::Group(ty) => bare(*ty.elem),
        other => other,
    }
}

/// Refuses what no push can carry.
pub(super) fn check_type(ty: &Type) -> syn::Result<()> {
    let Some((span, found)) = Unreadable::find(ty) else { return Ok(()) };
    let sentence = match found {
        Unreadable::Reference => "what a push carries is owned: there are no references in a contract",
        Unreadable::Impl => "a contract names its types: `impl` can't be read from JSON",
        Unreadable::Itself => {
            "a contract has no values, so `Self` can't be carried: write another type's name"
        }
    };
    Err(Error::new(span, sentence))
}
