//! What the programs in `tests/ui/` share: they begin with `use djust_tests::ui::*;`.

pub use crate::{cart, cart_contract};
pub use djust::push::{Push, PushContract};
pub use djust::view::{HandlerError, HandlerOutcome, IntoOutcome};
pub use djust::{
    FieldErrors, Form, LiveView, MountContext, MountResult, ViewContext, handlers, live_view, push_contract,
    push_key,
};
pub use serde;

/// What can only be read from JSON.
#[derive(Debug, Default, serde::Deserialize)]
pub struct ReadOnly;

/// What can only be written as JSON.
#[derive(Debug, Default, serde::Serialize)]
pub struct WriteOnly;

/// A form.
#[derive(Debug, serde::Deserialize)]
pub struct Add {
    /// How many.
    pub by: i64,
}

/// A contract without a mistake, for views that don't fit it.
#[macro_export]
macro_rules! cart_contract {
    () => {
        #[djust::push_contract(path = "shop.views.Cart")]
        pub struct CartContract {
            pub items: u32,
            pub on_alert: fn(level: String, text: Option<String>),
        }
    };
}

/// A view without a mistake, for contracts that have one.
#[macro_export]
macro_rules! cart {
    () => {
        #[djust::live_view(source = "<p>{{ items }}</p>", contract = CartContract, default)]
        #[derive(Default)]
        struct Cart {
            #[push]
            items: u32,
        }

        #[djust::handlers]
        impl Cart {
            #[push]
            fn on_alert(&mut self, text: String) {
                drop((text, Cart::push().items(1).into_push()));
            }
        }
    };
}
