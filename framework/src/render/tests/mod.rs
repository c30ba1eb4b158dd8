//! Templates in the form that the macro writes, and helpers for the tests.

mod joining;
mod lists;
mod places;
mod recording;

use super::PlaceKind::{Attribute, Attributes, Block, List, Raw, Text};
use super::{Fragment, Key, Place, Recorder, Recording, Template, diff, marks};

const EMPTY: &Fragment = &Fragment { statics: &[""], places: &[] };

/// One of each kind of slot; those of the `if` and of the `for`'s `else` are in the same scope.
#[derive(Clone, Default, askama::Template)]
#[template(
    source = "{{ marks::SLOT }}{{ title }}\
        {{ marks::SLOT }}{{ class }}{{ marks::SLOT }}{{ flags|safe }}{{ marks::SLOT }}{{ body|safe }}\
        {% if on %}{{ marks::branch(0) }}{{ marks::SLOT }}{{ title }}{{ marks::END }}\
        {% else %}{{ marks::branch(1) }}{{ marks::END }}{% endif %}\
        {{ marks::LIST }}{% for (key, text) in items %}{{ marks::ITEM }}{{ key }}{{ marks::SLOT }}{{ text }}{{ marks::END }}\
        {% else %}{{ marks::SLOT }}none {{ class }}{% endfor %}{{ marks::END }}",
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
        places: &[
            Place { number: 0, kind: Text },
            Place { number: 1, kind: Attribute },
            Place { number: 2, kind: Attributes },
            Place { number: 3, kind: Raw },
            Place {
                number: 4,
                kind: Block(&[
                    &Fragment {
                        statics: &["<b dj=\"5\">", "</b>"],
                        places: &[Place { number: 5, kind: Text }],
                    },
                    EMPTY,
                ]),
            },
            Place {
                number: 6,
                kind: List {
                    item: &Fragment {
                        statics: &["<li dj=\"0\">", "</li>"],
                        places: &[Place { number: 0, kind: Text }],
                    },
                    key: Key::Kept,
                    otherwise: Some(&Fragment {
                        statics: &["<!--e--><li dj=\"7\">", "</li>"],
                        places: &[Place { number: 7, kind: Text }],
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
