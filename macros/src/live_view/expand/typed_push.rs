//! The typed push of a view: a method for each `#[push]` field, and what a contract requires of the
//! view.

use crate::builder::{Builder, Method, name_of};
use crate::live_view::ast::{Field, View};
use crate::part;
use proc_macro2::TokenStream;
use quote::quote;

/// The builder and the view's `push()`.
pub(super) fn expand(view: &View) -> TokenStream {
    let View { name, visibility, .. } = view;
    let (impl_generics, type_generics, where_clause) = view.generics.split_for_impl();
    let path = if view.generics.params.is_empty() {
        quote! { <#name as ::djust::view::ViewDefinition>::PATH }
    } else {
        quote! { "" }
    };
    let builder = Builder { target: name, visibility, whom: format!("every connected [`{name}`]") };
    let (builder_name, beginning) = (name_of(name), builder.beginning(&path));
    let builder = builder.expand();
    let setters = view.pushed().map(|Field { ident, ty, attributes, .. }| {
        Method { ident, visibility, attributes: attributes.iter().collect() }.setter(ty)
    });
    quote! {
        #builder

        impl #impl_generics #name #type_generics #where_clause {
            #beginning
        }

        #[allow(dead_code, private_interfaces)]
        impl #builder_name {
            #(#setters)*
        }
    }
}

/// States that the view has these fields.
pub(super) fn parts(view: &View) -> TokenStream {
    let name = &view.name;
    let parts = view.pushed().map(|field| {
        let (conditions, part) = (field.conditions(), part::field(&field.name(), &field.ty));
        quote! {
            #(#conditions)*
            #[automatically_derived]
            impl #part for #name {}
        }
    });
    quote! { #(#parts)* }
}
