//! Pushes to a page and from one: all that was accepted is shown by the next step.

use djust::push::{Push, PushError};
use djust::testing::TestPage;
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use std::error::Error;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

type Outcome = Result<(), Box<dyn Error>>;

#[live_view(
    path = "kit.Pushed",
    key = "all",
    source = r#"<b class="{{ tone }}">{{ number }}</b><ul>{% for row in rows %}<li dj-key="{{ row }}">{{ row }}{{ mark }}</li>{% endfor %}</ul>{% if number > 5 %}<i>many</i>{% endif %}
<button id="push" dj-click="push_it">Push</button><button id="slow" dj-click="push_slowly">Push</button>
<button id="work" dj-click="work">Work</button><button id="in" dj-click="join">In</button><button id="out" dj-click="leave">Out</button>"#
)]
struct Pushed {
    #[push]
    number: i64,
    #[push]
    tone: String,
    #[push]
    mark: String,
    rows: Vec<u32>,
}

impl LiveView for Pushed {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Pushed { number: 0, tone: "low".into(), mark: String::new(), rows: vec![1, 2, 3] })
    }
}

#[handlers]
impl Pushed {
    #[push]
    fn on_rows(&mut self, rows: Vec<u32>) {
        self.rows = rows;
    }

    #[push]
    async fn add_slowly(&mut self) {
        tokio::time::sleep(Duration::from_secs(2)).await;
        self.number += 1;
    }

    #[event]
    fn push_it(&mut self, cx: &mut ViewContext<Self>) -> Result<(), PushError> {
        Pushed::push().number(self.number + 1).via(cx.pusher()).queue().map(drop)
    }

    #[event]
    async fn push_slowly(&mut self, cx: &mut ViewContext<Self>) -> Result<(), PushError> {
        tokio::time::sleep(Duration::from_secs(2)).await;
        cx.push((Self::PATH, Push::state("number", self.number + 10))).map(drop)
    }

    #[event]
    fn work(&mut self, cx: &mut ViewContext<Self>) {
        let work = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            8
        };
        cx.spawn(work, |view, number| view.number = number);
    }

    #[event]
    fn join(&mut self, cx: &mut ViewContext<Self>) {
        cx.join("room");
    }

    #[event]
    fn leave(&mut self, cx: &mut ViewContext<Self>) {
        cx.leave("room");
    }
}

async fn page() -> Result<TestPage<Pushed>, Box<dyn Error>> {
    tokio::time::pause();
    Ok(TestPage::mount("/").await?)
}

#[actix_web::test]
async fn pushes_are_shown_typed_or_not_and_a_wrong_one_is_refused() -> Outcome {
    let mut page = page().await?;
    page.push(Pushed::push().number(1)).await?;
    page.push((Pushed::PATH, Push::state("tone", "high"))).await?;
    assert_eq!(page.text("b.high"), "1");
    let wrong = page.push((Pushed::PATH, Push::state("number", "x"))).await;
    assert!(matches!(wrong, Err(PushError::Invalid { .. })), "{wrong:?}");
    let unknown = page.push(("kit.Nobody", Push::render())).await;
    assert!(matches!(unknown, Err(PushError::UnknownView(_))), "{unknown:?}");
    let sent: Vec<_> = page.app().pushes().into_iter().map(|(path, _)| path).collect();
    assert_eq!(sent, ["kit.Pushed", "kit.Pushed", "kit.Pushed", "kit.Nobody"], "also what was refused");
    assert!(page.app().pushes().is_empty(), "they are taken");
    Ok(())
}

/// A number that can't be shown if it is negative.
#[derive(serde::Serialize, serde::Deserialize)]
struct Fussy(i64);

impl std::fmt::Display for Fussy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 < 0 { Err(std::fmt::Error) } else { self.0.fmt(f) }
    }
}

#[live_view(path = "kit.Partial", source = "<b>{{ fussy }}</b><i>{{ plain }}</i><u>{{ outside() }}</u>")]
struct Partial {
    #[push]
    fussy: Fussy,
    #[push]
    plain: i64,
}

static OUTSIDE: AtomicI64 = AtomicI64::new(0);

impl Partial {
    fn outside(&self) -> i64 {
        OUTSIDE.load(Ordering::Relaxed)
    }
}

impl LiveView for Partial {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Partial { fussy: Fussy(0), plain: 0 })
    }
}

#[actix_web::test]
async fn what_a_failed_rendering_should_have_shown_is_shown_by_the_next_good_one() -> Outcome {
    tokio::time::pause();
    let mut page: TestPage<Partial> = TestPage::mount("/").await?;
    page.push(Partial::push().plain(1)).await?;
    page.push(Partial::push().fussy(Fussy(-1))).await?;
    page.push(Partial::push().plain(2)).await?;
    assert_eq!((page.text("b"), page.text("i")), ("0".into(), "1".into()), "the last good state");
    page.push(Partial::push().fussy(Fussy(3))).await?;
    assert_eq!((page.text("b"), page.text("i")), ("3".into(), "2".into()));
    Ok(())
}

#[actix_web::test]
async fn a_push_of_nothing_renders_everything_and_any_push_what_reads_more_than_fields() -> Outcome {
    tokio::time::pause();
    let mut page: TestPage<Partial> = TestPage::mount("/").await?;
    OUTSIDE.store(1, Ordering::Relaxed);
    page.push((Partial::PATH, Push::render())).await?;
    assert_eq!(page.text("u"), "1");
    OUTSIDE.store(2, Ordering::Relaxed);
    page.push(Partial::push().plain(1)).await?;
    assert_eq!(page.text("u"), "2");
    Ok(())
}

#[actix_web::test]
async fn what_a_handler_pushes_is_shown_after_it_and_so_is_what_waits_for_one() -> Outcome {
    let mut page = page().await?;
    page.click("#push").await;
    assert_eq!(page.text("b"), "1");
    page.click("#slow").await;
    assert_eq!(page.text("b"), "11", "an asynchronous handler is waited for, and its push, too");
    page.push(Pushed::push().add_slowly()).await?;
    assert_eq!(page.text("b"), "12");
    Ok(())
}

#[actix_web::test]
async fn a_thousand_pushes_are_shown_by_one_step() -> Outcome {
    let mut page = page().await?;
    for number in 1..=1_000 {
        page.app().push(Pushed::push().number(number))?;
    }
    page.settled().await;
    assert_eq!(page.text("b"), "1000");
    Ok(())
}

#[actix_web::test]
async fn what_a_view_has_spawned_comes_later() -> Outcome {
    let mut page = page().await?;
    page.click("#work").await;
    assert_eq!(page.text("b"), "0");
    page.wait_for("i").await;
    assert_eq!(page.text("b"), "8");
    Ok(())
}

#[actix_web::test]
async fn a_push_with_a_key_reaches_those_who_are_in() -> Outcome {
    let mut page = page().await?;
    page.push(Pushed::push().number(1).key("all")).await?;
    page.push(Pushed::push().number(2).key("room")).await?;
    assert_eq!(page.text("b"), "1");
    page.click("#in").await;
    page.push(Pushed::push().number(3).key("room")).await?;
    assert_eq!(page.text("b"), "3");
    page.click("#out").await;
    page.push(Pushed::push().number(4).key("room")).await?;
    assert_eq!(page.text("b"), "3");
    Ok(())
}

#[actix_web::test]
async fn a_patch_reads_as_what_it_does() -> Outcome {
    let mut page = page().await?;
    page.push(Pushed::push().tone("high".into())).await?;
    assert_eq!(page.last_patch(), ["attribute 0 = high"]);
    page.push(Pushed::push().on_rows(vec![3, 1, 4])).await?;
    assert_eq!(page.last_patch().len(), 1, "{:?}", page.last_patch());
    assert!(page.last_patch()[0].starts_with("list 2: item 2, item 0, new \"<li"), "{:?}", page.last_patch());
    page.push(Pushed::push().mark("!".into())).await?;
    let rows = [(0, 3), (1, 1), (2, 4)].map(|(item, row)| format!("list 2 item {item}: text 0 = {row}!"));
    assert_eq!(page.last_patch(), rows);
    page.push(Pushed::push().number(6)).await?;
    assert_eq!(page.last_patch(), ["text 1 = 6", "branch 3 = <i>many</i>"]);
    let patches = page.patches();
    page.push(Pushed::push().number(6)).await?;
    assert_eq!(page.patches(), patches, "no change is no patch");
    Ok(())
}
