//! What a handler's outcome does to the browser and the log.

use djust::push::Push;
use djust::view::HandlerError;
use djust::{LiveView, MountContext, MountResult, Refused, UserError, ViewContext, handlers, live_view};
use djust_tests::client::Client;
use djust_tests::logs;
use djust_tests::server::{TestServer, page};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// A view whose handlers end in every way.
#[live_view(path = "tests.Outcomes", source = "<p>{{ note }}</p>")]
struct Outcomes {
    note: String,
}

impl LiveView for Outcomes {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Outcomes { note: String::new() })
    }
}

/// An application's own error, as thiserror writes one with `#[error(transparent)]`.
#[derive(Debug)]
struct Own(Refused);

impl Display for Own {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Own {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

#[handlers]
impl Outcomes {
    #[event]
    fn accept(&mut self) -> Result<(), Refused> {
        Ok(())
    }

    #[event]
    fn refuse(&mut self) -> Result<(), Refused> {
        self.note = "refused".into();
        Err(Refused)
    }

    #[event]
    async fn refuse_boxed(&mut self) -> Result<(), Box<dyn Error>> {
        Err(Refused)?
    }

    #[event]
    fn refuse_own(&mut self) -> Result<(), Own> {
        Err(Own(Refused))
    }

    #[event]
    fn refuse_or_fail(&mut self, number: String) -> Result<(), HandlerError> {
        match number.parse::<u8>()? {
            0 => Err(Refused)?,
            1 => Err(UserError::new("One is not enough."))?,
            _ => Ok(()),
        }
    }

    #[event]
    fn tell(&mut self) -> Result<(), UserError> {
        Err(UserError::new("The kitchen is closed."))
    }

    #[event]
    fn fail(&mut self) -> Result<(), String> {
        Err("the password is sesame".into())
    }

    #[event]
    fn reset(&mut self, cx: &mut ViewContext<Self>) -> Result<(), Refused> {
        cx.reset_form("book");
        cx.reset_field("note");
        Err(Refused)
    }

    #[push]
    fn on_refusal(&mut self) -> Result<(), Refused> {
        self.note = "refused a push".into();
        Err(Refused)
    }
}

fn server() -> TestServer {
    TestServer::start(
        |builder| builder.view::<Outcomes>(),
        |_, config| {
            config.route("/outcomes", page::<Outcomes>());
        },
    )
}

fn without_ref(mut reply: Value) -> Value {
    reply.as_object_mut().expect("a frame").remove("ref");
    reply
}

/// One test for all, since the log is that of the whole process.
#[test]
fn a_refusal_is_a_reply_without_a_warning_and_an_errors_text_is_for_the_log_only() {
    logs::keep();
    let server = server();
    let mut client = Client::join(server.addr, "/outcomes");
    let refused = json!({"type": "reply", "view": 0, "refused": true});
    assert_eq!(without_ref(client.call("accept", json!({}))), json!({"type": "reply", "view": 0}));
    for handler in ["refuse", "refuse_boxed", "refuse_own", "reset"] {
        assert_eq!(without_ref(client.call(handler, json!({}))), refused, "{handler}");
    }
    assert_eq!(client.places.get(&0), Some(&json!("refused")), "what a refusing handler changed is shown");
    assert_eq!(client.until("reset"), json!({"type": "reset", "view": 0, "form": "book"}));
    assert_eq!(client.until("reset"), json!({"type": "reset", "view": 0, "field": "note"}));
    assert_eq!(without_ref(client.call("refuse_or_fail", json!({"number": "0"}))), refused);
    server.djust.pusher().push_to_view("tests.Outcomes", Push::handler("on_refusal")).expect("it is pushed");
    client.until_shows(0, "refused a push");

    let told =
        |text: &str| json!({"type": "reply", "view": 0, "error": {"code": "handler", "message": text}});
    assert_eq!(without_ref(client.call("tell", json!({}))), told("The kitchen is closed."));
    let reply = client.call("refuse_or_fail", json!({"number": "1"}));
    assert_eq!(without_ref(reply), told("One is not enough."));
    assert_eq!(logs::of("tests.Outcomes"), [""; 0], "none of these is a warning");

    let failed = told("The server could not handle this.");
    assert_eq!(without_ref(client.call("fail", json!({}))), failed);
    assert_eq!(without_ref(client.call("refuse_or_fail", json!({"number": "x"}))), failed);
    let lines = logs::of("tests.Outcomes");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("the password is sesame") && lines[1].contains("invalid digit"), "{lines:?}");
}
