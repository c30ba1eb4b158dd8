//! actix-session around the application: sessions are there at the first paint and at the join.

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::{HttpResponse, web};
use djust::{LiveView, MountContext, MountResult, Refusal, live_view};
use djust_tests::client::{Client, get, join_frame};
use djust_tests::server::{TestServer, page};
use serde_json::json;

/// Shows who is logged in.
#[live_view(path = "tests.Account", source = "<p>{{ user }} {{ connected }} {{ visits }}</p>")]
struct Account {
    user: String,
    connected: bool,
    visits: u32,
}

impl LiveView for Account {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        // The context's own view of the extensions is the request's.
        let has_any = cx.extensions().get::<String>().is_none();
        let session = cx.request().get_session();
        let user: Option<String> = session.get("user")?;
        let visits = session.get("visits")?.unwrap_or(0) + 1;
        session.insert("visits", visits)?;
        let user = user.filter(|_| has_any).ok_or_else(|| Refusal::redirect("/login"))?;
        Ok(Account { user, connected: cx.is_connected(), visits })
    }
}

async fn login(session: Session) -> HttpResponse {
    session.insert("user", "ada").expect("it has a JSON form");
    HttpResponse::Ok().finish()
}

fn server() -> TestServer {
    TestServer::bare(
        1,
        |builder| builder.view::<Account>(),
        |djust, config| {
            let store = SessionMiddleware::builder(CookieSessionStore::default(), Key::from(&[7; 64]));
            let sessions = store.cookie_secure(false).build();
            let scope = web::scope("").wrap(sessions).configure(djust.routes());
            let scope = scope.route("/login", web::get().to(login));
            config.service(scope.route("/account", page::<Account>()));
        },
    )
}

/// The cookie that a response sets.
fn cookie(head: &str) -> String {
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("set-cookie: ")).expect(head);
    line["set-cookie: ".len()..].split(';').next().expect("a pair").to_owned()
}

#[test]
fn a_session_is_there_at_the_first_paint_and_at_each_join_of_a_socket() {
    let server = server();
    let (status, head, _) = get(server.addr, "/account", "");
    assert_eq!(status, 302, "{head}");
    let (_, head, _) = get(server.addr, "/login", "");
    let cookie_header = format!("Cookie: {}\r\n", cookie(&head));
    let (status, head, page) = get(server.addr, "/account", &cookie_header);
    assert_eq!(status, 200);
    assert!(page.contains("<p") && page.contains("ada false 1"), "{page}");
    let visited = cookie(&head);
    let headers = [("cookie", visited.as_str())];
    let mut client = Client::try_open(server.addr, &headers).expect("accepted");
    let mut join = join_frame(&page);
    client.send(&join);
    assert_eq!(
        client.until("joined")["patch"],
        json!([0, "ada true 2"]),
        "what the first paint wrote is kept"
    );
    // A second view on the socket, and one after the first has gone.
    join["view"] = json!(1);
    client.send(&join);
    assert_eq!(client.until("joined")["patch"], json!([0, "ada true 3"]), "the handshake's session is one");
    client.send(&json!({"type": "leave", "view": 0}));
    join["view"] = json!(0);
    client.send(&join);
    assert_eq!(client.until("joined")["patch"], json!([0, "ada true 4"]));
    let mut other = Client::try_open(server.addr, &headers).expect("accepted");
    other.send(&join);
    assert_eq!(other.until("joined")["patch"], json!([0, "ada true 2"]), "what a join writes is not kept");
    let mut stranger = Client::open(server.addr);
    stranger.send(&join);
    assert_eq!(stranger.until("navigate")["to"], "/login");
}
