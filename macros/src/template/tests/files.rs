//! Templates in files: directories, includes, imports, configuration.

use super::{Compiled, Input, short, try_input};
use std::path::{Path, PathBuf};

/// A crate's directory with these files. It is removed at the end.
struct Crate(PathBuf);

impl Crate {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("djust-macros-{}-{name}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("can be made");
            std::fs::write(path, text).expect("can be written");
        }
        Crate(root)
    }

    fn compile(&self, name: &str) -> Result<Compiled, String> {
        try_input(Input::File(name), &self.0)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Crate {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn includes_are_inlined_and_watched() {
    let files = [
        ("templates/sub/a.html", "<div>{% include \"b.html\" %}</div>\n"),
        ("templates/sub/b.html", "<p>{{ n }}</p>\n"),
    ];
    let root = Crate::with("include", &files);
    let compiled = root.compile("sub/a.html").expect("compiles");
    assert_eq!(short(&compiled.root), "<div><p dj=0>‹0 text›</p></div>");
    assert_eq!(compiled.files, [root.path("templates/sub/a.html"), root.path("templates/sub/b.html")]);
    assert_eq!(compiled.name, "sub/a.html");
}

#[test]
fn a_mistake_in_an_include_names_that_file() {
    let files =
        [("templates/a.html", "{% include \"sub/b.html\" %}"), ("templates/sub/b.html", "\n <p>{{ q }}</p>")];
    let error = Crate::with("mistake", &files).compile("a.html").expect_err("has a mistake");
    assert!(error.starts_with("sub/b.html:2:8: `View` has no field `q`"), "{error}");
}

#[test]
fn includes_do_not_go_in_circles() {
    let files =
        [("templates/a.html", "{% include \"b.html\" %}"), ("templates/b.html", "{% include \"a.html\" %}")];
    let error = Crate::with("circle", &files).compile("a.html").expect_err("is a circle");
    assert!(error.contains("includes itself"), "{error}");
}

#[test]
fn imported_macros_are_raw_checked_and_found_from_anywhere() {
    let files = [
        ("templates/a.html", "{% import \"m.html\" as m %}<p>{{ m::star(n) }}</p>"),
        (
            "templates/m.html",
            "ignored {{ q }}{% macro star(x) %}<b dj-click=\"go\">{{ x }}</b>{% endmacro %}",
        ),
    ];
    let root = Crate::with("import", &files);
    let compiled = root.compile("a.html").expect("compiles");
    assert_eq!(short(&compiled.root), "<p dj=0>‹0 raw›</p>");
    let path = root.path("templates/m.html");
    assert!(compiled.source.starts_with(&format!("{{%+ import {:?} as m +%}}", path.display().to_string())));
    let handlers: Vec<_> =
        compiled.handlers.iter().map(|handler| (handler.name.as_str(), handler.position.as_str())).collect();
    assert_eq!(handlers, [("go", "m.html:1:38")]);
    assert_eq!(compiled.files.len(), 2);
}

#[test]
fn the_directories_searched_are_named() {
    let root = Crate::with("none", &[("askama.toml", "[general]\ndirs = [\"views\", \"more\"]\n")]);
    let error = root.compile("a.html").expect_err("is not there");
    let (views, more) = (root.path("views"), root.path("more"));
    assert_eq!(error, format!("there is no template `a.html` in {}, {}", views.display(), more.display()));
}

#[test]
fn configured_white_space_and_delimiters_are_used() {
    let toml = "[general]\nwhitespace = \"suppress\"\ndefault_syntax = \"angle\"\n\
        [[syntax]]\nname = \"angle\"\nexpr_start = \"<<\"\nexpr_end = \"]]\"\nblock_start = \"<%\"\nblock_end = \"%>\"\n";
    let files = [
        ("askama.toml", toml),
        ("templates/a.html", "<div> <% if a %> {{ x }} <<+ n +]] <% endif %> </div>"),
    ];
    let root = Crate::with("syntax", &files);
    let compiled = root.compile("a.html").expect("compiles");
    assert_eq!(short(&compiled.root), "<div dj=0[>‹0 block [{{ x }} <!--d1-->‹1 text›<!--/-->|]›</div>");
    assert!(compiled.source.contains("<%+ if a +%>"), "{}", compiled.source);
    assert!(compiled.files.contains(&root.path("askama.toml")));
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let error = try_input(Input::File("x.html"), Path::new("/nowhere")).expect_err("is not there");
    assert_eq!(error, "there is no template `x.html` in /nowhere/templates");
}
