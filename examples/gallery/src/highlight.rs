//! Colours for the source pages: just enough Rust and template syntax for reading.
//!
//! It works line by line, so a string or a comment over several lines is coloured only on its
//! first. It never changes the text: the spans of a line, joined, are the line.

/// A part of a line with its CSS class, which is empty for plain text.
pub struct Span<'a> {
    pub class: &'static str,
    pub text: &'a str,
}

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "const", "crate", "else", "enum", "fn", "for", "if", "impl", "in", "let", "loop",
    "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct", "super",
    "trait", "type", "use", "where", "while", "false", "true",
];

/// Returns the lines of a file. Its name decides the language.
pub fn lines<'a>(name: &str, text: &'a str) -> Vec<Vec<Span<'a>>> {
    let next = if name.ends_with(".rs") { next_in_rust } else { next_in_template };
    text.lines().map(|line| spans(line, next)).collect()
}

fn spans<'a>(mut line: &'a str, next: fn(&str) -> (&'static str, usize)) -> Vec<Span<'a>> {
    let mut spans: Vec<Span<'a>> = Vec::new();
    while !line.is_empty() {
        let (class, length) = next(line);
        let (text, rest) = line.split_at(length);
        spans.push(Span { class, text });
        line = rest;
    }
    spans
}

/// The class and the length of the first token of this Rust text.
fn next_in_rust(line: &str) -> (&'static str, usize) {
    if line.starts_with("//") {
        ("comment", line.len())
    } else if line.starts_with("#[") || line.starts_with("#![") {
        ("attribute", line.rfind(']').map_or(line.len(), |end| end + 1))
    } else if line.starts_with('"') {
        ("string", string(line))
    } else {
        let length = word(line);
        (if KEYWORDS.contains(&&line[..length]) { "keyword" } else { "" }, length)
    }
}

/// The class and the length of the first token of this template text.
fn next_in_template(line: &str) -> (&'static str, usize) {
    for (open, close) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        if line.starts_with(open) {
            return ("expression", line.find(close).map_or(line.len(), |end| end + close.len()));
        }
    }
    let length = match line.strip_prefix('<') {
        Some(tag) => tag.find(['>', ' ']).map_or(line.len(), |at| at + 1),
        None => word(line),
    };
    let class = match &line[..length] {
        text if text.starts_with('<') || text == ">" => "keyword",
        text if text.starts_with("dj-") => "attribute",
        _ => "",
    };
    (class, length)
}

/// The length of a string literal, with its quotes.
fn string(line: &str) -> usize {
    let mut escaped = false;
    for (at, character) in line.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    line.len()
}

/// The length of a word, or 1 for any other character.
fn word(line: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    match line.find(|c: char| !part(c)) {
        Some(0) => line.chars().next().map_or(0, char::len_utf8),
        Some(end) => end,
        None => line.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::catalogue::EXAMPLES;

    fn classes(name: &str, line: &str) -> Vec<(&'static str, String)> {
        let spans = lines(name, line).remove(0);
        spans.into_iter().filter(|s| !s.class.is_empty()).map(|s| (s.class, s.text.to_owned())).collect()
    }

    #[test]
    fn the_spans_of_a_line_are_the_line() {
        for source in EXAMPLES.iter().flat_map(|example| example.sources) {
            let text: Vec<String> = lines(source.name, source.text)
                .iter()
                .map(|spans| spans.iter().map(|span| span.text).collect())
                .collect();
            assert_eq!(text, source.text.lines().collect::<Vec<_>>(), "{}", source.name);
        }
    }

    #[test]
    fn comments_strings_keywords_and_attributes_are_told_apart() {
        let found = classes("a.rs", r#"pub x("// \" fn") // let"#);
        assert_eq!(found[0], ("keyword", "pub".to_owned()));
        assert_eq!(found[1], ("string", r#""// \" fn""#.to_owned()));
        assert_eq!(found[2], ("comment", "// let".to_owned()));
        let found = classes("a.html", r#"<b dj-click="x">{{ a }}</b>"#);
        let kinds: Vec<_> = found.iter().map(|(class, _)| *class).collect();
        assert_eq!(kinds, ["keyword", "attribute", "keyword", "expression", "keyword", "keyword"]);
    }
}
