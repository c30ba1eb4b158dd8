//! `default`: generates an `impl LiveView` whose `mount` returns the view's `Default`.

use crate::live_view::ast::View;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// The implementation. After a mistake it requires nothing of the view.
///
/// Its span is that of the word `default`: if the user also writes an `impl LiveView`, rustc shows
/// that word next to it.
pub(super) fn expand(default: Span, view: &View, is_right: bool) -> TokenStream {
    let place = Span::call_site().located_at(default);
    let mut name = view.name.clone();
    name.set_span(place);
    let (impl_generics, type_generics, _) = view.generics.split_for_impl();
    let bound = (!view.generics.params.is_empty()).then(|| quote_spanned! { place=> where Self: 'static });
    let value = if is_right {
        default_of(&view.name)
    } else {
        quote_spanned! { place=> ::core::unreachable!() }
    };
    quote_spanned! { place=>
        #[automatically_derived]
        impl #impl_generics ::djust::LiveView for #name #type_generics #bound {
            async fn mount(_: &mut ::djust::MountContext) -> ::djust::MountResult<Self> {
                ::core::result::Result::Ok(#value)
            }
        }
    }
}

/// The default value. Its span is that of the struct's name: there rustc reports that the view has
/// no `Default`.
fn default_of(view: &Ident) -> TokenStream {
    let place = Span::call_site().located_at(view.span());
    quote_spanned! { place=> <#view as ::djust::__private::DefaultView>::default_view() }
}
