//! The rules of HTML forms: which fields belong together, what the server wrote into them, and which are
//! disabled.

use super::dom::{self, Dom, elements, is_tag, with_ancestors};
use super::entered::Input;
use scraper::ElementRef;

/// Whether a form lists it: a field or a button.
pub(super) fn is_listed(element: ElementRef<'_>) -> bool {
    is_tag(element, &["input", "select", "textarea", "button"])
}

/// Whether a person can enter something into it, but for files.
pub(super) fn is_field(element: ElementRef<'_>) -> bool {
    is_listed(element) && !is_button(element) && !is(element, "file")
}

pub(super) fn is(field: ElementRef<'_>, kind: &str) -> bool {
    is_tag(field, &["input"]) && field.attr("type").is_some_and(|own| own.eq_ignore_ascii_case(kind))
}

pub(super) fn is_box(field: ElementRef<'_>) -> bool {
    is(field, "checkbox") || is(field, "radio")
}

pub(super) fn is_multiple(field: ElementRef<'_>) -> bool {
    is_tag(field, &["select"]) && field.attr("multiple").is_some()
}

pub(super) fn is_button(field: ElementRef<'_>) -> bool {
    is_tag(field, &["button"]) || ["submit", "image", "button", "reset"].iter().any(|kind| is(field, kind))
}

/// Whether a click on this element submits its form.
pub(super) fn submits(element: ElementRef<'_>) -> bool {
    let kind = element.attr("type").unwrap_or("submit");
    match element.value().name() {
        "button" => !kind.eq_ignore_ascii_case("button") && !kind.eq_ignore_ascii_case("reset"),
        _ => is(element, "submit") || is(element, "image"),
    }
}

/// Whether a click on this element resets its form.
pub(super) fn resets(element: ElementRef<'_>) -> bool {
    let kind = element.attr("type").unwrap_or_default();
    is(element, "reset") || is_tag(element, &["button"]) && kind.eq_ignore_ascii_case("reset")
}

/// Whether a field is disabled, by itself or by a `fieldset` around it that it is not in the legend of.
pub(super) fn is_disabled(element: ElementRef<'_>) -> bool {
    let within = |around: ElementRef<'_>| {
        let is_set = is_tag(around, &["fieldset"]) && around.attr("disabled").is_some();
        let legend = || around.child_elements().find(|child| is_tag(*child, &["legend"]));
        let is_in = |legend: ElementRef<'_>| with_ancestors(element).any(|outer| outer.id() == legend.id());
        is_set && !legend().is_some_and(is_in)
    };
    is_listed(element)
        && (element.attr("disabled").is_some()
            || element.ancestors().filter_map(ElementRef::wrap).any(within))
}

/// The form that a field belongs to: the one that `form="…"` names, or else the one around it.
pub(super) fn owner<'d>(dom: &'d Dom, field: ElementRef<'d>) -> Option<ElementRef<'d>> {
    match field.attr("form") {
        Some(id) => dom.by_id(id).filter(|form| is_tag(*form, &["form"])),
        None => with_ancestors(field).find(|element| is_tag(*element, &["form"])),
    }
}

/// The fields and buttons of a form, in document order; those outside of all forms for `None`.
pub(super) fn listed<'d>(
    dom: &'d Dom,
    form: Option<ElementRef<'d>>,
) -> impl Iterator<Item = ElementRef<'d>> + 'd {
    let form = form.map(|form| form.id());
    dom.fields().filter(move |field| owner(dom, *field).map(|form| form.id()) == form)
}

/// The field, and the radio buttons that change with it.
pub(super) fn group<'d>(dom: &'d Dom, field: ElementRef<'d>) -> Vec<ElementRef<'d>> {
    let name = field.attr("name").unwrap_or_default();
    if !is(field, "radio") || name.is_empty() {
        return vec![field];
    }
    let same = |other: &ElementRef<'_>| is(*other, "radio") && other.attr("name") == Some(name);
    listed(dom, owner(dom, field)).filter(same).collect()
}

/// The fields whose values `dj-model` sends as one: boxes of one type and one model in one form.
pub(super) fn model_group<'d>(dom: &'d Dom, field: ElementRef<'d>) -> Vec<ElementRef<'d>> {
    if !is_box(field) {
        return vec![field];
    }
    let kind = if is(field, "radio") { "radio" } else { "checkbox" };
    let model = field.attr("dj-model");
    let same = |other: &ElementRef<'_>| is(*other, kind) && other.attr("dj-model") == model;
    listed(dom, owner(dom, field)).filter(same).collect()
}

/// The field that a label is for.
pub(super) fn labelled<'d>(dom: &'d Dom, label: ElementRef<'d>) -> Option<ElementRef<'d>> {
    match label.attr("for") {
        Some(id) => dom.by_id(id).filter(|field| is_listed(*field)),
        None => elements(label).find(|field| is_listed(*field)),
    }
}

/// What tells a field apart from others, but for its number among those that are alike.
pub(super) fn key(dom: &Dom, field: ElementRef<'_>) -> String {
    let attr = |name| field.attr(name).unwrap_or_default();
    let form = owner(dom, field).and_then(|form| form.attr("id")).unwrap_or_default();
    let rows: Vec<_> = with_ancestors(field).filter_map(|element| element.attr("dj-key")).collect();
    let (kind, value) =
        if is_box(field) { (attr("type"), attr("value")) } else { (field.value().name(), "") };
    format!("{rows:?} {form:?} {kind:?} {:?} {:?} {:?} {value:?}", attr("id"), attr("name"), attr("dj-model"))
}

/// What the server wrote into a field.
pub(super) fn written(dom: &Dom, field: ElementRef<'_>) -> Input {
    match field.value().name() {
        "textarea" => Input::Text(field.text().collect()),
        "select" => Input::Chosen(written_choice(field)),
        _ if is_box(field) => {
            let checked = group(dom, field).into_iter().rfind(|field| field.attr("checked").is_some());
            Input::Checked(checked.is_some_and(|checked| checked.id() == field.id()))
        }
        _ => Input::Text(field.attr("value").unwrap_or_default().to_owned()),
    }
}

fn written_choice(select: ElementRef<'_>) -> Vec<String> {
    let chosen = options(select).filter(|option| option.attr("selected").is_some()).map(option_value);
    if is_multiple(select) {
        return chosen.collect();
    }
    let first = || options(select).find(|option| !is_disabled_option(*option)).map(option_value);
    chosen.last().or_else(first).into_iter().collect()
}

pub(super) fn options(select: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    elements(select).filter(|element| is_tag(*element, &["option"]))
}

pub(super) fn option_value(option: ElementRef<'_>) -> String {
    option.attr("value").map_or_else(|| dom::text(option), str::to_owned)
}

pub(super) fn is_disabled_option(option: ElementRef<'_>) -> bool {
    with_ancestors(option)
        .any(|element| is_tag(element, &["option", "optgroup"]) && element.attr("disabled").is_some())
}
