//! `end_views`: a visitor's views end, wherever they are and whatever they do.

use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use djust_tests::client::{Client, get, join_frame};
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// A view of somebody: `?ada`.
#[live_view(path = "tests.Mine", source = "<p>{{ user }}</p>")]
struct Mine {
    user: String,
}

/// How many handlers of [`Mine`] hang.
static HANGING: AtomicUsize = AtomicUsize::new(0);
/// How many mounts have looked at their session and wait.
static LOOKED: AtomicUsize = AtomicUsize::new(0);
static GO_ON: AtomicBool = AtomicBool::new(false);

impl LiveView for Mine {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let user = cx.query_string().trim_start_matches("late-").to_owned();
        if cx.is_connected() && cx.query_string().starts_with("late-") {
            LOOKED.fetch_add(1, Ordering::SeqCst);
            while !GO_ON.load(Ordering::SeqCst) {
                actix_web::rt::time::sleep(Duration::from_millis(2)).await;
            }
        }
        cx.join(format!("user:{user}"));
        Ok(Mine { user })
    }
}

#[handlers]
impl Mine {
    #[event]
    async fn hang(&mut self) {
        HANGING.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
}

/// Another view, with its key in its attribute.
#[live_view(path = "tests.Other", key = "user:{user}", source = "<p>{{ user }}</p>")]
struct Other {
    user: String,
}

impl LiveView for Other {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        Ok(Other { user: cx.query_string().to_owned() })
    }
}

fn server() -> TestServer {
    TestServer::with_workers(
        2,
        |builder| builder.view::<Mine>().view::<Other>(),
        |_, config| {
            config.route("/mine", page::<Mine>());
            config.route("/other", page::<Other>());
        },
    )
}

fn is_ended(client: &mut Client) {
    assert_eq!(client.until("ended"), json!({"type": "ended", "view": 0, "reason": "revoked"}));
    assert_eq!(client.until_closed(), 4403);
}

#[test]
fn all_views_of_a_key_end_with_their_sockets_and_no_others() {
    let server = server();
    let mut ended: Vec<_> =
        ["/mine?ada", "/mine?ada", "/other?ada"].map(|path| Client::join(server.addr, path)).into();
    let mut stay: Vec<_> = ["/mine?bob", "/other?bob"].map(|path| Client::join(server.addr, path)).into();
    server.wait_for_views(5);
    // A handler that hangs is cut off.
    ended[0].event("hang", json!({}));
    wait_until("a handler that hangs", || HANGING.load(Ordering::SeqCst) == 1);
    let receipt = server.djust.pusher().end_views_blocking("user:ada").expect("accepted");
    assert_eq!(receipt.views, 3);
    ended.iter_mut().for_each(is_ended);
    server.wait_for_views(2);
    for client in &mut stay {
        client.send(&json!({"type": "ping"}));
        client.until("pong");
    }
    assert_eq!(server.djust.pusher().end_views_blocking("user:ada").expect("accepted").views, 0);
    assert_eq!(Client::join(server.addr, "/other?ada").joined["type"], "joined", "whoever may come back may");
}

#[test]
fn a_view_that_takes_its_key_after_the_end_is_ended_too() {
    let server = server();
    let (_, _, page) = get(server.addr, "/mine?late-eve", "");
    let mut client = Client::open(server.addr);
    client.send(&join_frame(&page));
    wait_until("a mount that has looked at its session", || LOOKED.load(Ordering::SeqCst) == 1);
    server.djust.pusher().end_views_blocking("user:eve").expect("accepted");
    server.djust.pusher().end_views_blocking("user:somebody").expect("accepted");
    GO_ON.store(true, Ordering::SeqCst);
    is_ended(&mut client);
    server.wait_for_views(0);
}

#[test]
fn what_is_no_end_is_refused_at_the_path_of_ends() {
    use djust::push::{Push, PushError};
    let server = server();
    for push in [
        Push::render(),
        Push::handler("end"),
        Push::handler("other").key("k"),
        Push::state("a", 1).call("end").key("k"),
        Push::handler("end").arg("a", 1).key("k"),
    ] {
        let error = server.djust.pusher().push_to_view("djust.control.Views", push).expect_err("no end");
        assert!(matches!(error, PushError::Invalid { .. }), "{error}");
    }
}
