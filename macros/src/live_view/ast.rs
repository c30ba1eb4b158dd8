//! The struct under `#[live_view]`: its name and its fields.

use super::attr::take;
use crate::attribute::conditions;
use crate::diagnostics::Diagnostics;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Fields, Generics, Ident, Item, Type, Visibility};

/// A view's struct.
pub(super) struct View {
    /// The item as the user wrote it, without djust's attributes.
    pub item: Item,
    pub name: Ident,
    pub visibility: Visibility,
    pub generics: Generics,
    pub fields: Vec<Field>,
}

/// One of its fields.
pub(super) struct Field {
    pub ident: Ident,
    pub ty: Type,
    /// Whether a push may set it.
    pub push: bool,
    /// Whether `dj-model` may set it.
    pub model: bool,
    /// Its docs and `#[cfg]`s.
    pub attributes: Vec<Attribute>,
}

impl Field {
    /// The name, without `r#`.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// Whether its type says that it may lead to data that other code changes: a push of another
    /// field then says nothing about what it shows.
    pub(super) fn is_handle(&self) -> bool {
        names_a_handle(self.ty.to_token_stream())
    }

    /// Its `#[cfg]`s.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        conditions(&self.attributes)
    }
}

impl View {
    /// Reads the item. Anything but a struct with named fields is a mistake; if it is a type, it is
    /// treated as a struct without fields.
    pub(super) fn parse(mut item: Item, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut fields = Vec::new();
        let (name, visibility, generics) = match &mut item {
            Item::Struct(found) => {
                match &mut found.fields {
                    Fields::Named(named) => {
                        fields = named
                            .named
                            .iter_mut()
                            .filter_map(|field| take_field(field, diagnostics))
                            .collect();
                    }
                    Fields::Unit => {}
                    Fields::Unnamed(_) => {
                        diagnostics.say(
                            found.ident.span(),
                            "a live view's fields need names: struct View { count: i64 }",
                        );
                    }
                }
                (found.ident.clone(), found.vis.clone(), found.generics.clone())
            }
            Item::Enum(found) => {
                diagnostics.say(
                    found.ident.span(),
                    "a live view is a struct, not an enum: put the enum into a field",
                );
                (found.ident.clone(), found.vis.clone(), found.generics.clone())
            }
            Item::Union(found) => {
                diagnostics.say(found.ident.span(), "a live view is a struct, not a union");
                (found.ident.clone(), found.vis.clone(), found.generics.clone())
            }
            other => {
                let span = other
                    .to_token_stream()
                    .into_iter()
                    .next()
                    .map_or_else(proc_macro2::Span::call_site, |token| token.span());
                diagnostics.say(span, "#[live_view] belongs on a struct");
                return None;
            }
        };
        Some(View { item, name, visibility, generics, fields })
    }

    /// The names of all fields that are `wanted`.
    pub(super) fn names(&self, wanted: impl Fn(&Field) -> bool) -> Vec<String> {
        self.fields.iter().filter(|field| wanted(field)).map(Field::name).collect()
    }

    /// The fields that a push may set.
    pub(super) fn pushed(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.push)
    }
}

/// Types of the standard library whose content can change behind a shared reference.
const HANDLES: [&str; 15] = [
    "Arc",
    "Cell",
    "LazyCell",
    "LazyLock",
    "Mutex",
    "OnceCell",
    "OnceLock",
    "Rc",
    "Receiver",
    "RefCell",
    "RwLock",
    "Sender",
    "UnsafeCell",
    "Weak",
    "dyn",
];

fn names_a_handle(ty: TokenStream) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            let name = name.to_string();
            HANDLES.contains(&&*name) || name.starts_with("Atomic")
        }
        // a raw pointer
        TokenTree::Punct(punct) => punct.as_char() == '*',
        TokenTree::Group(group) => names_a_handle(group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// Removes djust's attributes from a field.
fn take_field(field: &mut syn::Field, diagnostics: &mut Diagnostics) -> Option<Field> {
    let ident = field.ident.clone()?;
    let push = take(&mut field.attrs, "push", diagnostics);
    let model = take(&mut field.attrs, "model", diagnostics);
    let is_kept = |attribute: &&Attribute| ["cfg", "doc"].iter().any(|name| attribute.path().is_ident(name));
    let attributes = field.attrs.iter().filter(is_kept).cloned().collect();
    Some(Field { ident, ty: field.ty.clone(), push, model, attributes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_shares_what_can_change_is_a_handle() {
        let is_handle = |ty: &str| names_a_handle(ty.parse().expect("a type"));
        for ty in [
            "Arc<Mutex<Room>>",
            "std::sync::Arc<Room>",
            "Option<Rc<RefCell<Vec<u8>>>>",
            "(u8, [Cell<u8>; 2])",
            "std::sync::atomic::AtomicU64",
            "&'static RwLock<u8>",
            "Box<dyn Clock>",
            "*const u8",
        ] {
            assert!(is_handle(ty), "{ty}");
        }
        for ty in
            ["u64", "Vec<Row>", "Option<String>", "HashMap<String, (u8, Row)>", "&'static str", "Box<Row>"]
        {
            assert!(!is_handle(ty), "{ty}");
        }
    }
}
