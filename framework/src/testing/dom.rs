//! The page as a tree: elements by CSS selectors, and what they say.

use scraper::{ElementRef, Html, Selector};

/// What a page shows.
pub(super) struct Dom {
    html: String,
    tree: Html,
}

/// How much of a page a failing assertion prints.
const EXCERPT: usize = 2_000;

impl Dom {
    pub(super) fn new(html: String) -> Self {
        let tree = Html::parse_fragment(&html);
        Dom { html, tree }
    }

    pub(super) fn html(&self) -> &str {
        &self.html
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

/// An element's text as a reader sees it: white space runs together.
pub(super) fn text(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
