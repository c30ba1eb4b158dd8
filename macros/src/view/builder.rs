//! The typed push of a view: `Counter::push().count(42).send()`.

use super::structure::{Field, Structure};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

/// The name of a view's builder.
pub(crate) fn name_of(view: &Ident) -> Ident {
    format_ident!("{}Push", view.unraw())
}

/// The builder and the view's `push()`.
pub(super) fn expand(view: &Structure) -> TokenStream {
    let Structure { name, visibility, .. } = view;
    let (impl_generics, type_generics, where_clause) = view.generics.split_for_impl();
    let builder = name_of(name);
    let about = format!("A typed push to every connected [`{name}`]; `{name}::push()` begins one.");
    let begins = format!("Begins a push to every connected `{name}`.");
    let setters = view.fields.iter().filter(|field| field.push).map(|field| setter(field, visibility));
    let sending = sending(view);
    quote! {
        #[doc = #about]
        #[derive(Debug, Clone)]
        #[must_use = "a push does nothing until it is sent"]
        #[allow(dead_code)]
        #visibility struct #builder {
            push: ::djust::push::Push,
        }

        #[allow(dead_code)]
        impl #impl_generics #name #type_generics #where_clause {
            #[doc = #begins]
            #visibility fn push() -> #builder {
                #builder { push: ::core::default::Default::default() }
            }
        }

        #[allow(dead_code)]
        impl #builder {
            #(#setters)*
            #sending
        }
    }
}

fn setter(field: &Field, visibility: &syn::Visibility) -> TokenStream {
    let Field { ident, ty, .. } = field;
    let name = field.name();
    let about = format!("Sets the field `{name}`.");
    quote! {
        #[doc = #about]
        #visibility fn #ident(mut self, value: #ty) -> Self {
            ::djust::__private::push_set(&mut self.push, #name, &value);
            self
        }
    }
}

fn sending(view: &Structure) -> TokenStream {
    let Structure { name, visibility, .. } = view;
    let path = if view.generics.params.is_empty() {
        quote! { <#name as ::djust::ViewDefinition>::PATH }
    } else {
        quote! { "" }
    };
    quote! {
        /// Sends it through the process-wide channel layer; never blocks.
        ///
        /// # Errors
        /// As [`push_to_view`](::djust::push::push_to_view).
        #visibility fn send(self) -> ::core::result::Result<::djust::push::Receipt, ::djust::push::PushError> {
            ::djust::push::push_to_view(#path, self.push)
        }

        /// Sends it, waiting for room where there is none.
        ///
        /// # Errors
        /// As [`apush_to_view`](::djust::push::apush_to_view).
        #visibility async fn asend(
            self,
        ) -> ::core::result::Result<::djust::push::Receipt, ::djust::push::PushError> {
            ::djust::push::apush_to_view(#path, self.push).await
        }

        /// Leaves one view out.
        #visibility fn except(mut self, view: ::djust::push::ViewId) -> Self {
            self.push = self.push.except(view);
            self
        }

        /// Only for views that have this key.
        #visibility fn key(mut self, key: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.push = self.push.key(key);
            self
        }

        /// The untyped push inside.
        #visibility fn into_push(self) -> ::djust::push::Push {
            self.push
        }
    }
}
