//! First paint is byte for byte what askama renders, but for anchors: white space, control of it, entities, quotes.

use djust::render::Recorder;
use djust::view::ViewDefinition;

/// The fields that the templates use.
#[derive(Debug, Clone)]
struct Fields {
    on: bool,
    n: i64,
    text: String,
    rows: Vec<i64>,
    opt: Option<i64>,
}

fn all_fields() -> Vec<Fields> {
    let mut all = Vec::new();
    for on in [false, true] {
        for (n, opt) in [(0, None), (3, Some(5))] {
            all.push(Fields { on, n, text: "a <b> & \"c\"'".to_owned(), rows: (0..n).collect(), opt });
        }
    }
    all
}

/// Compares a live view with the same template compiled by askama alone.
macro_rules! same {
    ($($name:ident: $source:literal;)*) => { $(
        #[test]
        fn $name() {
            #[djust::live_view(source = $source)]
            #[derive(Debug)]
            #[allow(dead_code)]
            struct Live { on: bool, n: i64, text: String, rows: Vec<i64>, opt: Option<i64> }

            #[derive(askama::Template)]
            #[template(source = $source, ext = "html")]
            #[allow(dead_code)]
            struct Plain { on: bool, n: i64, text: String, rows: Vec<i64>, opt: Option<i64> }

            for Fields { on, n, text, rows, opt } in all_fields() {
                let plain = Plain { on, n, text: text.clone(), rows: rows.clone(), opt };
                let live = Live { on, n, text, rows, opt };
                let mut html = String::new();
                let recording = Recorder::new().record(|recorder| live.record(recorder)).expect("it renders");
                recording.html(Live::TEMPLATE, &mut html);
                let expected = askama::Template::render(&plain).expect("it renders");
                assert_eq!(without_anchors(&html), expected, "{live:?}\n{html}");
            }
        }
    )* };
}

/// Takes out `dj` attributes and anchor comments.
fn without_anchors(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let anchor = comment_len(rest).or_else(|| attribute_len(rest));
        if anchor.is_none() {
            out.push(c);
        }
        rest = &rest[anchor.unwrap_or(c.len_utf8())..];
    }
    out
}

fn comment_len(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix("<!--")?.split("-->").next()?;
    let number = inside.strip_prefix('d').map(|number| number.trim_end_matches(['[', '*']));
    let is_anchor = matches!(inside, "/" | "i" | "e") || number.is_some_and(|n| n.parse::<u16>().is_ok());
    is_anchor.then_some("<!--".len() + inside.len() + "-->".len())
}

fn attribute_len(rest: &str) -> Option<usize> {
    let value = rest.strip_prefix(" dj=")?;
    let len = match value.strip_prefix('"') {
        Some(quoted) => quoted.find('"')? + 2,
        None => value.find([' ', '>', '\n'])?,
    };
    Some(" dj=".len() + len)
}

same! {
    nothing: "";
    only_text: " a\n ";
    trailing_space_in_a_slot: "<b>{{ n }} </b> {{ n }} ";
    space_around_branches: "a {% if on %} b {% else %} c {% endif %} d";
    suppressed: "a {%- if on -%} b {%- else -%} c {%- endif -%} d {{- n -}} e";
    suppressed_on_one_side: "a {%- if on %} b {% else -%} c {%- endif %} d {{ n -}} e {{- n }} ";
    minimized: "a\n {%~ if on ~%}  b\n\n {%~ else ~%}\tc {%~ endif ~%}  d {{~ n ~}}\n e";
    mixed_controls: "a \n{%~ if on -%} {%- if n > 1 ~%}\n {{ n +}} \n{%~ endif %} {%- endif +%} z";
    only_space_between_tags: "{% if on %} {% endif %} {%- if on %} {% endif ~%} \n {%~ if on %}x{% endif -%} \n";
    comments_control_space: "a {#- x -#} b {# y #} c {#~ z ~#}\n d {{ n }}";
    raw_controls_space: "a {%- raw -%} {{ x }} {%- endraw -%} b {% raw +%} {% y {%+ endraw %} c {{ n }}";
    elif_chain: "{% if n > 100 %}1{% elif on %} 2 {% else if n > 2 %} 3 {%- endif %}.";
    let_chain: "{% if on && let Some(q) = opt && *q > n %}<i>{{ q }}</i>{% endif %}.";
    matching: "x {% match opt %} {# c #} {%- when Some(5) -%} five {% when Some(q) %} {{ q }} {% when None -%} - {% endmatch -%} y";
    matching_with_endwhen: "{% match opt %}{% when Some(q) %} {{ q }} {% endwhen %} {% when None %} - {% endmatch %}";
    items_of_text: "{% for row in rows %} {{ row }}, {% else %} none {{ n }} {% endfor %}.";
    items_suppressed: "x {%- for row in rows -%} {{ row }}, {%- else -%} none {%- endfor -%} y";
    items_inline: "<p>{% for row in rows %}<i>{{ row }}</i> {% endfor %}</p>";
    items_several: "<div>{% for row in rows %}\n <i>{{ loop.index }}</i>\n <b>{{ row }}</b>\n{% endfor %}</div>";
    items_filtered: "{% for row in rows if **row > 0 %}<i>{% if loop.last %}last{% endif %}{{ row }}</i>{% endfor %}";
    nested_lists: "{% for row in rows %}{% for inner in rows %}<i class=\"{{ row }}\">{{ inner }}</i>{% endfor %}{% endfor %}";
    lets: "{% let m = n * 2 %} {{ m }} {%- set k = m %} {{ k }} {% let block %} <u>{{ k }}</u> {% endlet %}{{ block|safe }}{{ block }}";
    lets_in_items: "{% for row in rows %}{% let twice = row * 2 %}<i>{{ twice }}</i>{% endfor %}";
    mutable: "{% let mut m = 1 %}{% for row in rows %}{% mut m += row %}<i>{{ m }}</i>{% endfor %}{{ m }}";
    macros: "{% macro tag(x, y = 2) %} <em>{{ x }}:{{ y }}</em> {% endmacro -%} {{ tag(n) }} {{ tag(n, y = 3) }} {%- call tag(4) %}{% endcall %}";
    macros_with_caller: "{% macro twice() %}<i>{{ caller() }}</i>{% endmacro %}<p>{% call twice() %}<b>{{ n }}</b>{% endcall %}</p>";
    filter_blocks: "a {%- filter upper|lower -%} <b>{{ text }}</b> {%- endfilter %} b {% filter safe %}<q>{{ n }}</q>{% endfilter %}";
    blocks: "a {%- block main -%} <p>{{ n }}</p> {% endblock -%} b";
    safe_text: "<p>{{ text|safe }}</p> x {{ text|safe }} {{ text }}";
    concatenated: "<p>{{ n ~ \"-\" ~ text }}</p>{{ \"lit\" }}{{ 1 + 2 }}";
    values: "<p class=\"x {% if on %}on{% else %}off{% endif %} {{ n }}\" title='{{ text }}' {% if on %}hidden{% endif %} id=i>y</p>";
    values_in_lists: "<p class=\"{% for row in rows %}r{{ row }} {% endfor %}{% match opt %}{% when Some(q) %}{{ q }}{% when None %}-{% endmatch %}\">y</p>";
    attributes_without_space: "<option value=\"1\"{% if on %} selected{% endif %}{% if n > 0 %} class=\"{{ n }}\"{% endif %}>{{ n }}</option>";
    static_attributes: "<INPUT value = 'a &amp; b' checked data-x=\"\" y=z   ><br/><p\n title=\"{{ n }}\"\n>x</p >";
    entities: "<p>&nbsp;{{ n }}&euro; &lt; \"quoted\" 'too'</p>&copy; {{ n }}";
    title_in_svg: "<svg viewBox=\"0 0 {{ n }} 1\"><title>t {{ text }}</title><linearGradient id=\"{{ n }}\"/>{% for row in rows %}<circle r=\"{{ row }}\"/>{% endfor %}</svg>";
    delimiters_in_text: "<p>{% raw %}{{ a }} {% b %} {# c #} {{% endraw %}{{ n }}</p>{ {{ n }} } {";
    comments_in_html: "<!-- kept --><p><!-- x -->{{ n }}</p>";
    tables: "<table><tbody>{% for row in rows %}<tr><td>{{ row }}</td></tr>{% else %}<tr><td>-</td></tr>{% endfor %}</tbody></table>";
    selects: "<select>{% for row in rows %}<option {% if *row == n %}selected{% endif %}>{{ row }}</option>{% endfor %}</select>";
    unicode: "<p título=\"ñ{{ n }}\">日本 {{ text }} — é{{ n }}😀</p>";
    carriage_returns: "<p>\r\n{{ n }}\r\n</p>\r\n{% if on -%}\r\n x{% endif %}";
}
