//! The message for each mistake, and its position.

use super::try_compile;

/// Checks each source: its message begins with this text.
pub(super) fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        match try_compile(source) {
            Err(error) => assert!(error.starts_with(expected), "{source}\n  {error}\n  {expected}"),
            Ok(_) => panic!("no mistake found: {source}"),
        }
    }
}

#[test]
fn tags_are_whole_in_each_part() {
    check(&[
        ("<p>{% if a %}<b>{% endif %}x</b></p>", "View:1:14: <b> is not closed in this branch"),
        ("{% if a %}</b>{% endif %}", "View:1:11: </b> closes an element that was not opened in this branch"),
        ("{% for x in xs %}<b>{% endfor %}", "View:1:18: <b> is not closed in this loop"),
        ("\n<div>\n <b></div>", "View:3:5: </div> stands where </b> is expected"),
        ("<div>", "View:1:1: <div> is not closed in the template"),
        ("</div>", "View:1:1: </div> closes an element that was not opened in the template"),
        ("{% macro m() %}<b>{% endmacro %}", "View:1:16: <b> is not closed in this macro"),
        ("<div/>{{ n }}", "View:1:1: the slash does not close <div/> in HTML: write <div></div>"),
        ("<br></br>", "View:1:5: <br> has no end tag"),
        ("<p {{ a }}", "View:1:1: this tag has no `>`"),
        ("a < b", "View:1:3: this `<` begins no tag"),
        ("<!-- x", "View:1:7: this HTML comment has no `-->`"),
    ]);
}

#[test]
fn some_parts_are_static() {
    check(&[
        ("<h{{ n }}>x</h{{ n }}>", "View:1:1: a tag's name can't be dynamic"),
        ("<{{ a }}>", "View:1:1: a tag's name can't be dynamic"),
        ("<p></{{ a }}>", "View:1:4: a tag's name can't be dynamic"),
        ("<a data-{{ n }}=1></a>", "View:1:4: an attribute's name can't be dynamic"),
        ("<a {{ n }}=1></a>", "View:1:4: an attribute's name can't be dynamic"),
        ("<a {{ n }}></a>", "View:1:4: an attribute's name can't be dynamic"),
        ("<a {% if b %}{{ n }}{% endif %}></a>", "View:1:14: an attribute's name can't be dynamic"),
        ("<script>var x = {{ n }};</script>", "View:1:17: <script> can't have dynamic content"),
        ("<style>{% if a %}x{% endif %}</style>", "View:1:8: <style> can't have dynamic content"),
        ("<template>{{ n }}</template>", "View:1:11: <template> can't have dynamic content"),
        ("<!-- {{ n }} -->", "View:1:1: an HTML comment can't be dynamic"),
    ]);
}

#[test]
fn html_that_a_browser_would_repair() {
    check(&[
        (
            "<table>{% for x in xs %}<tr></tr>{% endfor %}</table>",
            "View:1:25: <tr> can't be directly in <table>: the browser inserts a <tbody>",
        ),
        (
            "<table><tbody><td></td></tbody></table>",
            "View:1:15: <td> can't be directly in <tbody>: the browser inserts a <tr>",
        ),
        ("<table><div></div></table>", "View:1:8: <div> can't be in <table>"),
        ("<table><form></form></table>", "View:1:8: <form> can't be in <table>"),
        ("<table>{{ n }}</table>", "View:1:8: text can't be directly in <table>"),
        ("<table><tbody> x </tbody></table>", "View:1:16: text can't be directly in <tbody>"),
        ("<div><tr></tr></div>", "View:1:6: <tr> can only be in <tbody>, <thead> or <tfoot>"),
        ("<td></td>", "View:1:1: <td> can only be in <tr>"),
        (
            "<p>{% if a %}<div></div>{% endif %}</p>",
            "View:1:14: <div> can't be in <p>: the browser closes the <p>",
        ),
        ("<a><b><a></a></b></a>", "View:1:7: <a> can't be in another <a>"),
        ("<form><div><form></form></div></form>", "View:1:12: <form> can't be in another <form>"),
        ("<button><button></button></button>", "View:1:9: <button> can't be in another <button>"),
        (
            "<select><option><option></option></option></select>",
            "View:1:17: <option> can't be in another <option>",
        ),
        ("<ul><li><div><li></li></div></li></ul>", "View:1:14: <li> can't be in another <li>"),
        ("<svg><div></div></svg>", "View:1:6: <div> can't be in <svg>"),
        ("<p class=a class=b></p>", "View:1:12: the attribute `class` is there twice"),
        ("<p CLASS=a class=b></p>", "View:1:12: the attribute `class` is there twice"),
        ("<p class=a {% if a %}class=b{% endif %}></p>", "View:1:22: the attribute `class` is there twice"),
        ("<!DOCTYPE html><p></p>", "View:1:1: DOCTYPE belongs to the page"),
        ("<html></html>", "View:1:1: <html> belongs to the page"),
        ("<body></body>", "View:1:1: <body> belongs to the page"),
        (
            "<p class=\"{% if a %}x\" y=\"{% endif %}\"></p>",
            "View:1:22: the value of `class` ends in the middle of a branch",
        ),
        ("<p class={% if a %} x{% endif %}></p>", "View:1:20: the value of `class` is not quoted"),
        ("<p {% if a %}class=\"{% endif %}\"></p>", "View:1:"),
        ("<p {% if a %}>{% endif %}></p>", "View:1:4: a branch inside a tag can only hold whole attributes"),
    ]);
}

#[test]
fn html_that_browsers_leave_alone() {
    for source in [
        "<p><button><div></div></button></p>",
        "<ul><li><ul><li></li></ul></li></ul>",
        "<table><tbody><tr><td><table><caption></caption></table></td></tr></tbody></table>",
        "<svg><foreignObject><div><p>x</p></div></foreignObject></svg>",
        "<p>a &amp; b &copy 1 > 0</p>",
        "<template><tr></tr></template>",
        "{% macro row(x) %}<tr><td>{{ x }}</td></tr>{% endmacro %}<table><tbody>{{ row(n) }}</tbody></table>",
        "<a href=/x/>y</a>",
    ] {
        if let Err(error) = try_compile(source) {
            panic!("{source}\n  {error}");
        }
    }
}

#[test]
fn askama_that_a_live_view_can_not_have() {
    check(&[
        ("{% extends \"base.html\" %}", "View:1:"),
        (
            "{% for x in xs %}{% if x %}{% continue %}{% endif %}<p></p>{% endfor %}",
            "View:1:31: `continue` can't be used",
        ),
        ("{% for x in xs %}{% break %}{% endfor %}", "View:1:21: `break` can't be used"),
        ("{% if a is defined %}{% endif %}", "View:1:9: `is defined` can't be used"),
        ("{% if a %}x", "View:1:"),
        ("{{ n", "View:1:1: "),
        ("{% nonsense %}", "View:1:4: unknown node `nonsense`"),
        ("{% include \"none.html\" %}", "View:1:1: there is no template `none.html` in /nowhere/templates"),
        ("\u{F0001}", "View:1:1: the character U+F0001 is reserved"),
    ]);
}

#[test]
fn unknown_fields_are_found_where_they_stand() {
    check(&[
        (
            "<p>\n{{ cuont }}</p>",
            "View:2:4: `View` has no field `cuont`; its fields are `a`, `b`, `n`, `name`, `xs`, `opt` and `room`",
        ),
        ("{% if q > 1 %}{% endif %}", "View:1:7: `View` has no field `q`"),
        ("{% for x in ys %}{% endfor %}", "View:1:13: `View` has no field `ys`"),
        ("{% for x in xs %}{% endfor %}{{ x }}", "View:1:33: `View` has no field `x`"),
        ("{{ f(q) }}", "View:1:6: `View` has no field `q`"),
        ("{% filter upper|add(q) %}x{% endfilter %}", "View:1:21: `View` has no field `q`"),
        ("{{ n|add(q) }}", "View:1:10: `View` has no field `q`"),
        ("{{ n }}{{ loop.index }}", "View:1:11: `View` has no field `loop`"),
        ("<p class=\"{% if q %}x{% endif %}\"></p>", "View:1:17: `View` has no field `q`"),
    ]);
}

#[test]
fn names_in_doubt_are_left_to_rustc() {
    for source in [
        "{{ self.method() }}{{ method() }}{{ LIMIT }}{{ crate::limit() }}{{ Kind::A }}",
        "{% macro m(x) %}{{ x }}{{ outer }}{% endmacro %}",
        "{% let q = 1 %}{{ q }}",
        "{% for (i, x) in xs.iter().enumerate() if i > n %}{{ i }}{{ x }}{{ loop.index0 }}{% endfor %}",
        "{% match opt %}{% when Some with (q) %}{{ q }}{% when Kind::B { r, s: t } %}{{ r }}{{ t }}{% when _ %}{% endmatch %}",
        "{{ format!(\"{q}\") }}",
    ] {
        if let Err(error) = try_compile(source) {
            assert!(error.contains("with"), "{source}\n  {error}");
        }
    }
}

#[test]
fn radio_buttons_with_a_model_need_a_name() {
    check(&[
        (
            "<input type=\"radio\" dj-model=\"name\" value=\"a\">",
            "View:1:21: radio buttons with dj-model need a `name`",
        ),
        ("<input TYPE=RADIO name dj-model=\"name\">", "View:1:24: radio buttons with dj-model need a `name`"),
    ]);
}

#[test]
fn djusts_attributes_are_checked() {
    check(&[
        ("<b dj-clik=\"x\"></b>", "View:1:4: there is no attribute `dj-clik`; there are dj-click, dj-submit"),
        ("<b dj-click.enter=\"x\"></b>", "View:1:4: there is no attribute `dj-click.enter`"),
        ("<b dj=\"0\"></b>", "View:1:4: the attribute `dj` is written by djust"),
        ("<b dj-token=\"0\"></b>", "View:1:4: the attribute `dj-token` is written by djust"),
        ("<b dj-click=\"\"></b>", "View:1:4: `dj-click` names no handler"),
        ("<b dj-click></b>", "View:1:4: `dj-click` names no handler"),
        ("<b dj-click=\"{{ a }}\"></b>", "View:1:4: the handler's name in `dj-click` can't be dynamic"),
        ("<b dj-click=\"go(1)\"></b>", "View:1:4: `go(1)` in `dj-click` is not a handler's name"),
        ("<b {% if a %}dj-click{% endif %}></b>", "View:1:14: `dj-click` names no handler"),
        ("<b dj-submit=\"x\"></b>", "View:1:4: dj-submit is for <form>, not for <b>"),
        (
            "<input dj-model=\"n\">",
            "View:1:8: dj-model names no field marked #[model]: there is none called `n`; the view's only model field is `name`",
        ),
        (
            "<input dj-model=\"{{ a }}\">",
            "View:1:8: dj-model names no field marked #[model]: its value can't be dynamic",
        ),
        (
            "<b dj-model=\"name\"></b>",
            "View:1:4: dj-model is for <input>, <select> and <textarea>, not for <b>",
        ),
        ("<b dj-value-=\"1\"></b>", "View:1:4: `dj-value-` needs a name after it"),
        ("<b dj-debounce=\"soon\"></b>", "View:1:4: `dj-debounce` is a number of milliseconds"),
        ("<b dj-debounce=\"300\"></b>", "View:1:4: `dj-debounce` does nothing here"),
        ("<form dj-debounce=\"300\" dj-submit=\"x\"></form>", "View:1:7: `dj-debounce` does nothing here"),
        ("<b dj-throttle=\"300\"></b>", "View:1:4: `dj-throttle` does nothing here"),
        ("<b dj-close=\"x\"></b>", "View:1:4: dj-close is for <dialog>, not for <b>"),
        (
            "<b dj-toggle=\"x\"></b>",
            "View:1:4: dj-toggle is for <details>, <dialog> and elements with `popover`, not for <b>",
        ),
        (
            "<b dj-cancel=\"x\"></b>",
            "View:1:4: dj-cancel is for <dialog> and <input type=\"file\">, not for <b>",
        ),
        (
            "<b dj-keydown.esc=\"x\"></b>",
            "View:1:4: `dj-keydown.esc`: no keyboard has a key `esc`: `escape` is meant",
        ),
        ("<b dj-update=\"append\"></b>", "View:1:4: dj-update can only be \"ignore\""),
        (
            "<b dj-key=\"{{ n }}\"></b>",
            "View:1:4: dj-key belongs on the root element of what a `for` repeats",
        ),
        (
            "{% for x in xs %}<b><i dj-key=\"{{ x }}\"></i></b>{% endfor %}",
            "View:1:24: dj-key belongs on the root",
        ),
        (
            "{% for x in xs %}<b dj-key=\"{{ x }}\"></b><i></i>{% endfor %}",
            "View:1:21: dj-key belongs on the root",
        ),
        ("{% for x in xs %}<b dj-key=\"1\"></b>{% endfor %}", "View:1:21: dj-key needs an expression"),
        ("{% macro m() %}<b dj-nix></b>{% endmacro %}", "View:1:19: there is no attribute `dj-nix`"),
    ]);
}
