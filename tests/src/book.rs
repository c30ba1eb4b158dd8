//! The README and the book: their Rust code is compiled, and run where it can be, as doc tests.
//!
//! Each module below is one text. `cargo test --doc -p djust-tests` runs them; the tests here see that no text is
//! left out, that links lead somewhere, and that the templates shown are those that the code uses.

macro_rules! texts {
    ($($name:ident = $path:literal;)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../../", $path))]
            pub mod $name {}
        )*

        /// The texts' paths in the repository.
        pub const TEXTS: &[&str] = &[$($path),*];
    };
}

texts! {
    readme = "README.md";
    introduction = "book/src/introduction.md";
    quick_start = "book/src/quick-start.md";
    life_cycle = "book/src/life-cycle.md";
    limits = "book/src/limits.md";
    templates = "book/src/templates.md";
    forms = "book/src/forms.md";
    server_push = "book/src/server-push.md";
    jobs = "book/src/jobs.md";
    redis = "book/src/redis.md";
    delivery = "book/src/delivery.md";
    ticks = "book/src/ticks.md";
    many_viewers = "book/src/many-viewers.md";
    testing = "book/src/testing.md";
    wire_protocol = "book/src/wire-protocol.md";
    security = "book/src/security.md";
    architecture = "book/src/architecture.md";
    benchmarks = "book/src/benchmarks.md";
}

#[cfg(test)]
mod tests {
    use super::TEXTS;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    const SUMMARY: &str = "book/src/SUMMARY.md";

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository is there")
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// A text's lines that are prose: fenced code is left out.
    fn prose(text: &str) -> impl Iterator<Item = &str> {
        let mut in_code = false;
        text.lines().filter(move |line| {
            let is_fence = line.trim_start().starts_with("```");
            in_code ^= is_fence;
            !in_code && !is_fence
        })
    }

    /// The targets of the links in a text.
    fn links(text: &str) -> Vec<String> {
        let prose = prose(text).collect::<Vec<_>>().join(" ");
        prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
    }

    /// The anchors of a text's headings, as mdBook and GitHub make them.
    fn anchors(text: &str) -> BTreeSet<String> {
        let headings =
            prose(text).filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#'));
        let anchor = |heading: &str| {
            let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(anchor).collect()
    }

    #[test]
    fn every_chapter_in_the_summary_exists_and_its_code_is_tested() {
        let book = repository().join("book/src");
        let chapters = links(&read(&repository().join(SUMMARY)));
        assert!(chapters.len() >= 8, "{chapters:?}");
        for chapter in chapters {
            assert!(book.join(&chapter).is_file(), "{SUMMARY} names {chapter}, which is not there");
            let path = format!("book/src/{chapter}");
            assert!(TEXTS.contains(&path.as_str()), "{path} is missing in tests/src/book.rs");
        }
    }

    #[test]
    fn links_lead_to_files_and_headings_that_are_there() {
        for path in TEXTS.iter().chain(&[SUMMARY, "CHANGELOG.md"]) {
            let file = repository().join(path);
            let text = read(&file);
            for link in links(&text).iter().filter(|link| !link.starts_with("http")) {
                let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if target.is_empty() { file.clone() } else { file.with_file_name(target) };
                assert!(target.exists(), "{path}: {link} leads nowhere");
                let is_there = anchor.is_empty() || anchors(&read(&target)).contains(anchor);
                assert!(is_there, "{path}: {link} names no heading of {}", target.display());
            }
        }
    }

    #[test]
    fn code_says_what_language_it_is_in() {
        for path in TEXTS {
            let text = read(&repository().join(path));
            let fences = text.lines().filter(|line| line.starts_with("```"));
            for fence in fences.step_by(2) {
                assert_ne!(fence, "```", "{path}: code without a language would be taken for Rust");
                assert!(!fence.contains("ignore"), "{path}: {fence}");
            }
        }
    }

    #[test]
    fn templates_in_the_book_are_those_that_its_code_uses() {
        let text = read(&repository().join("book/src/quick-start.md"));
        let shown: Vec<_> = text.split("\n`templates/").skip(1).collect();
        assert_eq!(shown.len(), 2);
        for part in shown {
            let (name, rest) = part.split_once("`\n\n```html\n").expect("a template follows its name");
            let (template, _) = rest.split_once("```").expect("a fence ends it");
            assert_eq!(read(&repository().join("tests/templates").join(name)), template, "{name}");
        }
    }
}
