//! Split templates against askama's own rendering, over random walks through every construct.

use djust::render::{Recorder, Recording, diff, join_patch};
use djust::view::ViewDefinition;
use djust_tests::constructs::{AllConstructs, Step, without_anchors};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

fn record(view: &AllConstructs) -> Recording {
    Recorder::new().record(|recorder| view.record(recorder)).expect("the template renders")
}

fn html(recording: &Recording) -> String {
    let mut html = String::new();
    recording.html(AllConstructs::TEMPLATE, &mut html);
    html
}

/// `None` if nothing differs.
fn patch(old: &Recording, new: &Recording) -> Option<Value> {
    let mut patch = String::from("before");
    let differs = diff(AllConstructs::TEMPLATE, old, new, &mut patch);
    let patch = patch.strip_prefix("before").expect("a patch is appended");
    assert_eq!(differs, !patch.is_empty());
    differs.then(|| serde_json::from_str(patch).expect("a patch is JSON"))
}

fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (0..1000_usize, 0..1000_usize, 0..1000_usize);
    vec(step.prop_map(|(what, first, second)| Step { what, first, second }), 1..count)
}

proptest! {
    #[test]
    fn after_every_step_the_page_is_what_askama_renders(steps in steps(60)) {
        let mut view = AllConstructs::default();
        for step in steps {
            view.step(step);
            prop_assert_eq!(without_anchors(&html(&record(&view))), without_anchors(&view.by_askama()));
        }
    }

    #[test]
    fn there_is_a_patch_exactly_if_the_html_differs(steps in steps(60)) {
        let mut view = AllConstructs::default();
        let mut old = record(&view);
        for step in steps {
            view.step(step);
            let new = record(&view);
            prop_assert!(patch(&new, &new.clone()).is_none());
            let patch = patch(&old, &new);
            if html(&old) != html(&new) {
                prop_assert!(patch.is_some_and(|patch| patch.as_array().is_some_and(|patch| !patch.is_empty())));
            }
            old = new;
        }
    }

    #[test]
    fn a_page_that_joins_is_sent_the_root_places_that_differ(before in steps(30), after in steps(4)) {
        let mut view = AllConstructs::default();
        before.into_iter().for_each(|step| view.step(step));
        let shown = record(&view);
        let digests = shown.digests(AllConstructs::TEMPLATE);
        after.into_iter().for_each(|step| view.step(step));
        let now = record(&view);
        let mut sent = String::new();
        if join_patch(AllConstructs::TEMPLATE, &now, &digests, &mut sent) {
            let sent: Vec<Value> = serde_json::from_str(&sent).expect("a patch is JSON");
            prop_assert_eq!(sent.is_empty(), now.digests(AllConstructs::TEMPLATE) == digests);
            prop_assert!(sent.chunks(2).all(|pair| pair[0].is_u64() && pair[1].is_string()));
        } else {
            prop_assert!(sent.is_empty());
        }
    }
}
