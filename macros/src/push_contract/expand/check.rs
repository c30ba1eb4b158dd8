//! What a view with this contract must have, as code that makes the compiler check it.
//!
//! For each part there is a local trait, implemented by every type that has the part. The contract
//! fits a view that implements all of these traits. So rustc shows the trait's sentence at the
//! view's `contract = …`, and points to the part in the contract, where the bound is.

use super::sentence;
use crate::part;
use crate::push_contract::ast::{Contract, Kind, Part};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Meta;

/// The check. After a mistake, every view passes.
pub(super) fn expand(contract: &Contract, is_right: bool) -> TokenStream {
    let name = &contract.name;
    let parts = if is_right { &*contract.parts } else { &[] };
    let parts: Vec<_> = parts.iter().enumerate().map(|(i, part)| (trait_name(i, part), part)).collect();
    let bounds = parts.iter().map(|(part_trait, _)| quote! { __DjustView: #part_trait });
    let traits = parts.iter().map(|(part_trait, part)| part_code(part_trait, part, name));
    quote! {
        #[allow(private_bounds, private_interfaces, clippy::all)]
        const _: () = {
            #(#traits)*

            #[automatically_derived]
            impl<__DjustView> ::djust::__private::ContractFor<__DjustView> for #name
            where
                #(#bounds,)*
            {
            }
        };
    }
}

/// A trait name that differs from every user's type, because those are used next to it. Its span is
/// the part's, which rustc shows.
fn trait_name(index: usize, part: &Part) -> Ident {
    let place = Span::call_site().located_at(part.ident.span());
    format_ident!("__DjustPart{index}", span = place)
}

/// The trait, and its implementations.
fn part_code(part_trait: &Ident, part: &Part, contract: &Ident) -> TokenStream {
    let message = sentence::needs(contract, part);
    let label = format!("`{}` is in this contract", part.name());
    let has_part = match &part.kind {
        Kind::Field(ty) => part::field(&part.name(), ty),
        Kind::Handler(arguments) => part::handler(&part.name(), arguments.iter()),
    };
    // a bound can't have a #[cfg]: if the part is not compiled, everything implements its trait
    let conditions = part.conditions().filter_map(|attribute| match &attribute.meta {
        Meta::List(condition) => Some(&condition.tokens),
        Meta::Path(_) | Meta::NameValue(_) => None,
    });
    let is_there = quote! { all(#(#conditions),*) };
    quote! {
        #[diagnostic::on_unimplemented(
            message = #message,
            label = #label,
            note = "names and types are the same in the view; it may have more than its contract"
        )]
        pub trait #part_trait {}
        #[cfg(#is_there)]
        #[diagnostic::do_not_recommend]
        impl<__DjustView: #has_part> #part_trait for __DjustView {}
        #[cfg(not(#is_there))]
        impl<__DjustView> #part_trait for __DjustView {}
    }
}
