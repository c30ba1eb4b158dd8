//! HTML, and patches of the slots outside of lists.

use super::*;

fn page() -> Page {
    Page { title: "Hello".into(), class: "a".into(), body: "<i>x</i>".into(), ..Page::default() }
}

fn patch_of(change: impl FnOnce(&mut Page)) -> String {
    let mut changed = page();
    change(&mut changed);
    patch(&PAGE, &page(), &changed)
}

#[test]
fn html_is_statics_and_recorded_bytes_in_turn() {
    let page = Page { on: true, flags: "hidden".into(), items: vec![(1, "one".into())], ..page() };
    assert_eq!(
        html(&PAGE, &record(&page)),
        "<h1 dj=\"0\">Hello</h1><div class=\"a\" hidden dj=\"1@class 2@\"><!--d3--><i>x</i><!--/--></div>\
         <!--d4[--><b dj=\"5\">Hello</b><!--/--><ul dj=\"6*\"><li dj=\"0\">one</li></ul>"
    );
}

#[test]
fn equal_states_make_no_patch() {
    assert_eq!(patch_of(|_| {}), "");
}

#[test]
fn text_is_sent_with_entities_and_json_escapes() {
    assert_eq!(patch_of(|page| page.title = "a<b & \\\n\u{1}é".into()), r#"[0,"a&#60;b &#38; \\\n\u0001é"]"#);
}

#[test]
fn changes_stand_in_document_order_in_one_flat_array() {
    let change = |page: &mut Page| (page.title, page.body) = ("T".into(), "B".into());
    assert_eq!(patch_of(change), r#"[0,"T",3,"B"]"#);
}

#[test]
fn an_attribute_is_sent_whole() {
    assert_eq!(
        patch_of(|page| page.class = "a \"b\"".into()),
        r#"[1,"a &#34;b&#34;",7,"none a &#34;b&#34;"]"#
    );
}

#[test]
fn attributes_are_sent_whole_with_the_names_that_are_gone() {
    let with = |flags: &str| Page { flags: flags.into(), ..page() };
    let old = with("hidden data-a=1 data-b = 'x y' title=\"<=>\" checked/");
    assert_eq!(
        patch(&PAGE, &old, &with("DATA-A=2")),
        r#"[2,["DATA-A=2","hidden","data-b","title","checked"]]"#
    );
    assert_eq!(patch(&PAGE, &with(""), &with("hidden")), r#"[2,["hidden"]]"#);
    assert_eq!(patch(&PAGE, &with("hidden"), &with("")), r#"[2,["","hidden"]]"#);
}

#[test]
fn malformed_attributes_are_read_to_their_end() {
    for flags in ["=", "==a", "a=", "a='", "/", "\"", "a b= =c", "é=\"é"] {
        let old = Page { flags: flags.into(), ..page() };
        assert!(patch(&PAGE, &old, &page()).starts_with(r#"[2,["""#), "{flags}");
    }
}

#[test]
fn raw_content_cannot_be_taken_for_anchors() {
    let raw = "<!--d0--><!--/--><!--i--><!--e--><!-- ok --><!--x--><!--";
    let neutral = "<!-- d0--><!-- /--><!-- i--><!-- e--><!-- ok --><!--x--><!--";
    let page = Page { body: raw.into(), ..page() };
    assert!(html(&PAGE, &record(&page)).contains(&format!("<!--d3-->{neutral}<!--/-->")));
    assert_eq!(patch_of(|page| page.body = raw.into()), format!(r#"[3,"{neutral}"]"#));
}

#[test]
fn another_branch_is_sent_as_html_and_the_same_by_its_own_slots() {
    assert_eq!(patch_of(|page| page.on = true), r#"[4,"<b dj=\"5\">Hello</b>"]"#);
    let shown = Page { on: true, ..page() };
    assert_eq!(patch(&PAGE, &shown, &page()), r#"[4,""]"#);
    assert_eq!(patch(&PAGE, &shown, &Page { title: "T".into(), ..shown.clone() }), r#"[0,"T",5,"T"]"#);
}
