//! The generated `impl Display`.

use super::ast::KeyType;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{LitStr, Member};

/// The struct and its `Display`. After a mistake there is no text, and the `Display` writes
/// nothing.
pub(super) fn expand(key: &KeyType, text: Option<&LitStr>) -> TokenStream {
    let (item, name) = (&key.item, &key.item.ident);
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let body = text.map_or_else(|| quote! { ::core::result::Result::Ok(()) }, |text| write(key, text));
    quote! {
        #item

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Display for #name #type_generics #where_clause {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let _ = &formatter;
                #body
            }
        }
    }
}

fn write(key: &KeyType, text: &LitStr) -> TokenStream {
    let arguments = key.fields.iter().map(|field| match &field.member {
        member @ Member::Unnamed(_) => quote! { self.#member },
        member @ Member::Named(_) => {
            let argument = format_ident!("r#{}", field.name());
            quote! { #argument = self.#member }
        }
    });
    quote! { ::core::write!(formatter, #text #(, #arguments)*) }
}
