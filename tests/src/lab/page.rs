//! What else lives in a page: dialogs, foreign elements, frames, odd names, odd HTML.

use actix_web::http::StatusCode;
use djust::{LiveView, MountContext, MountResult, Refusal, handlers, live_view};
use std::sync::atomic::{AtomicBool, Ordering};

/// `/dialogs`
#[live_view(
    path = "lab.Dialogs",
    source = r#"
    <dialog id="own"><p>{{ count }}</p></dialog>
    <dialog id="served"{% if open %} open{% endif %}>served</dialog>
    <details id="details"><summary>more</summary>{{ count }}</details>
    <p id="text" class="{{ tone }}">{{ count }}</p>
    <my-chart id="chart"></my-chart>
    <p id="editable" contenteditable>write here</p>
    <p id="count">{{ count }}</p>
"#
)]
pub struct Dialogs {
    #[push]
    count: u32,
    #[push]
    open: bool,
    #[push]
    tone: String,
}

impl LiveView for Dialogs {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Dialogs { count: 0, open: false, tone: "calm".into() })
    }
}

#[handlers]
impl Dialogs {
    /// Tells of a change, and of a state that has not changed, as a toggled flag does.
    #[push]
    fn on_reopen(&mut self) {
        self.open = true;
        self.count += 1;
    }
}

/// A keyed list, with a frame in each item: `/frames`.
#[live_view(
    path = "lab.Frames",
    source = r#"<ul id="list">{% for item in items %}<li dj-key="{{ item }}" id="i{{ item }}">{{ item }}<iframe src="/frame"></iframe></li>{% endfor %}</ul>"#
)]
pub struct Frames {
    #[push]
    items: Vec<u32>,
}

impl LiveView for Frames {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Frames { items: vec![1, 2, 3] })
    }
}

/// Fields with the names of what every element has: `/names`.
#[live_view(
    path = "lab.Names",
    source = r#"
    <form id="form" dj-submit="send">
      {% for name in names %}<input name="{{ name }}" value="{{ name }}">{% endfor %}
      <button id="submit">Send</button>
    </form>
    <input id="kind" type="{{ kind }}" value="12">
    <button id="add" dj-click="add">Add</button>
    <p id="sent">{{ sent }}</p>
"#
)]
pub struct Names {
    names: Vec<&'static str>,
    #[push]
    kind: String,
    sent: String,
}

impl LiveView for Names {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        let names = vec![
            "attributes",
            "parentNode",
            "parentElement",
            "children",
            "childNodes",
            "firstChild",
            "nextSibling",
            "elements",
            "closest",
            "matches",
            "getAttribute",
            "setAttribute",
            "nodeType",
            "nodeName",
            "localName",
            "namespaceURI",
            "isConnected",
            "contains",
            "querySelectorAll",
            "id",
            "name",
            "value",
            "type",
            "form",
            "remove",
            "replaceWith",
            "insertBefore",
            "cloneNode",
            "classList",
            "dispatchEvent",
            "ownerDocument",
        ];
        Ok(Names { names, kind: "text".into(), sent: String::new() })
    }
}

#[handlers]
impl Names {
    #[event]
    fn send(&mut self, attributes: String, closest: String) {
        self.sent = format!("{attributes}, {closest}");
    }

    #[event]
    fn add(&mut self) {
        self.names.push("innerHTML");
        self.sent = format!("{} names", self.names.len());
    }
}

/// HTML that reads differently in different places: `/markup`.
#[live_view(
    path = "lab.Markup",
    source = r#"
    <a id="link" href="{{ url|safe }}">link</a>
    <svg id="svg"{% if wide %} viewBox="0 0 {{ count }} 10"{% endif %}><title>{{ count }}</title></svg>
    <textarea id="area">{{ html|safe }}</textarea>
    <pre id="pre">{% if wide %}
one{% else %}
two{% endif %}</pre>
    {% if wide %}<input id="focused" autofocus>{% endif %}
    <p id="count">{{ count }}</p>
"#
)]
pub struct Markup {
    #[push]
    url: String,
    #[push]
    html: String,
    #[push]
    wide: bool,
    #[push]
    count: u32,
}

impl LiveView for Markup {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Markup { url: "/".into(), html: "none".into(), wide: false, count: 0 })
    }
}

/// Whether [`Fragile`] is down.
static DOWN: AtomicBool = AtomicBool::new(false);

/// A view whose `mount` fails when it is told to: `/fragile`.
#[live_view(path = "lab.Fragile", source = r#"<input id="typed" name="typed"><p id="count">{{ count }}</p>"#)]
pub struct Fragile {
    #[push]
    count: u32,
}

impl LiveView for Fragile {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        if DOWN.load(Ordering::SeqCst) {
            return Err(Refusal::Status(StatusCode::INTERNAL_SERVER_ERROR, "The database is away.".into()));
        }
        Ok(Fragile { count: 0 })
    }
}

impl Fragile {
    /// From now on `mount` fails, or does not.
    pub fn set_down(down: bool) {
        DOWN.store(down, Ordering::SeqCst);
    }
}
