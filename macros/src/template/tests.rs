//! Tests of the whole template compiler.

use super::*;

fn request<'r>(source: &'r str, fields: &'r [String]) -> Request<'r> {
    Request { view: "View", input: Input::Text(source), fields, models: &[], root: Path::new("/nowhere") }
}

fn compiled(source: &str) -> Compiled {
    let fields: Vec<String> = ["a", "b", "c", "n", "x", "xs", "ys"].map(str::to_owned).into();
    compile(&request(source, &fields)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[test]
fn smoke() {
    let c = compiled("<p class=\"x {{ a }}\">n: {{ n }}</p>{% if a %}<b>{{ b }}</b>{% endif %}<ul>{% for x in xs %}<li dj-key=\"{{ x.id }}\">{{ x.name }}</li>{% endfor %}</ul>");
    eprintln!("{}\n{:#?}", c.source, c.root);
}
