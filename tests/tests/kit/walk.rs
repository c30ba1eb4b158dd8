//! A random walk: after every step the page shows what a fresh rendering of the same state shows.

use djust::push::Push;
use djust::testing::{TestPage, TestRequest};
use djust::view::Arguments;
use djust::{LiveView, MountContext, MountResult, handlers, live_view};
use proptest::prelude::*;

#[live_view(
    path = "kit.Walk",
    source = r#"<b class="{% if sum > 9 %}many{% endif %}">{{ sum }}</b>{% if rows.is_empty() %}<p>none</p>{% endif %}
<ul>{% for row in rows %}<li dj-key="{{ row }}">{{ row }}{% if *row > sum %}<i>{{ sum }}</i>{% endif %}</li>{% else %}<li>nothing</li>{% endfor %}</ul>{{ text }}"#
)]
#[derive(Default, Clone)]
struct Walk {
    #[push]
    sum: u32,
    rows: Vec<u32>,
    #[push]
    text: String,
    steps: u32,
}

impl LiveView for Walk {
    /// A page with a state that is given, or an empty one.
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        Ok(cx.extensions().get::<Walk>().cloned().unwrap_or_default())
    }
}

#[handlers]
impl Walk {
    #[event]
    fn add(&mut self, by: u32) {
        self.steps += 1;
        self.sum = (self.sum + by) % 20;
    }

    #[push]
    fn toggle(&mut self, row: u32) {
        self.steps += 1;
        match self.rows.iter().position(|other| *other == row) {
            Some(at) => drop(self.rows.remove(at)),
            None => self.rows.insert(self.rows.len() / 2, row),
        }
    }

    #[push]
    async fn turn(&mut self) {
        tokio::task::yield_now().await;
        self.steps += 1;
        self.rows.reverse();
    }
}

#[derive(Debug, Clone)]
enum Step {
    Add(u32),
    Toggle(u32),
    Turn,
    Text(String),
    /// The pushes before it are settled.
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..20_u32).prop_map(Step::Add),
        (0..12_u32).prop_map(Step::Toggle),
        (0..12_u32).prop_map(Step::Toggle),
        Just(Step::Turn),
        "[<&a ]{0,3}".prop_map(Step::Text),
        Just(Step::Settle),
    ]
}

/// Takes the steps, and counts what they call.
async fn walk(steps: Vec<Step>) {
    let mut page = TestPage::<Walk>::mount("/").await.expect("it mounts");
    let mut calls = 0;
    for step in steps {
        let push = match step {
            Step::Add(by) => {
                calls += 1;
                let arguments = Arguments::from_iter([("by".to_owned(), by.into())]);
                page.event("add", arguments).await;
                continue;
            }
            Step::Settle => {
                page.settled().await;
                let state = page.state(Walk::clone).await.expect("it lives");
                let fresh = page.app().mount::<Walk>(TestRequest::get("/").extension(state)).await;
                assert_eq!(page.html(), fresh.expect("it mounts").html());
                continue;
            }
            Step::Toggle(row) => Push::handler("toggle").arg("row", row),
            Step::Turn => Push::handler("turn"),
            Step::Text(text) => Push::state("text", text),
        };
        calls += u32::from(push.handler_name().is_some());
        page.app().push((Walk::PATH, push)).expect("accepted");
    }
    page.settled().await;
    assert_eq!(page.state(|view| view.steps).await, Some(calls), "nothing is lost, nothing comes twice");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_page_is_what_its_state_renders_to(steps in prop::collection::vec(step(), 0..40)) {
        actix_web::rt::System::new().block_on(walk(steps));
    }
}
