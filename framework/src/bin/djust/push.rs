//! `djust push`: sets fields and calls a handler on every connected instance of a view.

use crate::failure::Failure;
use crate::over_http::OverHttp;
use crate::over_redis::OverRedis;
use crate::target::{Place, Target};
use crate::transport::{Reach, Transport};
use crate::values::{Pair, object};
use crate::{repeat, say};
use djust::push::{Message, Push, ViewPath};
use std::num::NonZeroUsize;

const HELP: &str = r#"Examples:
  djust push dashboard.views.MetricsView --state visitors=42
  djust push chat.views.ChatView --handler on_message --arg text=Hello --key room:7
  djust push shop.views.Cart --state-json '{"items": [1, 2]}' --to rediss://user:password@redis.example:6380
  DJUST_TOKEN=… djust push ops.views.Load --state load=0.5 --to https://site.example

Values are JSON if they can be read as JSON, and strings otherwise: n=42 is a number, s=hello a string, and so is
n='"42"'. A field or argument that is given twice is an error.

Exit status:
  0  accepted, even if nobody is watching
  1  not accepted, or the target can't be reached: nothing was applied, unless another server has accepted it
  2  malformed input: nothing was sent
  3  no answer came, so the push may have been accepted; it is applied at most once
With --repeat: 3 if that is so for any push, otherwise 1 if any has failed."#;

/// Set fields and call a handler on every connected instance of a view: the fields first, then the
/// handler
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Options {
    /// The view's path, such as dashboard.views.MetricsView
    view: ViewPath,
    /// Set a field; repeat it for more fields
    #[arg(long, value_name = "FIELD=VALUE")]
    state: Vec<Pair>,
    /// Also set the fields of a JSON object
    #[arg(long, value_name = "JSON")]
    state_json: Option<String>,
    /// Call this #[push] handler
    #[arg(long, value_name = "NAME")]
    handler: Option<String>,
    /// Give the handler an argument; repeat it for more arguments
    #[arg(long, value_name = "NAME=VALUE", requires = "handler")]
    arg: Vec<Pair>,
    /// Also give the handler the arguments of a JSON object
    #[arg(long, value_name = "JSON", requires = "handler")]
    payload: Option<String>,
    /// Only for views that have this key
    #[arg(long)]
    key: Option<String>,
    #[command(flatten)]
    place: Place,
    /// The site's push token, for an http address; the environment hides it better than an option
    #[arg(long, env = "DJUST_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Push it this many times, and say how fast that was
    #[arg(long, value_name = "N")]
    repeat: Option<NonZeroUsize>,
}

impl Options {
    fn push(&self) -> Result<Push, Failure> {
        let state = object(("--state", &self.state), ("--state-json", self.state_json.as_deref()))?;
        let payload = object(("--arg", &self.arg), ("--payload", self.payload.as_deref()))?;
        let mut push = state.iter().fold(Push::render(), |push, (field, value)| push.set(field, value));
        if let Some(handler) = &self.handler {
            push = payload.iter().fold(push.call(handler), |push, (name, value)| push.arg(name, value));
        }
        if let Some(key) = &self.key {
            push = push.key(key);
        }
        Ok(push)
    }

    fn transport(&self, push: Push) -> Result<Box<dyn Transport>, Failure> {
        Ok(match self.place.target()? {
            Target::Redis(address) => {
                let message = Message::new(self.view.clone(), push).map_err(Failure::usage)?;
                Box::new(OverRedis::new(&self.place, &address, message)?)
            }
            Target::Http(base) => {
                let token = self.token.as_deref();
                Box::new(OverHttp::new(&base, token, self.place.timeout, &self.view, &push)?)
            }
        })
    }
}

/// Runs the command.
pub fn run(options: &Options) -> Result<(), Failure> {
    let transport = options.transport(options.push()?)?;
    if let Some(times) = options.repeat {
        return repeat::run(&*transport, times.get());
    }
    let reach = transport.send_and_confirm()?;
    warn(&reach);
    say(&format!("accepted; {reach}"))
}

/// Says what may be wrong if nobody is watching.
pub fn warn(reach: &Reach) {
    if let Reach::Nobody { warning: Some(warning) } = reach {
        eprintln!("warning: {warning}");
    }
}
