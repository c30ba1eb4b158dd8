//! The command `djust`, against a real Redis and a real server: what it sends, what it says, and how it ends.

use djust::layer::RedisLayer;
use djust_tests::client::Client;
use djust_tests::redis_server::{RedisServer, signal};
use djust_tests::server::{TestServer, page, wait_until};
use djust_tests::views::{Board, Room};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

const TOKEN: &str = "the-token-of-these-tests";
const NOTE: u64 = 0;
const COUNT: u64 = 1;
const SEEN: u64 = 2;

/// The command, built from what is there now, with the tests' own profile and folder.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let tests = std::env::current_exe().expect("this program is a file");
        let profile = tests.ancestors().nth(2).expect("it is in target/PROFILE/deps");
        let target = profile.parent().expect("it is in target/PROFILE/deps");
        let mut build = Command::new(env!("CARGO"));
        build.args([
            "build",
            "--locked",
            "--quiet",
            "--package",
            "djust",
            "--features",
            "cli",
            "--bin",
            "djust",
        ]);
        build.arg("--target-dir").arg(target).current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        // What `cargo test` tells this program of its package would make cargo run build scripts anew, now and next time.
        for (variable, _) in std::env::vars_os() {
            if variable
                .to_str()
                .is_some_and(|name| name == "CARGO_MANIFEST_DIR" || name.starts_with("CARGO_PKG_"))
            {
                build.env_remove(variable);
            }
        }
        assert!(build.status().expect("cargo runs").success(), "{build:?} failed");
        profile.join(format!("djust{}", std::env::consts::EXE_SUFFIX))
    })
}

fn djust() -> Command {
    let mut command = Command::new(program());
    for variable in
        ["DJUST_TO", "DJUST_TOKEN", "REDIS_URL", "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"]
    {
        command.env_remove(variable);
    }
    command
}

/// How a command has ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    output: String,
    errors: String,
}

fn run(to: &str, arguments: &[&str]) -> Ended {
    end(djust().args(arguments).env("DJUST_TO", to).env("DJUST_TOKEN", TOKEN))
}

fn end(command: &mut Command) -> Ended {
    let ended = command.output().expect("it is built");
    Ended {
        code: ended.status.code(),
        output: String::from_utf8(ended.stdout).expect("text"),
        errors: String::from_utf8(ended.stderr).expect("text"),
    }
}

/// A site on this Redis.
fn site(redis: &str) -> TestServer {
    // It may take a minute, in which clients would stall.
    program();
    let layer = Arc::new(RedisLayer::new(redis).expect("an address"));
    TestServer::start(
        |builder| builder.view::<Board>().view::<Room>().layer(layer).push_token(TOKEN),
        |_, config| {
            config.route("/board", page::<Board>());
            config.route("/room/{room}", page::<Room>());
        },
    )
}

/// A place where connections are counted, and nothing is ever answered.
fn silent() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    (listener, port)
}

#[test]
fn what_is_malformed_ends_with_2_before_anything_is_connected() {
    let (listener, port) = silent();
    let redis = format!("redis://127.0.0.1:{port}");
    let cases: [(&[&str], &str); 9] = [
        (&["push", "nodots", "--state", "n=1"], "is not a view path"),
        (&["push", "a.B", "--state", "n"], "name=value"),
        (&["push", "a.B", "--state-json", "[1]"], "must be a JSON object"),
        (&["push", "a.B", "--state", "n=1", "--state-json", r#"{"n": 1}"#], "given twice"),
        (&["push", "a.B", "--arg", "n=1"], "--handler"),
        (&["push", "a.B", "--to", "127.0.0.1:6379"], "no scheme"),
        (&["push", "a.B", "--to", "redis://:bad:port"], "not an address of Redis"),
        (&["watch", "a..B"], "is not a view path"),
        (&["views", "--to", "http://127.0.0.1"], "redis://"),
    ];
    for (arguments, said) in cases {
        let ended = run(&redis, arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.errors.contains(said) && ended.output.is_empty(), "{arguments:?}: {ended:?}");
    }
    let ended = end(djust().args(["push", "a.B", "--to", "http://127.0.0.1"]));
    assert!(ended.code == Some(2) && ended.errors.contains("DJUST_TOKEN"), "{ended:?}");
    listener.set_nonblocking(true).expect("bound");
    assert!(listener.accept().is_err(), "something was connected");
}

#[test]
fn what_can_t_be_reached_ends_with_1_in_time_and_says_so() {
    let (listener, port) = silent();
    drop(listener);
    for scheme in ["redis", "http"] {
        let to = format!("{scheme}://127.0.0.1:{port}");
        let began = Instant::now();
        let ended = run(&to, &["push", "a.B", "--state", "n=1", "--timeout", "0.5"]);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.errors.contains("onnection refused") && ended.errors.contains(&to), "{ended:?}");
        assert_eq!(ended.output, "");
    }
    for command in [&["views"][..], &["watch", "a.B"]] {
        let to = format!("redis://127.0.0.1:{port}");
        let ended = end(djust().args(command).args(["--timeout", "0.5"]).env("REDIS_URL", &to));
        assert!(ended.code == Some(1) && ended.errors.contains(&to), "{ended:?}");
    }
}

#[test]
fn an_answer_that_does_not_come_ends_with_3() {
    let (_listener, port) = silent();
    let to = format!("http://127.0.0.1:{port}");
    let ended = run(&to, &["push", "a.B", "--state", "n=1", "--timeout", "0.2"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.errors.contains("may have been"), "{ended:?}");
}

#[test]
fn a_push_over_redis_and_over_http_reaches_the_views_and_says_how_many() {
    let redis = RedisServer::start();
    let (one, other) = (site(&redis.url()), site(&redis.url()));
    let mut clients = [&one, &one, &other].map(|site| Client::join(site.addr, "/board"));
    let http = format!("http://{}", one.addr);
    for (n, to) in (1..).zip([redis.url(), http.clone(), format!("{http}/djust/")]) {
        let (count, note) = (format!("count={n}"), format!("note=from={n}"));
        let json = format!(r#"{{"note": "json {n}"}}"#);
        let ended = run(&to, &["push", "tests.Board", "--state", &count, "--state", &note]);
        assert_eq!((ended.code, &*ended.output), (Some(0), "accepted; 3 views on 2 servers\n"), "{ended:?}");
        let call = ["--handler", "hear", "--arg", &format!("from=\"{n}\"")];
        let ended = run(&to, &[&["push", "tests.Board", "--state-json", &json], &call[..]].concat());
        assert_eq!((ended.code, &*ended.errors), (Some(0), ""), "{ended:?}");
        for client in &mut clients {
            client.until_shows(COUNT, &n.to_string());
            client.until_shows(NOTE, &format!("json {n}"));
            client.until_shows(SEEN, &n.to_string());
        }
    }
}

#[test]
fn a_key_chooses_the_views() {
    let redis = RedisServer::start();
    let site = site(&redis.url());
    let mut first = Client::join(site.addr, "/room/1");
    let _second = Client::join(site.addr, "/room/2");
    for to in [redis.url(), format!("http://{}", site.addr)] {
        let push = ["push", "tests.Room", "--state", &format!("text=to {to}"), "--key"];
        assert_eq!(run(&to, &[&push[..], &["room:1"]].concat()).output, "accepted; 1 view on 1 server\n");
        first.until_shows(0, &format!("to {to}"));
        assert_eq!(run(&to, &[&push[..], &["room:3"]].concat()).output, "accepted; nobody is watching\n");
    }
}

#[test]
fn what_does_not_fit_is_told_by_both_ways_and_so_is_a_view_that_nobody_has() {
    let redis = RedisServer::start();
    let site = site(&redis.url());
    let _client = Client::join(site.addr, "/board");
    let http = format!("http://{}", site.addr);
    for to in [&redis.url(), &http] {
        let ended = run(to, &["push", "tests.Board", "--state", r#"count="42""#]);
        assert_eq!(ended.code, Some(1), "a text is no number: {ended:?}");
        assert!(ended.errors.contains("field `count`") && ended.output.is_empty(), "{ended:?}");
    }
    let ended = run(&redis.url(), &["push", "tests.Bored", "--state", "count=1"]);
    assert_eq!((ended.code, &*ended.output), (Some(1), ""), "no server has such a view");
    assert!(
        ended.errors.contains("(did you mean `tests.Board`?); there are: tests.Board, tests.Room"),
        "{ended:?}"
    );
    let ended = run(&redis.url(), &["push", "tests.Board", "--prefix", "elsewhere"]);
    assert!(ended.errors.contains("no server is connected"), "{ended:?}");
    let ended = run(&http, &["push", "tests.Bored", "--state", "count=1"]);
    assert!(ended.code == Some(1) && ended.errors.contains("404"), "{ended:?}");
    let ended = run(&http, &["push", "tests.Board", "--token", "wrong"]);
    assert!(ended.code == Some(1) && ended.errors.contains("401"), "{ended:?}");
    let ended = run(&format!("{http}/elsewhere"), &["push", "tests.Board"]);
    assert!(ended.code == Some(1) && ended.errors.contains("push_token"), "{ended:?}");
}

#[test]
fn a_thousand_pushes_all_pass_and_their_rate_is_told() {
    let redis = RedisServer::start();
    let site = site(&redis.url());
    let mut client = Client::join(site.addr, "/board");
    let (_watch, mut passing) = watch(&redis.url(), &[]);
    for (to, times) in [(redis.url(), 1_000), (format!("http://{}", site.addr), 100)] {
        let calls = run(
            &to,
            &["push", "tests.Board", "--handler", "hear", "--arg", "from=x", "--repeat", &times.to_string()],
        );
        assert_eq!((calls.code, &*calls.errors), (Some(0), ""), "{calls:?}");
        assert!(calls.output.starts_with(&format!("accepted {times} times in ")), "{calls:?}");
        assert!(calls.output.ends_with(" pushes/s; 1 view on 1 server\n"), "{calls:?}");
        assert!(
            (0..times).all(|_| passing.next().as_deref() == Some(r#"hear(from="x")"#)),
            "all {times} pass"
        );
    }
    let wrong = run(&redis.url(), &["push", "tests.Board", "--state", "count=x", "--repeat", "10"]);
    assert!(
        wrong.code == Some(1) && wrong.errors.contains("1 of 10 pushes failed, and 9 were not sent"),
        "{wrong:?}"
    );
    client.until_shows(SEEN, "x");
}

/// A command that goes on, ended with the test.
struct Going(Child);

impl Drop for Going {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn watch(redis: &str, options: &[&str]) -> (Going, impl Iterator<Item = String> + use<>) {
    let mut command = djust();
    command.args(["watch", "tests.Board", "--to", redis]).args(options);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it is built");
    let lines = |read: Box<dyn std::io::Read>| BufReader::new(read).lines().map_while(Result::ok);
    let mut errors = lines(Box::new(process.stderr.take().expect("piped")));
    assert!(errors.next().is_some_and(|line| line.starts_with("watching tests.Board on redis://")));
    let output = lines(Box::new(process.stdout.take().expect("piped")));
    (Going(process), output)
}

#[test]
fn watch_prints_what_passes_and_ends_with_its_reader_or_a_signal() {
    let redis = RedisServer::start();
    let (mut plain, mut lines) = watch(&redis.url(), &[]);
    let (mut json_watch, mut objects) = watch(&redis.url(), &["--json"]);
    let push =
        ["push", "tests.Board", "--state", "n=1", "--handler", "h", "--arg", "text=a\nb", "--key", "k"];
    assert_eq!(run(&redis.url(), &push).code, Some(0));
    assert_eq!(lines.next().as_deref(), Some(r#"n=1 h(text="a\nb") key="k""#));
    let object: Value = serde_json::from_str(&objects.next().expect("a line")).expect("JSON");
    assert_eq!(
        object["push"],
        json!({"state": {"n": 1}, "handler": "h", "payload": {"text": "a\nb"}, "key": "k"})
    );
    assert_eq!(object["after_loss"], false);
    drop(lines);
    run(&redis.url(), &push);
    let mut ended = None;
    wait_until("the watch to end after its reader", || {
        ended = plain.0.try_wait().expect("ours");
        ended.is_some()
    });
    assert_eq!(ended.and_then(|status| status.code()), Some(0));
    signal(json_watch.0.id(), "INT");
    wait_until("the watch to end on a signal", || json_watch.0.try_wait().expect("ours").is_some());
}

#[test]
fn views_lists_what_is_watched() {
    let redis = RedisServer::start();
    let empty = run(&redis.url(), &["views"]);
    assert_eq!((empty.code, &*empty.output), (Some(0), ""));
    assert!(empty.errors.starts_with("nobody is watching; 0 servers connected"), "{empty:?}");
    let (one, other) = (site(&redis.url()), site(&redis.url()));
    let _clients = [(&one, "/board"), (&one, "/room/1"), (&other, "/board")]
        .map(|(at, path)| Client::join(at.addr, path));
    let expected =
        "VIEW         INSTANCES  SERVERS\ntests.Board          2        2\ntests.Room           1        1\n";
    let mut seen = String::new();
    wait_until("the servers to say what is watched", || {
        seen = run(&redis.url(), &["views"]).output;
        seen == expected
    });
    let list: Value = serde_json::from_str(&run(&redis.url(), &["views", "--json"]).output).expect("JSON");
    assert_eq!(list[0], json!({"view": "tests.Board", "views": 2, "nodes": 2}));
}
