//! Typed pushes: a method for each `#[push]` handler on the builder that `#[live_view]` has made.

use super::block::{Block, Caller, Handler};
use super::signature::{Signature, is_option};
use crate::view::builder_name;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Type, TypePath};

/// The methods, or nothing if no push can call this view.
pub(super) fn expand(view: &TypePath, block: &Block) -> TokenStream {
    let builder = builder_of(view);
    let methods: Vec<_> = block.called_by(Caller::Push).filter_map(|handler| method(view, handler)).collect();
    if methods.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(dead_code, private_interfaces)]
        impl #builder {
            #(#methods)*
        }
    }
}

fn builder_of(view: &TypePath) -> TypePath {
    let mut builder = view.clone();
    if let Some(segment) = builder.path.segments.last_mut() {
        segment.ident = builder_name(&segment.ident);
    }
    builder
}

fn method(view: &TypePath, handler: &Handler) -> Option<TokenStream> {
    let Handler { ident, conditions, docs, .. } = handler;
    let name = handler.name();
    let signature = handler.signature.as_ref()?;
    let parameters = signature.arguments().map(|(ident, ty)| quote! { #ident: #ty });
    let push = Ident::new("push", Span::mixed_site());
    let arguments = arguments(signature, &push);
    let about = format!("Calls the handler `{name}`; the push is complete then.");
    let blank = (!docs.is_empty()).then(|| quote! { #[doc = ""] });
    Some(quote! {
        #(#conditions)*
        #(#docs)*
        #blank
        #[doc = #about]
        pub fn #ident(self, #(#parameters),*) -> ::djust::push::TypedPush {
            ::djust::__private::push_call(
                <#view as ::djust::ViewDefinition>::PATH,
                self.push,
                #name,
                |#push| {
                    let _ = &#push;
                    #(#arguments)*
                },
            )
        }
    })
}

fn arguments(signature: &Signature, push: &Ident) -> Vec<TokenStream> {
    signature.arguments().map(|(ident, ty)| argument(ident, ty, push)).collect()
}

/// Gives one argument; a `None` is left out.
fn argument(ident: &Ident, ty: &Type, push: &Ident) -> TokenStream {
    let name = ident.unraw().to_string();
    let give = quote_spanned! { ty.span() => ::djust::__private::push_arg };
    if is_option(ty) {
        quote! {
            if let ::core::option::Option::Some(#ident) = &#ident {
                #give(#push, #name, #ident);
            }
        }
    } else {
        quote! { #give(#push, #name, &#ident); }
    }
}
