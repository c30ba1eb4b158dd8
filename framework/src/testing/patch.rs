//! Patches in words, for tests that assert what an edit costs.

use crate::render::{Fragment, Slot, SlotKind, Template};
use serde_json::Value;

/// One line for each operation of a patch: `text 0 = 42`, `list 2: rows 0..9, new "<li>…"`.
pub(super) fn describe(template: &Template, patch: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    describe_scope(template.root, patch, "", &mut lines);
    lines
}

fn describe_scope(scope: &Fragment, patch: &Value, within: &str, lines: &mut Vec<String>) {
    let Some(patch) = patch.as_array() else { return };
    for pair in patch.chunks_exact(2) {
        let (number, value) = (&pair[0], &pair[1]);
        match number.as_u64().and_then(|number| find(scope, number)) {
            Some(slot) => describe_slot(slot, value, within, lines),
            None => lines.push(format!("{within}slot {number} = {value}")),
        }
    }
}

/// A slot of this scope by its number: branches and a list's `else` go on with the numbers around them.
fn find(scope: &Fragment, number: u64) -> Option<&'static Slot> {
    scope.slots.iter().find_map(|slot| {
        if u64::from(slot.number) == number {
            return Some(slot as &Slot);
        }
        match &slot.kind {
            SlotKind::Block(branches) => branches.iter().find_map(|branch| find(branch, number)),
            SlotKind::List { otherwise, .. } => otherwise.and_then(|otherwise| find(otherwise, number)),
            _ => None,
        }
    })
}

fn describe_slot(slot: &Slot, value: &Value, within: &str, lines: &mut Vec<String>) {
    let number = slot.number;
    let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &slot.kind {
        SlotKind::Text => lines.push(format!("{within}text {number} = {}", text())),
        SlotKind::Raw => lines.push(format!("{within}html {number} = {}", text())),
        SlotKind::Attribute => lines.push(format!("{within}attribute {number} = {}", text())),
        SlotKind::Attributes => lines.push(format!("{within}attributes {number} = {value}")),
        SlotKind::Block(_) => lines.push(format!("{within}branch {number} = {}", text())),
        SlotKind::Kept => lines.push(format!("{within}kept {number} = {}", text())),
        SlotKind::List { item, .. } => describe_list(number, item, value, within, lines),
    }
}

fn describe_list(number: u16, item: &Fragment, value: &Value, within: &str, lines: &mut Vec<String>) {
    let Some([order, changes]) = value.as_array().map(Vec::as_slice) else {
        return lines.push(format!("{within}list {number} = {value}"));
    };
    if let Some(order) = order.as_array() {
        let parts: Vec<_> = order.iter().map(describe_part).collect();
        lines.push(format!("{within}list {number}: {}", parts.join(", ")));
    }
    for change in changes.as_array().into_iter().flat_map(|changes| changes.chunks_exact(2)) {
        let row = format!("{within}list {number} item {}: ", change[0]);
        describe_scope(item, &change[1], &row, lines);
    }
}

fn describe_part(part: &Value) -> String {
    match part {
        Value::String(html) => format!("new {html:?}"),
        Value::Array(run) => {
            match (run.first().and_then(Value::as_u64), run.get(1).and_then(Value::as_u64)) {
                (Some(first), Some(count)) => format!("items {first}..{}", first + count),
                _ => part.to_string(),
            }
        }
        _ => format!("item {part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NUMBER: Slot = Slot { number: 0, kind: SlotKind::Text };
    const ITEM: Fragment = Fragment { statics: &["<li>", "</li>"], slots: &[NUMBER] };
    const LIST: SlotKind = SlotKind::List { item: &ITEM, key: crate::render::Key::None, otherwise: None };
    const BRANCH: Fragment =
        Fragment { statics: &["", ""], slots: &[Slot { number: 2, kind: SlotKind::Attribute }] };
    const ROOT: Fragment = Fragment {
        statics: &["", "", "", ""],
        slots: &[
            NUMBER,
            Slot { number: 1, kind: SlotKind::Block(&[&BRANCH]) },
            Slot { number: 3, kind: LIST },
        ],
    };
    const TEMPLATE: Template = Template { name: "t", fingerprint: 0, root: &ROOT, reads: &[] };

    #[test]
    fn a_patch_is_described_slot_by_slot() {
        let patch = json!([0, "42", 2, "on", 3, [[[0, 2], "<li>new</li>", 4], [1, [0, "7"]]]]);
        let lines = describe(&TEMPLATE, &patch);
        let expected = [
            "text 0 = 42",
            "attribute 2 = on",
            "list 3: items 0..2, new \"<li>new</li>\", item 4",
            "list 3 item 1: text 0 = 7",
        ];
        assert_eq!(lines, expected);
        assert_eq!(describe(&TEMPLATE, &json!([1, "<p>"])), ["branch 1 = <p>"]);
    }
}
