//! The layers of the framework: which folder may use which, as the book's chapter *Architecture* says.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Files at the root that only pass names on, or that any folder may use.
    const ROOT: [&str; 4] = ["lib", "peer_log", "prelude", "private"];

    fn repository() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The words in code font.
    fn codes(cell: &str) -> impl Iterator<Item = String> + '_ {
        cell.split('`').skip(1).step_by(2).map(str::to_owned)
    }

    /// The table of the book: each folder, and those that it may use. Its rows are in order.
    fn table() -> Vec<(String, BTreeSet<String>)> {
        let chapter = read(&repository().join("book/src/architecture.md"));
        let (_, section) = chapter.split_once("## Layers").expect("the chapter has a section on layers");
        let (_, table) = section.split_once("| may use |").expect("the section has a table");
        let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        let cells = rows.map(|row| row.split('|').collect::<Vec<_>>());
        cells.map(|cells| (codes(cells[1]).next().expect("a folder"), codes(cells[3]).collect())).collect()
    }

    /// The sources of a folder, without files of tests.
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != "tests" {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !name.ends_with("_tests")
            {
                found.push(path);
            }
        }
    }

    /// What a source names with `crate::…`, outside of comments and tests.
    fn uses(source: &str) -> BTreeSet<String> {
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let mut lines = code.lines();
        let mut kept = String::new();
        while let Some(line) = lines.next() {
            if line.trim() == "#[cfg(doc)]" {
                // What follows is for links in the docs.
                lines.find(|line| line.trim_end().ends_with(';'));
            } else if !line.trim_start().starts_with("//") {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        let mut found = BTreeSet::new();
        for rest in kept.split("crate::").skip(1) {
            let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let first =
                |path: &str| path.trim().split(|c: char| !is_name(c)).next().unwrap_or_default().to_owned();
            match group {
                Some(group) => found.extend(group.split(',').map(first)),
                None => drop(found.insert(first(rest))),
            }
        }
        found
    }

    #[test]
    fn each_folder_uses_only_those_that_its_row_allows_and_rows_use_only_rows_above() {
        let source = repository().join("framework/src");
        let table = table();
        let mut above = BTreeSet::new();
        for (folder, allowed) in &table {
            let lower: BTreeSet<_> = allowed.difference(&above).collect();
            assert!(lower.is_empty(), "`{folder}` may not use what stands below it: {lower:?}");
            above.insert(folder.clone());
        }
        let folders: BTreeMap<_, _> = table.into_iter().collect();
        for (folder, allowed) in &folders {
            let mut files = Vec::new();
            sources(&source.join(folder), &mut files);
            assert!(!files.is_empty(), "the table has `{folder}`, which is no folder");
            for file in files {
                let upward: Vec<_> = uses(&read(&file))
                    .into_iter()
                    .filter(|used| folders.contains_key(used) && used != folder && !allowed.contains(used))
                    .collect();
                assert!(upward.is_empty(), "{} uses {upward:?}: see the book's Architecture", file.display());
            }
        }
        for entry in fs::read_dir(&source).expect("the sources") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let known = folders.contains_key(&name) || ROOT.contains(&name.as_str()) || name == "bin";
            assert!(known, "`{name}` is not in the table of the book's Architecture");
        }
    }

    #[test]
    fn an_arrow_is_seen_in_any_form_and_none_in_comments_and_tests() {
        let source = "use crate::a::B;\n// crate::no\nuse crate::{c::D, e};\nfn f() { crate::g::h(); }\n\
                      #[cfg(doc)]\nuse crate::no::X;\n#[cfg(test)]\nmod tests {\n    use crate::no;\n}\n";
        assert_eq!(uses(source).into_iter().collect::<Vec<_>>(), ["a", "c", "e", "g"]);
    }
}
