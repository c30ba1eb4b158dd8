//! What each construct becomes.

use super::{code, compiled, table};

#[test]
fn a_short_text_is_one_place_with_its_static_part() {
    assert_eq!(table("<p>n: {{ n }}</p>"), "<p dj=0>‹0 text›</p>");
    assert_eq!(code("<p>n: {{ n }}</p>"), "{{TEXT}}n: {{n}}");
}

#[test]
fn a_long_text_has_comments_around_its_places() {
    let text = "This text is much too long to be sent again with each change.";
    assert_eq!(
        table(&format!("<p>{text} {{{{ n }}}}</p>")),
        format!("<p>{text} <!--d0-->‹0 text›<!--/--></p>")
    );
}

#[test]
fn text_with_entities_is_not_part_of_a_place() {
    assert_eq!(table("<p>{{ n }}&nbsp;€</p>"), "<p><!--d0-->‹0 text›<!--/-->&nbsp;€</p>");
}

#[test]
fn expressions_next_to_each_other_are_one_place() {
    assert_eq!(
        table("{{ a }}{{ b }} and {{ n }}"),
        "<!--d0-->‹0 text›<!--/--> and <!--d1-->‹1 text›<!--/-->"
    );
}

#[test]
fn unescaped_html_is_raw() {
    assert_eq!(table("<p>{{ a|safe }}</p>"), "<p dj=0>‹0 raw›</p>");
    assert_eq!(table("<p>{{ a ~ (b|safe) }}</p>"), "<p dj=0>‹0 raw›</p>");
    assert_eq!(table("<p>{{ a|safe|upper }}</p>"), "<p dj=0>‹0 text›</p>");
    assert_eq!(table("<p>{% filter upper %}<b>{{ a }}</b>{% endfilter %}</p>"), "<p dj=0>‹0 raw›</p>");
    let call = "{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}<p>{{ m(a) }}</p>";
    assert_eq!(table(call), "<p dj=0>‹0 raw›</p>");
    assert!(code(call).starts_with("{%macro m(x)%}<b>{{x}}</b>{%endmacro%}"), "{}", code(call));
}

#[test]
fn an_attribute_value_is_one_place_with_its_static_parts_and_branches() {
    let source = "<p class=\"x {{ a }}{% if b %} on{% endif %}\" id=i>";
    assert_eq!(table(&format!("{source}</p>")), "<p class=\"‹0 attribute›\" id=i dj=0@class></p>");
    assert_eq!(code(&format!("{source}</p>")), "{{TEXT}}x {{a}}{%if b%} on{%endif%}");
}

#[test]
fn quotes_are_kept_and_added_to_bare_dynamic_values() {
    assert_eq!(
        table("<p a='{{ a }}' b = {{ b }}></p>"),
        "<p a='‹0 attribute›' b = \"‹1 attribute›\" dj=\"0@a 1@b\"></p>"
    );
}

#[test]
fn entities_in_a_dynamic_value_are_written_as_askama_does() {
    assert_eq!(code("<p title=\"&quot;{{ a }}&eacute;\"></p>"), "{{TEXT}}&#34;{{a}}é");
    assert_eq!(table("<p title=\"&quot;&eacute;\"></p>"), "<p title=\"&quot;&eacute;\"></p>");
}

#[test]
fn conditional_attributes_are_places_of_their_own() {
    assert_eq!(
        table("<input {% if a %}checked{% endif %}{% if b %} disabled{% endif %} {{ n|safe }}>"),
        "<input ‹0 attributes›‹1 attributes› ‹2 attributes› dj=\"0@ 1@ 2@\">"
    );
    assert_eq!(
        table("<input {% if a %}x{% endif %}{% if b %}y{% endif %}>"),
        "<input ‹0 attributes› ‹1 attributes› dj=\"0@ 1@\">"
    );
    assert_eq!(table("<i a=\"1\"{% if a %} b{% endif %}></i>"), "<i a=\"1\"‹0 attributes› dj=0@></i>");
}

#[test]
fn a_place_that_may_write_a_style_says_so_and_no_other_place_does() {
    assert_eq!(
        table("<i {% if a %}{% if b %}STYLE=\"color: red\"{% endif %}{% else %}title=x{% endif %}></i>"),
        "<i ‹0 attributes› dj=0@style></i>"
    );
    assert_eq!(
        table("<i style=\"color: red\" {% if a %}title=x{% endif %}></i>"),
        "<i style=\"color: red\" ‹0 attributes› dj=0@></i>"
    );
}

#[test]
fn a_title_or_textarea_is_one_place_whatever_is_in_it() {
    let source = "<textarea>\n&lt;{{ a }}{% if b %}<b>{% endif %}</textarea>";
    assert_eq!(table(source), "<textarea dj=0>\n‹0 text›</textarea>");
    assert_eq!(code(source), "{{TEXT}}&#60;{{a}}{%if b%}&#60;b&#62;{%endif%}");
}

#[test]
fn an_if_without_else_gets_an_empty_branch() {
    assert_eq!(
        table("{% if a %}<b>{{ n }}</b>{% endif %}"),
        "<!--d0[-->‹0 block [<b dj=1>‹1 text›</b>|]›<!--/-->"
    );
    assert_eq!(
        code("{% if a %}<b>{{ n }}</b>{% endif %}"),
        "{%if a%}{{branch(0)}}{{TEXT}}{{n}}{{END}}{%else%}{{branch(1)}}{{END}}{%endif%}"
    );
}

#[test]
fn numbers_go_on_through_branches() {
    assert_eq!(
        table("{% if a %}{{ a }}{% elif b %}{{ b }}{% else if n %}{% else %}x{% endif %}{{ n }}"),
        "<!--d0[-->‹0 block [<!--d1-->‹1 text›<!--/-->|<!--d2-->‹2 text›<!--/-->||x]›<!--/--><!--d3-->‹3 text›<!--/-->"
    );
}

#[test]
fn let_chains_and_match_bind_names() {
    table("{% if let Some(q) = opt && q > 1 && let Some(r) = q %}{{ q }}{{ r }}{% endif %}");
    assert_eq!(
        table("<p>{% match opt %}\n {# c #} {% when Some(q) %}{{ q }}{% when None %}-{% endmatch %}</p>"),
        "<p dj=0[>‹0 block [<!--d1-->‹1 text›<!--/-->|-]›</p>"
    );
}

#[test]
fn a_sole_block_is_anchored_on_its_element() {
    assert_eq!(table("<div>\n {% if a %}x{% endif %}\n</div>"), "<div dj=0[>‹0 block [x|]›</div>");
    // in an inline element the white space shows
    assert_eq!(table("<b> {% if a %}x{% endif %}</b>"), "<b> <!--d0[-->‹0 block [x|]›<!--/--></b>");
    assert_eq!(table("<b>{% if a %}x{% endif %}</b>"), "<b dj=0[>‹0 block [x|]›</b>");
}

#[test]
fn a_list_has_items_with_scopes_and_keys() {
    let source = "<ul>\n{% for x in xs %}\n<li dj-key=\"k{{ x.id }}\" class=\"{{ x.c }}\">{{ x.name }}</li>\n{% endfor %}\n</ul>";
    assert_eq!(
        table(source),
        "<ul dj=0*>‹0 keyed list [<li class=\"‹0 attribute›\" dj=\"0@class 1\">‹1 text›</li>]›</ul>"
    );
    assert_eq!(
        code(source),
        "{{LIST}}{%for x in xs%}{{ITEM}}k{{x.id}}{{TEXT}}{{x.c}}{{TEXT}}{{x.name}}{{END}}{%endfor%}{{END}}"
    );
}

#[test]
fn a_lists_else_belongs_to_the_scope_around() {
    assert_eq!(
        table("{% for x in xs %}<i>{{ x }}</i>{% else %}<b>{{ n }}</b>{% endfor %}"),
        "<!--d0*-->‹0 list [<i dj=0>‹0 text›</i> else <!--e--><b dj=1>‹1 text›</b>]›<!--/-->"
    );
}

#[test]
fn an_item_that_is_not_one_element_begins_with_a_comment() {
    assert_eq!(
        table("{% for x in xs %}{{ x }},{% endfor %}"),
        "<!--d0*-->‹0 list [<!--i--><!--d0-->‹0 text›<!--/-->,]›<!--/-->"
    );
    // the space between inline elements shows, so it belongs to the item
    assert_eq!(
        table("<p>{% for x in xs %}<i dj-key=\"{{ x.id }}\">{{ x }}</i> {% endfor %}</p>"),
        "<p dj=0*>‹0 keyed list [<!--i--><i dj=0>‹0 text›</i> ]›</p>"
    );
}

#[test]
fn the_key_may_use_a_let_before_its_element() {
    let source = "{% for x in xs %}{% let k = x.id %}<i dj-key=\"{{ k }}\">{{ loop.index }}</i>{% endfor %}";
    let code = code(source);
    assert!(code.contains("{{ITEM}}{%let k = x.id%}{{k}}{{TEXT}}{{loop.index}}"), "{code}");
}

#[test]
fn lets_are_copied_where_they_stand() {
    assert_eq!(code("{% let q = n %}<p>{{ q }}</p>"), "{%let q = n%}{{TEXT}}{{q}}");
    assert_eq!(code("{% set (q, r) = opt %}{{ q }}{{ r }}"), "{%set (q, r) = opt%}{{TEXT}}{{q}}{{r}}");
    let block = "{% let q %}<b>{{ n }}</b>{% endlet %}{{ q|safe }}";
    assert_eq!(table(block), "<!--d0-->‹0 raw›<!--/-->");
    assert_eq!(code(block), "{%let q%}<b>{{n}}</b>{%endlet%}{{TEXT}}{{q|safe}}");
}

#[test]
fn white_space_control_is_applied() {
    assert_eq!(
        table("a {%- if a -%} b {% else ~%}\n c {% endif +%} d"),
        "a<!--d0[-->‹0 block [b |\nc ]›<!--/--> d"
    );
}

#[test]
fn svg_keeps_case_and_slashes() {
    assert_eq!(
        table("<svg viewBox=\"{{ a }}\"><linearGradient id=g /><circle r=\"{{ n }}\"/></svg>"),
        "<svg viewBox=\"‹0 attribute›\" dj=0@viewBox><linearGradient id=g /><circle r=\"‹1 attribute›\" dj=\"1@r\"/></svg>"
    );
    assert_eq!(table("<DIV CLASS={{ a }}></DIV>"), "<DIV class=\"‹0 attribute›\" dj=0@class></DIV>");
}

#[test]
fn raw_text_and_literal_delimiters_are_static() {
    assert_eq!(table("{% raw %}{{ x }}{% endraw %}{{ n }}"), "{{ x }}<!--d0-->‹0 text›<!--/-->");
    assert_eq!(code("<p>{% raw %}{{ x }}{% endraw %}{{ n }}</p>"), "{{TEXT}}{{\"{{ x }}\"|safe}}{{n}}");
}

#[test]
fn a_templates_comments_stay_but_look_like_no_anchor() {
    assert_eq!(table("<!-- c --><!--d0-->"), "<!-- c --><!-- d0-->");
    assert_eq!(table("{# not shown #}x"), "x");
}

#[test]
fn blocks_are_flattened() {
    assert_eq!(table("{% block main %}<p>{{ n }}</p>{% endblock %}"), "<p dj=0>‹0 text›</p>");
}

#[test]
fn handlers_are_collected_with_their_places() {
    let found =
        compiled("<button dj-click=\"inc\"\n {% if a %}dj-keydown.enter='dec'{% endif %}></button>").handlers;
    let found: Vec<_> = found.iter().map(|found| (found.name.as_str(), found.position.as_str())).collect();
    assert_eq!(found, [("inc", "View:1:9"), ("dec", "View:2:12")]);
    let inside = compiled(
        "{% macro m() %}<a dj-click=\"m\"></a>{% endmacro %}{% filter upper %}<a dj-click=\"f\"></a>{% endfilter %}",
    );
    let names: Vec<_> = inside.handlers.iter().map(|handler| handler.name.as_str()).collect();
    assert_eq!(names, ["f", "m"]);
}

#[test]
fn values_are_collected_with_the_handlers_of_their_element() {
    let values = |source: &str| {
        let values = compiled(source).values.into_iter();
        values.map(|value| (value.argument, value.handlers, value.position)).collect::<Vec<_>>()
    };
    let (inc, dec) = ("inc".to_owned(), "dec".to_owned());
    let found = ("order_id".to_owned(), vec![inc.clone(), dec], "View:1:9".to_owned());
    assert_eq!(
        values("<button dj-value-order-id={{ n }} dj-click=inc dj-keydown.enter=dec></button>"),
        [found]
    );
    let conditional = values("<button dj-click=inc {% if a %}dj-value-n=1{% endif %}></button>");
    assert_eq!(conditional, [("n".to_owned(), vec![inc], "View:1:32".to_owned())]);
    assert_eq!(values("<button {% if a %}dj-click=inc{% endif %} dj-value-n=1></button>"), []);
}

#[test]
fn the_fingerprint_ignores_expressions_and_sees_everything_else() {
    let of = |source| compiled(source).root.fingerprint();
    assert_eq!(of("<p>{{ a }}</p>"), of("<p>{{ b }}</p>"));
    assert_ne!(of("<p>{{ a }}</p>"), of("<i>{{ a }}</i>"));
    assert_ne!(of("<p>{{ a }}</p>"), of("<p>{{ a|safe }}</p>"));
}

#[test]
fn fields_in_branches_have_a_number_of_their_place_and_others_have_none() {
    assert_eq!(
        table("<input>{% if a %}<input name=x>{% else %}<select name=x></select>{% endif %}"),
        "<input><!--d0[-->‹0 block [<input dj-field=\"1\" name=x>|<select dj-field=\"2\" name=x></select>]›<!--/-->"
    );
    assert_eq!(
        table(
            "<ul>{% for i in xs %}<li><input></li>{% else %}<li><textarea></textarea></li>{% endfor %}</ul>"
        ),
        "<ul dj=0*>‹0 list [<li><input></li> else <!--e--><li><textarea dj-field=\"1\"></textarea></li>]›</ul>"
    );
}

#[test]
fn keys_reach_the_page_where_items_hold_what_is_not_only_the_servers() {
    let list = |inside: &str| {
        table(&format!("<ul>{{% for i in xs %}}<li dj-key={{{{ i.id }}}}>{inside}</li>{{% endfor %}}</ul>"))
    };
    for inside in [
        "<input>",
        "<p><select></select></p>",
        "{% if a %}<b><textarea></textarea></b>{% endif %}",
        "<details></details>",
        "<p contenteditable></p>",
        "<my-chart></my-chart>",
        "{{ a|safe }}",
        "<ol>{% for j in i.id %}<li><video></video></li>{% endfor %}</ol>",
    ] {
        assert!(list(inside).contains("‹0 shown keyed list ["), "{inside}: {}", list(inside));
    }
    assert!(list("{{ i.name }}<button>x</button>").contains("‹0 keyed list ["));
}
