//! How JSON becomes a call: the generated `decode_event` and `decode_push`.

use crate::argument::Argument;
use crate::handlers::ast::{Block, Handler, Parameter, Signature};
use crate::handlers::attr::Caller;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::TypePath;
use syn::spanned::Spanned;

/// All generated items of the view.
pub(super) fn expand(view: &TypePath, block: &Block) -> TokenStream {
    let events = events(block);
    let schemas = block.called_by(Caller::Push).map(schema);
    let event_arms = block.called_by(Caller::Browser).filter_map(arm);
    let push_arms = block.called_by(Caller::Push).filter_map(arm);
    let result = quote! { ::core::result::Result<::djust::view::Call<Self>, ::djust::view::ArgumentError> };
    let arguments = arguments_ident();
    quote! {
        #[automatically_derived]
        impl ::djust::__private::OneHandlersBlock for #view {
            #events
            const PUSH_HANDLERS: &'static [::djust::push::HandlerSchema] = &[#(#schemas),*];

            fn decode_event(name: &str, #arguments: &::djust::view::Arguments) -> #result {
                #[allow(unused_imports)]
                use ::djust::__private::ReadArgument as _;
                let _ = #arguments;
                match name {
                    #(#event_arms)*
                    _ => ::core::result::Result::Err(::djust::view::ArgumentError::unknown_event(name)),
                }
            }

            fn decode_push(name: &str, #arguments: &::djust::view::Arguments) -> #result {
                let _ = #arguments;
                match name {
                    #(#push_arms)*
                    _ => ::core::result::Result::Err(::djust::view::ArgumentError::unknown_handler(name)),
                }
            }
        }
    }
}

/// After a mistake, only the names of the events, so that the template finds them.
pub(super) fn names_only(view: &TypePath, block: &Block) -> TokenStream {
    let events = events(block);
    quote! {
        #[automatically_derived]
        impl ::djust::__private::OneHandlersBlock for #view {
            #events
        }
    }
}

fn events(block: &Block) -> TokenStream {
    let events = block.called_by(Caller::Browser).map(event);
    quote! {
        const EVENTS: &'static [::djust::__private::EventSchema] = {
            #[allow(unused_imports)]
            use ::djust::__private::ReadArgument as _;
            &[#(#events),*]
        };
    }
}

/// What a template may know about the handler. After a mistake, the handler accepts every argument.
fn event(handler: &Handler) -> TokenStream {
    let (conditions, name) = (&handler.conditions, handler.name());
    let arguments = handler.signature.iter().flat_map(Signature::arguments).map(Argument::name);
    let is_unknown = handler.signature.is_none();
    let types = handler.signature.iter().flat_map(Signature::arguments).map(|argument| &argument.ty);
    let takes_all = quote! { #is_unknown #(|| ::djust::__private::ArgumentOf::<#types>::TAKES_ALL)* };
    quote! {
        #(#conditions)*
        ::djust::__private::EventSchema { name: #name, arguments: &[#(#arguments),*], takes_all: #takes_all }
    }
}

fn schema(handler: &Handler) -> TokenStream {
    let (conditions, name) = (&handler.conditions, handler.name());
    let arguments = handler.signature.iter().flat_map(Signature::arguments).map(Argument::schema);
    quote! {
        #(#conditions)*
        ::djust::__private::handler_schema(#name, &[#(#arguments),*], |payload| {
            <Self as ::djust::__private::OneHandlersBlock>::decode_push(#name, payload).map(::core::mem::drop)
        })
    }
}

/// `"name" => { read the arguments; Ok(the call) }`
fn arm(handler: &Handler) -> Option<TokenStream> {
    let signature = handler.signature.as_ref()?;
    let (conditions, name) = (&handler.conditions, handler.name());
    let reads = signature.parameters.iter().enumerate().map(|(i, parameter)| read(handler, i, parameter));
    let no_more = (handler.caller == Caller::Push).then(|| {
        let arguments = arguments_ident();
        let known = signature.arguments().map(Argument::name);
        quote! { ::djust::__private::no_more(#arguments, #name, &[#(#known),*])?; }
    });
    let call = call(handler, signature);
    Some(quote! {
        #(#conditions)*
        #name => {
            #no_more
            #(#reads)*
            ::core::result::Result::Ok(#call)
        }
    })
}

/// `let argument_0 = …?;`
fn read(handler: &Handler, index: usize, parameter: &Parameter) -> TokenStream {
    let (local, arguments, handler_name) = (local(index), arguments_ident(), handler.name());
    match parameter {
        Parameter::Context(_) => TokenStream::new(),
        Parameter::Argument(argument) => {
            let (ty, name) = (&argument.ty, argument.name());
            let function = match handler.caller {
                Caller::Browser => {
                    quote_spanned! { ty.span() => ::djust::__private::ArgumentOf::<#ty>::read }
                }
                Caller::Push => quote_spanned! { ty.span() => ::djust::__private::push_argument::<#ty> },
            };
            // All of the call has the type's span: there rustc then says that the type can't be
            // read.
            let call = quote_spanned! { ty.span() => #function(#arguments, #handler_name, #name) };
            quote! { let #local = #call?; }
        }
    }
}

/// `Call::sync(…)` or `Call::asynchronous(…)`
fn call(handler: &Handler, signature: &Signature) -> TokenStream {
    let method = &handler.ident;
    let view = Ident::new("view", Span::mixed_site());
    let mut context = Ident::new("_context", Span::mixed_site());
    let given = signature.parameters.iter().enumerate().map(|(i, parameter)| match parameter {
        Parameter::Context(span) => {
            context = Ident::new("context", Span::mixed_site().located_at(*span));
            context.clone()
        }
        Parameter::Argument(_) => local(i),
    });
    let given: Vec<_> = given.collect();
    // rustc points to its span if the handler returns a wrong type
    let returned = Ident::new("returned", Span::mixed_site().located_at(signature.returns));
    // three references, as `Peek` requires
    let outcome = quote! {
        {
            #[allow(unused_imports)]
            use ::djust::__private::{PeekError as _, PeekInside as _, PeekNothing as _};
            let known = (&&&::djust::__private::Peek(&#returned)).known();
            ::djust::__private::outcome(#returned, known)
        }
    };
    if signature.is_async {
        quote! {
            ::djust::view::Call::<Self>::asynchronous(move |#view, #context| {
                ::std::boxed::Box::pin(async move {
                    let #returned = #view.#method(#(#given),*).await;
                    #outcome
                })
            })
        }
    } else {
        quote! {
            ::djust::view::Call::<Self>::sync(move |#view, #context| {
                let #returned = #view.#method(#(#given),*);
                #outcome
            })
        }
    }
}

/// A local name. The user's name for the argument could hide one of ours.
fn local(index: usize) -> Ident {
    format_ident!("argument_{index}", span = Span::mixed_site())
}

fn arguments_ident() -> Ident {
    Ident::new("arguments", Span::mixed_site())
}
