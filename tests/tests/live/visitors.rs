//! Who may have a page, and where a page may send them.

use actix_web::web;
use djust::{Html, Live, LiveView, MountContext, MountResult, Refusal, ViewContext, handlers, live_view};
use djust_tests::client::{Client, attribute, get, join_frame};
use djust_tests::logs;
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::json;

/// Goes wherever it is told to.
#[live_view(path = "tests.Guest", source = "<p>{{ page }}</p>")]
struct Guest {
    page: u32,
}

#[derive(serde::Deserialize)]
struct Query {
    page: Option<u32>,
    to: Option<String>,
}

impl LiveView for Guest {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let query: Query = cx.query()?;
        match query.to {
            Some(to) => Err(Refusal::redirect(to)),
            None => Ok(Guest { page: query.page.unwrap_or(1) }),
        }
    }
}

#[handlers]
impl Guest {
    #[event]
    fn go(&mut self, to: String, cx: &mut ViewContext<Self>) {
        cx.navigate(to);
    }
}

fn server(settings: impl FnOnce(djust::DjustBuilder) -> djust::DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Guest>()),
        |_, config| {
            config.route("/guest", page::<Guest>());
        },
    )
}

#[test]
fn a_handler_navigates_to_http_and_relative_urls_and_nowhere_else() {
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/guest");
    for bad in
        ["javascript:alert(1)", " \u{1}java\nscript:alert(1)", "data:text/html,x", "intent:x", "/a\u{0}b"]
    {
        let reference = client.event("go", json!({"to": bad}));
        let frame = loop {
            let frame = client.frame().expect("open");
            assert_ne!(frame["type"], "navigate", "{bad:?}");
            if frame["type"] == "reply" {
                break frame;
            }
        };
        assert_eq!((frame["ref"].as_u64(), frame.get("error")), (Some(reference), None), "{bad:?}");
    }
    for (given, to) in
        [("/next", "/next"), (" https://a.example/\r\n", "https://a.example/"), ("?a=b:c", "?a=b:c")]
    {
        client.event("go", json!({"to": given}));
        assert_eq!(client.until("navigate")["to"], to);
    }
}

#[test]
fn mount_redirects_to_http_and_relative_urls_and_otherwise_fails() {
    let server = server(|builder| builder);
    for bad in ["javascript:alert(1)", "%01java%0ascript:alert(1)", "data:text/html,x", "/a%00b"] {
        let (status, head, body) = get(server.addr, &format!("/guest?to={bad}"), "");
        assert_eq!(status, 500, "{bad}");
        assert!(
            !head.to_ascii_lowercase().contains("location") && !body.contains("script"),
            "{head}\n{body}"
        );
    }
    let (status, head, _) = get(server.addr, "/guest?to=/a%0d%0aSet-Cookie:%20b=c", "");
    assert_eq!(status, 302);
    let lines: Vec<_> = head.lines().map(str::to_ascii_lowercase).collect();
    assert!(lines.iter().any(|line| line == "location: /aset-cookie: b=c"), "{head}");
    assert!(!lines.iter().any(|line| line.starts_with("set-cookie")), "{head}");
    let (_, _, page) = get(server.addr, "/guest", "");
    assert_eq!(attribute(&page, "dj-view"), "tests.Guest");
}

#[test]
fn a_query_that_does_not_fit_is_a_400_with_a_sentence() {
    let server = server(|builder| builder);
    assert_eq!(get(server.addr, "/guest?page=3", "").0, 200);
    let (status, head, body) = get(server.addr, "/guest?page=three", "");
    assert_eq!(status, 400);
    assert!(body.starts_with("The query of this page's address can't be read: "), "{body}");
    assert!(head.to_ascii_lowercase().contains("cache-control: private"), "{head}");
}

#[test]
fn a_page_is_private_and_its_token_is_in_no_debug_output() {
    let server = server(|builder| builder);
    let (_, head, page) = get(server.addr, "/guest", "");
    assert!(head.to_ascii_lowercase().contains("cache-control: private, no-cache\r\n"), "{head}");
    let (_, head, _) = get(server.addr, "/guest?to=/login", "");
    assert!(head.to_ascii_lowercase().contains("cache-control: private"), "{head}");
    let token = attribute(&page, "dj-token").to_owned();
    let logging = TestServer::start(
        |builder| builder.view::<Guest>(),
        |_, config| {
            let show = |guest: Live<Guest>| async move { Html(format!("{guest}<pre>{guest:?}</pre>")) };
            config.route("/guest", web::get().to(show));
        },
    );
    let (_, _, page) = get(logging.addr, "/guest", "");
    let logged = page.split("<pre>").nth(1).expect("logged");
    assert!(logged.contains("Live") && !logged.contains(&token[..20]), "{logged}");
}

#[test]
fn a_socket_of_another_origin_is_refused_and_told_both_sides() {
    let server = server(|builder| builder.allow_origin("https://Partner.example:443"));
    let own = format!("HTTP://{}", server.addr);
    for origin in [own.as_str(), "https://partner.example"] {
        assert!(Client::try_open(server.addr, &[("origin", origin)]).is_ok(), "{origin}");
    }
    for origin in ["http://evil.example", "null", "https://partner.example:8443"] {
        assert_eq!(Client::try_open(server.addr, &[("origin", origin)]).err(), Some(403), "{origin}");
    }
    let upgrade = "Origin: http://evil.example\r\nUpgrade: websocket\r\n";
    let (status, _, body) = get(server.addr, "/djust/live", upgrade);
    assert_eq!(status, 403);
    assert!(body.contains("http://evil.example") && body.contains(&server.addr.to_string()), "{body}");
}

#[test]
fn only_listed_hosts_have_pages_and_sockets_and_only_a_trusted_proxy_is_believed() {
    let refusing = server(|builder| builder.allow_host("shop.example"));
    assert_eq!(get(refusing.addr, "/guest", "").0, 421);
    assert_eq!(Client::try_open(refusing.addr, &[]).err(), Some(403));
    assert!(Client::try_open(refusing.addr, &[("host", "Shop.Example")]).is_ok());
    let forwarded = [
        ("origin", "https://shop.example"),
        ("x-forwarded-host", "shop.example"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(Client::try_open(refusing.addr, &forwarded).err(), Some(403), "anybody can say so");
    let trusting = server(|builder| builder.allow_host("shop.example").trust_proxy("127.0.0.1"));
    assert!(Client::try_open(trusting.addr, &forwarded).is_ok());
    assert_eq!(get(trusting.addr, "/guest", "X-Forwarded-Host: shop.example\r\n").0, 200);
}

#[test]
fn a_bound_token_is_good_for_the_same_cookie_only() {
    let server = server(|builder| builder.bind_to_cookie("session"));
    let page = |cookie: &str| {
        let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
        get(server.addr, "/guest", &cookie).2
    };
    let joins = |page: &str, cookie: &str| {
        let headers = [("cookie", cookie)];
        let headers = if cookie.is_empty() { &headers[..0] } else { &headers[..] };
        let mut client = Client::try_open(server.addr, headers).expect("accepted");
        client.send(&join_frame(page));
        let frame = client.frame().expect("an answer");
        assert!(frame["type"] == "joined" || (frame["type"] == "refused" && frame["reason"] == "token"));
        frame["type"] == "joined"
    };
    let (ada, nobody) = (page("a=1; session=ada; b=2"), page(""));
    for (page, cookie, good) in [
        (&ada, "session=ada", true),
        (&ada, "b=2;session=ada; sessions=bob", true),
        (&ada, "session=bob", false),
        (&ada, "Session=ada", false),
        (&ada, "session=", false),
        (&ada, "", false),
        (&nobody, "", true),
        (&nobody, "other=ada", true),
        (&nobody, "session=ada", false),
        (&nobody, "session=", false),
    ] {
        assert_eq!(joins(page, cookie), good, "{cookie:?}");
    }
    // What the browser does then: its page again, with the cookie that it has now.
    assert!(joins(&page("session=bob"), "session=bob"));
    assert!(!ada.contains("session=ada") && !ada.contains("\"ada\""), "the value itself is not in the page");
    let unbound = get(server_of_before().addr, "/guest", "Cookie: session=ada\r\n").2;
    assert!(!joins(&unbound, "session=ada"), "a token of before the setting is not bound");
}

/// With the same secret, and no binding yet.
fn server_of_before() -> TestServer {
    server(|builder| builder)
}

#[test]
fn the_routes_are_found_wherever_the_application_or_a_proxy_puts_them() {
    // The base, the scope that djust's routes are in, and what the server itself is asked for.
    for (base, scope, prefix) in [
        ("/djust", "", "/djust"),
        ("/a/b", "", "/a/b"),
        ("/a/b/", "", "/a/b"),
        ("a/b/c", "", "/a/b/c"),
        ("/a/djust", "/a", "/a/djust"),
        ("/a/b/djust", "/a/b", "/a/b/djust"),
        ("/a/b/djust", "/a", "/a/b/djust"),
        // A proxy has taken the beginning away.
        ("/a/djust", "", "/djust"),
        ("/a/b/djust", "", "/b/djust"),
        ("/a/b/djust", "/b", "/b/djust"),
        ("/", "", ""),
    ] {
        let case = format!("{base} in {scope:?} at {prefix:?}");
        let server = TestServer::bare(
            1,
            |builder| builder.view::<Guest>().base_path(base).push_token("0123456789abcdef"),
            move |djust, config| {
                config.configure(djust.pages()).route("/guest", page::<Guest>());
                config.service(web::scope(scope).configure(djust.routes()));
            },
        );
        let (_, _, page) = get(server.addr, "/guest", "");
        let seen = format!("/{}", base.trim_matches('/')).trim_end_matches('/').to_owned();
        assert_eq!(attribute(&page, "dj-socket"), format!("{seen}/live"), "{case}");
        let script = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
        let script = script.strip_prefix(&seen).expect("under the base");
        assert_eq!(get(server.addr, &format!("{prefix}{script}"), "").0, 200, "{case}");
        assert_eq!(get(server.addr, &format!("{prefix}/push/tests.Guest"), "").0, 405, "{case}");
        let mut client = Client::try_open_at(server.addr, &format!("{prefix}/live"), &[]).expect(&case);
        client.send(&join_frame(&page));
        client.until("joined");
    }
}

#[test]
fn a_page_of_a_view_that_is_not_registered_says_so_in_the_log_and_nothing_to_its_visitor() {
    logs::keep();
    let server = TestServer::start(
        |builder| builder,
        |_, config| {
            config.route("/guest", page::<Guest>());
        },
    );
    let (status, _, body) = get(server.addr, "/guest", "");
    assert_eq!((status, body.as_str()), (500, "This page can't be shown right now."));
    wait_until("the log", || !logs::of("the view of this page is not registered").is_empty());
}

#[test]
fn a_page_without_djust_s_routes_says_so_in_the_log() {
    logs::keep();
    let server = TestServer::bare(
        1,
        |builder| builder.view::<Guest>(),
        |_, config| {
            config.route("/guest", page::<Guest>());
        },
    );
    assert_eq!(get(server.addr, "/guest", "").0, 500);
    wait_until("the log", || !logs::of("djust's routes are missing where this page is served").is_empty());
}
