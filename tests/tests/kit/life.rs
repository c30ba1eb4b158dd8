//! The life of a page in a test: what `mount` is given, how it refuses, time, and the end.

use actix_web::cookie::Cookie;
use actix_web::web::Data;
use djust::testing::{TestPage, TestRequest};
use djust::view::Arguments;
use djust::{LiveView, MountContext, MountResult, Refusal, UserError, ViewContext, handlers, live_view};
use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error>>;

#[live_view(
    path = "kit.Life",
    tick_interval = 1000,
    source = r#"<p>{{ seen }}</p><b>{{ ticks }}</b><button dj-click="explode">x</button>"#
)]
struct Life {
    seen: String,
    ticks: u64,
    ended: Option<Data<AtomicUsize>>,
}

struct User(&'static str);

impl LiveView for Life {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        match (cx.query_string(), cx.is_connected()) {
            ("no", _) | ("late", true) => return Err(Refusal::forbidden("not you")),
            ("go", _) | ("late-go", true) => return Err(Refusal::redirect("/login")),
            ("late-panic", true) => panic!("on purpose"),
            _ => {}
        }
        let cookie = cx.cookie("session").map(|cookie| cookie.value().to_owned()).unwrap_or_default();
        let user = cx.extensions().get::<User>().map_or("nobody", |user| user.0);
        let language =
            cx.headers().get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or("");
        let data = cx.app_data::<u32>().copied().unwrap_or_default();
        let seen = format!("{} {cookie} {user} {language} {data}", cx.param("ticket").unwrap_or("none"));
        let ended = cx.app_data::<Arc<AtomicUsize>>().map(|ended| Data::from(Arc::clone(ended)));
        Ok(Life { seen, ticks: 0, ended })
    }

    async fn handle_tick(&mut self, _: &mut ViewContext<Self>) {
        self.ticks += 1;
    }

    async fn unmount(&mut self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Some(ended) = &self.ended {
            ended.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[handlers]
impl Life {
    #[event]
    fn explode(&mut self) {
        panic!("on purpose");
    }

    #[event]
    fn fail(&mut self) -> Result<(), UserError> {
        Err(UserError::new("The kitchen is closed."))
    }

    #[event]
    fn go(&mut self, cx: &mut ViewContext<Self>) {
        cx.navigate("/elsewhere");
        cx.focus("name");
    }
}

#[actix_web::test]
async fn mount_sees_the_request_at_the_first_paint_and_at_the_join() -> Outcome {
    let request = TestRequest::get("/tickets/7?tab=notes")
        .param("ticket", "7")
        .cookie(Cookie::new("other", "x"))
        .cookie(Cookie::new("session", "a1b2"))
        .header(("accept-language", "de"))
        .app_data(42_u32)
        .extension(User("ada"));
    let page = TestPage::<Life>::mount(request).await?;
    assert_eq!(page.text("p"), "7 a1b2 ada de 42");
    assert!(page.first_paint().contains("7 a1b2 ada de 42"));
    let page = page.reconnect().await?;
    assert_eq!(page.text("p"), "7 a1b2 ada de 42");
    Ok(())
}

#[actix_web::test]
async fn mount_refuses_at_the_first_paint_or_at_the_join() {
    for (url, status, redirect, message) in [
        ("/?no", 403, None, "not you"),
        ("/?late", 403, None, "not you"),
        ("/?go", 302, Some("/login"), ""),
        ("/?late-go", 302, Some("/login"), ""),
        ("/?late-panic", 500, None, "panic"),
    ] {
        let refused = TestPage::<Life>::mount(url).await.map(drop).expect_err("it refuses");
        assert_eq!((refused.status, refused.redirect.as_deref()), (status, redirect), "{url}: {refused}");
        assert!(refused.message.contains(message), "{url}: {refused}");
    }
}

#[actix_web::test]
async fn a_page_ticks_as_often_as_time_says() -> Outcome {
    tokio::time::pause();
    let mut page = TestPage::<Life>::mount("/").await?;
    page.advance(Duration::from_millis(999)).await;
    assert_eq!(page.text("b"), "0");
    page.advance(Duration::from_millis(1)).await;
    assert_eq!(page.text("b"), "1");
    page.advance(Duration::from_secs(59)).await;
    assert_eq!((page.text("b"), page.patches()), ("60".into(), 60));
    page.tick().await;
    assert_eq!(page.text("b"), "61");
    page.advance(Duration::from_secs(600)).await;
    assert_eq!((page.text("b"), page.ended()), ("661".into(), None), "it is not taken for dead");
    Ok(())
}

#[actix_web::test]
async fn the_end_of_a_page_runs_unmount_and_a_panic_does_not() -> Outcome {
    tokio::time::pause();
    let ended = Arc::new(AtomicUsize::new(0));
    let page = || TestPage::<Life>::mount(TestRequest::get("/").app_data(Arc::clone(&ended)));
    page().await?.close().await;
    assert_eq!(ended.load(Ordering::Relaxed), 1);
    let mut page = page().await?;
    page.click("button").await;
    assert_eq!(page.ended().as_deref(), Some("panic"));
    assert_eq!(page.state(|_| ()).await, None);
    let page = page.reconnect().await?;
    assert_eq!((page.ended(), ended.load(Ordering::Relaxed)), (None, 1));
    Ok(())
}

#[actix_web::test]
async fn what_the_browser_is_told_is_taken_once() -> Outcome {
    let mut page = TestPage::<Life>::mount("/").await?;
    page.event("go", Arguments::new()).await;
    assert_eq!((page.navigated().as_deref(), page.focused().as_deref()), (Some("/elsewhere"), Some("name")));
    assert_eq!((page.navigated(), page.focused()), (None, None));
    page.event("fail", Arguments::new()).await;
    page.event("nothing_like_it", Arguments::new()).await;
    let errors = page.errors();
    assert_eq!(errors[0], "The kitchen is closed.");
    assert!(errors[1].contains("nothing_like_it") && page.errors().is_empty() && !page.was_refused());
    Ok(())
}

#[actix_web::test]
async fn whatever_middleware_does_to_a_request_can_be_done() -> Outcome {
    let called = Rc::new(Cell::new(false));
    let request = TestRequest::get("/").with({
        let called = Rc::clone(&called);
        move |request| called.set(request.path() == "/")
    });
    drop(TestPage::<Life>::mount(request).await?);
    assert!(called.get());
    Ok(())
}
