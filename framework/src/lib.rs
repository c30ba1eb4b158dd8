//! Live views on actix-web with **server push**.
//!
//! The server renders a page with an askama template, and the browser joins over a WebSocket. The
//! view's state lives on the server, in an actor. Any code may push fields to every connected
//! instance of a view, or call a handler on it. djust sends only what changed.
//!
//! - [`LiveView`], [`macro@live_view`] and [`macro@handlers`] make views.
//! - [`push_to_view`], [`apush_to_view`] and [`push::Push`] push to them.
//! - [`macro@push_contract`] lets other programs push with the same types, and [`macro@push_key`]
//!   to the same keys.
//! - [`Djust`] serves views. Its documentation begins with a whole program.
//! - [`layer`] carries pushes between processes.
//!
//! The book, in the repository's `book/` folder, continues where this page ends.

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "server")]
mod group;
#[cfg(feature = "server")]
mod http;
pub mod layer;
mod peer_log;
#[cfg(feature = "server")]
pub mod prelude;
#[cfg(feature = "server")]
#[doc(hidden)]
pub mod protocol;
pub mod push;
#[cfg(feature = "server")]
#[doc(hidden)]
pub mod render;
#[cfg(feature = "server")]
mod session;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "server")]
mod tick;
#[cfg(feature = "server")]
mod transport;
#[cfg(feature = "server")]
pub mod view;
#[cfg(feature = "server")]
mod worker;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// Lets a browser and pushes call methods of a live view, its handlers.
///
/// ```
/// use djust::{LiveView, MountContext, MountResult, handlers, live_view};
///
/// #[live_view(source = r#"<button dj-click="add" dj-value-by="2">{{ count }}</button>"#)]
/// struct Counter {
///     count: i64,
/// }
///
/// #[handlers]
/// impl Counter {
///     #[event]
///     fn add(&mut self, by: i64) {
///         self.count += by;
///     }
///
///     #[push]
///     async fn on_reset(&mut self, to: Option<i64>) -> Result<(), std::num::TryFromIntError> {
///         self.count = i32::try_from(to.unwrap_or_default())?.into();
///         Ok(())
///     }
/// }
/// # impl LiveView for Counter {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Counter { count: 0 }) }
/// # }
/// ```
#[cfg(feature = "server")]
pub use djust_macros::handlers;
/// Makes a struct a live view, with a template and a typed push.
///
/// ```
/// use djust::push::{Push, PushError};
/// use djust::{LiveView, MountContext, MountResult, live_view};
///
/// #[live_view(path = "shop.views.Cart", key = "customer:{customer}", source = r#"
///     <p>{{ items }} items</p>
///     <input dj-model="coupon" value="{{ coupon }}">
/// "#)]
/// struct Cart {
///     customer: u64,
///     #[push]
///     items: u32,
///     #[model]
///     coupon: String,
/// }
///
/// impl LiveView for Cart {
///     async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
///         Ok(Cart { customer: 7, items: 0, coupon: String::new() })
///     }
/// }
///
/// fn on_order(customer: u64) -> Result<(), PushError> {
///     Cart::push().items(0).key(format!("customer:{customer}")).send_blocking().map(drop)
/// }
///
/// assert_eq!(Cart::PATH, "shop.views.Cart");
/// assert_eq!(Cart::push().items(3).into_push(), Push::state("items", 3));
/// ```
///
/// A view that starts with its default values needs no `mount`. A key that senders use too gets a
/// type:
///
/// ```
/// use djust::push::{PushError, Receipt};
/// use djust::{live_view, push_key};
///
/// #[push_key("room:{0}")]
/// struct RoomKey(u64);
///
/// #[live_view(source = "<p>{{ people }} people</p>", key = RoomKey(self.room), default)]
/// #[derive(Default)]
/// struct Room {
///     room: u64,
///     #[push]
///     people: u32,
/// }
///
/// async fn on_arrival(room: u64, people: u32) -> Result<Receipt, PushError> {
///     Room::push().people(people).key(RoomKey(room)).send().await
/// }
/// ```
///
/// With a contract, other programs can push to the view with the same types:
///
/// ```
/// use djust::{handlers, live_view, push_contract};
///
/// #[push_contract(path = "shop.views.Cart")] // in a crate of its own
/// pub struct CartContract {
///     pub items: u32,
///     pub on_alert: fn(text: String),
/// }
///
/// #[live_view(contract = CartContract, source = "<p>{{ items }} items</p> {{ alert }}", default)]
/// #[derive(Default)]
/// struct Cart {
///     #[push]
///     items: u32,
///     alert: String,
/// }
///
/// #[handlers]
/// impl Cart {
///     #[push]
///     fn on_alert(&mut self, text: String) {
///         self.alert = text;
///     }
/// }
///
/// assert_eq!(Cart::PATH, CartContract::PATH);
/// assert_eq!(Cart::push().items(3).into_push(), CartContract::push().items(3).into_push());
/// ```
#[cfg(feature = "server")]
pub use djust_macros::live_view;
/// Defines a contract. Put it in a crate that both the view's crate and the senders use:
///
/// ```
/// use djust::push::{Push, PushError};
///
/// #[djust::push_contract(path = "shop.views.Cart")]
/// pub struct CartContract {
///     /// How many items it has.
///     pub items: u32,
///     /// Something that the customer should read.
///     pub on_alert: fn(level: String, text: Option<String>),
/// }
///
/// async fn on_order(customer: u64) -> Result<(), PushError> {
///     CartContract::push().items(0).key(format!("customer:{customer}")).send().await.map(drop)
/// }
///
/// let push = CartContract::push().items(0).on_alert("info".to_owned(), Some("Thank you!".to_owned()));
/// assert_eq!(
///     push.into_push(),
///     Push::state("items", 0).call("on_alert").arg("level", "info").arg("text", "Thank you!"),
/// );
/// assert_eq!(CartContract::PATH, "shop.views.Cart");
/// ```
pub use djust_macros::push_contract;
/// Defines a key type. A view and its senders share it, so the key's text is written once.
///
/// ```
/// use djust::Push;
///
/// #[djust::push_key("ticket:{0}")]
/// pub struct TicketKey(pub u64);
///
/// #[djust::push_key("shop:{shop}:{order:06}")]
/// struct OrderKey<'a> {
///     shop: &'a str,
///     order: u64,
/// }
///
/// assert_eq!(TicketKey(7).to_string(), "ticket:7");
/// let key = OrderKey { shop: "paris", order: 42 }.to_string();
/// assert_eq!(Push::state("paid", true).key(key).target_key(), Some("shop:paris:000042"));
/// ```
pub use djust_macros::push_key;
pub use push::{Push, PushError, Pusher, Receipt, apush_to_view, push_to_view};
#[cfg(feature = "server")]
pub use {
    app::{BuildError, Djust, DjustBuilder},
    http::{Html, Live, Markup, on_connect},
    view::{
        FieldErrors, Form, LiveView, MountContext, MountResult, Refusal, Refused, UserError, ViewContext,
    },
};
