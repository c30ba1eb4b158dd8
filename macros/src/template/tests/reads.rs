//! What the slots of the root read, and so when they are rendered.

use super::*;
use crate::template::reads::Reads;

/// The fields that each root slot reads: `a`, `n` and `xs` by name, `other` for one that no push
/// sets, `*` for everything.
fn reads(source: &str) -> Vec<String> {
    let compiled = compiled(source);
    assert_eq!(compiled.reads.len(), compiled.root.slots.len(), "{source}");
    compiled.reads.iter().map(|reads| name(*reads)).collect()
}

fn name(reads: Reads) -> String {
    if reads == Reads::EVERYTHING {
        return "*".to_owned();
    }
    let pushed = PUSHED.iter().enumerate().map(|(index, name)| (*name, Reads::pushed(index)));
    let found = pushed.chain([("other", Reads::not_pushed())]);
    let found = found.filter(|(_, field)| reads.bits() & field.bits() != 0).map(|(name, _)| name);
    found.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_slot_reads_the_fields_that_its_expressions_name() {
    assert_eq!(reads("<p>{{ a }}</p><p>{{ n }}</p><p>{{ name }}</p><p>{{ 1 }}</p>"), ["a", "n", "other", ""]);
    assert_eq!(reads("{{ a }} and {{ n + 1 }}<b>x</b>{{ self.xs }}"), ["a", "n", "xs"]);
    assert_eq!(
        reads("<p class=\"{{ a }} {% if n > 1 %}x{% endif %}\" {% if b %}hidden{% endif %}></p>"),
        ["a n", "other"]
    );
    assert_eq!(reads("<div dj-update=\"ignore\"><p title=\"{{ a }}\">{{ n }}</p></div>"), ["a n"]);
}

#[test]
fn a_block_reads_what_its_head_and_its_branches_do() {
    assert_eq!(reads("{% if a %}{{ n }}{% elif b %}x{% endif %}<p>{{ xs }}</p>"), ["a n other", "xs"]);
    assert_eq!(
        reads("{% match opt %}{% when Some(a) %}{{ a }}{% when None %}{{ n }}{% endmatch %}"),
        ["n other"]
    );
    assert_eq!(reads("{% for x in xs %}{{ x.a }}{% else %}{{ n }}{% endfor %}"), ["n xs"]);
    assert_eq!(reads("{% for x in xs if x.ok %}{{ loop.index }}{% endfor %}"), ["xs"]);
    assert_eq!(reads("{% if let Some(a) = opt && n > *a %}{{ a }}{% endif %}"), ["n other"]);
}

#[test]
fn a_name_stands_for_what_it_was_made_from() {
    assert_eq!(reads("{% let x = a + n %}<p>{{ x }}</p><p>{{ xs }}</p>"), ["a n", "xs"]);
    assert_eq!(reads("{% let a = n %}<p>{{ a }}</p>"), ["n"]);
    assert_eq!(reads("{% let t %}{{ a }}{% endlet %}<p>{{ t }}</p>"), ["a"]);
    assert_eq!(reads("{% let x = self.total() %}<p>{{ x }}</p><p>{{ a }}</p>"), ["*", "a"]);
    assert_eq!(reads("{% for a in xs %}{{ a }}{% endfor %}<p>{{ a }}</p>"), ["xs", "a"]);
}

#[test]
fn what_cannot_be_told_reads_everything() {
    for source in [
        "{{ self.total() }}",
        "{{ self }}",
        "{{ total(a) }}",
        "{{ crate::now() }}",
        "{{ crate::now!() }}",
        "{{ a.elapsed() }}",
        "{{ room }}",
        "{{ self.room.name }}",
        "{% for x in room.guests.iter() %}{{ x }}{% endfor %}",
        "{% if a %}{{ room.len() }}{% endif %}",
        "{{ a|ago }}",
        "{{ a|filters::ago }}",
        "{% filter ago %}x{% endfilter %}",
        "{% if a %}{{ n.elapsed() }}{% endif %}",
        "{% for x in xs %}<p title=\"{{ x.ago() }}\"></p>{% endfor %}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(a) }}",
        "{% macro m(x) %}{{ caller() }}{% endmacro %}{% call m(a) %}y{% endcall %}",
    ] {
        assert_eq!(reads(source), ["*"], "{source}");
    }
}

#[test]
fn pure_methods_and_filters_read_their_arguments() {
    assert_eq!(reads("<p>{{ a.len() }}</p><p>{{ a|upper|truncate(n) }}</p>"), ["a", "a n"]);
    assert_eq!(reads("{% filter upper %}{{ a }}{% endfilter %}"), ["a"]);
    assert_eq!(reads("{% if xs.iter().rev().take(n).len() > 1 %}x{% endif %}"), ["n xs"]);
}

#[test]
fn a_slot_that_defines_a_name_is_always_rendered() {
    assert_eq!(reads("<p>{% let x = a %}{{ x }}</p><p>{{ n }}</p>"), ["*", "n"]);
    assert_eq!(reads("<div>{% let x = a %}{% if x %}y{% endif %}</div><p>{{ x }}</p>"), ["a", "a"]);
    assert_eq!(reads("{% for x in xs %}{% let y = x %}{{ y }}{% endfor %}"), ["xs"]);
}

#[test]
fn nothing_is_left_out_if_a_variable_changes_on_the_way() {
    for source in [
        "{% let mut i = 0 %}{% for x in xs %}{% mut i += 1 %}{% endfor %}<p>{{ a }}</p>",
        "{% decl x %}{% if a %}{% let x = 1 %}{% else %}{% let x = 2 %}{% endif %}<p>{{ n }}</p>",
    ] {
        assert_eq!(reads(source), ["*", "*"], "{source}");
    }
}

#[test]
fn the_condition_stands_around_the_slot_and_names_its_fields() {
    let source = compiled("<p>{{ n }}</p>").source;
    let bits = 1_u64 << 63 | 1 << 1;
    assert!(source.starts_with(&format!("{{%+ if self.1.meets({bits}) +%}}{{{{+ ::djust")), "{source}");
    assert!(source.contains("{%+ endif +%}{#+ end +#}"), "{source}");
}
