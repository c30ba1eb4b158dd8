//! Keys, as `dj-keydown` and `dj-keyup` filter them.

/// A key with its modifiers, written as in a filter: `enter`, `ctrl-s`, `a`.
pub(super) struct Chord {
    /// As `KeyboardEvent.key` has it.
    pub(super) key: String,
    modifiers: Vec<String>,
}

const MODIFIERS: [&str; 4] = ["ctrl", "alt", "shift", "meta"];

impl Chord {
    /// Reads `Enter`, `Ctrl-S`, ` `.
    pub(super) fn parse(text: &str) -> Self {
        let (modifiers, name) = split(text);
        Chord { key: name.to_owned(), modifiers }
    }

    /// Whether a filter is for this key: with modifiers, just these are held; without any, none is looked
    /// at.
    pub(super) fn matches(&self, filter: &str) -> bool {
        let (modifiers, name) = split(filter);
        let key = if self.key == " " { "space".to_owned() } else { self.key.to_lowercase() };
        let same = |modifier: &&str| {
            modifiers.iter().any(|own| own == modifier) == self.modifiers.iter().any(|own| own == modifier)
        };
        key == name.to_lowercase()
            && (modifiers.is_empty() || MODIFIERS.iter().all(|modifier| same(&modifier)))
    }
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
    use super::Chord;

    #[test]
    fn a_filter_without_modifiers_looks_at_none_and_one_with_them_at_all() {
        for (pressed, filter, matches) in [
            ("Enter", "enter", true),
            ("Shift-Enter", "enter", true),
            ("Ctrl-s", "ctrl-s", true),
            ("Ctrl-Shift-s", "ctrl-s", false),
            ("s", "ctrl-s", false),
            (" ", "space", true),
            ("-", "-", true),
            ("Escape", "enter", false),
        ] {
            assert_eq!(Chord::parse(pressed).matches(filter), matches, "{pressed} for {filter}");
        }
    }
}
