//! The protocol's fixtures, which the TypeScript tests run as well: each frame read, each frame written.

use djust::protocol::{ClientFrame, Joined, ReplyError, Reset, ServerFrame, patch_frame};
use serde_json::{Value, json};

#[derive(serde::Deserialize)]
struct Fixture {
    name: String,
    frame: String,
    meaning: Value,
}

fn fixtures(text: &str) -> Vec<Fixture> {
    let fixtures: Vec<Fixture> = serde_json::from_str(text).expect("fixtures are JSON");
    assert!(fixtures.len() > 5, "the file holds fixtures");
    fixtures
}

#[test]
fn every_frame_of_the_browser_is_read_as_it_is_meant() {
    for Fixture { name, frame, meaning } in fixtures(include_str!("../../fixtures/protocol/client.json")) {
        let read = match ClientFrame::decode(&frame).unwrap_or_else(|error| panic!("{name}: {error}")) {
            ClientFrame::Join { view, token, template, digests } => {
                json!({"type": "join", "view": view, "token": token, "template": template, "digests": digests})
            }
            ClientFrame::Event { view, r#ref, name, args } => {
                json!({"type": "event", "view": view, "ref": r#ref, "name": name, "args": args})
            }
            ClientFrame::Model { view, r#ref, field, value } => {
                json!({"type": "model", "view": view, "ref": r#ref, "field": field, "value": value})
            }
            ClientFrame::Ack { view, mark } => json!({"type": "ack", "view": view, "mark": mark}),
            ClientFrame::Leave { view } => json!({"type": "leave", "view": view}),
            ClientFrame::Ping => json!({"type": "ping"}),
        };
        assert_eq!(read, meaning, "{name}");
    }
}

#[test]
fn every_frame_of_the_server_is_written_byte_for_byte() {
    for Fixture { name, frame, meaning } in fixtures(include_str!("../../fixtures/protocol/server.json")) {
        assert_eq!(write(&meaning), frame, "{name}");
    }
}

fn write(meaning: &Value) -> String {
    let text = |key: &str| meaning[key].as_str().unwrap_or_default();
    let view = meaning["view"].as_u64().map(|view| u32::try_from(view).expect("a small number"));
    let instance = view.unwrap_or_default();
    let error = meaning.get("error").and_then(Value::as_object);
    let number = |key: &str| meaning[key].as_u64();
    let frame = match text("type") {
        "patch" => return patch_frame(instance, &meaning["patch"].to_string()).into_owned(),
        "joined" => {
            let template = u64::from_str_radix(text("template"), 16).expect("16 digits");
            return match meaning.get("html") {
                Some(html) => Joined::Html(html.as_str().expect("text")).encode(instance, template),
                None => Joined::Patch(&meaning["patch"].to_string()).encode(instance, template),
            };
        }
        "reply" => ServerFrame::Reply {
            view: instance,
            r#ref: number("ref").expect("a reference"),
            refused: meaning["refused"] == true,
            error: error.map(|error| ReplyError {
                code: error["code"].as_str().expect("text"),
                message: error["message"].as_str().expect("text"),
            }),
        },
        "sync" => ServerFrame::Sync {
            view: instance,
            patches: number("patches").expect("a count"),
            mark: text("mark"),
        },
        "reset" => ServerFrame::Reset {
            view: instance,
            what: match meaning.get("field") {
                Some(_) => Reset::Field(text("field")),
                None => Reset::Form(text("form")),
            },
        },
        "focus" => ServerFrame::Focus { view: instance, id: text("id") },
        "stale" => ServerFrame::Stale { view: instance, stale: meaning["stale"] == true },
        "refused" => ServerFrame::Refused {
            view: instance,
            reason: text("reason"),
            status: number("status").map(|status| u16::try_from(status).expect("a status")),
            message: text("message"),
        },
        "navigate" => ServerFrame::Navigate { view: instance, to: text("to") },
        "ended" => ServerFrame::Ended { view: instance, reason: text("reason") },
        "error" => ServerFrame::Error { view, code: text("code"), message: text("message") },
        "pong" => ServerFrame::Pong,
        other => panic!("no frame is called {other}"),
    };
    frame.encode()
}
