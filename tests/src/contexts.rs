//! A view with a string in every context that a template has, and what visitors may write into it.

use djust::{LiveView, MountContext, MountResult, live_view};

/// One string, in every context and every spelling: quoted, bare, in branches, macros, blocks and includes.
#[live_view(template = "contexts.html", path = "tests.Contexts")]
#[derive(Debug, Clone)]
pub struct Contexts {
    #[push]
    x: String,
    on: bool,
    opt: Option<u8>,
}

impl Contexts {
    /// With this in every place.
    pub fn showing(x: &str) -> Self {
        Contexts { x: x.to_owned(), on: true, opt: Some(1) }
    }
}

impl LiveView for Contexts {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        // the first paint shows what the query says, `%XX` for each byte
        Ok(Contexts::showing(&decoded(cx.query_string())))
    }
}

fn decoded(query: &str) -> String {
    let bytes = query.split('%').filter_map(|code| u8::from_str_radix(code, 16).ok()).collect();
    String::from_utf8(bytes).unwrap_or_default()
}

/// What visitors may write; the browser's tests read the same file. Each sets `ran` of the window, if it runs.
pub fn payloads() -> Vec<String> {
    serde_json::from_str(include_str!("../fixtures/payloads.json")).expect("a list of strings")
}
