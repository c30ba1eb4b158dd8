//! The generated `impl ViewDefinition`.

use super::typed_push;
use crate::live_view::ast::View;
use crate::live_view::attr::Arguments;
use crate::template::{Compiled, Fragment, HandlerUse, Reads, ValueUse};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{LitStr, Path};

/// What the generated code is made from.
pub(super) struct Definition<'d> {
    pub view: &'d View,
    pub arguments: &'d Arguments,
    /// `None` after a mistake; then the template is empty.
    pub template: Option<&'d Compiled>,
    /// The body of `key`.
    pub key: TokenStream,
}

impl Definition<'_> {
    /// Everything, in a separate scope.
    pub(super) fn expand(&self) -> TokenStream {
        let name = &self.view.name;
        let (impl_generics, type_generics, _) = self.view.generics.split_for_impl();
        let bound = (!self.view.generics.params.is_empty()).then(|| quote! { where Self: 'static });
        let rewritten = self.rewritten();
        let (constants, access) = (self.constants(), self.access());
        let (record, key) = (self.record(), &self.key);
        let (parts, handlers) = (self.parts(), self.handlers());
        quote! {
            #[allow(unused_imports, clippy::all)]
            const _: () = {
                use ::djust::__private::NoHandlers as _;
                #rewritten
                #[automatically_derived]
                impl #impl_generics ::djust::view::ViewDefinition for #name #type_generics #bound {
                    #constants
                    fn record(
                        &self,
                        recorder: &::djust::render::Recorder,
                    ) -> ::core::result::Result<(), ::djust::__private::askama::Error> {
                        #record
                    }
                    fn key(&self) -> ::core::option::Option<::std::string::String> {
                        #key
                    }
                    #access
                }
                #parts
                #handlers
            };
        }
    }

    /// The rewritten template. It is in a wrapper type, so that askama's derive is not on the
    /// user's struct.
    fn rewritten(&self) -> TokenStream {
        let Some(template) = self.template else { return TokenStream::new() };
        let (name, wrapper) = (&self.view.name, self.wrapper());
        // with the span of the user's literal, where rustc then reports mistakes in an expression
        let literal = self.arguments.template.as_ref().or(self.arguments.source.as_ref());
        let span = literal.map_or_else(Span::call_site, LitStr::span);
        let source = LitStr::new(&template.source, span);
        let files = template.files.iter().map(|path| path.display().to_string());
        let locations = template.locations.iter().map(|name| format_ident!("{name}"));
        quote! {
            #(::djust::__private::located!(#locations);)*
            #(const _: &[u8] = ::core::include_bytes!(#files);)*
            #[derive(::djust::__private::askama::Template)]
            #[template(source = #source, ext = "html", askama = ::djust::__private::askama)]
            struct #wrapper<'view>(&'view #name, ::djust::render::Fields);
            #[automatically_derived]
            impl ::core::ops::Deref for #wrapper<'_> {
                type Target = #name;
                #[inline(always)]
                fn deref(&self) -> &#name {
                    self.0
                }
            }
        }
    }

    fn wrapper(&self) -> proc_macro2::Ident {
        format_ident!("{}Template", self.view.name.unraw())
    }

    fn constants(&self) -> TokenStream {
        let path = self.path();
        let tick_interval = match self.arguments.tick_interval {
            Some(milliseconds) => quote! { ::core::option::Option::Some(#milliseconds) },
            None => quote! { ::core::option::Option::None },
        };
        let (name, fingerprint, root) = match self.template {
            Some(template) => (template.name.clone(), template.root.fingerprint(), template.root.tokens()),
            None => (self.view.name.to_string(), 0, Fragment::empty().tokens()),
        };
        let shared = self.shared();
        let reads = self.template.iter().flat_map(|template| &template.reads).map(|reads| field_set(*reads));
        let fields = self.view.pushed().map(|field| {
            let (conditions, name, ty) = (field.conditions(), field.name(), &field.ty);
            quote! { #(#conditions)* ::djust::__private::field_schema::<#ty>(#name) }
        });
        quote! {
            const PATH: &'static str = #path;
            const TICK_INTERVAL: ::core::option::Option<u64> = #tick_interval;
            const TEMPLATE: &'static ::djust::render::Template = &::djust::render::Template {
                name: #name,
                fingerprint: #fingerprint,
                root: #root,
                reads: &[#(#reads),*],
            };
            const SCHEMA: &'static ::djust::push::ViewSchema = &::djust::push::ViewSchema {
                path: <Self as ::djust::view::ViewDefinition>::PATH,
                fields: &[#(#fields),*],
                handlers: ::djust::__private::HandlersOf::<Self>::BLOCK.push_handlers,
            };
            #shared
        }
    }

    /// How instances share one. Its span is that of the struct's name: there rustc reports that the
    /// view lacks `Clone` or `PartialEq`. After a mistake the view is not shared.
    fn shared(&self) -> Option<TokenStream> {
        self.arguments.shared.filter(|_| self.template.is_some())?;
        let name = &self.view.name;
        let place = Span::call_site().located_at(name.span());
        Some(quote_spanned! { place=>
            const SHARED: ::core::option::Option<::djust::__private::SharedView<Self>> =
                ::core::option::Option::Some(<#name as ::djust::__private::Shareable>::SHARED);
        })
    }

    /// The contract's path, the given path, or the module and the name.
    fn path(&self) -> TokenStream {
        if let Some(contract) = &self.arguments.contract {
            return self.contract_path(contract);
        }
        if let Some(path) = &self.arguments.path {
            return quote! { #path };
        }
        let name = self.view.name.unraw().to_string();
        quote! {{
            const RUST_PATH: &str = ::core::concat!(::core::module_path!(), "::", #name);
            const LEN: usize = ::djust::__private::dotted_len(RUST_PATH);
            const DOTTED: [u8; LEN] = ::djust::__private::dotted::<LEN>(RUST_PATH);
            match ::core::str::from_utf8(&DOTTED) {
                ::core::result::Result::Ok(path) => path,
                ::core::result::Result::Err(_) => #name,
            }
        }}
    }

    /// Names the contract. The code names it only here, so that a mismatch is reported once, with
    /// the span of its name.
    fn contract_path(&self, contract: &Path) -> TokenStream {
        match self.template {
            Some(_) => quote! { ::djust::__private::contract_path::<#contract, Self>() },
            None => quote! { <#contract as ::djust::push::PushContract>::PATH },
        }
    }

    /// What the view's contract requires.
    fn parts(&self) -> TokenStream {
        let is_asked = self.template.is_some() && self.arguments.contract.is_some();
        if is_asked { typed_push::parts(self.view) } else { TokenStream::new() }
    }

    fn record(&self) -> TokenStream {
        let wrapper = self.wrapper();
        match self.template {
            Some(_) => quote! { recorder.render(&#wrapper(self, recorder.due())) },
            None => quote! {
                let _ = recorder;
                ::core::result::Result::Ok(())
            },
        }
    }

    /// Code that finds fields and handlers by name.
    fn access(&self) -> TokenStream {
        let set_field = self.set_field();
        let set_model = self.set_model();
        let kept = self.view.fields.iter().filter(|field| field.model).map(|field| {
            let (conditions, ident) = (field.conditions(), &field.ident);
            quote! { #(#conditions)* ::core::mem::swap(&mut self.#ident, &mut before.#ident); }
        });
        quote! {
            #set_field
            #set_model
            fn keep_models(&mut self, before: &mut Self) {
                let _ = before;
                #(#kept)*
            }
            fn decode_event(
                name: &str,
                arguments: &::djust::view::Arguments,
            ) -> ::core::result::Result<::djust::view::Call<Self>, ::djust::view::ArgumentError> {
                (::djust::__private::HandlersOf::<Self>::BLOCK.decode_event)(name, arguments)
            }
            fn decode_push(
                name: &str,
                payload: &::djust::view::Arguments,
            ) -> ::core::result::Result<::djust::view::Call<Self>, ::djust::view::ArgumentError> {
                (::djust::__private::HandlersOf::<Self>::BLOCK.decode_push)(name, payload)
            }
        }
    }

    /// Sets a field, and says which one that was.
    fn set_field(&self) -> TokenStream {
        let arms = self.view.pushed().enumerate().map(|(index, field)| {
            let (conditions, name, ident, ty) = (field.conditions(), field.name(), &field.ident, &field.ty);
            let set = field_set(Reads::pushed(index));
            quote! {
                #(#conditions)*
                #name => ::djust::__private::set_field::<#ty>(&mut self.#ident, #name, value).map(|()| #set),
            }
        });
        Self::setter(&quote! { set_field }, &quote! { ::djust::render::Fields }, arms)
    }

    fn set_model(&self) -> TokenStream {
        let arms = self.view.fields.iter().filter(|field| field.model).map(|field| {
            let (conditions, name, ident, ty) = (field.conditions(), field.name(), &field.ident, &field.ty);
            quote! {
                #(#conditions)*
                #name => ::djust::__private::set_model::<#ty>(&mut self.#ident, #name, value),
            }
        });
        Self::setter(&quote! { set_model }, &quote! { () }, arms)
    }

    fn setter(
        function: &TokenStream,
        result: &TokenStream,
        arms: impl Iterator<Item = TokenStream>,
    ) -> TokenStream {
        quote! {
            fn #function(
                &mut self,
                name: &str,
                value: &::djust::__private::Value,
            ) -> ::core::result::Result<#result, ::djust::view::ArgumentError> {
                let _ = value;
                match name {
                    #(#arms)*
                    _ => ::core::result::Result::Err(::djust::view::ArgumentError::unknown_field(name)),
                }
            }
        }
    }

    /// Checks that the handlers named by the template exist, and take what its elements give them.
    fn handlers(&self) -> TokenStream {
        let Some(template) = self.template else { return TokenStream::new() };
        let name = &self.view.name;
        let block = quote! { ::djust::__private::HandlersOf::<#name>::BLOCK };
        let block_is_there = template.handlers.first().map(|handler| {
            let sentence = format!(
                "{}: no #[event] handler `{}` in `{name}`, which has no handlers at all: write #[handlers] above the \
                 `impl` block that they are in",
                handler.position, handler.name
            );
            quote! { const _: () = ::core::assert!(#block.is_there, #sentence); }
        });
        let checks = template.handlers.iter().map(|HandlerUse { name: handler, position }| {
            let sentence = format!("{position}: no #[event] handler `{handler}` in `{name}`");
            quote! {
                const _: () = ::core::assert!(!#block.is_there || #block.has_event(#handler), #sentence);
            }
        });
        let values = template.values.iter().map(|ValueUse { argument, handlers, position }| {
            let named: Vec<_> = handlers.iter().map(|handler| format!("`{handler}`")).collect();
            let sentence = format!("{position}: there is no argument `{argument}` in {}", named.join(" or "));
            quote! { const _: () = ::core::assert!(#(#block.takes(#handlers, #argument))||*, #sentence); }
        });
        quote! { #block_is_there #(#checks)* #(#values)* }
    }
}

/// A constant `djust::render::Fields`.
fn field_set(reads: Reads) -> TokenStream {
    let bits = reads.bits();
    quote! { ::djust::render::Fields::from_bits(#bits) }
}
