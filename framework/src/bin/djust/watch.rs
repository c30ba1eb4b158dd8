//! `djust watch`: prints the pushes of a view as they pass.

use crate::failure::Failure;
use crate::say;
use crate::target::{Place, wait};
use djust::layer::Watched;
use djust::push::{Arguments, Push, ViewPath};
use serde_json::{Value, json};

const HELP: &str = "Examples:
  djust watch dashboard.views.MetricsView
  djust watch chat.views.ChatView --json | jq .push.payload.text

Ctrl-C ends it. If Redis goes away, it waits, and then continues where it was.

Exit status:
  0  nobody reads the output any more
  1  Redis can't be reached at the start
  2  malformed input";

/// Print the pushes of a view as they pass, one a line
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Options {
    /// The view's path, such as dashboard.views.MetricsView
    view: ViewPath,
    #[command(flatten)]
    place: Place,
    /// Print JSON objects with `id`, `push` (as the push route takes it) and `after_loss`
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<(), Failure> {
    let (layer, place) = options.place.redis("watch")?;
    // The watch itself waits for Redis as long as necessary.
    wait(layer.nodes())?.map_err(|error| Failure::of_query(&error, &place))?;
    let mut watch = layer.watch(options.view.as_str()).map_err(Failure::usage)?;
    watch.started_blocking();
    eprintln!("watching {} on {place}", options.view);
    while let Some(watched) = watch.next_blocking() {
        if options.json {
            say(&json(&watched).to_string())?;
        } else {
            if watched.after_loss {
                eprintln!("warning: pushes before this one are missing: Redis has dropped them");
            }
            say(&text(&watched.push))?;
        }
    }
    Err(Failure::NotDone("the connection's thread has ended".into()))
}

fn json(watched: &Watched) -> Value {
    json!({"id": watched.id, "push": watched.push, "after_loss": watched.after_loss})
}

/// The parts in the order of their effect: `field=value … handler(name=value, …) key="…"`.
fn text(push: &Push) -> String {
    let mut parts = pairs(push.fields());
    if let Some(handler) = push.handler_name() {
        parts.push(format!("{}({})", handler.escape_debug(), pairs(push.payload()).join(", ")));
    }
    if parts.is_empty() {
        parts.push("(render)".to_owned());
    }
    if let Some(key) = push.target_key() {
        parts.push(format!("key={}", Value::from(key)));
    }
    if push.excepted().is_some() {
        parts.push("(except the sender)".to_owned());
    }
    parts.join(" ")
}

fn pairs(arguments: &Arguments) -> Vec<String> {
    arguments.iter().map(|(name, value)| format!("{}={value}", name.escape_debug())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_one_line_whatever_is_in_it() {
        let push = Push::state("n", 1).set("s", "a\nb").call("say").arg("text", "x").arg("to", [1]).key("k");
        assert_eq!(text(&push), r#"n=1 s="a\nb" say(text="x", to=[1]) key="k""#);
        assert_eq!(text(&Push::render()), "(render)");
    }
}
