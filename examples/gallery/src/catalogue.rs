//! What the gallery says about its examples, with their source, compiled in.

use crate::alerts::AlertView;
use crate::booking::BookingView;
use crate::chat::ChatView;
use crate::counter::Counter;
use crate::dashboard::MetricsView;
use crate::jobs::ProgressView;
use crate::orders::OrdersView;
use crate::table::Table;
use crate::ticker::Ticker;

/// One example: its page, its card on the index, its source.
pub struct Example {
    /// The page's path without the slash.
    pub slug: &'static str,
    pub title: &'static str,
    /// The view path that a push addresses.
    pub view: &'static str,
    /// What the visitor sees.
    pub summary: &'static str,
    /// How it works.
    pub idea: &'static str,
    /// What to try.
    pub steps: &'static [&'static str],
    /// The parameters of an example push, besides `view`.
    pub push: &'static [&'static str],
    /// Programs outside the gallery that push to it.
    pub programs: &'static [Program],
    /// The picture on its card.
    pub picture: &'static str,
    /// The files, the most important first.
    pub sources: &'static [Source],
}

/// A program outside that pushes through Redis.
pub struct Program {
    /// A description.
    pub about: &'static str,
    pub command: &'static str,
}

/// A file, of this package or of a program.
pub struct Source {
    /// Its name, without the folder.
    pub name: &'static str,
    /// The folder.
    pub folder: &'static str,
    pub text: &'static str,
}

impl Example {
    /// Returns the command that pushes to this example, line by line.
    pub fn command(&self, origin: &str) -> Vec<String> {
        let mut lines = vec![format!("curl -G '{origin}/push'"), data(&format!("view={}", self.view))];
        lines.extend(self.push.iter().map(|parameter| data(parameter)));
        let last = lines.len() - 1;
        lines[..last].iter_mut().for_each(|line| line.push_str(" \\"));
        lines
    }
}

fn data(parameter: &str) -> String {
    format!("  --data-urlencode '{parameter}'")
}

/// Returns the example with this slug.
pub fn example(slug: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.slug == slug)
}

/// Returns the example that a file belongs to.
pub fn with_source(name: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.sources.iter().any(|source| source.name == name))
}

macro_rules! rust {
    ($name:literal) => {
        Source { name: $name, folder: "src", text: include_str!(concat!("../src/", $name)) }
    };
}

macro_rules! template {
    ($name:literal) => {
        Source { name: $name, folder: "templates", text: include_str!(concat!("../templates/", $name)) }
    };
}

macro_rules! program {
    ($path:literal) => {
        Source { name: $path, folder: "examples", text: include_str!(concat!("../../", $path)) }
    };
}

macro_rules! picture {
    ($name:literal) => {
        include_str!(concat!("../static/pictures/", $name, ".svg"))
    };
}

/// All of them, in the order of the index.
pub static EXAMPLES: [Example; 9] = [
    Example {
        slug: "counter",
        title: "Counter",
        view: Counter::PATH,
        summary: "A number on the server, one for each open page. Buttons and a form call Rust functions, \
                  and the browser receives only the new number.",
        idea: "The template names its handlers, and the compiler checks them: a button for a function that \
               does not exist is a compile error.",
        steps: &[
            "Type a number into the field, then push from a shell: the count changes, and your number stays.",
            "Stop the server and start it again: the page comes back by itself.",
        ],
        push: &[r#"state={"count": 42}"#],
        programs: &[],
        picture: picture!("counter"),
        sources: &[rust!("counter.rs"), template!("counter.html")],
    },
    Example {
        slug: "dashboard",
        title: "Dashboard",
        view: MetricsView::PATH,
        summary: "Figures that change only when somebody pushes. Start the feed, an ordinary actor that \
                  knows nothing about pages, and every open dashboard follows it.",
        idea: "A push names fields and values. djust checks all of it before anything changes, and sends \
               only what changed: a new revenue and error rate are 19 bytes.",
        steps: &[
            "Open the dashboard in two windows and start the feed in one.",
            "Stop it and set a figure from a shell. A push with an unknown field is refused, with the reason.",
        ],
        push: &[r#"state={"visitors": 512, "pending_orders": 3}"#],
        programs: &[
            Program { about: "A worker with a queue of jobs, by apalis", command: "cargo run -p jobs" },
            Program {
                about: "A scheduler that works only while somebody watches",
                command: "cargo run -p cron",
            },
        ],
        picture: picture!("dashboard"),
        sources: &[
            rust!("dashboard.rs"),
            template!("dashboard.html"),
            rust!("feed.rs"),
            rust!("chart.rs"),
            program!("contracts/src/metrics.rs"),
            program!("jobs/src/main.rs"),
            program!("cron/src/main.rs"),
        ],
    },
    Example {
        slug: "ticker",
        title: "Ticker",
        view: Ticker::PATH,
        summary: "A price that goes up or down every two seconds, with a chart. The view has a clock: one \
                  attribute and one function.",
        idea: "Ticks, clicks and pushes wait in one queue for each view, so they never interleave. A tick \
               that comes while the view is busy is skipped, so ticks never pile up.",
        steps: &["Watch for two seconds.", "Set the price from a shell: the next tick continues from there."],
        push: &[r#"state={"cents": 12345}"#],
        programs: &[],
        picture: picture!("ticker"),
        sources: &[rust!("ticker.rs"), template!("ticker.html"), rust!("chart.rs")],
    },
    Example {
        slug: "chat",
        title: "Chat",
        view: ChatView::PATH,
        summary: "A message from one page appears on every page. Messages from a shell do too, and what \
                  you are typing meanwhile stays.",
        idea: "A push calls a handler on every open page. Handler calls are never merged and never lost: a \
               hundred pushes add a hundred messages.",
        steps: &[
            "Open the chat in two windows. Start typing in one, and send from the other.",
            "Push a message from a shell, with or without an author.",
        ],
        push: &["handler=on_new_message", r#"payload={"text": "Hello from the shell", "author": "curl"}"#],
        programs: &[],
        picture: picture!("chat"),
        sources: &[rust!("chat.rs"), template!("chat.html"), rust!("history.rs")],
    },
    Example {
        slug: "alerts",
        title: "Alerts",
        view: AlertView::PATH,
        summary: "Alerts in three levels. Anything can raise one: a button here, a cron job, a failing \
                  build. Each page dismisses its alerts separately.",
        idea: "The level is a Rust enum. In Rust a wrong level does not compile; from a shell it is \
               answered with 422, and no page changes.",
        steps: &[
            "Raise alerts of each level, in two windows.",
            "Push one with the level \"fatal\" and read the answer.",
        ],
        push: &["handler=on_alert", r#"payload={"level": "warning", "message": "The disk is nearly full"}"#],
        programs: &[Program {
            about: "A command without a runtime",
            command: "cargo run -p deploy-alert -- \"Version 2 goes live in five minutes\"",
        }],
        picture: picture!("alerts"),
        sources: &[
            rust!("alerts.rs"),
            template!("alerts.html"),
            program!("contracts/src/alerts.rs"),
            program!("deploy-alert/src/main.rs"),
        ],
    },
    Example {
        slug: "table",
        title: "Table",
        view: Table::PATH,
        summary: "A thousand rows, sortable by each column. One price changes every second, and only the \
                  new price is sent, however long the table is.",
        idea: "Rows have keys. Sorting sends the new order instead of the rows, and the browser moves the \
               rows that it has. A new price takes less than 100 bytes, a new order of all rows 4 KB.",
        steps: &[
            "Sort by a heading; click it again for the other direction.",
            "Sort by price, then make an article the most expensive one from a shell.",
        ],
        push: &["handler=on_price", r#"payload={"id": 7, "cents": 999999}"#],
        programs: &[],
        picture: picture!("table"),
        sources: &[rust!("table.rs"), template!("table.html")],
    },
    Example {
        slug: "jobs",
        title: "Jobs",
        view: ProgressView::PATH,
        summary: "Long jobs and their progress. A job is an actor that works in steps and pushes after \
                  each one. It runs in this process or in another one; the pages see no difference.",
        idea: "The job's crate depends on a contract instead of this view: the same typed builder, without \
               a server. The view names the contract, so a handler that only one side has is a compile \
               error.",
        steps: &[
            "Start a few jobs, in two windows. Every third one fails.",
            "Run the program in a shell while jobs of this page are running.",
        ],
        push: &[
            "handler=on_progress",
            r#"payload={"id": "7", "name": "By hand", "done": 3, "of": 4, "state": "running"}"#,
        ],
        programs: &[Program {
            about: "The same actor in a separate process, three times",
            command: "cargo run -p actor-job",
        }],
        picture: picture!("jobs"),
        sources: &[
            rust!("jobs.rs"),
            template!("jobs.html"),
            program!("contracts/src/progress.rs"),
            program!("actor-job/src/job.rs"),
            program!("actor-job/src/main.rs"),
        ],
    },
    Example {
        slug: "orders",
        title: "Orders",
        view: OrdersView::PATH,
        summary: "The newest orders, placed on these pages or in a database that any program may write to. \
                  The database's changes are pushed as they happen.",
        idea: "Change the source first, then push its new state. A trigger notes each change in the same \
               transaction, and the note is deleted once the push is stored, so no change is missed.",
        steps: &[
            "Place orders in two windows, then ship them: only the status is sent.",
            "Run the program in a shell, and watch each order arrive and get paid.",
        ],
        push: &[
            "handler=on_orders",
            r#"payload={"orders": [{"id": "SHELL", "item": "Gold leaf", "cents": 99900, "status": "new", "placed": 1}]}"#,
        ],
        programs: &[Program {
            about: "A database that pushes its changes: SQLite here, or PostgreSQL",
            command: "cargo run -p signals -- --orders 5",
        }],
        picture: picture!("orders"),
        sources: &[
            rust!("orders.rs"),
            template!("orders.html"),
            rust!("ledger.rs"),
            program!("contracts/src/orders.rs"),
            program!("signals/src/main.rs"),
            program!("signals/src/database.rs"),
        ],
    },
    Example {
        slug: "booking",
        title: "Booking",
        view: BookingView::PATH,
        summary: "A form that the server checks: messages beside the fields, cities that follow the \
                  country, and a step to confirm. What you have typed stays while others take seats.",
        idea: "The handler takes a form that may not fit its struct, with a message for each field. It \
               returns a refusal, which is not an error: the fields stay as they are.",
        steps: &[
            "Send the form empty, then with \"many\" for the guests, and use the keyboard only.",
            "Type something, then set the free seats from a shell: your text stays. With fewer seats than guests, the form says so.",
        ],
        push: &[r#"state={"free": 3}"#],
        programs: &[],
        picture: picture!("booking"),
        sources: &[rust!("booking.rs"), template!("booking.html")],
    },
];
