//! Keys, as `dj-keydown` and `dj-keyup` filter them. The rules are those of the browser client (`keys.ts`).

/// A key that is pressed, with the modifiers that are held.
pub(super) struct Chord {
    /// As `KeyboardEvent.key` has it.
    pub(super) key: String,
    modifiers: Vec<String>,
}

const MODIFIERS: [&str; 4] = ["ctrl", "alt", "shift", "meta"];

/// The named keys, as `KeyboardEvent.key` writes them.
const NAMES: [&str; 15] = [
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "ArrowUp",
    "Backspace",
    "Delete",
    "End",
    "Enter",
    "Escape",
    "Home",
    "Insert",
    "PageDown",
    "PageUp",
    "Space",
    "Tab",
];

impl Chord {
    /// Reads `Enter`, `arrowdown`, `Ctrl-S`, `Space` and the like.
    pub(super) fn parse(text: &str) -> Self {
        let (modifiers, name) = split(text);
        let named = NAMES.iter().find(|named| named.eq_ignore_ascii_case(name));
        let key = match named {
            Some(&"Space") => " ".to_owned(),
            Some(named) => (*named).to_owned(),
            None if modifiers.iter().any(|modifier| modifier == "shift") => name.to_uppercase(),
            None if modifiers.is_empty() || name.chars().count() > 1 => name.to_owned(),
            None => name.to_lowercase(),
        };
        Chord { key, modifiers }
    }

    /// Whether a filter is for this key: with modifiers, just these are held; without any, none is looked
    /// at.
    pub(super) fn matches(&self, filter: &str) -> bool {
        let (wanted, name) = split(filter);
        let key = if self.key == " " { "space".to_owned() } else { self.key.to_lowercase() };
        // Which characters need Shift depends on the keyboard.
        let is_character =
            name.chars().count() == 1 && !name.chars().all(|name| name.is_ascii_alphanumeric());
        let same = |modifier: &str| {
            let is_held = self.holds(modifier);
            is_held == wanted.iter().any(|other| other == modifier)
                || is_held && modifier == "shift" && is_character
        };
        key == name.to_lowercase() && (wanted.is_empty() || MODIFIERS.into_iter().all(same))
    }

    /// Whether a browser takes it for Enter alone, which submits a form.
    pub(super) fn is_enter(&self) -> bool {
        self.key == "Enter" && self.modifiers.is_empty()
    }

    fn holds(&self, modifier: &str) -> bool {
        self.modifiers.iter().any(|held| held == modifier)
    }
}

/// Whether an attribute is for a key that the browser may use itself, like Ctrl+S. It wins over others.
pub(super) fn is_shortcut(attribute: &str) -> bool {
    attribute.split('.').skip(1).any(|filter| split(filter).0.iter().any(|modifier| modifier != "shift"))
}

/// The modifiers before a key's name, in lower case, and the name.
fn split(text: &str) -> (Vec<String>, &str) {
    let mut rest = text;
    let mut modifiers = Vec::new();
    while let Some((word, after)) = rest.split_once('-') {
        let word = word.to_lowercase();
        if after.is_empty() || !MODIFIERS.contains(&word.as_str()) {
            break;
        }
        modifiers.push(word);
        rest = after;
    }
    (modifiers, rest)
}

#[cfg(test)]
mod tests {
    use super::{Chord, is_shortcut};

    #[test]
    fn a_filter_without_modifiers_looks_at_none_and_one_with_them_at_all() {
        for (pressed, filter, matches) in [
            ("Enter", "enter", true),
            ("Shift-Enter", "enter", true),
            ("Ctrl-s", "ctrl-s", true),
            ("Ctrl-S", "ctrl-s", true),
            ("Ctrl-Shift-s", "ctrl-s", false),
            ("s", "ctrl-s", false),
            ("Ctrl-Shift-+", "ctrl-+", true),
            ("Ctrl-Alt-+", "ctrl-+", false),
            (" ", "space", true),
            ("Space", "space", true),
            ("-", "-", true),
            ("Escape", "enter", false),
        ] {
            assert_eq!(Chord::parse(pressed).matches(filter), matches, "{pressed} for {filter}");
        }
    }

    #[test]
    fn a_key_is_named_as_browsers_name_it() {
        for (written, key) in [
            ("enter", "Enter"),
            ("arrowdown", "ArrowDown"),
            ("space", " "),
            ("a", "a"),
            ("A", "A"),
            ("Ctrl-S", "s"),
            ("ctrl-shift-s", "S"),
            ("é", "é"),
        ] {
            assert_eq!(Chord::parse(written).key, key, "{written}");
        }
    }

    #[test]
    fn shortcuts_are_those_with_more_than_shift() {
        assert!(is_shortcut("dj-keydown.ctrl-enter") && is_shortcut("dj-keydown.a.shift-alt-b"));
        assert!(!is_shortcut("dj-keydown.enter") && !is_shortcut("dj-keydown.shift-a"));
        assert!(!is_shortcut("dj-keydown"));
    }
}
