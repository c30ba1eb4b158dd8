//! The folders of this layer import one way: each uses those above it in the table in `mod.rs`.

use std::path::Path;

/// The folders and files, from the bottom to the top.
const ORDER: [&str; 12] = [
    "stream", "client", "progress", "cluster", "producer", "query", "consumer", "server", "thread",
    "receipt", "layer", "builder",
];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == module)
}

/// The module of this layer that a line of `folder` imports.
fn imported(line: &str, is_folder: bool) -> Option<&str> {
    let line = line.trim_start().strip_prefix("use ")?;
    let path = line.strip_prefix("crate::layer::redis::").or_else(|| {
        // In a file of this folder, `super` is the folder itself.
        line.strip_prefix("super::").filter(|_| !is_folder)
    })?;
    path.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()
}

fn check(module: &str, file: &Path, is_folder: bool) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("it is a source file");
    let goes_up = |line: &&str| {
        let imported = imported(line, is_folder).and_then(rank);
        imported.zip(rank(module)).is_some_and(|(imported, own)| imported > own)
    };
    text.lines().filter(goes_up).map(|line| format!("{}: {line}", file.display())).collect()
}

#[test]
fn no_folder_imports_one_that_is_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/layer/redis");
    let mut upwards = Vec::new();
    for module in ORDER {
        let file = root.join(format!("{module}.rs"));
        if file.exists() {
            upwards.extend(check(module, &file, false));
            continue;
        }
        for entry in std::fs::read_dir(root.join(module)).expect("a folder of this layer") {
            upwards.extend(check(module, &entry.expect("it can be listed").path(), true));
        }
    }
    assert!(upwards.is_empty(), "imports that point up:\n{}", upwards.join("\n"));
}
