//! djust's attributes: which exist, where they may stand, and what they name.
//!
//! This module only collects handler names. The compiler checks whether such a handler exists,
//! because `#[handlers]` is another macro.

use super::error::{Fault, Problem};
use super::keys;
use super::source::Location;
use crate::diagnostics::listing;
use crate::template::html::element::{Attribute, AttributeKind, Element, static_text};

/// Attributes that name a handler.
const HANDLERS: [&str; 11] =
    ["click", "submit", "input", "change", "keydown", "keyup", "focus", "blur", "close", "toggle", "cancel"];
/// Attributes that a key may follow, as in `dj-keydown.enter`.
const WITH_KEY: [&str; 2] = ["keydown", "keyup"];
/// All others.
const OTHERS: [&str; 8] =
    ["model", "value-*", "debounce", "throttle", "update", "confirm", "disable-with", "key"];
/// Attributes that only the server or the client writes.
const RESERVED: [&str; 8] =
    ["dj", "dj-view", "dj-token", "dj-template", "dj-digests", "dj-socket", "dj-limit", FIELD];

/// The attribute that identifies items.
pub(crate) const KEY: &str = "dj-key";

/// The attribute that tells apart fields in different branches.
pub(crate) const FIELD: &str = "dj-field";

/// Checks attributes and collects handler names.
#[derive(Debug)]
pub(crate) struct Directives<'v> {
    /// The fields marked `#[model]`.
    models: &'v [String],
    /// The handlers that the template names.
    pub handlers: Vec<(String, Location)>,
    /// The arguments that it gives, each with the handlers that may get it.
    pub values: Vec<(String, Vec<String>, Location)>,
}

type Step = Result<(), Fault>;

impl<'v> Directives<'v> {
    pub(crate) fn new(models: &'v [String]) -> Self {
        Directives { models, handlers: Vec::new(), values: Vec::new() }
    }

    /// Checks an element's attributes; `is_item` if it is the root of what a `for` repeats.
    pub(crate) fn element(&mut self, element: &Element, is_item: bool) -> Step {
        element.attributes.iter().try_for_each(|attribute| self.attribute(element, attribute, is_item))
    }

    /// Checks one attribute of an element.
    pub(crate) fn attribute(&mut self, element: &Element, attribute: &Attribute, is_item: bool) -> Step {
        let Some(name) = attribute.name() else { return Ok(()) };
        if RESERVED.contains(&name) {
            return Err(Fault::new(attribute.at, Problem::Reserved(name.to_owned())));
        }
        let Some(word) = name.strip_prefix("dj-") else { return Ok(()) };
        self.known(element, attribute, word, is_item).map_err(|problem| Fault::new(attribute.at, problem))
    }

    fn known(
        &mut self,
        element: &Element,
        attribute: &Attribute,
        word: &str,
        is_item: bool,
    ) -> Result<(), Problem> {
        let name = format!("dj-{word}");
        match word {
            "model" => self.model(element, attribute),
            "debounce" if value(attribute).as_deref() == Some("blur") => does_something(element, name),
            "debounce" | "throttle" if !is_milliseconds(attribute) => Err(Problem::NotMilliseconds(name)),
            "update" if value(attribute).as_deref() != Some("ignore") => Err(Problem::Update),
            "key" if !is_item => Err(Problem::KeyElsewhere),
            "key" if value(attribute).is_some() => Err(Problem::StaticKey),
            "debounce" | "throttle" => does_something(element, name),
            "update" | "key" | "confirm" | "disable-with" => Ok(()),
            "value" | "value-" => Err(Problem::NamelessValue(name)),
            _ if word.starts_with("value-") => self.value(element, attribute, name),
            _ if is_handler(word) => self.handler(element, attribute, name),
            _ => Err(Problem::UnknownAttribute { name, known: known_attributes() }),
        }
    }

    fn model(&self, element: &Element, attribute: &Attribute) -> Result<(), Problem> {
        if !matches!(element.kind.as_str(), "input" | "select" | "textarea") && !element.kind.contains('-') {
            return Err(Problem::ModelElsewhere(element.name.clone()));
        }
        if is_nameless_radio(element) {
            return Err(Problem::NamelessRadio);
        }
        let found = match value(attribute) {
            Some(field) if self.models.contains(&field) => return Ok(()),
            Some(field) => format!("there is none called `{field}`"),
            None => "its value can't be dynamic".to_owned(),
        };
        let known = match self.models {
            [] => "the view has none".to_owned(),
            _ => listing("model field", self.models).replacen("its ", "the view's ", 1),
        };
        Err(Problem::NotAModel { found, known })
    }

    /// Collects a `dj-value-*`: it goes to the handlers of its own element. Those inside a
    /// condition are not known here.
    fn value(&mut self, element: &Element, attribute: &Attribute, name: String) -> Result<(), Problem> {
        let handlers: Vec<String> = element.attributes.iter().filter_map(handler_named_by).collect();
        if !handlers.is_empty() {
            let argument = name["dj-value-".len()..].replace('-', "_");
            self.values.push((argument, handlers, attribute.at));
        } else if element.attributes.iter().all(|other| other.name().is_some()) {
            return Err(Problem::ValueForNobody(name));
        }
        Ok(())
    }

    fn handler(&mut self, element: &Element, attribute: &Attribute, name: String) -> Result<(), Problem> {
        if let Some(places) = places_of(&name, element) {
            return Err(Problem::HandlerElsewhere { attribute: name, places, element: element.name.clone() });
        }
        if let Some(mistake) = name.split('.').skip(1).find_map(keys::mistake) {
            return Err(Problem::Key { attribute: name, mistake });
        }
        let handler = value(attribute).ok_or_else(|| Problem::DynamicHandler(name.clone()))?;
        if handler.is_empty() {
            return Err(Problem::NoHandler(name));
        }
        let is_name = !handler.starts_with(|c: char| c.is_ascii_digit())
            && handler.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return Err(Problem::MalformedHandler { attribute: name, value: handler });
        }
        self.handlers.push((handler, attribute.at));
        Ok(())
    }
}

/// Whether this is a radio button without a name, or with an empty one. A name inside a condition
/// is not known here.
fn is_nameless_radio(element: &Element) -> bool {
    let find = |name| element.attributes.iter().find(|other| other.name() == Some(name));
    let is_radio = find("type").and_then(value).is_some_and(|kind| kind.eq_ignore_ascii_case("radio"));
    let is_unknown = element.attributes.iter().any(|other| other.name().is_none());
    is_radio && !is_unknown && find("name").is_none_or(|name| value(name).as_deref() == Some(""))
}

/// The elements on which the event of an attribute happens, unless that is this element.
fn places_of(attribute: &str, element: &Element) -> Option<&'static str> {
    let has_popover =
        || element.attributes.iter().any(|other| other.name().is_none_or(|name| name == "popover"));
    let kind = element.kind.as_str();
    let (fits, places) = match attribute {
        "dj-submit" => (kind == "form", "<form>"),
        "dj-close" => (kind == "dialog", "<dialog>"),
        "dj-cancel" => (matches!(kind, "dialog" | "input"), "<dialog> and <input type=\"file\">"),
        "dj-toggle" => (
            matches!(kind, "details" | "dialog") || has_popover(),
            "<details>, <dialog> and elements with `popover`",
        ),
        _ => return None,
    };
    // Custom elements may have any event, but they are not forms.
    let is_custom = kind.contains('-') && attribute != "dj-submit";
    (!fits && !is_custom).then_some(places)
}

/// Checks that a delay stands next to an event that it delays. An event inside a condition is not
/// known here.
fn does_something(element: &Element, attribute: String) -> Result<(), Problem> {
    let is_field = matches!(element.kind.as_str(), "input" | "select" | "textarea" | "button")
        || element.kind.contains('-');
    let (counts, place): (fn(&str) -> bool, _) = match attribute.as_str() {
        "dj-debounce" => (
            |word| matches!(word, "click" | "input" | "change" | "keydown" | "keyup"),
            "a field, or on what has dj-input, dj-change, dj-click or a dj-keydown for all keys",
        ),
        _ => (is_handler, "a field, or on the element that has dj-click or another handler"),
    };
    let mut words = element
        .attributes
        .iter()
        .map(|other| other.name().map(|name| name.strip_prefix("dj-").unwrap_or_default()));
    if is_field || words.any(|word| word.is_none_or(counts)) {
        return Ok(());
    }
    Err(Problem::ForNothing { attribute, place })
}

/// The handler that an attribute names, if it is an attribute that names one.
fn handler_named_by(attribute: &Attribute) -> Option<String> {
    attribute.name()?.strip_prefix("dj-").filter(|word| is_handler(word)).and_then(|_| value(attribute))
}

/// The value without entities; `None` if it is dynamic.
fn value(attribute: &Attribute) -> Option<String> {
    match &attribute.kind {
        AttributeKind::Named { value, .. } => static_text(value).map(|text| text.trim().to_owned()),
        AttributeKind::Node(_) => None,
    }
}

fn is_milliseconds(attribute: &Attribute) -> bool {
    match value(attribute) {
        Some(text) => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        None => true,
    }
}

fn is_handler(word: &str) -> bool {
    match word.split_once('.') {
        Some((event, key)) => WITH_KEY.contains(&event) && !key.is_empty(),
        None => HANDLERS.contains(&word),
    }
}

fn known_attributes() -> String {
    let names: Vec<String> = HANDLERS.iter().chain(&OTHERS).map(|word| format!("dj-{word}")).collect();
    format!("there are {}", names.join(", "))
}
