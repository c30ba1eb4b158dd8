//! A push renders only the slots that read its fields: the page and the patch are those of a whole rendering.

use djust::render::{Fields, Recorder, Recording, diff};
use djust::view::ViewDefinition;
use djust_tests::constructs::{AllConstructs, Step, without_anchors};
use djust_tests::measured::{Dashboard, record};
use proptest::collection::vec;
use proptest::prelude::*;

/// Updates, and returns the patch.
fn update<V: ViewDefinition>(
    recorder: &Recorder,
    view: &V,
    shown: &mut Recording,
    changed: Fields,
) -> String {
    let mut patch = String::new();
    let render = |recorder: &Recorder| view.record(recorder);
    let differs = recorder.update(V::TEMPLATE, shown, changed, render, &mut patch).expect("it renders");
    assert_eq!(differs, !patch.is_empty());
    patch
}

fn html<V: ViewDefinition>(recording: &Recording) -> String {
    let mut html = String::new();
    recording.html(V::TEMPLATE, &mut html);
    html
}

/// What happens between two renderings: changes, each of them by a push or by a handler.
fn bursts() -> impl Strategy<Value = Vec<Vec<(Step, bool)>>> {
    let step = (0..1000_usize, 0..1000_usize, 0..1000_usize);
    let step = step.prop_map(|(what, first, second)| Step { what, first, second });
    vec(vec((step, prop::bool::weighted(0.8)), 0..4), 1..40)
}

proptest! {
    #[test]
    fn each_page_and_patch_is_that_of_a_whole_rendering(bursts in bursts()) {
        let recorder = Recorder::new();
        let mut view = AllConstructs::default();
        let mut shown = record(&recorder, &view);
        for burst in bursts {
            let mut changed = Fields::NONE;
            for (step, is_push) in burst {
                changed.add(if is_push { view.step_by_push(step) } else { Fields::ALL });
                if !is_push {
                    view.step(step);
                }
            }
            let (before, after) = (shown.clone(), record(&recorder, &view));
            let mut expected = String::new();
            diff(AllConstructs::TEMPLATE, &before, &after, &mut expected);
            prop_assert_eq!(update(&recorder, &view, &mut shown, changed), expected);
            prop_assert_eq!(&shown, &after);
            let page = html::<AllConstructs>(&shown);
            prop_assert_eq!(without_anchors(&page), without_anchors(&view.by_askama()));
        }
    }
}

#[test]
fn most_slots_can_be_left_out() {
    let reads = AllConstructs::TEMPLATE.reads;
    assert_eq!(reads.len(), AllConstructs::TEMPLATE.root.slots.len());
    let left_out = reads.iter().filter(|reads| **reads != Fields::ALL).count();
    assert!(left_out * 3 > reads.len() * 2, "{left_out} of {}", reads.len());
}

#[test]
fn a_push_patches_its_fields_and_no_others() {
    let recorder = Recorder::new();
    let dashboard = Dashboard::sample();
    let mut shown = record(&recorder, &dashboard);
    let after = dashboard.with_two_changes();
    let size = shown.size();
    assert_eq!(update(&recorder, &after, &mut shown, Fields::NONE), "", "nothing is rendered");
    assert_eq!(update(&recorder, &after, &mut shown, dashboard.two_changed()), r#"[3,"4445",12,"98.7"]"#);
    assert_eq!(shown, record(&recorder, &after));
    assert_eq!(shown.size(), size);
}
