//! What an application may set, with its defaults and reasons.

use crate::http::PushTokens;
use crate::limits::Limits;
use crate::socket::{OriginPolicy, Secret, Window};
use std::time::Duration;

/// See [`DjustBuilder`](crate::DjustBuilder) for what each one means.
pub(crate) struct Config {
    pub(crate) secret: Secret,
    pub(crate) token_max_age: Duration,
    /// The cookie that join tokens are bound to.
    pub(crate) bound_cookie: Option<String>,
    pub(crate) origins: OriginPolicy,
    pub(crate) base: String,
    pub(crate) window: Window,
    pub(crate) stall_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) handler_timeout: Duration,
    pub(crate) push_tokens: PushTokens,
    pub(crate) push_body_limit: usize,
    pub(crate) limits: Limits,
}

impl Config {
    pub(crate) fn new() -> Self {
        Config {
            secret: Secret::random(),
            token_max_age: Duration::from_secs(24 * 3600),
            bound_cookie: None,
            origins: OriginPolicy::default(),
            base: "/djust".to_owned(),
            window: Window { frames: 64, bytes: 256 * 1024 },
            stall_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            handler_timeout: Duration::from_secs(30),
            push_tokens: PushTokens::new(&[]).expect("there is none that could be malformed"),
            push_body_limit: 64 * 1024,
            limits: Limits::default(),
        }
    }
}
