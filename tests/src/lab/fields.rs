//! Fields: who they belong to, through refusals, pushes and reconnects.

use djust::{LiveView, MountContext, MountResult, Refused, ViewContext, handlers, live_view};
use std::sync::Mutex;

/// A form that marks its field: `/profile`.
#[live_view(
    path = "lab.Profile",
    source = r#"
    <form id="profile" dj-submit="save">
      <input id="a" name="a" value="{{ stored }}" class="{% if bad %}bad{% endif %}">
      <textarea id="note" name="note">{{ note }}</textarea>
      <button id="save">Save</button>
    </form>
    <p id="saves">{{ saves }}</p>
"#
)]
pub struct Profile {
    stored: String,
    bad: bool,
    #[push]
    note: String,
    saves: u32,
}

impl LiveView for Profile {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Profile { stored: "stored".into(), bad: false, note: "noted".into(), saves: 0 })
    }
}

#[handlers]
impl Profile {
    /// Accepts everything, and marks the field; refuses "no".
    #[event]
    fn save(&mut self, a: String) -> Result<(), Refused> {
        self.saves += 1;
        self.bad = true;
        if a == "no" { Err(Refused) } else { Ok(()) }
    }
}

/// The book's own search: `/search`.
#[live_view(
    path = "lab.Search",
    source = r#"<form id="form"><input id="q" dj-model="q" value="{{ q }}"><button type="reset" id="reset">Reset</button></form><p id="shown">{{ q }}</p>"#
)]
pub struct Search {
    #[model]
    q: String,
}

impl LiveView for Search {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Search { q: String::new() })
    }
}

/// The rows of [`Rows`], newest first.
static ROWS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A list of forms: `/rows`.
#[live_view(
    path = "lab.Rows",
    source = r#"
    <ul>{% for row in rows %}
      <li dj-key="{{ row }}"><form dj-submit="save"><input type="hidden" name="row" value="{{ row }}"><input name="text" class="row{{ row }}"><button>Save</button></form></li>
    {% endfor %}</ul>
    <p id="saved">{{ saved }}</p>
"#
)]
pub struct Rows {
    rows: Vec<u32>,
    saved: String,
}

impl LiveView for Rows {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Rows { rows: Rows::now(), saved: String::new() })
    }
}

impl Rows {
    fn now() -> Vec<u32> {
        let mut rows = ROWS.lock().expect("nobody panics with it");
        if rows.is_empty() {
            rows.extend(1..=5);
        }
        rows.clone()
    }
}

#[handlers]
impl Rows {
    #[event]
    fn save(&mut self, row: u32, text: String) {
        self.saved = format!("{row}:{text}");
    }

    /// One more row, above all others.
    #[push]
    fn on_new(&mut self, row: u32, shown: bool) {
        ROWS.lock().expect("nobody panics with it").insert(0, row);
        if shown {
            self.rows = Rows::now();
        }
    }
}

/// Steps whose fields have one name: `/wizard`.
#[live_view(
    path = "lab.Wizard",
    source = r#"
    {% match step %}
    {% when 1 %}<form id="one" dj-submit="next"><input id="answer" name="answer" value="first"><button>Next</button></form>
    {% when 2 %}<form id="two" dj-submit="next"><input id="answer" name="answer" value="second"><button>Next</button></form>
    {% when _ %}<p id="done">{{ answers.join(", ") }}</p>
    {% endmatch %}
    <button id="skip" dj-click="skip">Skip</button>
"#
)]
pub struct Wizard {
    step: u8,
    answers: Vec<String>,
}

impl LiveView for Wizard {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Wizard { step: 1, answers: Vec::new() })
    }
}

#[handlers]
impl Wizard {
    #[event]
    fn next(&mut self, answer: String) {
        self.answers.push(answer);
        self.step += 1;
    }

    #[event]
    fn skip(&mut self) {
        self.step += 1;
    }
}

/// Boxes, radios, options: `/choices`.
#[live_view(
    path = "lab.Choices",
    source = r#"
    {% for size in ["s", "m", "l"] %}<label><input type="radio" name="size" dj-model="size" value="{{ size }}">{{ size }}</label>{% endfor %}
    {% for extra in ["oil", "salt", "figs"] %}<label><input type="checkbox" dj-model="extras" value="{{ extra }}">{{ extra }}</label>{% endfor %}
    <input id="agree" type="checkbox" dj-model="agree">
    <select id="table" dj-model="table">{% for table in tables %}<option>{{ table }}</option>{% endfor %}</select>
    <p id="shown">{{ size }} / {{ extras.join("+") }} / {{ agree }} / {{ table }}</p>
"#
)]
pub struct Choices {
    #[model]
    size: String,
    #[model]
    extras: Vec<String>,
    #[model]
    agree: bool,
    #[model]
    table: String,
    #[push]
    tables: Vec<String>,
}

impl LiveView for Choices {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        let tables = ["A (1 free)", "B (2 free)", "C (3 free)"].map(str::to_owned).into();
        Ok(Choices { size: String::new(), extras: Vec::new(), agree: false, table: String::new(), tables })
    }
}

/// Dates, of which a browser makes what it likes: `/dates`.
#[live_view(
    path = "lab.Dates",
    source = r#"
    <input id="at" type="datetime-local" value="{{ at }}">
    <input id="on" type="datetime-local" dj-model="on" value="{{ on }}">
    <input id="day" type="date" value="{{ day }}" min="{{ min }}">
    <p id="shown">{{ on }}|{{ min }}</p>
"#
)]
pub struct Dates {
    #[push]
    at: String,
    #[model]
    #[push]
    on: String,
    #[push]
    day: String,
    #[push]
    min: String,
}

impl LiveView for Dates {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        let odd = || "2024-01-01 10:00:00".to_owned();
        Ok(Dates { at: odd(), on: odd(), day: "2024-01-01".into(), min: "2000-01-01".into() })
    }
}

/// A select that the server may refuse: `/status`.
#[live_view(
    path = "lab.Status",
    source = r#"
    <select id="status" name="status" dj-change="choose">
      {% for each in ["open", "waiting", "closed"] %}<option value="{{ each }}"{% if status == *each %} selected{% endif %}>{{ each }}</option>{% endfor %}
    </select>
    <p id="tries">{{ tries }}</p>
"#
)]
pub struct Status {
    #[push]
    status: String,
    tries: u32,
}

impl LiveView for Status {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Status { status: "open".into(), tries: 0 })
    }
}

#[handlers]
impl Status {
    /// "closed" is refused: the first time the field is left as it is, then it is given back.
    #[event]
    fn choose(&mut self, value: String, cx: &mut ViewContext<Self>) -> Result<(), Refused> {
        self.tries += 1;
        if value == "closed" {
            if self.tries > 1 {
                cx.reset_field("status");
            }
            return Err(Refused);
        }
        self.status = value;
        Ok(())
    }
}
