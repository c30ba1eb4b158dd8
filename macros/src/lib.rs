//! The macros of [djust](https://docs.rs/djust): `#[live_view]` and `#[handlers]`.
//!
//! `#[live_view]` reads a struct and its template (`view`, `template`), `#[handlers]` an `impl` block
//! (`handlers`). Both write code that names nothing but the `djust` crate, which re-exports them, and neither
//! ever panics: a mistake becomes one `compile_error!`.

mod handlers;
mod template;
mod view;

use proc_macro::TokenStream;

/// Makes a struct a live view: compiles its template and says what a browser and a push may do to it.
///
/// | argument | |
/// |---|---|
/// | `template = "counter.html"` | a file in a template directory (`templates/`, or as `askama.toml` says) |
/// | `source = "<p>{{ count }}</p>"` | the template itself, instead of a file |
/// | `path = "shop.views.Cart"` | the view path; by default the module path and the name, with dots |
/// | `tick_interval = 2000` | milliseconds between two calls of `handle_tick`; by default there are none |
/// | `key = "room:{room}"` | a push with `.key("room:5")` goes to the views whose fields make up that key |
///
/// A field marked `#[push]` may be set by a push, one marked `#[model]` by `dj-model` in the browser; no other
/// field can be set from outside.
#[proc_macro_attribute]
pub fn live_view(attribute: TokenStream, item: TokenStream) -> TokenStream {
    view::expand(attribute.into(), item.into()).into()
}

/// Makes methods callable: `#[event]` by the browser, `#[push]` by a push; all others stay as they are.
///
/// It stands on one `impl` block of a live view. Handlers are `fn` or `async fn` with `&mut self`, and return `()` or
/// a `Result` whose error implements `Display`. A `&mut ViewContext` parameter is given the context, a
/// [`Form<T>`](https://docs.rs/djust/latest/djust/struct.Form.html) all arguments at once; every other parameter
/// is an argument of that name.
#[proc_macro_attribute]
pub fn handlers(attribute: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(attribute.into(), item.into()).into()
}
