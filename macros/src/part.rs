//! Parts of a view: the fields and handlers that a push reaches, as both a contract and a view name
//! them.
//!
//! A view's crate can't see the contract's fields, and a contract's crate can't see the view. So
//! each part has a number made from its name, and a hidden trait has the number and the type as
//! parameters. The view's macros implement the trait for each part that exists, and the contract
//! requires it for those that it names.

use crate::argument::Argument;
use crate::fnv::Fnv;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

/// What a view with this field implements.
pub(crate) fn field(name: &str, ty: &Type) -> TokenStream {
    let number = number(name);
    quote! { ::djust::__private::PushField<#number, #ty> }
}

/// What a view with this handler implements. It includes the names, types and order of the
/// arguments.
pub(crate) fn handler<'a>(name: &str, arguments: impl Iterator<Item = &'a Argument> + Clone) -> TokenStream {
    let names: Vec<_> = arguments.clone().map(Argument::name).collect();
    let number = number(&format!("{name}({})", names.join(",")));
    let types = arguments.map(|argument| &argument.ty);
    quote! { ::djust::__private::PushHandler<#number, fn(#(#types),*)> }
}

/// What stands for a text in a type.
fn number(text: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(text.as_bytes());
    hash.value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_names_and_the_order_of_arguments_are_part_of_a_handler() {
        let argument = |name: &str| Argument {
            ident: proc_macro2::Ident::new(name, proc_macro2::Span::call_site()),
            ty: parse_quote!(u8),
        };
        let part = |names: &[&str]| {
            let arguments: Vec<_> = names.iter().map(|name| argument(name)).collect();
            handler("on_alert", arguments.iter()).to_string()
        };
        assert_eq!(part(&["a", "b"]), part(&["a", "b"]));
        assert_ne!(part(&["a", "b"]), part(&["b", "a"]));
        assert_ne!(part(&["a", "b"]), part(&["a", "c"]));
        assert_ne!(part(&["a"]), part(&["a", "b"]));
    }
}
