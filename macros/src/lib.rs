//! The macros of [djust](https://docs.rs/djust): `#[live_view]`, `#[handlers]`, `#[push_contract]`
//! and `#[push_key]`.
//!
//! Each macro has a folder of its name, in which `attr` reads attributes, `ast` what they stand on,
//! `valid` finds the mistakes and `expand` writes code; [`live_view`] also compiles the view's
//! [`template`]. The code names nothing but the `djust` crate, which re-exports the macros, and
//! none ever panics: a mistake becomes one `compile_error!`, kept by [`diagnostics`].
//!
//! What they share: [`attribute`], [`view_path`] and [`key_format`] read attributes, [`builder`]
//! writes typed pushes, [`argument`] and [`part`] are about what a push carries and reaches. The
//! feature `views` adds `live_view` and `handlers` with all that a template compiler needs; who
//! only sends pushes builds without it.

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

/// Makes a struct a live view: compiles its template and says what a browser and a push may do to
/// it.
///
/// | argument | |
/// |---|---|
/// | `template = "counter.html"` | a file in a template directory (`templates/`, or as `askama.toml` says) |
/// | `source = "<p>{{ count }}</p>"` | the template itself, instead of a file |
/// | `path = "shop.views.Cart"` | the view path; by default the module path and the name, with dots |
/// | `contract = CartContract` | a [`push_contract`](https://docs.rs/djust/latest/djust/attr.push_contract.html) that the view fulfils, and whose path it has |
/// | `tick_interval = 2000` | milliseconds between two calls of `handle_tick`; by default there are none |
/// | `key = "room:{room}"` | a push with `.key("room:5")` goes to the views whose fields make up that key |
/// | `key = RoomKey(self.room)` | the same with any expression over `self` that is `Display`, such as a [`push_key`](https://docs.rs/djust/latest/djust/attr.push_key.html) |
/// | `default` | `mount` returns `Self::default()`, and nobody writes `impl LiveView`; for ticks or `unmount` write it, without `default` |
///
/// A field marked `#[push]` may be set by a push, one marked `#[model]` by `dj-model` in the
/// browser; no other field can be set from outside.
#[cfg(feature = "views")]
#[proc_macro_attribute]
pub fn live_view(attribute: TokenStream, item: TokenStream) -> TokenStream {
    live_view::expand(attribute.into(), item.into()).into()
}

/// Makes methods callable: `#[event]` by the browser, `#[push]` by a push; all others stay as they
/// are.
///
/// It stands on one `impl` block of a live view. Handlers are `fn` or `async fn` with `&mut self`,
/// and return `()` or a `Result` whose error implements `Display`. A `&mut ViewContext` parameter
/// is given the context, a [`Form<T>`](https://docs.rs/djust/latest/djust/struct.Form.html) all
/// arguments at once; every other parameter is an argument of that name.
#[cfg(feature = "views")]
#[proc_macro_attribute]
pub fn handlers(attribute: TokenStream, item: TokenStream) -> TokenStream {
    handlers::expand(attribute.into(), item.into()).into()
}

/// Writes down what a push may do to a view, for senders that don't have the view: job workers,
/// other services.
///
/// It stands on a struct. A field is a field that a push may set; a field of a function type is a
/// handler, and its arguments have names. The struct is never built: it becomes a name for the
/// contract, with a `push()` that begins a typed push, as a view's does. A field's docs, `#[cfg]`s
/// and visibility are its method's.
///
/// `path = "shop.views.Cart"` is the view path. The view names the contract in its turn,
/// `#[live_view(template = "cart.html", contract = CartContract)]`, and the compiler checks that it
/// has each field and each handler, with the same names and types. It may have more.
///
/// The crate of a contract needs no server: `djust` with `default-features = false` has all of
/// this.
#[proc_macro_attribute]
pub fn push_contract(attribute: TokenStream, item: TokenStream) -> TokenStream {
    push_contract::expand(attribute.into(), item.into()).into()
}

/// Makes a struct a key: its `Display` is this text, in which fields stand in braces.
///
/// A view with `key = TicketKey(self.id)` has the key that a push with `.key(TicketKey(7))` asks
/// for, so its text is written once. Placeholders are names of fields, or numbers in a tuple
/// struct, and may have a format, as in `{id:08}`. The compiler checks that each one is a field,
/// and that each field is there.
///
/// The crate of a key needs no server: `djust` with `default-features = false` has all of this.
#[proc_macro_attribute]
pub fn push_key(attribute: TokenStream, item: TokenStream) -> TokenStream {
    push_key::expand(attribute.into(), item.into()).into()
}
