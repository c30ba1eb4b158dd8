//! Patches of lists: the patch itself, and its cost.

use super::*;

#[derive(Clone, askama::Template)]
#[template(
    source = "{{ marks::LIST }}{% for row in rows %}{{ marks::ITEM }}{{ row.0 }}\
        {{ marks::TEXT }}{{ row.0 }}{{ marks::TEXT }}{{ row.1 }}{{ marks::END }}{% endfor %}{{ marks::END }}",
    ext = "html"
)]
struct Rows {
    rows: Vec<(u32, String)>,
}

const ROW: &Fragment = &Fragment {
    statics: &["<tr><td dj=\"0\">", "</td><td dj=\"1\">", "</td></tr>"],
    slots: &[Slot { number: 0, kind: Text }, Slot { number: 1, kind: Text }],
};

macro_rules! table {
    ($name:ident, key: $key:expr) => {
        static $name: Template = Template {
            name: "rows",
            fingerprint: 2,
            reads: &[],
            root: &Fragment {
                statics: &["<tbody dj=\"0*\">", "</tbody>"],
                slots: &[Slot { number: 0, kind: List { item: ROW, key: $key, otherwise: None } }],
            },
        };
    };
}

table!(KEYED, key: Key::Kept);
table!(PLAIN, key: Key::None);
table!(SHOWN, key: Key::Shown("<tr".len()));

/// Rows with these keys; a row's text is its key's.
fn rows(keys: impl IntoIterator<Item = u32>) -> Rows {
    Rows { rows: keys.into_iter().map(|key| (key, format!("row {key}"))).collect() }
}

fn order(old: &[u32], new: &[u32]) -> String {
    let patch = patch(&KEYED, &rows(old.iter().copied()), &rows(new.iter().copied()));
    let inner = patch.strip_prefix("[0,[").and_then(|patch| patch.strip_suffix(",[]]]"));
    inner
        .unwrap_or(&patch)
        .replace(r#"<tr><td dj=\"0\">"#, "+")
        .replace(r#"</td><td dj=\"1\">"#, ":")
        .replace("</td></tr>", "")
}

#[test]
fn a_changed_cell_is_its_index_and_a_patch_of_the_item() {
    let old = rows(0..1000);
    let mut new = old.clone();
    new.rows[500].1 = "51".into();
    for table in [&KEYED, &PLAIN] {
        assert_eq!(patch(table, &old, &new), r#"[0,[0,[500,[1,"51"]]]]"#);
    }
}

#[test]
fn several_changed_cells_share_one_array() {
    let old = rows(0..9);
    let mut new = old.clone();
    (new.rows[0].1, new.rows[8].1) = ("a".into(), "b".into());
    assert_eq!(patch(&KEYED, &old, &new), r#"[0,[0,[0,[1,"a"],8,[1,"b"]]]]"#);
}

#[test]
fn an_order_names_runs_single_items_and_new_html() {
    assert_eq!(order(&[1, 2, 3, 4], &[1, 2, 3, 4]), "");
    assert_eq!(order(&[1, 2, 3, 4], &[1, 3, 4]), "[0,[2,2]]");
    assert_eq!(order(&[1, 2, 3, 4], &[1, 2, 9, 3, 4]), r#"[[0,2],"+9:row 9",[2,2]]"#);
    assert_eq!(order(&[1, 2, 3, 4], &[4, 1, 2, 3]), "[3,[0,3]]");
    assert_eq!(order(&[1, 2, 3, 4], &[4, 3, 2, 1]), "[3,2,1,0]");
    assert_eq!(order(&[1, 2, 3, 4], &[8, 3, 9]), r#"["+8:row 8",2,"+9:row 9"]"#);
    assert_eq!(order(&[1, 2], &[3, 4]), r#"["+3:row 3+4:row 4"]"#);
    assert_eq!(order(&[], &[1]), r#"["+1:row 1"]"#);
    assert_eq!(order(&[1], &[]), "[]");
}

#[test]
fn the_same_key_twice_takes_old_items_in_turn() {
    assert_eq!(order(&[1, 1, 2], &[2, 1, 1]), "[2,[0,2]]");
    assert_eq!(order(&[1, 2, 1], &[2, 1, 1, 1]), r#"[1,0,"+1:row 1",2]"#);
    assert_eq!(order(&[7, 7, 7], &[7, 7]), "[[0,2]]");
    assert_eq!(order(&[7, 5, 7], &[5, 7, 7, 5]), r#"[1,0,2,"+5:row 5"]"#);
}

#[test]
fn a_moved_item_that_changed_is_patched_at_its_new_index() {
    let old = rows([1, 2, 3]);
    let mut new = rows([3, 1, 2]);
    (new.rows[0].1, new.rows[2].1) = ("three".into(), "two".into());
    assert_eq!(patch(&KEYED, &old, &new), r#"[0,[[2,[0,2]],[0,[1,"three"],2,[1,"two"]]]]"#);
}

#[test]
fn without_keys_items_are_matched_by_position() {
    assert_eq!(patch(&PLAIN, &rows([1, 2]), &rows([2])), r#"[0,[[0],[0,[0,"2",1,"row 2"]]]]"#);
    let added = patch(&PLAIN, &rows([1]), &rows([1, 2]));
    assert_eq!(added, r#"[0,[[0,"<tr><td dj=\"0\">2</td><td dj=\"1\">row 2</td></tr>"],[]]]"#);
    assert_eq!(patch(&PLAIN, &rows([1]), &rows([])), "[0,[[],[]]]");
}

#[test]
fn a_list_and_its_else_replace_each_other_whole() {
    let empty = Page { class: "c".into(), ..Page::default() };
    let full = Page { items: vec![(1, "one".into())], ..empty.clone() };
    assert_eq!(patch(&PAGE, &empty, &full), r#"[6,"<li dj=\"0\">one</li>"]"#);
    assert_eq!(patch(&PAGE, &full, &empty), r#"[6,"<!--e--><li dj=\"7\">none c</li>"]"#);
    let changed = Page { class: "d".into(), ..empty.clone() };
    assert_eq!(patch(&PAGE, &empty, &changed), r#"[1,"d",7,"none d"]"#);
}

#[test]
fn adding_removing_or_moving_one_of_a_thousand_rows_costs_one_operation() {
    let old = rows(0..1000);
    let with = |change: fn(&mut Vec<(u32, String)>)| {
        let mut new = old.clone();
        change(&mut new.rows);
        patch(&KEYED, &old, &new)
    };
    let row_html = r#"<tr><td dj="0">5000</td><td dj="1">new</td></tr>"#;

    let prepended = with(|rows| rows.insert(0, (5000, "new".into())));
    assert_eq!(prepended, format!("[0,[[{},[0,1000]],[]]]", quoted(row_html)));
    assert!(prepended.len() <= row_html.len() + 40);
    assert_eq!(with(|rows| drop(rows.remove(400))), "[0,[[[0,400],[401,599]],[]]]");
    let moved_back = with(|rows| {
        let row = rows.remove(10);
        rows.insert(900, row);
    });
    assert_eq!(moved_back, "[0,[[[0,10],[11,890],10,[901,99]],[]]]");
    assert_eq!(with(|rows| rows.swap(3, 998)), "[0,[[[0,3],998,[4,994],3,999],[]]]");
}

fn quoted(html: &str) -> String {
    format!("\"{}\"", html.replace('"', "\\\""))
}

#[test]
fn every_changed_item_is_found_in_lists_longer_than_what_is_compared_at_once() {
    let old = rows(0..3000);
    let changed = [0, 1, 2, 127, 128, 129, 1023, 1024, 1025, 2047, 2998, 2999];
    let mut new = old.clone();
    for i in changed {
        new.rows[i].1 = "changed".into();
    }
    let changes: Vec<String> = changed.iter().map(|i| format!(r#"{i},[1,"changed"]"#)).collect();
    assert_eq!(patch(&KEYED, &old, &new), format!("[0,[0,[{}]]]", changes.join(",")));
}

#[test]
fn a_shown_key_stands_in_the_html_of_items_and_in_no_patch_of_theirs() {
    let mut page = String::new();
    record(&rows([1, 2])).html(&SHOWN, &mut page);
    assert!(page.starts_with("<tbody dj=\"0*\"><tr dj-key=\"1\"><td dj=\"0\">1<"), "{page}");
    let mut changed = rows([2, 3]);
    changed.rows[0].1 = "new".to_owned();
    let patch = patch(&SHOWN, &rows([1, 2]), &changed);
    let inserted = r#""<tr dj-key=\"3\"><td dj=\"0\">3</td><td dj=\"1\">row 3</td></tr>""#;
    assert_eq!(patch, format!(r#"[0,[[1,{inserted}],[0,[1,"new"]]]]"#));
}

#[test]
fn a_quote_in_a_key_does_not_end_the_attribute() {
    #[derive(askama::Template)]
    #[template(
        source = "{{ marks::LIST }}{{ marks::ITEM }}{{ key|safe }}{{ marks::TEXT }}a{{ marks::TEXT }}b{{ marks::END }}{{ marks::END }}",
        ext = "html"
    )]
    struct One {
        key: &'static str,
    }
    let mut page = String::new();
    record(&One { key: "x\" onclick=\"y" }).html(&SHOWN, &mut page);
    assert!(page.contains(r#"<tr dj-key="x&#34; onclick=&#34;y"><td"#), "{page}");
}
