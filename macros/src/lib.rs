//! The macros of [djust](https://docs.rs/djust): `#[live_view]`, `#[handlers]`, `#[push_contract]`
//! and `#[push_key]`.
//!
//! Each macro has a folder of its name. There, `attr` reads attributes, `ast` reads the item,
//! `valid` finds mistakes and `expand` writes code; [`live_view`] also compiles the view's
//! [`template`]. The generated code uses only the `djust` crate, which re-exports the macros. No
//! macro panics: a mistake becomes one `compile_error!`, kept by [`diagnostics`].
//!
//! The macros share these modules: [`attribute`], [`view_path`] and [`key_format`] read attributes,
//! [`builder`] writes typed pushes, and [`argument`] and [`part`] describe what a push carries and
//! reaches. The feature `views` adds `live_view` and `handlers`, with everything that a template
//! compiler needs; a crate that only sends pushes builds without it.

mod argument;
mod attribute;
mod builder;
mod diagnostics;
mod fnv;
#[cfg(feature = "views")]
mod handlers;
mod key_format;
#[cfg(feature = "views")]
mod live_view;
mod part;
mod push_contract;
mod push_key;
#[cfg(feature = "views")]
mod template;
mod view_path;

use proc_macro::TokenStream;

/// Makes a struct a live view: compiles its template, and declares what a browser and a push may do
/// to it.
///
/// | argument | |
/// |---|---|
/// | `template = "counter.html"` | a file in a template directory (`templates/`, or as `askama.toml` says) |
/// | `source = "<p>{{ count }}</p>"` | the template itself, instead of a file |
/// | `path = "shop.views.Cart"` | the view path; by default the module path and the name, with dots |
/// | `contract = CartContract` | a [`push_contract`](https://docs.rs/djust/latest/djust/attr.push_contract.html) that the view fulfils; the view has its path |
/// | `tick_interval = 2000` | milliseconds between two calls of `handle_tick`; by default there are none |
/// | `key = "room:{room}"` | a push with `.key("room:5")` goes to the views whose fields make up that key |
/// | `key = RoomKey(self.room)` | any expression over `self` that is `Display`, such as a [`push_key`](https://docs.rs/djust/latest/djust/attr.push_key.html) |
/// | `shared` | instances in equal state share one: a push is handled, rendered and encoded once for all of them. The view needs `Clone` and `PartialEq`; read [what handlers may expect](https://docs.rs/djust/latest/djust/trait.LiveView.html#shared-views) |
/// | `default` | `mount` returns `Self::default()`, and you write no `impl LiveView`; if you need ticks or `unmount`, write it and leave out `default` |
///
/// A push may set a field marked `#[push]`, and `dj-model` in the browser may set one marked
/// `#[model]`. Nothing outside the view can set any other field.
#[cfg(feature = "views")]
#[proc_macro_attribute]
pub fn live_view(attribute: TokenStream, item: TokenStream) -> TokenStream {
    live_view::expand(attribute.into(), item.into()).into()
}

/// Makes methods callable: `#[event]` by the browser, `#[push]` by a push. All other methods stay
/// as they are.
///
/// Put it on one `impl` block of a live view. Handlers are `fn` or `async fn` with `&mut self`, and
/// return `()` or a `Result` whose error implements `Display`. A `&mut ViewContext` parameter gets
/// the context, and a [`Form<T>`](https://docs.rs/djust/latest/djust/struct.Form.html) gets all
/// arguments at once. Every other parameter gets the argument of its name.
#[cfg(feature = "views")]
#[proc_macro_attribute]
pub fn handlers(attribute: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(attribute.into(), item.into()).into()
}

/// Declares what a push may do to a view, for senders without the view: job workers, other
/// services.
///
/// Put it on a struct. A field of the struct is a field that a push may set. A field of a function
/// type is a handler, whose arguments have names. The struct is never built: its name stands for
/// the contract, with a `push()` that begins a typed push, as a view's does. The docs, `#[cfg]`s
/// and visibility of a field also apply to its method.
///
/// `path = "shop.views.Cart"` is the view path. The view names the contract:
/// `#[live_view(template = "cart.html", contract = CartContract)]`. The compiler then checks that
/// the view has each field and each handler, with the same names and types. It may have more.
///
/// The contract's crate needs no server: `djust` with `default-features = false` is enough.
#[proc_macro_attribute]
pub fn push_contract(attribute: TokenStream, item: TokenStream) -> TokenStream {
    push_contract::expand(attribute.into(), item.into()).into()
}

/// Makes a struct a key. Its `Display` is this text, with its fields in braces.
///
/// A view with `key = TicketKey(self.id)` has the key that a push with `.key(TicketKey(7))`
/// addresses, so the text is written once. Placeholders are names of fields, or numbers in a tuple
/// struct, and may have a format, as in `{id:08}`. The compiler checks that each placeholder is a
/// field, and that each field is used.
///
/// The key's crate needs no server: `djust` with `default-features = false` is enough.
#[proc_macro_attribute]
pub fn push_key(attribute: TokenStream, item: TokenStream) -> TokenStream {
    push_key::expand(attribute.into(), item.into()).into()
}
