//! Typed pushes: a method for each `#[push]` handler on the builder that `#[live_view]` generates,
//! and what a contract requires of the view.

use crate::builder::{Method, name_of};
use crate::handlers::ast::{Block, Handler};
use crate::handlers::attr::Caller;
use crate::part;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{TypePath, parse_quote};

/// The methods, or nothing if no push can call this view.
pub(super) fn expand(view: &TypePath, block: &Block) -> TokenStream {
    let builder = builder_of(view);
    let methods: Vec<_> = block.called_by(Caller::Push).filter_map(method).collect();
    if methods.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(dead_code, private_interfaces, clippy::too_many_arguments)]
        impl #builder {
            #(#methods)*
        }
    }
}

/// States that the view has these handlers.
pub(super) fn parts(view: &TypePath, block: &Block) -> TokenStream {
    let parts = block.called_by(Caller::Push).filter_map(|handler| {
        let part = part::handler(&handler.name(), handler.signature.as_ref()?.arguments());
        let conditions = &handler.conditions;
        Some(quote! {
            #(#conditions)*
            #[automatically_derived]
            #[allow(clippy::all)]
            impl #part for #view {}
        })
    });
    quote! { #(#parts)* }
}

/// States that the view has any handler: after a mistake, its contract should add no error.
pub(super) fn any_part(view: &TypePath) -> TokenStream {
    quote! {
        impl<const NAME: u64, __DjustHandler> ::djust::__private::PushHandler<NAME, __DjustHandler> for #view {}
    }
}

fn builder_of(view: &TypePath) -> TypePath {
    let mut builder = view.clone();
    if let Some(segment) = builder.path.segments.last_mut() {
        segment.ident = name_of(&segment.ident);
    }
    builder
}

fn method(handler: &Handler) -> Option<TokenStream> {
    let Handler { ident, conditions, docs, .. } = handler;
    let attributes = conditions.iter().chain(docs).collect();
    let method = Method { ident, visibility: &parse_quote!(pub), attributes };
    Some(method.call(handler.signature.as_ref()?.arguments()))
}
