//! First paint and join: what the page carries, what mount sees, what it may refuse.

use actix_web::HttpMessage;
use actix_web::dev::Service;
use djust::{BuildError, Djust, Html, Live, LiveView, MountContext, MountResult, live_view};
use djust_tests::client::{Client, attribute, get, join_frame};
use djust_tests::server::{TestServer, page};
use djust_tests::views::{Board, Room};
use serde_json::json;

/// Shows what its mount saw.
#[live_view(
    path = "tests.Witness",
    source = "<p>{{ saw }}</p><b>{{ same }}</b>{% for i in items %}<i dj-key=\"{{ i }}\">{{ i }}</i>{% endfor %}"
)]
struct Witness {
    saw: String,
    same: String,
    items: Vec<u32>,
}

struct Greeting(&'static str);

impl LiveView for Witness {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let header = cx.headers().get("x-visitor").map_or("nobody", |value| value.to_str().unwrap_or("?"));
        let cookie =
            cx.cookie("session").map_or_else(|| "none".to_owned(), |cookie| cookie.value().to_owned());
        let user = cx.extensions().get::<String>().cloned().unwrap_or_default();
        let greeting = cx.app_data::<Greeting>().map_or("", |greeting| greeting.0);
        #[derive(serde::Deserialize)]
        struct Query {
            page: u32,
        }
        let page = cx.query::<Query>().map_or(0, |query| query.page);
        let saw = format!(
            "{} {} {:?} {page} {header} {cookie} {user} {greeting}",
            cx.is_connected(),
            cx.path(),
            cx.param("name")
        );
        Ok(Witness { saw, same: "the same".into(), items: (0..100).collect() })
    }
}

fn server() -> TestServer {
    TestServer::start(
        |builder| builder.view::<Board>().view::<Room>().view::<Witness>(),
        |_, config| {
            config.route("/board", page::<Board>());
            config.route("/room/{room}", page::<Room>());
            config.app_data(actix_web::web::Data::new(Greeting("hello")));
            let scope = actix_web::web::scope("/who").wrap_fn(|request, service| {
                request.extensions_mut().insert("from the middleware".to_owned());
                service.call(request)
            });
            config.service(scope.route("/{name}", page::<Witness>()));
        },
    )
}

#[test]
fn the_page_has_the_whole_view_and_a_join_sends_only_what_differs() {
    let server = server();
    let (status, head, page) = get(server.addr, "/board", "");
    assert_eq!(status, 200);
    assert!(head.to_ascii_lowercase().contains("cache-control: private, no-cache"), "{head}");
    assert!(page.contains("painted</p>"), "{page}");
    assert_eq!(attribute(&page, "dj-view"), "tests.Board");
    assert_eq!(attribute(&page, "dj-socket"), "/djust/live");
    let client = Client::join(server.addr, "/board");
    assert_eq!(client.joined["patch"], json!([0, "connected"]));
    assert_eq!(client.joined["resume"], json!(null));
}

#[test]
fn a_page_of_another_build_gets_the_whole_region() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let mut join = join_frame(&page);
    join["template"] = json!("0000000000000000");
    let mut client = Client::open(server.addr);
    client.send(&join);
    let joined = client.until("joined");
    assert!(joined["html"].as_str().expect("html").contains("connected</p>"), "{joined}");
    assert!(joined.get("patch").is_none());
}

#[test]
fn mount_sees_the_page_s_url_and_the_socket_s_request() {
    let server = server();
    let cookie = "Cookie: session=paint\r\nX-Visitor: painter\r\n";
    let (_, _, page) = get(server.addr, "/who/ada?page=3", cookie);
    let painted = "false /who/ada Some(&#34;ada&#34;) 3 painter paint from the middleware hello";
    assert!(page.contains(painted), "{page}");
    let headers = [("cookie", "session=join"), ("x-visitor", "joiner")];
    let mut client = Client::try_open(server.addr, &headers).expect("accepted");
    client.send(&join_frame(&page));
    let joined = client.until("joined");
    let connected = "true /who/ada Some(&#34;ada&#34;) 3 joiner join  hello";
    assert_eq!(joined["patch"], json!([0, connected]), "the list and the second text are not sent again");
}

#[test]
fn mount_may_refuse() {
    let server = server();
    let (status, _, body) = get(server.addr, "/board?refuse", "");
    assert_eq!((status, body.as_str()), (403, "not you"));
    let (status, head, _) = get(server.addr, "/board?redirect", "");
    assert_eq!(status, 302);
    assert!(head.to_ascii_lowercase().contains("location: /elsewhere"), "{head}");
    assert_eq!(get(server.addr, "/room/x", "").0, 404);
}

#[test]
fn the_client_is_served_under_its_hash_and_may_be_kept_for_ever() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let url = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
    assert!(url.starts_with("/djust/client-") && url.ends_with(".js"), "{url}");
    let (status, head, body) = get(server.addr, url, "");
    let head = head.to_ascii_lowercase();
    assert_eq!(status, 200);
    assert!(head.contains("max-age=31536000, immutable") && head.contains("text/javascript"), "{head}");
    assert!(body.len() > 1_000);
    assert_eq!(get(server.addr, "/djust/client-1.js", "").0, 404);
    // While an application is being deployed, a page of the other build may ask here.
    let (status, head, other) = get(server.addr, "/djust/client-0000000000000000.js", "");
    assert_eq!((status, other), (200, body));
    assert!(head.to_ascii_lowercase().contains("cache-control: no-cache"), "{head}");
}

#[test]
fn paths_that_share_a_group_are_refused_at_registration() {
    #[live_view(path = "a.b_c.V", source = "<p></p>")]
    struct One {}
    impl LiveView for One {
        async fn mount(_: &mut MountContext) -> MountResult<Self> {
            Ok(One {})
        }
    }
    #[live_view(path = "a_b.c.V", source = "<p></p>")]
    struct Other {}
    impl LiveView for Other {
        async fn mount(_: &mut MountContext) -> MountResult<Self> {
            Ok(Other {})
        }
    }
    let error = Djust::builder().view::<One>().view::<Other>().build().err().expect("they collide");
    assert!(matches!(error, BuildError::Collision { .. }), "{error}");
    let error = Djust::builder().view::<One>().view::<One>().build().err().expect("twice the same");
    assert!(matches!(error, BuildError::DuplicatePath(_)), "{error}");
    let layer = djust::layer::RedisLayer::new("redis://127.0.0.1:1/").expect("an address");
    let error = Djust::builder().layer(std::sync::Arc::new(layer)).build().err().expect("no secret");
    assert!(matches!(error, BuildError::NoSecret), "{error}");
    let error = Djust::builder().secret("short").build().err().expect("too short");
    assert!(matches!(error, BuildError::ShortSecret(5)), "{error}");
}

/// A view that keeps the request's extensions while it waits.
#[live_view(path = "tests.Holder", source = "<i>{{ n }}</i>")]
struct Holder {
    n: u32,
}

impl LiveView for Holder {
    #[expect(clippy::await_holding_refcell_ref, reason = "an application may do so, and harm itself only")]
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let extensions = cx.extensions();
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
        Ok(Holder { n: u32::from(extensions.contains::<String>()) })
    }
}

#[test]
fn a_page_has_any_number_of_views_and_the_script_once_however_they_are_shown() {
    type Views = (Live<Holder>, Live<Board>, Live<Holder>);
    fn routes(config: &mut actix_web::web::ServiceConfig) {
        let get = actix_web::web::get;
        config.route("/whole", get().to(|(a, b, c): Views| async move { Html(format!("{a}{b}{c}")) }));
        config.route("/last", get().to(|(_a, _b, c): Views| async move { Html(c.to_string()) }));
        let mixed = |(a, b, c): Views| async move { Html(format!("{}{b}{}", a.region(), c.region())) };
        config.route("/mixed", get().to(mixed));
        let head = |(a, b, c): Views| async move { Html(format!("{}<hr>{a}{b}{c}", b.script())) };
        config.route("/head", get().to(head));
        let foot = |(a, b, c): Views| async move { Html(format!("{a}{b}{c}<hr>{}", a.script())) };
        config.route("/foot", get().to(foot));
        let again = |(a, b, c): Views| async move {
            drop(format!("{a}{b}{c}"));
            Html(format!("{a}{b}{c}"))
        };
        config.route("/again", get().to(again));
    }
    let server =
        TestServer::start(|builder| builder.view::<Holder>().view::<Board>(), |_, config| routes(config));
    for (path, views) in [("whole", 3), ("last", 1), ("mixed", 3), ("head", 3), ("foot", 3), ("again", 3)] {
        let (status, _, page) = get(server.addr, &format!("/{path}"), "");
        let seen = (status, page.matches("dj-view=").count(), page.matches("<script").count());
        assert_eq!(seen, (200, views, 1), "{path}: {page}");
    }
}
