//! Values that a browser does more with than show them, and how text gets into a tag.

use super::mistakes::check;
use super::{code, table, try_compile};

/// Whether the rewritten template of `source`, which compiles, has a check.
fn checked(source: &str) -> bool {
    code(source).contains("Check::")
}

#[test]
fn a_value_is_quoted_wherever_its_tag_is() {
    assert_eq!(
        code("<p {% if a %}title={{ n }}{% endif %}></p>"),
        "{{TEXT}}{%if a%}title=\"{{n}}\"{%endif%}"
    );
    assert_eq!(
        code("<p {% match opt %}{% when Some(x) %}title=a{{ x }}b{% when None %}{% endmatch %}></p>"),
        "{{TEXT}}{%match opt%}{%when Some(x)%}title=\"a{{x}}b\"{%when None%}{%endmatch%}"
    );
    for (around, written) in [
        ("{% macro m(x) %}…{% endmacro %}{{ m(n) }}", "{%macro m(x)%}…{%endmacro%}"),
        ("{% filter upper %}…{% endfilter %}", "{%filter upper%}…{%endfilter%}"),
        ("{% let q %}…{% endlet %}{{ q|safe }}", "{%let q%}…{%endlet%}"),
        ("{% set q %}…{% endset %}{{ q|safe }}", "{%set q%}…{%endset%}"),
        (
            "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}…{% endcall %}",
            "{%call m()%}…{%endcall%}",
        ),
    ] {
        for source in ["<p title={{ n }}>", "<p title= {{ n }}>", "<p title={# c #}{{ n }}>"] {
            let found = code(&around.replace('…', &format!("{source}</p>")));
            let space = if source.contains("= ") { " " } else { "" };
            let expected = written.replace('…', &format!("<p title={space}\"{{{{n}}}}\"></p>"));
            assert!(found.contains(&expected), "{found}\n{expected}");
        }
    }
    let nested =
        "{% filter upper %}<p {% if a %}{% if b %}title={{ n }}{% endif %}{% endif %}></p>{% endfilter %}";
    assert!(code(nested).contains("{%if a%}{%if b%}title=\"{{n}}\"{%endif%}{%endif%}"), "{}", code(nested));
}

#[test]
fn attributes_in_branches_stay_apart() {
    assert_eq!(
        code("<p {% if a %}{% if b %}x{% endif %}{% if n %}y{% endif %}{% endif %}></p>"),
        "{{TEXT}}{%if a%}{%if b%}x{%endif%} {%if n%}y{%endif%}{%endif%}"
    );
    assert_eq!(
        code("<svg {% if a %}viewBox=\"{{ n }}\" {% endif %}></svg>"),
        "{{TEXT}}{%if a%}viewBox=\"{{n}}\" {%endif%}"
    );
    assert_eq!(table("<p a=1 {% let q = n %} b=2>{{ q }}</p>"), "<p a=1  b=2 dj=0>‹0 text›</p>");
}

#[test]
fn text_gets_into_a_tag_in_no_other_way() {
    let called = "a macro, `call`, `filter` or `let` can't write attributes";
    check(&[
        ("{% macro m(x) %}title={{ x }}{% endmacro %}<p {{ m(n) }}></p>", &format!("View:1:47: {called}")),
        ("<p {% filter upper %}title={{ n }}{% endfilter %}></p>", &format!("View:1:4: {called}")),
        (
            "{% macro m() %}{{ caller() }}{% endmacro %}<p {% call m() %}title={{ n }}{% endcall %}></p>",
            &format!("View:1:47: {called}"),
        ),
        ("{% let q %}title={{ n }}{% endlet %}<p {{ q|safe }}></p>", &format!("View:1:40: {called}")),
        ("<p {{ n|linebreaks }}></p>", &format!("View:1:4: {called}")),
        ("<p {{ \"x=\" ~ (n|safe) }}></p>", &format!("View:1:4: {called}")),
        (
            "{% macro m(x) %}<p {{ x }}></p>{% endmacro %}{{ m(n) }}",
            "View:1:20: an attribute's name can't be",
        ),
        ("{% macro m(x) %}<p {{ caller() }}></p>{% endmacro %}{{ m(n) }}", &format!("View:1:20: {called}")),
        ("<p {% if a %}title={% endif %}{{ n }}></p>", "View:1:5: a branch inside a tag can only hold whole"),
        ("<p title{% if a %}={{ n }}{% endif %}></p>", "View:1:4: an attribute's name can't be dynamic"),
    ]);
    let ends = "may write a quote or a tag, which would end the value";
    for source in [
        "{% macro m(x) %}\" onclick=\"{{ x }}{% endmacro %}<p title=\"{{ m(n) }}\"></p>",
        "{% macro k(x) %}<b>{{ x }}</b>{% endmacro %}{% macro m(x) %}{{ k(x) }}{% endmacro %}<p title=\"{{ m(n) }}\"></p>",
        "{% macro m() %}<p title=\"{{ caller() }}\"></p>{% endmacro %}{% call m() %}\" onclick=\"{% endcall %}",
        "{% let q %}\" onclick=\"{{ n }}{% endlet %}<p title=\"{{ q|safe }}\"></p>",
    ] {
        let error = try_compile(source).expect_err(source);
        assert!(error.contains(ends), "{source}\n  {error}");
    }
    check(&[(
        "<p title=\"{% filter upper %}\" onclick=\"{{ n }}{% endfilter %}\"></p>",
        "View:1:29: the value of `title` ends in the middle of a branch",
    )]);
    table("{% macro m(x) %}n: {{ x }}{% endmacro %}<p title=\"{{ m(n) }}\"></p>");
    table("{% let q %}n: {{ n }}{% endlet %}<p title=\"{{ q|safe }}\"></p>");
}

#[test]
fn a_url_is_checked_unless_its_beginning_decides() {
    assert_eq!(
        code("<a href=\"{{ n }}\"></a>"),
        "{{TEXT}}{{CHECKED}}{{n}}{{checked(::djust::render::Check::Url, \"View:1:4\")}}"
    );
    for source in [
        "<a href=\"{{ a }}{{ b }}\"></a>",
        "<a href=java{{ n }}></a>",
        "<a href=' {{ n }}'></a>",
        "<a href=\"{% if a %}{{ n }}{% endif %}\"></a>",
        "<a href=\"{% if a %}/{% endif %}{{ n }}\"></a>",
        "<a {% if a %}href={{ n }}{% endif %}></a>",
        "<a HREF={{ n }}></a>",
        "{% for x in xs %}<a href=\"{{ x }}\"></a>{% endfor %}",
        "{% macro m(x) %}<a href={{ x }}></a>{% endmacro %}{{ m(n) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}<a href={{ m(n) }}></a>",
        "{% filter upper %}<a href={{ n }}></a>{% endfilter %}",
        "{% let q %}{{ n }}{% endlet %}<a href=\"{{ q|safe }}\"></a>",
        "<a href=\"{{ n|safe }}{{ a }}\"></a>",
        "<img src={{ n }}>",
        "<form action={{ n }}></form>",
        "<button formaction={{ n }}></button>",
        "<svg><a xlink:href={{ n }}></a></svg>",
        "<svg><use href={{ n }} /></svg>",
        "<svg><animate values=\"{{ n }}\" /></svg>",
        "<svg><set to=\"{{ n }}\" /></svg>",
        "<video poster={{ n }}></video>",
        "<a ping={{ n }}></a>",
        "<img srcset=\"/a.png 1x, {{ n }} 2x\">",
        "<link rel=icon href={{ n }}>",
        "<iframe src={{ n }}></iframe>",
        "<math href={{ n }}></math>",
        "<x-card href={{ n }}></x-card>",
        "<p style=\"width: {{ n }}%\"></p>",
        "<p style={{ n }}></p>",
    ] {
        assert!(checked(source), "{source}\n{}", code(source));
    }
    for source in [
        "<a href=\"/users/{{ n }}\"></a>",
        "<a href=\"?page={{ n }}\"></a>",
        "<a href=\"https://{{ n }}\"></a>",
        "<a href=\"{% if a %}/x/{% else %}/y/{% endif %}{{ n }}\"></a>",
        "<a href=\"{% if a %}/x{% else %}javascript:x{% endif %}\"></a>",
        "<a href=\"{{ n|safe }}\"></a>",
        "<a href=\"{{ n|safe }}/{{ a }}\"></a>",
        "<a title={{ n }} class=\"{{ a }}\" data-href={{ n }}></a>",
        "<input value={{ n }} name={{ a }}>",
        "<p style=\"{% if a %}color: red{% endif %}\"></p>",
    ] {
        assert!(!checked(source), "{source}\n{}", code(source));
    }
}

#[test]
fn what_a_browser_would_run_is_refused() {
    check(&[
        ("<p onclick=\"f({{ n }})\"></p>", "View:1:4: `onclick` of <p> can't be dynamic: it is a script"),
        ("<p {% if a %}OnClick={{ n }}{% endif %}></p>", "View:1:14: `onclick` of <p> can't be dynamic"),
        ("<svg onload={{ n }}></svg>", "View:1:6: `onload` of <svg> can't be dynamic"),
        ("<iframe srcdoc={{ n }}></iframe>", "View:1:9: `srcdoc` of <iframe> can't be dynamic"),
        ("<iframe sandbox={{ n }}></iframe>", "View:1:9: `sandbox` of <iframe> can't be dynamic"),
        ("<script src=/a/{{ n }}></script>", "View:1:9: `src` of <script> can't be dynamic"),
        ("<svg><script href={{ n }}></script></svg>", "View:1:14: `href` of <script> can't be dynamic"),
        (
            "<svg><SCRIPT xlink:href={{ n }}></SCRIPT></svg>",
            "View:1:14: `xlink:href` of <script> can't be dynamic",
        ),
        ("<base href={{ n }}>", "View:1:7: `href` of <base> can't be dynamic"),
        (
            "<meta {% if a %}http-equiv=refresh{% endif %} content={{ n }}>",
            "View:1:47: `content` of <meta> can't be dynamic",
        ),
        ("<object data={{ n }}></object>", "View:1:9: `data` of <object> can't be dynamic"),
        ("<embed src={{ n }}>", "View:1:8: `src` of <embed> can't be dynamic"),
        ("<link rel=stylesheet href={{ n }}>", "View:1:22: `href` of <link> can't be dynamic"),
        ("<link rel=\"icon stylesheet\" href={{ n }}>", "View:1:29: `href` of <link> can't be dynamic"),
        ("<link href={{ n }}>", "View:1:7: `href` of <link> can't be dynamic"),
        ("<link rel={{ n }} href=/x>", "View:1:7: `rel` of <link> can't be dynamic"),
        (
            "<svg><set attributeName={{ n }} to=x /></svg>",
            "View:1:11: `attributename` of <set> can't be dynamic",
        ),
        ("<svg><set attributeName=onclick to={{ n }} /></svg>", "View:1:33: `to` of <set> can't be dynamic"),
        (
            "<a href=\"javascript:f({{ n }})\"></a>",
            "View:1:4: the URL in `href` runs what follows its scheme",
        ),
        ("<a href=\" Java&#9;Script:{{ n }}\"></a>", "View:1:4: the URL in `href` runs what follows"),
        ("<a href=\"{% if a %}javascript:{% endif %}{{ n }}\"></a>", "View:1:4: the URL in `href` runs"),
        ("<template><p>{{ n }}</p></template>", "View:1:14: <template> can't have dynamic content"),
        ("<template><p title={{ n }}></p></template>", "View:1:14: <template> can't have dynamic content"),
        ("<noframes><p title={{ n }}></p></noframes>", "View:1:14: <noframes> can't have dynamic content"),
        ("<svg><STYLE>{{ n }}</STYLE></svg>", "View:1:13: <STYLE> can't have dynamic content"),
        ("<svg><Script>{{ n }}</Script></svg>", "View:1:14: <Script> can't have dynamic content"),
    ]);
    for source in [
        "<p onclick=\"f({{ n|safe }})\"></p>",
        "<p onclick=\"{% if a %}f(){% endif %}\"></p>",
        "<script src=\"{% if a %}/a.js{% else %}/b.js{% endif %}\"></script>",
        "<iframe srcdoc=\"{{ n|safe }}\"></iframe>",
        "<meta name=description content={{ n }}>",
        "<link rel=\"alternate icon\" href={{ n }}>",
    ] {
        table(source);
    }
}

#[test]
fn an_attribute_has_one_place() {
    check(&[
        (
            "<button {% if a %}disabled{% endif %} {% if b %}disabled{% endif %}></button>",
            "View:1:49: the attribute `disabled` is in two conditional places",
        ),
        (
            "<p {% if a %}class=x{% endif %} {% match opt %}{% when Some(_) %}CLASS=y{% when None %}{% endmatch %}></p>",
            "View:1:66: the attribute `class` is in two conditional places",
        ),
        (
            "<p {% if a %}{% if b %}id=x{% endif %} id=y{% endif %}></p>",
            "View:1:40: the attribute `id` is in two conditional places",
        ),
        ("<p id=\"{{ n }}\" {% if b %}id=x{% endif %}></p>", "View:1:27: the attribute `id` is there twice"),
        ("<p {% if b %}id=x{% endif %} id=\"{{ n }}\"></p>", "View:1:30: the attribute `id` is there twice"),
        ("<p {% if b %}id=x ID=y{% endif %}></p>", "View:1:19: the attribute `id` is there twice"),
        (
            "{% macro m(x) %}<p {% if x %}id=x{% endif %} {% if x %}id=y{% endif %}></p>{% endmacro %}",
            "View:1:56: the attribute `id` is in two conditional places",
        ),
        (
            "<p {% for x in xs %}title={{ x }}{% endfor %}></p>",
            "View:1:21: a `for` would write the attribute `title` once for each item",
        ),
        (
            "<svg viewBox=x {% if a %}viewbox=y{% endif %}></svg>",
            "View:1:26: the attribute `viewbox` is there twice",
        ),
    ]);
    table(
        "<p {% if a %}class=x{% else %}class={{ n }}{% endif %} {% if b %}id=x{% elif n %}id=y{% endif %}></p>",
    );
}

#[test]
fn what_the_server_leaves_alone_is_one_place_that_is_never_compared() {
    assert_eq!(
        table(
            "<div class=\"{{ a }}\" dj-update=\"ignore\"><p>{{ n }}</p>{% for x in xs %}<i>{{ x }}</i>{% endfor %}</div>"
        ),
        "<div class=\"‹0 attribute›\" dj-update=\"ignore\" dj=0@class>‹1 kept›</div>"
    );
    assert_eq!(
        code("<div dj-update=\"ignore\"><p title={{ a }}>{{ n }}</p></div>"),
        "{{TEXT}}<p title=\"{{a}}\">{{n}}</p>"
    );
    assert_eq!(
        table("<div dj-update=\"ignore\"><p dj-click=go>x</p></div>"),
        "<div dj-update=\"ignore\"><p dj-click=go>x</p></div>"
    );
    check(&[(
        "<div {% if a %}dj-update=ignore{% endif %}>{{ n }}</div>",
        "View:1:16: dj-update can't be in a branch",
    )]);
}
