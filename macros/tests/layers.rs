//! The layers of this crate: a module uses those that stand above it in the table, and no others.
//!
//! A new file needs a place in the table, a new `use` of something further down is an arrow that
//! points up.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Item, UseTree};

/// From the ground up. Modules in one line know nothing of each other.
const LAYERS: &[&str] = &[
    "diagnostics fnv",
    "argument attribute key_format view_path",
    "part",
    "builder",
    // the template compiler
    "template::reads template::source",
    "template::error template::node",
    "template::read::config template::read::located template::read::purity template::read::scan",
    "template::read::names",
    "template::read::cursor template::read::whitespace",
    "template::read::reader",
    "template::read::passthrough",
    "template::read",
    "template::html::element",
    "template::html::content_model template::html::html_source",
    "template::html::parse",
    "template::html",
    "template::keys",
    "template::directives",
    "template::lower::table template::lower::url",
    "template::lower::anchor template::lower::context",
    "template::lower::code template::lower::skipping",
    "template::lower::lowering",
    "template::lower::value",
    "template::lower::attributes template::lower::duplicates template::lower::list template::lower::plain",
    "template::lower::fragment",
    "template::lower",
    "template",
    // the macros
    "handlers::attr live_view::attr push_contract::attr push_key::attr",
    "handlers::ast live_view::ast push_contract::ast push_key::ast",
    "handlers::valid live_view::valid push_contract::valid push_key::valid",
    "push_contract::expand::sentence",
    "handlers::expand::decode live_view::expand::key live_view::expand::mount push_contract::expand::sender",
    "handlers::expand::typed_push live_view::expand::typed_push push_contract::expand::check",
    "live_view::expand::definition",
    "handlers::expand live_view::expand push_contract::expand push_key::expand",
    "handlers live_view push_contract push_key",
    "lib",
];

#[test]
fn imports_point_down_only() {
    let layers = layers();
    let files = files();
    let missing: Vec<_> = files.keys().filter(|module| !layers.contains_key(module.as_str())).collect();
    assert!(missing.is_empty(), "no layer for {missing:?}");
    let gone: Vec<_> = layers.keys().filter(|module| !files.contains_key(**module)).collect();
    assert!(gone.is_empty(), "no file for {gone:?}");
    let mut wrong = Vec::new();
    for (module, path) in &files {
        for used in imports(module, path, &files) {
            if layers[used.as_str()] >= layers[module.as_str()] {
                wrong.push(format!("{module} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up:\n{}", wrong.join("\n"));
}

/// The number of each module's layer.
fn layers() -> BTreeMap<&'static str, usize> {
    let numbered = LAYERS.iter().enumerate();
    numbered.flat_map(|(number, line)| line.split(' ').map(move |module| (module, number))).collect()
}

/// All modules that are files, but for those with tests only.
fn files() -> BTreeMap<String, PathBuf> {
    let mut files = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("the sources are there").flatten().map(|entry| entry.path()) {
            if path.is_dir() && !path.ends_with("template/tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.insert(name(&path), path);
            }
        }
    }
    files
}

/// `template::read` for `src/template/read/mod.rs`.
fn name(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it is in src");
    let parts: Vec<_> =
        below.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let parts = if parts.ends_with(&["mod".to_owned()]) { &parts[..parts.len() - 1] } else { &parts[..] };
    parts.join("::")
}

/// The other modules that a file's `use` lines name.
fn imports(module: &str, path: &Path, files: &BTreeMap<String, PathBuf>) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a source is text");
    let file = syn::parse_file(&text).expect("a source is Rust");
    let mut paths = Vec::new();
    for item in file.items {
        if let Item::Use(item) = item
            && !item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"))
        {
            flatten(&item.tree, &mut Vec::new(), &mut paths);
        }
    }
    let mut used: Vec<String> = paths.iter().filter_map(|path| resolve(module, path, files)).collect();
    used.retain(|used| used != module);
    used
}

/// All paths in a tree of imports.
fn flatten(tree: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| flatten(tree, before, paths)),
        UseTree::Name(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Rename(rename) => paths.push([before.as_slice(), &[rename.ident.to_string()]].concat()),
        UseTree::Glob(_) => paths.push(before.clone()),
    }
}

/// The innermost module on a path; none if it is of another crate.
fn resolve(module: &str, path: &[String], files: &BTreeMap<String, PathBuf>) -> Option<String> {
    let mut here: Vec<&str> = if module == "lib" { Vec::new() } else { module.split("::").collect() };
    let mut is_relative = true;
    for part in path {
        match part.as_str() {
            "crate" => here.clear(),
            "super" => drop(here.pop()),
            "self" => {}
            part => {
                let inner = [here.as_slice(), &[part]].concat().join("::");
                if files.contains_key(&inner) {
                    here.push(part);
                } else if is_relative {
                    return None;
                } else {
                    break;
                }
            }
        }
        is_relative = false;
    }
    Some(if here.is_empty() { "lib".to_owned() } else { here.join("::") })
}
