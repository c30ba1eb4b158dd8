//! A view whose template uses every construct that the template compiler knows, and random walks over its states.
//!
//! The same template is also given to askama itself ([`AllConstructs::by_askama`]): what the split one shows must
//! be the same, once anchors are taken away ([`without_anchors`]).

use askama::Template as _;
use djust::render::Fields;
use djust::view::ViewDefinition;
use djust::{LiveView, MountContext, MountResult, live_view};
use serde_json::json;
use std::ops::Deref;

/// Every construct.
#[live_view(template = "all_constructs.html", path = "tests.AllConstructs")]
#[derive(Debug, Clone, Default)]
pub struct AllConstructs {
    #[push]
    dark: bool,
    #[push]
    count: i64,
    #[push]
    title: String,
    #[push]
    choice: Option<i64>,
    tasks: Vec<Task>,
    #[push]
    extra: String,
    #[push]
    markup: String,
}

/// An item of the lists.
#[derive(Debug, Clone)]
pub struct Task {
    id: u32,
    name: String,
    done: bool,
    tags: Vec<String>,
}

impl LiveView for AllConstructs {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(AllConstructs::default())
    }
}

#[derive(askama::Template)]
#[template(path = "all_constructs.html")]
struct ByAskama<'a>(&'a AllConstructs);

impl Deref for ByAskama<'_> {
    type Target = AllConstructs;

    fn deref(&self) -> &AllConstructs {
        self.0
    }
}

/// One random change; the numbers are taken modulo what there is to choose from.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Which kind of change.
    pub what: usize,
    /// Its first choice.
    pub first: usize,
    /// Its second choice.
    pub second: usize,
}

const WORDS: [&str; 12] =
    ["a", "b<c", "x&y", "\"q\"", "", "a longer word", "é世", "</td>", "'", "<!--", "<!--/-->", "\u{1}\\"];
const EXTRAS: [&str; 5] = ["", "data-a=1", "data-a=\"2\" data-b='3'", "hidden data-b=x", "data-c"];
const MARKUPS: [&str; 6] =
    ["", "<b>m</b>", "plain", "<i>1</i> and <i>2</i>", "&nbsp;x", "<!--d0--><!-- note --><u>u</u><!--/-->"];

impl AllConstructs {
    /// What askama makes of the template.
    pub fn by_askama(&self) -> String {
        ByAskama(self).render().expect("the template renders")
    }

    /// Changes one thing.
    pub fn step(&mut self, step: Step) {
        let Step { what, first, second } = step;
        let word = WORDS[second % WORDS.len()].to_owned();
        match what % 14 {
            0 => self.dark = !self.dark,
            1 => self.count = (first % 6) as i64,
            2 => self.title = word,
            3 => self.choice = (!first.is_multiple_of(3)).then_some((second % 9) as i64),
            4 => self.extra = EXTRAS[first % EXTRAS.len()].into(),
            5 => self.markup = MARKUPS[first % MARKUPS.len()].into(),
            6 | 7 => self.insert_task(first, second, word),
            8 if first.is_multiple_of(6) => self.tasks.clear(),
            _ => self.step_tasks(what, first, second, word),
        }
    }

    /// Changes one field as a push does, and returns which one.
    pub fn step_by_push(&mut self, step: Step) -> Fields {
        let what = step.what % 6;
        let mut after = self.clone();
        after.step(Step { what, ..step });
        let (name, value) = match what {
            0 => ("dark", json!(after.dark)),
            1 => ("count", json!(after.count)),
            2 => ("title", json!(after.title)),
            3 => ("choice", json!(after.choice)),
            4 => ("extra", json!(after.extra)),
            _ => ("markup", json!(after.markup)),
        };
        self.set_field(name, &value).expect("the field's own value")
    }

    fn insert_task(&mut self, first: usize, second: usize, name: String) {
        let tags = (0..second % 3).map(|n| format!("t{n}")).collect();
        // few ids, so that some come twice
        let task = Task { id: (second % 12) as u32, name, done: first.is_multiple_of(2), tags };
        self.tasks.insert(first % (self.tasks.len() + 1), task);
    }

    fn step_tasks(&mut self, what: usize, first: usize, second: usize, word: String) {
        if self.tasks.is_empty() {
            return;
        }
        let (i, j) = (first % self.tasks.len(), second % self.tasks.len());
        match what % 14 {
            8 => drop(self.tasks.remove(i)),
            9 => self.tasks.swap(i, j),
            10 => {
                let task = self.tasks.remove(i);
                self.tasks.push(task);
            }
            11 => self.tasks.rotate_left(i),
            12 => self.tasks[i].step(second, word),
            _ => self.tasks.sort_by_key(|task| (task.id as usize * (first + 1)) % 7),
        }
    }

    fn method(&self) -> String {
        format!("m{}", self.count)
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, &str)> {
        self.tasks.iter().flat_map(|task| &task.tags).map(String::as_str).enumerate()
    }
}

impl Task {
    fn step(&mut self, choice: usize, word: String) {
        match choice % 4 {
            0 => self.done = !self.done,
            1 => self.name = word,
            2 => self.tags.insert(0, format!("t{}", choice % 5)),
            _ => {
                self.tags.reverse();
                self.tags.pop();
            }
        }
    }
}

/// HTML in a form in which two renderings of the same template can be compared: without comments (anchors are
/// some), `dj` and `dj-key` attributes and white space, and with one way of quoting.
pub fn without_anchors(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else if let Some(value) = [" dj=\"", " dj-key=\""].iter().find_map(|name| rest.strip_prefix(name)) {
            value.split_once('"').map_or("", |(_, after)| after)
        } else if let Some(value) = rest.strip_prefix(" dj=") {
            value.find([' ', '>']).map_or("", |end| &value[end..])
        } else {
            if !c.is_whitespace() {
                out.push(if c == '\'' { '"' } else { c });
            }
            &rest[c.len_utf8()..]
        };
    }
    let out = out.replace("&quot;", "&#34;").replace("&amp;", "&#38;");
    out.replace("/>", ">").replace("></circle>", ">").replace("></rect>", ">")
}
