//! The page as a tree: elements by CSS selectors, and what they say.

use super::form;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashMap;

/// What a page shows.
pub(super) struct Dom {
    html: String,
    tree: Html,
    /// What tells each field apart from the others, across renderings, in document order.
    keys: Vec<String>,
}

/// How much of a page a failing assertion prints.
const EXCERPT: usize = 2_000;

impl Dom {
    pub(super) fn new(html: String) -> Self {
        let tree = Html::parse_fragment(&html);
        let mut dom = Dom { html, tree, keys: Vec::new() };
        let mut seen = HashMap::<String, usize>::new();
        let keys = dom.fields().map(|field| {
            let key = form::key(&dom, field);
            let number = seen.entry(key.clone()).or_default();
            *number += 1;
            format!("{key} {number}")
        });
        dom.keys = keys.collect();
        dom
    }

    pub(super) fn html(&self) -> &str {
        &self.html
    }

    /// All fields and buttons, in document order.
    pub(super) fn fields(&self) -> impl Iterator<Item = ElementRef<'_>> {
        elements(self.tree.root_element()).filter(|element| form::is_listed(*element))
    }

    /// Each field with what tells it apart from the others, across renderings.
    pub(super) fn keyed_fields(&self) -> impl Iterator<Item = (ElementRef<'_>, &String)> {
        self.fields().zip(&self.keys)
    }

    /// What tells a field apart from the others.
    pub(super) fn key(&self, field: ElementRef<'_>) -> &str {
        let found = self.keyed_fields().find(|(other, _)| other.id() == field.id());
        found.map_or("", |(_, key)| key)
    }

    pub(super) fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        elements(self.tree.root_element()).find(|element| element.attr("id") == Some(id))
    }

    #[track_caller]
    pub(super) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        match Selector::parse(selector) {
            Ok(parsed) => self.tree.select(&parsed).collect(),
            Err(error) => panic!("`{selector}` is not a CSS selector: {error}"),
        }
    }

    /// The one element that this selects.
    #[track_caller]
    pub(super) fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        match found[..] {
            [one] => one,
            [] => self.fail(selector, "nothing on the page matches it"),
            _ => self.fail(selector, &format!("{} elements match it: write a selector for one", found.len())),
        }
    }

    /// Panics with the page around what was looked for.
    #[track_caller]
    pub(super) fn fail(&self, selector: &str, why: &str) -> ! {
        panic!("`{selector}`: {why}. {}", self.around(selector))
    }

    /// The page, or the nearest ancestor that a longer selector finds: `#list li.done` shows `#list`.
    fn around(&self, selector: &str) -> String {
        let mut shorter = selector.trim();
        while let Some((before, _)) = shorter.rsplit_once(char::is_whitespace) {
            shorter = before.trim_end_matches(['>', '+', '~', ' ']);
            let found = Selector::parse(shorter).ok().and_then(|parsed| self.tree.select(&parsed).next());
            if let Some(element) = found {
                return format!("`{shorter}` is:\n{}", excerpt(&element.html()));
            }
        }
        format!("The page is:\n{}", excerpt(&self.html))
    }
}

fn excerpt(html: &str) -> String {
    match html.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &html[..end]),
        None => html.to_owned(),
    }
}

/// The elements in this one, in document order.
pub(super) fn elements(root: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    root.descendants().skip(1).filter_map(ElementRef::wrap)
}

/// An element's text as a reader sees it: white space runs together.
pub(super) fn text(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn is_tag(element: ElementRef<'_>, names: &[&str]) -> bool {
    names.contains(&element.value().name())
}

/// The element and those around it, from the inside.
pub(super) fn with_ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    std::iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap))
}

/// `dj-value-some-name="x"` as `some_name` and `x`.
pub(super) fn values(element: ElementRef<'_>) -> impl Iterator<Item = (String, String)> + '_ {
    element.value().attrs().filter_map(|(name, value)| {
        let name = name.strip_prefix("dj-value-")?;
        Some((name.replace('-', "_"), value.to_owned()))
    })
}
