//@ compiles
#![deny(warnings, missing_docs, clippy::all)]
//! A contract with all there is, and a view with more.

use djust::push::{Push, PushContract};
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view, push_contract};
use djust_tests::ui::serde::{Deserialize, Serialize};

/// How bad.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(crate = "djust_tests::ui::serde")]
pub enum Level {
    /// Not at all.
    #[default]
    Info,
}

/// What only this crate knows.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(crate = "djust_tests::ui::serde")]
struct Private;

macro_rules! contract_of {
    ($item:ty, $handler:ty) => {
        /// A contract whose types come from a macro.
        #[push_contract(path = "shop.views.Other")]
        pub struct OtherContract {
            /// Some items.
            pub items: $item,
            /// A call.
            pub on_call: $handler,
        }
    };
}

contract_of!(Vec<(u8, String)>, fn(a: u8));

/// What may be pushed to a cart.
#[push_contract(path = "shop.views.Cart")]
pub struct CartContract {
    /// How many items it has.
    pub items: u32,
    /// How bad it is.
    pub level: Level,
    pub r#type: Option<Vec<[u8; 2 + 2]>>,
    #[cfg(windows)]
    pub windows: Nonsense,
    #[cfg(not(windows))]
    #[cfg(not(any()))]
    pub not_windows: bool,
    private: Private,
    /// A call.
    pub on_alert: fn(level: Level, text: Option<String>, push: bool, value: r#u8),
    pub on_nothing: (fn()),
    #[cfg(windows)]
    pub on_windows: fn(nonsense: Nonsense),
    on_private: fn(private: Private),
}

#[push_contract(path = "shop.views.Empty")]
struct EmptyContract;

/// A cart.
#[live_view(contract = crate::CartContract, source = "<p>{{ items }} {{ more }}</p>")]
#[derive(Debug, Default)]
pub struct Cart {
    /// How many items it has.
    #[push]
    pub items: u32,
    #[push]
    level: Level,
    #[push]
    r#type: Option<Vec<[u8; 4]>>,
    #[cfg(windows)]
    #[push]
    windows: Nonsense,
    #[cfg(not(windows))]
    #[push]
    not_windows: bool,
    #[push]
    private: Private,
    #[push]
    more: u8,
}

#[handlers]
impl Cart {
    /// Tells.
    #[push]
    fn on_alert(&mut self, level: Level, cx: &mut ViewContext<Self>, text: Option<String>, push: bool, value: u8) {
        let _ = (level, text, push, value, cx.id());
    }

    #[push]
    async fn on_nothing(&mut self) {}

    #[cfg(windows)]
    #[push]
    fn on_windows(&mut self, nonsense: Nonsense) {}

    #[push]
    fn on_private(&mut self, private: Private) {
        let Private = private;
    }

    #[push]
    fn on_more(&mut self) {}
}

impl LiveView for Cart {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Cart::default())
    }
}

#[live_view(contract = EmptyContract, source = "nothing")]
struct Empty;

impl LiveView for Empty {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Empty)
    }
}

fn main() {
    let push = CartContract::push().items(1).level(Level::Info).r#type(None).not_windows(true).private(Private);
    let push = push.key("cart:1").on_alert(Level::Info, None, true, 1).into_push();
    let _: Result<(), _> = CartContract::SCHEMA.check(&push);
    let _: (Push, Push) = (CartContract::push().on_nothing().into_push(), OtherContract::push().on_call(1).into_push());
    let _ = (EmptyContract::push().into_push(), Empty::PATH, Cart::PATH);
}
