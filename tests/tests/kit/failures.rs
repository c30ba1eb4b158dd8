//! A step that a person could not take fails, with the page around what was looked for.

use djust::testing::TestPage;
use djust::{handlers, live_view};
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;

#[live_view(
    default,
    path = "kit.Failures",
    source = r#"
<ul id="list"><li>one</li><li>two</li></ul><p>elsewhere</p>
<form id="form"><input id="name" name="name"><button id="send">Send</button></form>
<form id="off" dj-submit="hear"><input id="in-off" name="x"><button disabled>Send</button></form>
<button id="dead" disabled dj-click="hear"><b id="in-dead">x</b></button>
<select id="select"><option>a</option><option disabled>b</option></select>
<input id="fixed" name="fixed" readonly>"#
)]
#[derive(Default)]
struct Failures {}

#[handlers]
impl Failures {
    #[event]
    fn hear(&mut self) {}
}

/// What a step panics with.
async fn failure(step: impl Future<Output = ()>) -> String {
    let caught = futures_catch(step).await.expect_err("it fails");
    caught.downcast_ref::<String>().expect("a sentence").clone()
}

/// Polls a step, and catches its panic.
async fn futures_catch(step: impl Future<Output = ()>) -> std::thread::Result<()> {
    let mut step = Box::pin(step);
    std::future::poll_fn(move |cx| {
        match std::panic::catch_unwind(AssertUnwindSafe(|| step.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    })
    .await
}

#[actix_web::test]
async fn what_is_missing_or_ambiguous_is_said_with_the_page_around_it() -> Result<(), Box<dyn Error>> {
    let mut page = TestPage::<Failures>::mount("/").await?;
    let missing = failure(page.click("#list li.done")).await;
    assert!(
        missing.starts_with("`#list li.done`: nothing on the page matches it. `#list` is:\n<ul"),
        "{missing}"
    );
    let missing = failure(page.click("#list > b")).await;
    assert!(missing.contains("`#list` is:\n<ul id=\"list\">") && !missing.contains("elsewhere"), "{missing}");
    let several = failure(page.click("li")).await;
    assert!(several.contains("2 elements match it") && several.contains("elsewhere"), "{several}");
    let malformed = failure(page.click("li[")).await;
    assert!(malformed.starts_with("`li[` is not a CSS selector"), "{malformed}");
    assert_eq!(
        (page.count("li"), page.has("b.none"), page.texts("li").join(" ")),
        (2, false, "one two".into())
    );
    Ok(())
}

#[actix_web::test]
async fn what_a_person_can_not_do_fails() -> Result<(), Box<dyn Error>> {
    let mut page = TestPage::<Failures>::mount("/").await?;
    for (said, why) in [
        (failure(page.click("p")).await, "nothing handles a click on it"),
        (failure(page.click("#dead")).await, "it is disabled"),
        (failure(page.click("#in-dead")).await, "the button around it is disabled"),
        (failure(page.click("#send")).await, "its form has no dj-submit"),
        (failure(page.submit("#form")).await, "its form has no dj-submit"),
        (failure(page.submit("#off")).await, "the form's button is disabled"),
        (failure(page.press("#in-off", "Enter")).await, "the form's button is disabled"),
        (failure(page.press("#name", "a")).await, "nothing handles the key a"),
        (failure(page.fill("p", "x")).await, "it is no field for text"),
        (failure(page.fill("#fixed", "x")).await, "it is read-only"),
        (failure(page.fill("#select", "b")).await, "it has no option \"b\" that can be chosen"),
        (failure(page.choose("#select", [])).await, "it takes one option"),
        (failure(page.check("#name")).await, "it is neither a checkbox nor a radio button"),
        (failure(page.uncheck("#name")).await, "it is no checkbox"),
        (failure(page.focus("p")).await, "nothing at or around it has dj-focus"),
    ] {
        assert!(said.contains(why) && said.contains("The page is:"), "{why}: {said}");
    }
    Ok(())
}

#[actix_web::test]
async fn waiting_for_what_does_not_come_ends_after_five_seconds() -> Result<(), Box<dyn Error>> {
    tokio::time::pause();
    let mut page = TestPage::<Failures>::mount("/").await?;
    let start = tokio::time::Instant::now();
    assert!(failure(page.wait_for("#never")).await.contains("it did not appear within 5 s"));
    assert_eq!(start.elapsed().as_secs(), 5);
    Ok(())
}
