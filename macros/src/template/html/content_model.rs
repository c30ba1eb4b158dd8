//! What may be inside what. A browser repairs wrong HTML by moving, closing or dropping elements,
//! and would then disagree with the server about the page.
//!
//! The rules are those of the tree construction stage in the HTML standard (section 13.2.6),
//! reduced to those that a balanced template can break.

use super::element::Element;
use crate::template::error::{Problem, Scope};
use html5gum::Error;

/// The elements around a list of nodes.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Open elements, outermost first.
    pub elements: Vec<String>,
    pub part: Scope,
    /// False for macros, which may be called anywhere.
    pub is_known: bool,
}

impl Surroundings {
    /// The surroundings of a view's template: the region is a `<div>`.
    pub(crate) fn template() -> Self {
        Surroundings { elements: vec!["div".to_owned()], part: Scope::Template, is_known: true }
    }

    /// The surroundings of a part that may be anywhere.
    pub(crate) fn unknown() -> Self {
        Surroundings { elements: Vec::new(), part: Scope::Macro, is_known: false }
    }

    /// The surroundings inside one more element.
    pub(crate) fn within(&self, kind: &str) -> Self {
        let mut inner = self.clone();
        inner.elements.push(kind.to_owned());
        inner
    }

    /// The same elements around another part.
    pub(crate) fn of(&self, part: Scope) -> Self {
        Surroundings { part, ..self.clone() }
    }

    /// Whether an element here belongs to SVG or MathML.
    pub(crate) fn is_foreign(&self, element: &Element) -> bool {
        matches!(element.kind.as_str(), "svg" | "math") || Parents::new(self, &[]).are_foreign()
    }

    pub(crate) fn innermost(&self) -> Option<&str> {
        self.elements.last().map(String::as_str)
    }
}

/// The elements around a place, innermost first.
#[derive(Debug)]
pub(crate) struct Parents<'p> {
    kinds: Vec<&'p str>,
    is_known: bool,
}

impl<'p> Parents<'p> {
    pub(crate) fn new(surroundings: &'p Surroundings, open: &'p [Element]) -> Self {
        let inner = open.iter().rev().map(|element| element.kind.as_str());
        let outer = surroundings.elements.iter().rev().map(String::as_str);
        Parents { kinds: inner.chain(outer).collect(), is_known: surroundings.is_known }
    }

    pub(crate) fn innermost(&self) -> Option<&'p str> {
        self.kinds.first().copied()
    }

    /// Whether this is inside SVG or MathML, where names keep their case and slashes close.
    pub(crate) fn are_foreign(&self) -> bool {
        const INTEGRATION: [&str; 9] =
            ["foreignObject", "desc", "title", "annotation-xml", "mi", "mo", "mn", "ms", "mtext"];
        for kind in &self.kinds {
            if matches!(*kind, "svg" | "math") {
                return true;
            }
            if INTEGRATION.contains(kind) {
                return false;
            }
        }
        false
    }

    /// The nearest surrounding element that can't have dynamic content.
    pub(crate) fn without_dynamic_content(&self) -> Option<&'p str> {
        self.kinds.iter().copied().find(|kind| has_no_dynamic_content(kind))
    }

    /// Whether one of `wanted` surrounds this, nearer than any of `limits`.
    fn find(&self, wanted: &[&str], limits: &[&str]) -> Option<&'p str> {
        for kind in &self.kinds {
            if wanted.contains(kind) {
                return Some(kind);
            }
            if limits.contains(kind) {
                return None;
            }
        }
        None
    }
}

const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
const CLOSES_P: [&str; 41] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dd",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
    "plaintext",
    "xmp",
];
/// Elements that end the search for an open element of the same kind.
const SCOPE: [&str; 10] =
    ["applet", "caption", "table", "td", "th", "marquee", "object", "template", "foreignObject", "button"];
const TABLE_CHILDREN: [&str; 8] =
    ["caption", "colgroup", "thead", "tbody", "tfoot", "template", "script", "style"];
const OF_THE_PAGE: [&str; 5] = ["html", "head", "body", "frameset", "frame"];
/// HTML elements that end SVG and MathML.
const BREAKOUT: [&str; 44] = [
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// Elements without content and without an end tag.
pub(crate) fn is_void(kind: &str) -> bool {
    VOID.contains(&kind)
}

/// Elements from which a browser moves text out of the table.
pub(crate) fn is_table_part(kind: &str) -> bool {
    matches!(kind, "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup")
}

/// Elements whose content a patch can't reach, or that run or apply it only once, also in SVG.
fn has_no_dynamic_content(kind: &str) -> bool {
    matches!(
        kind.to_ascii_lowercase().as_str(),
        "script"
            | "style"
            | "iframe"
            | "noscript"
            | "xmp"
            | "noembed"
            | "noframes"
            | "plaintext"
            | "template"
    )
}

/// Checks whether an element may be here.
pub(crate) fn check_element(kind: &str, parents: &Parents<'_>) -> Result<(), Problem> {
    let name = kind.to_owned();
    if OF_THE_PAGE.contains(&kind) {
        return Err(Problem::OfThePage(format!("<{kind}>")));
    }
    if parents.are_foreign() {
        return match parents.innermost() {
            Some(parent) if BREAKOUT.contains(&kind) => {
                Err(Problem::BreaksOut { name, parent: parent.to_owned() })
            }
            _ => Ok(()),
        };
    }
    if parents.find(&["template"], &[]) == parents.innermost() && parents.innermost().is_some() {
        return Ok(());
    }
    check_table(kind, parents)?;
    if CLOSES_P.contains(&kind) && parents.find(&["p"], &SCOPE).is_some() {
        return Err(Problem::Closes { name, parent: "p".to_owned() });
    }
    check_nesting(kind, parents)
}

fn check_table(kind: &str, parents: &Parents<'_>) -> Result<(), Problem> {
    let name = kind.to_owned();
    let parent = match parents.innermost() {
        Some(parent) => parent,
        None if parents.is_known => "",
        None => return Ok(()),
    };
    let missing = |missing| Problem::MissingParent { name: name.clone(), parent: parent.to_owned(), missing };
    match (kind, parent) {
        ("tr", "table") => return Err(missing("a <tbody>")),
        ("td" | "th", "table" | "tbody" | "thead" | "tfoot") => return Err(missing("a <tr>")),
        ("col", "table") => return Err(missing("a <colgroup>")),
        _ => {}
    }
    let parents = match kind {
        "tr" => "<tbody>, <thead> or <tfoot>",
        "td" | "th" => "<tr>",
        "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => "<table>",
        "col" => "<colgroup>",
        _ if parent == "table" && !TABLE_CHILDREN.contains(&kind) => return Err(Problem::InTable { name }),
        _ if is_table_part(parent)
            && !matches!(kind, "template" | "script" | "style")
            && parent != "table" =>
        {
            return Err(Problem::InTable { name });
        }
        _ => return Ok(()),
    };
    if parents.contains(&format!("<{parent}>")) { Ok(()) } else { Err(Problem::OutOfPlace { name, parents }) }
}

fn check_nesting(kind: &str, parents: &Parents<'_>) -> Result<(), Problem> {
    let name = kind.to_owned();
    let lists = ["ul", "ol", "menu", "dir", "dl", "table", "td", "th", "template", "object", "button"];
    let closed: Option<&str> = match kind {
        "a" if parents.find(&["a"], &SCOPE[..8]).is_some() => return Err(Problem::Nested { name }),
        "form" if parents.find(&["form"], &["template"]).is_some() => return Err(Problem::Nested { name }),
        "button" if parents.find(&["button"], &SCOPE[..9]).is_some() => return Err(Problem::Nested { name }),
        "option" | "optgroup" if parents.find(&["option"], &["select"]).is_some() => Some("option"),
        "optgroup" if parents.find(&["optgroup"], &["select"]).is_some() => Some("optgroup"),
        "li" => parents.find(&["li"], &lists),
        "dd" | "dt" => parents.find(&["dd", "dt"], &lists),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            parents.innermost().filter(|parent| matches!(*parent, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
        }
        "nobr" => parents.find(&["nobr"], &SCOPE),
        "select" => parents.find(&["select"], &[]),
        _ => None,
    };
    match closed {
        Some(parent) if parent == kind => Err(Problem::Nested { name }),
        Some(parent) => Err(Problem::Closes { name, parent: parent.to_owned() }),
        None => Ok(()),
    }
}

/// The message for a mistake that the tokenizer found. `None` if every browser reads it the same
/// way.
pub(crate) fn complaint(error: Error) -> Option<&'static str> {
    Some(match error {
        Error::InvalidFirstCharacterOfTagName => "this `<` begins no tag: write &lt; for the character",
        Error::UnexpectedQuestionMarkInsteadOfTagName => "`<?` is not HTML",
        Error::MissingEndTagName => "this end tag has no name",
        Error::EofBeforeTagName | Error::EofInTag => "this tag has no `>`, or a quote in it is not closed",
        Error::EofInComment => "this HTML comment has no `-->`",
        Error::IncorrectlyOpenedComment => "`<!` begins neither a comment nor a tag",
        Error::CdataInHtmlContent | Error::EofInCdata => "CDATA can't be used in a live template",
        Error::NestedComment => "an HTML comment can't be in another",
        Error::AbruptClosingOfEmptyComment | Error::IncorrectlyClosedComment => {
            "an HTML comment ends with `-->`"
        }
        Error::MissingAttributeValue => "there is no value after `=`",
        Error::MissingWhitespaceBetweenAttributes => "there must be a space between two attributes",
        Error::UnexpectedCharacterInAttributeName => "an attribute's name can't have quotes or `<` in it",
        Error::UnexpectedEqualsSignBeforeAttributeName => "this `=` has no attribute before it",
        Error::UnexpectedCharacterInUnquotedAttributeValue => "put quotes around this attribute's value",
        Error::EndTagWithAttributes => "an end tag has no attributes",
        Error::EndTagWithTrailingSolidus => "an end tag has no slash at its end",
        Error::UnexpectedSolidusInTag => "there is a stray slash in this tag",
        Error::UnexpectedNullCharacter => "there is a NUL character in the template",
        _ => return None,
    })
}
