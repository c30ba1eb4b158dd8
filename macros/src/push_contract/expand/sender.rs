//! What senders use: the contract's name, `PushContract` and the typed push.

use crate::argument::Argument;
use crate::builder::{Builder, Method, name_of};
use crate::push_contract::ast::{Contract, Kind, Part};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

/// Everything but the check.
pub(super) fn expand(contract: &Contract, path: &str) -> TokenStream {
    let Contract { attributes, visibility, name, parts } = contract;
    let whom = format!("every connected view of [`{name}`]");
    let builder = Builder { target: name, visibility, whom };
    let (builder_name, beginning) = (name_of(name), builder.beginning(&quote! { #path }));
    let builder = builder.expand();
    let methods = parts.iter().map(method);
    let definition = definition(contract, path);
    quote! {
        #(#attributes)*
        #[allow(dead_code)]
        #visibility enum #name {}

        impl #name {
            #beginning
        }

        #builder

        #[allow(dead_code, clippy::too_many_arguments)]
        impl #builder_name {
            #(#methods)*
        }

        #definition
    }
}

fn method(part: &Part) -> TokenStream {
    let Part { ident, visibility, attributes, kind } = part;
    let method = Method { ident, visibility, attributes: attributes.iter().collect() };
    match kind {
        Kind::Field(ty) => method.setter(ty),
        Kind::Handler(arguments) => method.call(arguments.iter()),
    }
}

fn definition(contract: &Contract, path: &str) -> TokenStream {
    let name = &contract.name;
    let fields = contract.parts.iter().filter_map(|part| match &part.kind {
        Kind::Field(ty) => {
            let (conditions, name) = (part.conditions(), part.name());
            let schema = quote_spanned! { ty.span() => ::djust::__private::field_schema::<#ty> };
            Some(quote! { #(#conditions)* #schema(#name) })
        }
        Kind::Handler(_) => None,
    });
    let handlers = contract.parts.iter().filter_map(|part| match &part.kind {
        Kind::Field(_) => None,
        Kind::Handler(arguments) => {
            let (conditions, schema) = (part.conditions(), handler_schema(&part.name(), arguments));
            Some(quote! { #(#conditions)* #schema })
        }
    });
    quote! {
        #[automatically_derived]
        impl ::djust::push::PushContract for #name {
            const PATH: &'static str = #path;
            const SCHEMA: &'static ::djust::push::ViewSchema = &::djust::push::ViewSchema {
                path: #path,
                fields: &[#(#fields),*],
                handlers: &[#(#handlers),*],
            };
        }
    }
}

fn handler_schema(handler: &str, arguments: &[Argument]) -> TokenStream {
    let names = arguments.iter().map(Argument::name);
    let schemas = arguments.iter().map(Argument::schema);
    let checks = arguments.iter().map(|argument| {
        let (ty, name) = (&argument.ty, argument.name());
        let read = quote_spanned! { ty.span() => ::djust::__private::push_argument::<#ty> };
        quote! { #read(payload, #handler, #name)?; }
    });
    quote! {
        ::djust::__private::handler_schema(#handler, &[#(#schemas),*], |payload| {
            ::djust::__private::no_more(payload, #handler, &[#(#names),*])?;
            #(#checks)*
            ::core::result::Result::Ok(())
        })
    }
}
