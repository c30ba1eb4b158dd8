//! What a browser does with an attribute's value: it shows it, loads it as a URL, applies it as
//! style, or runs it.
//!
//! The table is that of Go's `html/template`, updated to the HTML and SVG standards. A value that
//! data can change is either free, or checked when it is rendered, or refused here with a sentence
//! that says what to do instead. `|safe` vouches for a value: if all of its dynamic parts have it,
//! nothing is checked.

use super::url;
use crate::template::error::Problem;
use crate::template::html::element::{Attribute, AttributeKind, Element, static_text};
use crate::template::node::{Node, NodeKind, Writes};

/// What must be done about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// Escaping is enough.
    Free,
    /// The value as a whole is checked when it is rendered.
    Whole(Check),
    /// Each expression in the value is checked when it is rendered.
    Parts(Check),
}

/// The same checks as `djust::render::Check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// One URL.
    Url,
    /// The URL of an image, a sound or a film: `data:` is also allowed.
    Media,
    /// URLs separated by spaces.
    Ping,
    /// URLs of images, in the format of `srcset`.
    Srcset,
    /// URLs or anything else, separated by semicolons.
    Values,
    /// A part of a style.
    Style,
    /// A whole style.
    Declarations,
}

/// What is known about the tag around a value.
#[derive(Clone, Copy)]
pub(crate) struct Tag<'t> {
    pub element: &'t Element,
    /// The names of all attributes that it may have.
    pub names: &'t [String],
}

const URLS: [&str; 18] = [
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "background",
    "manifest",
    "longdesc",
    "usemap",
    "lowsrc",
    "dynsrc",
    "profile",
    "codebase",
    "classid",
    "archive",
    "definitionurl",
    "altimg",
];
/// Relations of a `<link>` that load nothing that runs or styles the page.
const HARMLESS_RELATIONS: [&str; 20] = [
    "alternate",
    "apple-touch-icon",
    "author",
    "bookmark",
    "canonical",
    "dns-prefetch",
    "help",
    "icon",
    "license",
    "mask-icon",
    "me",
    "next",
    "pingback",
    "preconnect",
    "prefetch",
    "prev",
    "privacy-policy",
    "search",
    "shortcut",
    "terms-of-service",
];

/// Decides about the value of the attribute `name`.
pub(crate) fn of(tag: Tag<'_>, name: &str, value: &[Node]) -> Result<Context, Problem> {
    if !is_from_data(value) {
        return Ok(Context::Free);
    }
    let (kind, name) = (tag.element.kind.to_ascii_lowercase(), name.to_ascii_lowercase());
    if let Some(reason) = refusal(&kind, &name, tag) {
        return Err(Problem::Refused { name, element: kind, reason });
    }
    if name == "style" {
        let is_whole = matches!(value, [Node { kind: NodeKind::Expression { .. }, .. }]);
        return Ok(Context::Parts(if is_whole { Check::Declarations } else { Check::Style }));
    }
    let Some(check) = check(&kind, &name) else { return Ok(Context::Free) };
    match (check, url::begins(value, check == Check::Media)) {
        (Check::Url | Check::Media, url::Beginning::Fixed) => Ok(Context::Free),
        (Check::Url | Check::Media, url::Beginning::Script) => Err(Problem::ScriptUrl(name)),
        _ => Ok(Context::Whole(check)),
    }
}

/// Whether data decides what these nodes write, and nobody vouches for it.
pub(crate) fn is_from_data(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match &node.kind {
        NodeKind::Expression { writes, .. } => *writes != Writes::Trusted,
        NodeKind::Enclosing { prints, .. } => *prints,
        _ => node.bodies().into_iter().any(is_from_data),
    })
}

/// Why data can't supply the attribute's value, and what to do instead.
fn refusal(kind: &str, name: &str, tag: Tag<'_>) -> Option<&'static str> {
    Some(match (kind, local(name)) {
        (_, name) if name.starts_with("on") => {
            "it is a script: use dj-click and its like with dj-value-*, or mark what is trusted `|safe`"
        }
        (_, "srcdoc") => "it is a page whose scripts run: use `src`, or mark trusted HTML `|safe`",
        ("script", "src" | "href") => "it decides which script runs: write it out, or mark it `|safe`",
        ("base", "href" | "target") => "it changes all links of the page: write it out, or mark it `|safe`",
        ("meta", "http-equiv") => "it acts like a header: write it out, or mark it `|safe`",
        ("meta", "content") if tag.names.iter().any(|name| name == "http-equiv") => {
            "it acts like a header: use `cx.navigate` to leave the page, or mark it `|safe`"
        }
        ("object", "data" | "classid" | "codebase" | "archive" | "type")
        | ("embed", "src" | "type" | "code" | "codebase" | "pluginspage")
        | ("applet", "code" | "codebase" | "archive" | "object" | "src")
        | ("param", "name" | "value" | "valuetype" | "type") => {
            "it may run what it loads: use <img>, <video> or <iframe>, or mark it `|safe`"
        }
        ("link", "rel") => "it decides how the link is used: write it out, or mark it `|safe`",
        ("link", "href" | "imagesrcset") if !is_harmless_link(tag.element) => {
            "it may load a style sheet or a script: write it out, give the link a static `rel` such as \
             \"icon\", or mark it `|safe`"
        }
        ("iframe", "sandbox" | "allow" | "csp") => {
            "it decides what the frame may do: write it out, or mark it `|safe`"
        }
        ("animate" | "set" | "animatetransform" | "animatemotion" | "animatecolor", "attributename") => {
            "it decides what is animated: write it out, or mark it `|safe`"
        }
        _ if is_animated_value(kind, name) && animates_a_script(tag.element) => {
            "it would become a script: use dj-click and its like, or mark what is trusted `|safe`"
        }
        _ => return None,
    })
}

fn check(kind: &str, name: &str) -> Option<Check> {
    let name = local(name);
    Some(match (kind, name) {
        (_, "ping" | "attributionsrc") => Check::Ping,
        (_, "srcset" | "imagesrcset") => Check::Srcset,
        _ if is_animated_value(kind, name) => Check::Values,
        ("img" | "image" | "feimage" | "input", "src" | "href" | "lowsrc" | "dynsrc")
        | ("video" | "audio" | "source", "src")
        | (_, "poster" | "background") => Check::Media,
        (_, "base") if kind != "base" => Check::Url, // xml:base
        ("command" | "menuitem", "icon") => Check::Url,
        (_, name) if URLS.contains(&name) => Check::Url,
        _ => return None,
    })
}

/// The name without its prefix, as in `xlink:href`.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_animated_value(kind: &str, name: &str) -> bool {
    matches!(kind, "animate" | "set" | "animatecolor") && matches!(name, "values" | "from" | "to" | "by")
}

fn animates_a_script(element: &Element) -> bool {
    static_value(element, "attributename").is_some_and(|name| name.trim().starts_with("on"))
}

fn is_harmless_link(element: &Element) -> bool {
    let relations = static_value(element, "rel").unwrap_or_default();
    !relations.trim().is_empty()
        && relations.split_ascii_whitespace().all(|relation| HARMLESS_RELATIONS.contains(&relation))
}

/// The value of a static attribute, in lower case.
fn static_value(element: &Element, wanted: &str) -> Option<String> {
    let is_it =
        |attribute: &&Attribute| attribute.name().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
    match &element.attributes.iter().find(is_it)?.kind {
        AttributeKind::Named { value, .. } => static_text(value).map(|text| text.to_ascii_lowercase()),
        AttributeKind::Node(_) => None,
    }
}
