//! Pushes over HTTP: who may, what is refused and how, and that they arrive.

use djust::DjustBuilder;
use djust::layer::{BoxFuture, ChannelLayer, Message, PushSink};
use djust::push::{
    ConfirmHandle, GroupName, LayerError, PushError, PushStatus, QueryError, Receipt, ViewPath, Viewers,
};
use djust_tests::client::Client;
use djust_tests::server::{TestServer, page};
use djust_tests::views::{Board, Room};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Weak};
use std::time::Duration;

const TOKEN: &str = "the-first-token-0123456789";
const OTHER: &str = "the-other-token-0123456789";
const NOTE: u64 = 0;
const COUNT: u64 = 1;
const SEEN: u64 = 2;

fn server(settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Board>().view::<Room>()),
        |_, config| {
            config.route("/board", page::<Board>());
            config.route("/room/{room}", page::<Room>());
        },
    )
}

fn open() -> TestServer {
    server(|builder| builder.push_token(TOKEN))
}

/// What a server has answered.
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    /// The detail of a problem, after a look at its form.
    fn detail(&self) -> &str {
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        assert_eq!(self.body["status"], self.status, "{}", self.body);
        assert!(self.body["type"].is_string() && self.body["title"].is_string(), "{}", self.body);
        self.body["detail"].as_str().expect("a detail")
    }
}

/// Sends bytes and reads the answer; the server may close before it has read all.
fn exchange(server: &TestServer, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(server.addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a fresh stream");
    // It may have answered and gone.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        answer.extend_from_slice(&buffer[..length]);
    }
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    Answer {
        status: head[9..12].parse().expect("a status"),
        head: head.to_ascii_lowercase(),
        body: serde_json::from_str(body).unwrap_or_default(),
    }
}

fn request(server: &TestServer, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!(
        "{method} /djust/push/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    exchange(server, format!("{head}{body}").as_bytes())
}

fn authorized(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

fn post(server: &TestServer, path: &str, body: &Value) -> Answer {
    request(server, "POST", path, &authorized(TOKEN), &body.to_string())
}

#[test]
fn a_push_over_http_arrives_state_first_and_answers_with_the_receipt() {
    let server = open();
    let mut client = Client::join(server.addr, "/board");
    let push = json!({"state": {"count": 7, "note": null}, "handler": "hear", "payload": {"from": "curl"}, "key": null});
    assert_eq!(post(&server, "tests.Board", &push).status, 422, "a note is no null");
    let push = json!({"state": {"count": 7}, "handler": "hear", "payload": {"from": "curl"}, "key": null});
    let answer = post(&server, "tests.Board", &push);
    assert_eq!((answer.status, answer.body), (200, json!({"status": "delivered", "views": 1, "nodes": 1})));
    client.until_shows(SEEN, "curl");
    client.until_shows(COUNT, "7");
    let answer = post(&server, "tests.Board?confirm=99999", &json!({"state": null, "payload": null}));
    assert_eq!(
        (answer.status, &answer.body["views"]),
        (200, &json!(1)),
        "a render; in one process it is confirmed"
    );
}

#[test]
fn a_key_chooses_the_views() {
    let server = open();
    let _watching: Vec<_> =
        ["/room/1", "/room/1", "/room/2"].map(|room| Client::join(server.addr, room)).into();
    let views = |key: Value| {
        post(&server, "tests.Room", &json!({"state": {"text": "x"}, "key": key})).body["views"].clone()
    };
    assert_eq!(
        [views(json!("room:1")), views(json!("room:3")), views(Value::Null)],
        [json!(2), json!(0), json!(3)]
    );
}

#[test]
fn without_a_configured_token_there_is_no_route() {
    let server = server(|builder| builder);
    assert_eq!(post(&server, "tests.Board", &json!({})).status, 404);
    assert_eq!(request(&server, "GET", "tests.Board", "", "").status, 404);
}

#[test]
fn a_missing_or_wrong_token_is_answered_before_anything_else() {
    let server = open();
    for headers in
        ["", "Authorization: Basic Zm9v\r\n", &authorized(OTHER), &authorized(""), &authorized(&TOKEN[1..])]
    {
        for path in ["tests.Board", "no.Such", "malformed", "tests.Board?x=1"] {
            let answer = request(&server, "POST", path, headers, &"x".repeat(100_000));
            assert_eq!(answer.status, 401, "{headers} {path}");
            assert!(answer.head.contains("www-authenticate: bearer"), "{}", answer.head);
            assert!(answer.detail().contains("Authorization: Bearer"), "{}", answer.body);
        }
    }
}

#[test]
fn while_tokens_are_rotated_both_are_accepted() {
    let server = server(|builder| builder.push_token(TOKEN).push_token(OTHER));
    for token in [TOKEN, OTHER] {
        assert_eq!(request(&server, "POST", "tests.Board", &authorized(token), "{}").status, 200, "{token}");
    }
    let wrong = authorized("the-third-token-0123456789");
    assert_eq!(request(&server, "POST", "tests.Board", &wrong, "{}").status, 401);
}

#[test]
fn a_token_that_can_be_guessed_is_a_mistake_at_the_start() {
    let error = djust::Djust::builder().push_token("guessme").build().err().expect("refused");
    assert!(error.to_string().contains("at least 16"), "{error}");
}

#[test]
fn what_is_malformed_is_400_and_says_why() {
    let server = open();
    for path in ["nodots", "a..b", "a.b%20c", "", "tests.Board/x"] {
        let answer = post(&server, path, &json!({}));
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.detail().contains("is not a view path"), "{}", answer.body);
    }
    let answer = post(&server, "tests.Board?confirm=soon", &json!({}));
    assert!(answer.status == 400 && answer.detail().contains("confirm=MILLISECONDS"), "{}", answer.body);
    assert_eq!(post(&server, "tests.Board?conform=5", &json!({})).status, 400);
    for body in [
        json!([]),
        json!({"stat": {}}),
        json!({"state": [1]}),
        json!({"handler": 1}),
        json!({"payload": {"a": 1}}),
    ] {
        let answer = post(&server, "tests.Board", &body);
        assert_eq!(answer.status, 400, "{body}");
        answer.detail();
    }
    for body in ["", "{", "{}{}", "\u{0}"] {
        assert_eq!(request(&server, "POST", "tests.Board", &authorized(TOKEN), body).status, 400, "{body:?}");
    }
}

#[test]
fn an_unknown_view_is_404_and_what_does_not_fit_it_422() {
    let server = open();
    let answer = post(&server, "tests.Bored", &json!({}));
    assert_eq!(answer.status, 404);
    assert!(answer.detail().ends_with("there are: tests.Board, tests.Room"), "{}", answer.body);
    let unfit = [
        json!({"state": {"counts": 1}}),
        json!({"state": {"count": "many"}}),
        json!({"state": {"seen": "not for pushes"}}),
        json!({"handler": "add"}),
        json!({"handler": "hear"}),
        json!({"handler": "hear", "payload": {"from": 1}}),
        json!({"handler": "hear", "payload": {"from": "x", "more": 1}}),
    ];
    let mut client = Client::join(server.addr, "/board");
    for push in unfit {
        let answer = post(&server, "tests.Board", &push);
        assert_eq!(answer.status, 422, "{push}");
        assert!(answer.detail().contains("tests.Board"), "{}", answer.body);
    }
    post(&server, "tests.Board", &json!({"state": {"count": 1}}));
    client.until_shows(COUNT, "1");
    assert_eq!(client.patches, 1, "nothing else was applied");
}

#[test]
fn other_methods_are_405_and_told_which_is_allowed() {
    let server = open();
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let answer = request(&server, method, "tests.Board", &authorized(TOKEN), "");
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: post"), "{}", answer.head);
    }
}

#[test]
fn a_body_over_the_limit_is_413_however_it_is_sent() {
    let server = server(|builder| builder.push_token(TOKEN).push_body_limit(1_000));
    let note = |length: usize| json!({"state": {"note": "x".repeat(length)}}).to_string();
    let empty = note(0).len();
    let head = format!(
        "POST /djust/push/tests.Board HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}",
        authorized(TOKEN)
    );
    let whole = |body: &str| {
        exchange(&server, format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
    };
    let chunked = |body: &str| {
        let chunks: String = body.as_bytes().chunks(300).fold(String::new(), |text, chunk| {
            format!("{text}{:x}\r\n{}\r\n", chunk.len(), String::from_utf8_lossy(chunk))
        });
        exchange(&server, format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n").as_bytes())
    };
    for send in [&whole as &dyn Fn(&str) -> Answer, &chunked] {
        assert_eq!(send(&note(1_000 - empty)).status, 200);
        let answer = send(&note(1_001 - empty));
        assert_eq!(answer.status, 413);
        assert!(answer.detail().contains("1000 bytes"), "{}", answer.body);
        assert_eq!(send(&note(1_000_000)).status, 413);
    }
    // Only the announcement: it is answered without the body.
    let announced = exchange(&server, format!("{head}Content-Length: 5000000000\r\n\r\n").as_bytes());
    assert_eq!(announced.status, 413);
}

#[test]
fn a_refused_request_leaves_the_connection_or_closes_it_in_order() {
    let server = open();
    let mut client = Client::join(server.addr, "/board");
    let wrong = "POST /djust/push/tests.Board HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    let right = format!(
        "POST /djust/push/tests.Board HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}Content-Length: 26\r\n\r\n{}",
        authorized(TOKEN),
        r#"{"state":{"note":"after"}}"#,
    );
    assert_eq!(exchange(&server, format!("{wrong}{right}").as_bytes()).status, 401, "the first answer");
    assert_eq!(exchange(&server, right.as_bytes()).status, 200);
    client.until_shows(NOTE, "after");
}

/// A layer that answers as it is told to.
struct Says(Result<(), LayerError>);

impl ChannelLayer for Says {
    fn queue(&self, _: Message) -> Result<Receipt, PushError> {
        let stored = || Receipt::on_its_way(PushStatus::Stored, Arc::new(NobodyAnswers));
        self.0.clone().map(|()| stored()).map_err(PushError::from)
    }

    fn send(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(std::future::ready(self.queue(message)))
    }

    fn send_blocking(&self, message: Message) -> Result<Receipt, PushError> {
        self.queue(message)
    }

    fn send_many<'a>(
        &'a self,
        messages: &'a mut (dyn Iterator<Item = Message> + Send + 'a),
    ) -> BoxFuture<'a, Vec<Result<Receipt, PushError>>> {
        Box::pin(std::future::ready(self.send_many_blocking(messages)))
    }

    fn send_many_blocking(
        &self,
        messages: &mut (dyn Iterator<Item = Message> + '_),
    ) -> Vec<Result<Receipt, PushError>> {
        messages.map(|message| self.queue(message)).collect()
    }

    fn flush_blocking(&self, _: Duration) -> usize {
        0
    }

    fn may_block(&self) -> bool {
        false
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn attach(&self, _: Weak<dyn PushSink>) {}

    fn detach(&self) -> BoxFuture<'_, ()> {
        unreachable!("the server lives as long as the test")
    }

    fn open_group(&self, _: &ViewPath) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn close_group(&self, _: &GroupName) {}

    fn viewers(&self, path: ViewPath, key: Option<String>) -> BoxFuture<'_, Result<Viewers, QueryError>> {
        Box::pin(std::future::ready(self.viewers_blocking(path, key)))
    }

    fn viewers_blocking(&self, _: ViewPath, _: Option<String>) -> Result<Viewers, QueryError> {
        Ok(Viewers::default())
    }

    fn flush(&self, _: Duration) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

/// No server says what became of a push.
#[derive(Debug)]
struct NobodyAnswers;

impl ConfirmHandle for NobodyAnswers {
    fn confirm(&self, timeout: Duration) -> BoxFuture<'_, Result<Receipt, QueryError>> {
        Box::pin(std::future::ready(self.confirm_blocking(timeout)))
    }

    fn confirm_blocking(&self, _: Duration) -> Result<Receipt, QueryError> {
        Err(QueryError::Unanswered {
            path: "tests.Board".into(),
            answered: 1,
            asked: 2,
            views: 3,
            missing: vec!["b".into()],
            is_complete: true,
        })
    }
}

fn saying(what: Result<(), LayerError>) -> TestServer {
    server(|builder| builder.push_token(TOKEN).layer(Arc::new(Says(what))))
}

#[test]
fn what_is_not_taken_now_is_503_and_may_be_repeated_only_when_it_has_no_effect() {
    let (path, reason) = ("tests.Board".to_owned(), "the store is away".to_owned());
    let server = saying(Err(LayerError::NotStored { path: path.clone(), reason: reason.clone() }));
    let answer = post(&server, "tests.Board", &json!({}));
    assert_eq!(answer.status, 503);
    assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
    assert!(answer.detail().contains("has no effect: the store is away"), "{}", answer.body);
    let server = saying(Err(LayerError::Unconfirmed { path, reason }));
    let answer = post(&server, "tests.Board", &json!({}));
    assert_eq!(answer.status, 503);
    assert!(!answer.head.contains("retry-after"), "{}", answer.head);
    assert!(answer.detail().contains("it is not known whether"), "{}", answer.body);
}

#[test]
fn a_push_that_was_taken_is_200_also_when_not_all_servers_confirm_it() {
    let server = saying(Ok(()));
    for path in ["tests.Board", "tests.Board?confirm=10"] {
        let answer = post(&server, path, &json!({}));
        let taken = json!({"status": "stored", "views": null, "nodes": null});
        assert_eq!((answer.status, answer.body), (200, taken), "{path}");
    }
    assert_eq!(post(&server, "tests.Bored", &json!({})).status, 404, "whatever the layer says");
}
