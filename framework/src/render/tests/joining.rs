//! Digests, and the patch for a page that joins.

use super::super::join_patch;
use super::*;

fn page() -> Page {
    Page { title: "Hello".into(), items: vec![(1, "one".into())], ..Page::default() }
}

/// The patch for a page that shows `shown` and joins; `None` for the whole HTML.
fn join(shown: &Page, now: &Page) -> Option<String> {
    let mut out = String::from("before ");
    let patched = join_patch(&PAGE, &record(now), &record(shown).digests(&PAGE), &mut out);
    let out = out.strip_prefix("before ").expect("the buffer is appended to");
    assert!(patched || out.is_empty());
    patched.then(|| out.to_owned())
}

#[test]
fn a_page_that_shows_the_newest_state_is_sent_nothing() {
    assert_eq!(join(&page(), &page()).as_deref(), Some("[]"));
}

#[test]
fn digests_are_eight_characters_for_each_root_slot() {
    let digests = record(&page()).digests(&PAGE);
    assert_eq!(digests.len(), 8 * PAGE.root.slots.len());
    assert!(digests.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
}

#[test]
fn root_slots_that_differ_are_sent_whole() {
    let mut now = page();
    (now.class, now.body) = ("c".into(), "<!--d-->".into());
    now.items.push((2, "two".into()));
    now.on = true;
    assert_eq!(
        join(&page(), &now).as_deref(),
        Some(
            "[1,\"c\",3,\"<!-- d-->\",4,\"<b dj=\\\"5\\\">Hello</b>\",\
             6,\"<li dj=\\\"0\\\">one</li><li dj=\\\"0\\\">two</li>\"]"
        )
    );
}

#[test]
fn a_change_of_attributes_or_foreign_digests_need_the_whole_html() {
    let now = Page { flags: "hidden".into(), title: "T".into(), ..page() };
    assert_eq!(join(&page(), &now), None);
    let no_base64 = "*".repeat(8 * PAGE.root.slots.len());
    for digests in ["", "short", "12345678", &no_base64] {
        assert!(!join_patch(&PAGE, &record(&page()), digests, &mut String::new()), "{digests}");
    }
}
