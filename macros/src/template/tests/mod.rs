//! Tests of the whole template compiler: the result for each construct, and the message for each
//! mistake.

mod constructs;
mod contexts;
mod files;
mod mistakes;
mod reads;

use super::lower::{Key, SlotKind};
use super::{Compiled, Fragment, Input, Request, compile};
use std::path::Path;

const FIELDS: [&str; 7] = ["a", "b", "n", "name", "xs", "opt", "room"];
const PUSHED: [&str; 3] = ["a", "n", "xs"];
const HANDLES: [&str; 1] = ["room"];
const MODELS: [&str; 1] = ["name"];

fn try_compile(source: &str) -> Result<Compiled, String> {
    try_input(Input::Text(source), Path::new("/nowhere"))
}

fn try_input(input: Input<'_>, root: &Path) -> Result<Compiled, String> {
    let (fields, models) = (FIELDS.map(str::to_owned), MODELS.map(str::to_owned));
    let (pushed, handles) = (PUSHED.map(str::to_owned), HANDLES.map(str::to_owned));
    let (fields, pushed, handles, models) = (&fields[..], &pushed[..], &handles[..], &models[..]);
    let request = Request { view: "View", input, fields, pushed, handles, models, root };
    compile(&request).map_err(|error| error.to_string())
}

fn compiled(source: &str) -> Compiled {
    try_compile(source).unwrap_or_else(|error| panic!("{source}\n  {error}"))
}

/// A fragment in short form: statics as they are, slots as `‹number kind›`, with their fragments in
/// brackets.
fn table(source: &str) -> String {
    short(&compiled(source).root)
}

fn short(fragment: &Fragment) -> String {
    let mut out = fragment.statics[0].clone();
    for (slot, text) in fragment.slots.iter().zip(&fragment.statics[1..]) {
        let kind = match &slot.kind {
            SlotKind::Text => "text".to_owned(),
            SlotKind::Raw => "raw".to_owned(),
            SlotKind::Attribute => "attribute".to_owned(),
            SlotKind::Attributes => "attributes".to_owned(),
            SlotKind::Kept => "kept".to_owned(),
            SlotKind::Block(branches) => {
                format!("block [{}]", branches.iter().map(short).collect::<Vec<_>>().join("|"))
            }
            SlotKind::List { item, key, otherwise } => {
                let otherwise = otherwise.as_deref().map(|fragment| format!(" else {}", short(fragment)));
                let key = match key {
                    Key::None => "",
                    Key::Kept => "keyed ",
                    Key::Shown(_) => "shown keyed ",
                };
                format!("{key}list [{}{}]", short(item), otherwise.unwrap_or_default())
            }
        };
        out.push_str(&format!("‹{} {kind}›{text}", slot.number));
    }
    out
}

/// The rewritten template, with short marks.
fn code(source: &str) -> String {
    let code = compiled(source).source.replace("::djust::render::marks::", "");
    let code = code.strip_suffix("{#+ end +#}").expect("ends with a tag").replace("+ ", "").replace(" +", "");
    without_conditions(without_locations(code))
}

/// Without the conditions around the slots of the root.
fn without_conditions(code: String) -> String {
    let mut out = String::new();
    // for each open `if`, whether it is such a condition
    let mut open = Vec::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find("{%") {
        let end = start + rest[start..].find("%}").expect("its end") + 2;
        let (tag, is_condition) = (&rest[start + 2..end - 2], rest[start..end].contains("self.1.meets"));
        let is_left_out = match tag.split_whitespace().next() {
            Some("if") => {
                open.push(is_condition);
                is_condition
            }
            Some("endif") => open.pop().expect("an open if"),
            _ => false,
        };
        out.push_str(if is_left_out { &rest[..start] } else { &rest[..end] });
        rest = &rest[end..];
    }
    out + rest
}

/// `{{x.id}}` for `{{AtViewLine3Column14(&x).id}}`
fn without_locations(mut code: String) -> String {
    while let Some(start) = code.find("AtViewLine") {
        let open = start + code[start..].find("(&").expect("a wrapper");
        let close = open + code[open..].find(')').expect("its end");
        code.replace_range(close..=close, "");
        code.replace_range(start..open + 2, "");
    }
    code
}
