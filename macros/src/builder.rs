//! Typed pushes: `Counter::push().count(42).send().await`, for views and contracts.
//!
//! The builder is a type in the user's crate, so that it can have methods with the user's names.
//! The `TypedPush` inside does its work.

use crate::argument::Argument;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Type, Visibility};

/// Method names that every builder has.
const TAKEN: [&str; 7] = ["send", "send_blocking", "queue", "via", "except", "key", "into_push"];

/// The name of a view's or contract's builder.
pub(crate) fn name_of(target: &Ident) -> Ident {
    format_ident!("{}Push", target.unraw())
}

/// Refuses a name that every builder has; `what` is "field" or "handler".
pub(crate) fn check_name(ident: &Ident, what: &str) -> syn::Result<()> {
    let name = ident.unraw();
    if TAKEN.iter().any(|taken| name == taken) {
        let sentence = format!("every typed push has a method `{name}`; give this {what} another name");
        return Err(syn::Error::new(ident.span(), sentence));
    }
    Ok(())
}

/// A builder, without the methods for fields and handlers.
pub(crate) struct Builder<'b> {
    /// The view or the contract.
    pub(crate) target: &'b Ident,
    pub(crate) visibility: &'b Visibility,
    /// What it pushes to, in Markdown.
    pub(crate) whom: String,
}

impl Builder<'_> {
    /// The type, with the methods that every builder has.
    pub(crate) fn expand(&self) -> TokenStream {
        let Builder { target, visibility, whom } = self;
        let builder = name_of(target);
        let about = format!("A typed push to {whom}; `{target}::push()` begins one.");
        let sending = sending(visibility);
        quote! {
            #[doc = #about]
            #[derive(Debug, Clone)]
            #[must_use = "a push does nothing until it is sent"]
            #[allow(dead_code)]
            #visibility struct #builder {
                push: ::djust::push::TypedPush,
            }

            #[allow(dead_code)]
            impl #builder {
                #sending
            }

            impl ::djust::push::IntoMessage for #builder {
                fn into_message(
                    self,
                ) -> ::core::result::Result<::djust::push::Message, ::djust::push::MalformedPush> {
                    ::djust::push::IntoMessage::into_message(self.push)
                }
            }
        }
    }

    /// `PATH`, and `push()`, which begins a push.
    pub(crate) fn beginning(&self, path: &TokenStream) -> TokenStream {
        let Builder { target, visibility, whom } = self;
        let builder = name_of(target);
        let about = format!("Begins a push to {whom}.");
        let path_of = format!("The view path of [`{target}`].");
        quote! {
            #[doc = #path_of]
            #[allow(dead_code)]
            #visibility const PATH: &'static str = #path;

            #[doc = #about]
            #[allow(dead_code)]
            #visibility fn push() -> #builder {
                #builder { push: ::djust::__private::push_to(Self::PATH) }
            }
        }
    }
}

fn sending(visibility: &Visibility) -> TokenStream {
    quote! {
        /// Sends the push, and waits for room if there is none, like
        /// [`Pusher::send`](::djust::push::Pusher::send).
        ///
        /// # Errors
        /// Returns the errors of [`Pusher::send`](::djust::push::Pusher::send).
        #visibility async fn send(
            self,
        ) -> ::core::result::Result<::djust::push::Receipt, ::djust::push::PushError> {
            self.push.send().await
        }

        /// Sends the push on a thread without a runtime, and blocks until the layer has it, like
        /// [`Pusher::send_blocking`](::djust::push::Pusher::send_blocking).
        ///
        /// # Errors
        /// Returns the errors of [`Pusher::send_blocking`](::djust::push::Pusher::send_blocking).
        #visibility fn send_blocking(
            self,
        ) -> ::core::result::Result<::djust::push::Receipt, ::djust::push::PushError> {
            self.push.send_blocking()
        }

        /// Sends the push without waiting, for synchronous code on a thread of an async runtime,
        /// like [`Pusher::queue`](::djust::push::Pusher::queue).
        ///
        /// # Errors
        /// Returns the errors of [`Pusher::queue`](::djust::push::Pusher::queue).
        #visibility fn queue(
            self,
        ) -> ::core::result::Result<::djust::push::Receipt, ::djust::push::PushError> {
            self.push.queue()
        }

        /// Uses this layer instead of the process-wide one.
        #visibility fn via(mut self, pusher: &::djust::push::Pusher) -> Self {
            self.push = self.push.via(pusher);
            self
        }

        /// Leaves one view out.
        #visibility fn except(mut self, view: ::djust::push::ViewId) -> Self {
            self.push = self.push.except(view);
            self
        }

        /// Sends the push only to views that have this key: a text, or a
        /// [`push_key`](::djust::push_key).
        #visibility fn key(mut self, key: impl ::core::fmt::Display) -> Self {
            self.push = self.push.key(key);
            self
        }

        /// Returns the untyped push inside.
        #visibility fn into_push(self) -> ::djust::push::Push {
            self.push.into_push()
        }
    }
}

/// A method of a builder, for a field or a handler.
pub(crate) struct Method<'m> {
    pub(crate) ident: &'m Ident,
    pub(crate) visibility: &'m Visibility,
    /// The docs and conditions that the user wrote.
    pub(crate) attributes: Vec<&'m Attribute>,
}

impl Method<'_> {
    /// Sets a field.
    pub(crate) fn setter(&self, ty: &Type) -> TokenStream {
        let Method { ident, visibility, .. } = self;
        let name = ident.unraw().to_string();
        let head = self.head(&format!("Sets the field `{name}`."));
        // rustc points here if the type has no JSON form
        let value = Ident::new("value", Span::mixed_site().located_at(ty.span()));
        let given = quote_spanned! { ty.span() => &#value };
        quote! {
            #head
            #visibility fn #ident(mut self, #value: #ty) -> Self {
                ::djust::__private::push_set(&mut self.push, #name, #given);
                self
            }
        }
    }

    /// Calls a handler.
    pub(crate) fn call<'a>(&self, arguments: impl Iterator<Item = &'a Argument> + Clone) -> TokenStream {
        let Method { ident, visibility, .. } = self;
        let name = ident.unraw().to_string();
        let head = self.head(&format!("Calls the handler `{name}`; the push is complete then."));
        let push = Ident::new("push", Span::mixed_site());
        let parameters = arguments.clone().map(|Argument { ident, ty }| quote! { #ident: #ty });
        let gives = arguments.map(|argument| give(argument, &push));
        quote! {
            #head
            #visibility fn #ident(self, #(#parameters),*) -> ::djust::push::TypedPush {
                ::djust::__private::push_call(self.push, #name, |#push| {
                    let _ = &#push;
                    #(#gives)*
                })
            }
        }
    }

    /// The user's attributes, followed by a sentence about the method.
    fn head(&self, about: &str) -> TokenStream {
        let attributes = &self.attributes;
        let is_documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        let blank = is_documented.then(|| quote! { #[doc = ""] });
        quote! {
            #(#attributes)*
            #blank
            #[doc = #about]
        }
    }
}

/// Adds one argument; a `None` is left out.
fn give(argument: &Argument, push: &Ident) -> TokenStream {
    let (Argument { ident, ty }, name) = (argument, argument.name());
    if argument.is_option() {
        quote! {
            if let ::core::option::Option::Some(#ident) = &#ident {
                ::djust::__private::push_arg(#push, #name, #ident);
            }
        }
    } else {
        // rustc points here if the type has no JSON form
        let given = quote_spanned! { ty.span() => &#ident };
        quote! { ::djust::__private::push_arg(#push, #name, #given); }
    }
}
