//! Templates written as the macro writes them, and what the tests ask of them.

mod joining;
mod lists;
mod recording;
mod slots;

use super::SlotKind::{Attribute, Attributes, Block, List, Raw, Text};
use super::{Fragment, Key, Recorder, Recording, Slot, Template, diff, marks};

const EMPTY: &Fragment = &Fragment { statics: &[""], slots: &[] };

/// One slot of each kind. Those of the `if` and of the `for`'s `else` are in the same scope.
#[derive(Clone, Default, askama::Template)]
#[template(
    source = "{{ marks::TEXT }}{{ title }}\
        {{ marks::TEXT }}{{ class }}{{ marks::TEXT }}{{ flags|safe }}{{ marks::TEXT }}{{ body|safe }}\
        {% if on %}{{ marks::branch(0) }}{{ marks::TEXT }}{{ title }}{{ marks::END }}\
        {% else %}{{ marks::branch(1) }}{{ marks::END }}{% endif %}\
        {{ marks::LIST }}{% for (key, text) in items %}{{ marks::ITEM }}{{ key }}{{ marks::TEXT }}{{ text }}{{ marks::END }}\
        {% else %}{{ marks::TEXT }}none {{ class }}{% endfor %}{{ marks::END }}",
    ext = "html"
)]
struct Page {
    title: String,
    class: String,
    flags: String,
    body: String,
    on: bool,
    items: Vec<(u32, String)>,
}

static PAGE: Template = Template {
    name: "page.html",
    fingerprint: 1,
    reads: &[],
    root: &Fragment {
        statics: &[
            "<h1 dj=\"0\">",
            "</h1><div class=\"",
            "\" ",
            " dj=\"1@class 2@\"><!--d3-->",
            "<!--/--></div><!--d4[-->",
            "<!--/--><ul dj=\"6*\">",
            "</ul>",
        ],
        slots: &[
            Slot { number: 0, kind: Text },
            Slot { number: 1, kind: Attribute },
            Slot { number: 2, kind: Attributes },
            Slot { number: 3, kind: Raw },
            Slot {
                number: 4,
                kind: Block(&[
                    &Fragment {
                        statics: &["<b dj=\"5\">", "</b>"],
                        slots: &[Slot { number: 5, kind: Text }],
                    },
                    EMPTY,
                ]),
            },
            Slot {
                number: 6,
                kind: List {
                    item: &Fragment {
                        statics: &["<li dj=\"0\">", "</li>"],
                        slots: &[Slot { number: 0, kind: Text }],
                    },
                    key: Key::Kept,
                    otherwise: Some(&Fragment {
                        statics: &["<!--e--><li dj=\"7\">", "</li>"],
                        slots: &[Slot { number: 7, kind: Text }],
                    }),
                },
            },
        ],
    },
};

fn record(template: &impl askama::Template) -> Recording {
    Recorder::new().record(|recorder| recorder.render(template)).expect("the template renders")
}

fn html(table: &Template, recording: &Recording) -> String {
    let mut html = String::new();
    recording.html(table, &mut html);
    html
}

/// The patch from one state to another; `""` if there is none.
fn patch(table: &Template, old: &impl askama::Template, new: &impl askama::Template) -> String {
    let mut patch = String::new();
    let differs = diff(table, &record(old), &record(new), &mut patch);
    assert_eq!(differs, !patch.is_empty());
    patch
}
