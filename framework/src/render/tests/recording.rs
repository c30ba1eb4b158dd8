//! The recorder: failures, misplaced marks, and what a recording keeps.

use super::super::RenderError;
use super::*;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(askama::Template)]
#[template(
    source = "{{ marks::LIST }}{{ marks::ITEM }}k{{ marks::TEXT }}a{{ value }}{{ marks::END }}{{ marks::END }}",
    ext = "html"
)]
struct Falling<T: fmt::Display> {
    value: T,
}

struct Fails;

impl fmt::Display for Fails {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("in a template")
    }
}

#[test]
fn a_failed_rendering_is_an_error_and_the_recorder_goes_on() {
    let recorder = Recorder::new();
    let page = Page { title: "T".into(), ..Page::default() };
    let before = recorder.record(|recorder| recorder.render(&page)).expect("renders");
    let failed = recorder.record(|recorder| recorder.render(&Falling { value: Fails }));
    assert!(matches!(failed, Err(RenderError::Template(_))));
    assert_eq!(recorder.record(|recorder| recorder.render(&page)).expect("renders"), before);
}

#[test]
fn a_panic_while_rendering_leaves_the_recorder_usable() {
    let recorder = Recorder::new();
    let page = Page { title: "T".into(), ..Page::default() };
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        recorder.record(|recorder| recorder.render(&Falling { value: Panics })).is_ok()
    }));
    assert!(panicked.is_err());
    assert_eq!(recorder.record(|recorder| recorder.render(&page)).expect("renders"), record(&page));
}

#[test]
fn misplaced_marks_and_text_are_errors() {
    macro_rules! marks_of {
        ($($source:literal)*) => { $({
            #[derive(askama::Template)]
            #[template(source = $source, ext = "html")]
            struct Misplaced;
            let recorded = Recorder::new().record(|recorder| recorder.render(&Misplaced));
            assert!(matches!(recorded, Err(RenderError::Marks)), $source);
        })* };
    }
    marks_of! {
        "{{ marks::END }}"
        "{{ marks::LIST }}"
        "{{ marks::ITEM }}{{ marks::END }}"
        "{{ marks::branch(0) }}{{ marks::ITEM }}{{ marks::END }}{{ marks::END }}"
        "x{{ marks::TEXT }}"
        "{{ marks::branch(0) }} {{ marks::END }}"
    }
}

#[test]
fn a_view_that_renders_itself_is_an_error() {
    struct Nested<'a>(&'a Recorder);
    impl fmt::Display for Nested<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let nested = self.0.record(|recorder| recorder.render(&Page::default()));
            f.write_str(&nested.expect_err("the recorder is busy").to_string())
        }
    }
    let recorder = Recorder::new();
    let recorded = recorder.record(|recorder| recorder.render(&Falling { value: Nested(recorder) }));
    assert!(recorded.is_ok_and(|recording| recording.size() > 50));
}

#[test]
fn a_view_may_be_rendered_by_another_recorder_inside_of_a_rendering() {
    #[derive(askama::Template)]
    #[template(source = "{{ marks::TEXT }}{{ inner }}", ext = "html")]
    struct Outer {
        inner: Inner,
    }
    struct Inner;
    impl fmt::Display for Inner {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}", record(&Page::default()).size())
        }
    }
    let size = record(&Page::default()).size().to_string();
    assert_eq!(record(&Outer { inner: Inner }).size(), size_of::<Recording>() + 1 + size.len());
}

#[test]
fn a_mark_in_any_other_rendering_writes_nothing() {
    use askama::Template as _;
    assert_eq!(Falling { value: 1 }.render().expect("renders"), "ka1");
    assert_eq!(marks::TEXT.to_string(), "");
}

#[test]
fn a_recording_with_the_wrong_table_never_panics() {
    let page = Page {
        on: true,
        items: vec![(1, "é".into()), (2, "y".into())],
        title: "ü".into(),
        ..Page::default()
    };
    let (right, wrong) = (record(&page), record(&Falling { value: "é" }));
    let mut out = html(&PAGE, &wrong);
    diff(&PAGE, &right, &wrong, &mut out);
    diff(&PAGE, &wrong, &right, &mut out);
    diff(&PAGE, &Recording::default(), &right, &mut out);
    wrong.digests(&PAGE);
}

#[test]
fn a_recording_keeps_one_byte_for_each_slot_and_the_text() {
    let page = Page { title: "12345".into(), ..Page::default() };
    // text, attribute, attributes, raw: 1 byte each; block: 3; list with its else: 3 + 1
    assert_eq!(record(&page).size(), size_of::<Recording>() + 11 + "12345".len() + "none ".len());
}

#[test]
fn long_texts_in_long_lists_are_recorded_whole() {
    let long = |length| "x".repeat(length);
    let items = (0..40).map(|n| (n, long(n as usize * 400))).collect();
    let page = Page { on: true, title: long(300), body: long(70_000), items, ..Page::default() };
    let html = html(&PAGE, &record(&page));
    assert_eq!(html.matches('x').count(), 2 * 300 + 70_000 + 400 * (0..40).sum::<usize>());
    let changed = Page { items: page.items.iter().skip(1).cloned().collect(), ..page.clone() };
    assert_eq!(patch(&PAGE, &page, &changed), "[6,[[[1,39]],[]]]");
}
