//! A view with a string in every context that a template has, and what visitors may write into it.

use djust::{LiveView, MountContext, MountResult, handlers, live_view};

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

/// Content that is left to the page, with everything dynamic inside.
#[live_view(
    path = "tests.Kept",
    source = r#"<p id="count">{{ n }}</p><button id="outside" dj-click="more">+</button>
    <div id="kept" dj-update="ignore" class="n{{ n }}" {% if n == 1 %}title={{ n }}{% endif %}><b title="t{{ n }}">{{ n }}</b>
      {% if n > 0 %}<i>some</i>{% endif %}<ul>{% for row in 0..n %}<li dj-key="{{ row }}">{{ row }}</li>{% endfor %}</ul>
      <input dj-model="text" value="{{ text }}"><button id="inside" dj-click="add" dj-value-by="{{ n + 10 }}">+</button></div>
    <ul id="list">{% for row in 0..n %}<li><span dj-update="ignore">{{ row }} of {{ n }}</span> {{ n }}</li>{% endfor %}</ul>"#
)]
pub struct Kept {
    n: i64,
    #[model]
    text: String,
}

impl LiveView for Kept {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Kept { n: 0, text: String::new() })
    }
}

#[handlers]
impl Kept {
    #[event]
    fn more(&mut self) {
        self.n += 1;
    }

    #[event]
    fn add(&mut self, by: i64) {
        self.n += by;
    }
}
