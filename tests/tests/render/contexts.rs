//! Whatever a visitor writes, in every context and spelling: the page has the same tags and attributes, and no URL
//! or style in it does anything.

use djust::render::{Recorder, Recording, diff};
use djust::view::ViewDefinition;
use djust_tests::contexts::{Contexts, payloads};
use html5gum::{Token, Tokenizer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::util::SubscriberInitExt;

/// Elements that show an image or play something, in which no script runs, so that it may be written out as `data:`.
const MEDIA: [&str; 9] = ["img", "image", "feimage", "input", "video", "audio", "source", "table", "td"];

/// An element as it was begun: its name and its attributes.
type Tag = (String, BTreeMap<String, String>);

fn record(x: &str) -> Recording {
    let view = Contexts::showing(x);
    Recorder::new().record(|recorder| view.record(recorder)).expect("the template renders")
}

fn html(recording: &Recording) -> String {
    let mut html = String::new();
    recording.html(Contexts::TEMPLATE, &mut html);
    html
}

fn tags(html: &str) -> Vec<Tag> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut tags = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
                tags.push((text(&tag.name), attributes.collect()));
            }
            Token::EndTag(tag) => tags.push((format!("/{}", text(&tag.name)), BTreeMap::new())),
            Token::Comment(comment) => tags.push((format!("!{}", text(&comment)), BTreeMap::new())),
            _ => {}
        }
    }
    tags
}

/// Names only, of tags and attributes.
fn structure(tags: &[Tag]) -> Vec<(&str, Vec<&str>)> {
    tags.iter()
        .map(|(name, attributes)| (name.as_str(), attributes.keys().map(String::as_str).collect()))
        .collect()
}

/// The scheme as a browser finds it; none for a relative URL.
fn scheme(url: &str) -> Option<String> {
    let url: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (scheme, _) = url.trim_matches(|c: char| c <= ' ').split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// The URLs in an attribute, if it has any.
fn urls<'v>(name: &str, value: &'v str) -> Vec<&'v str> {
    let animated = ["values", "from", "to", "by"];
    match name {
        "href" | "xlink:href" | "src" | "action" | "formaction" | "poster" | "cite" | "background"
        | "longdesc" | "usemap" => vec![value],
        "ping" => value.split_ascii_whitespace().collect(),
        "srcset" => value.split([',', ' ', '\t', '\n', '\r', '\u{c}']).collect(),
        name if animated.contains(&name) => value.split(';').collect(),
        _ => Vec::new(),
    }
}

fn check_values(payload: &str, tags: &[Tag]) {
    for (tag, attributes) in tags {
        for (name, value) in attributes {
            for url in urls(name, value) {
                let scheme = scheme(url);
                let is_media = scheme.as_deref() == Some("data") && MEDIA.contains(&tag.as_str());
                let is_fine = scheme
                    .as_deref()
                    .is_none_or(|scheme| ["http", "https", "mailto", "tel", "about"].contains(&scheme));
                assert!(is_fine || is_media, "{payload:?}: <{tag} {name}={value:?}>");
            }
            if name == "style" {
                let is_part = ["color: ", "width: ", "fill: "].iter().any(|start| value.starts_with(start));
                let harmful = ["url(", "expression(", "binding", "behavior", "@", "\\", "{"];
                let is_fine = harmful.iter().all(|part| !value.contains(part));
                assert!(is_fine && !(is_part && value.contains(';')), "{payload:?}: <{tag} style={value:?}>");
            }
        }
    }
}

#[test]
fn no_payload_adds_a_tag_or_an_attribute_and_no_url_or_style_does_harm() {
    let payloads = payloads();
    assert!(payloads.len() >= 50);
    let plain = tags(&html(&record("b")));
    assert!(plain.len() > 900, "{} tags", plain.len());
    for payload in &payloads {
        let shown = tags(&html(&record(payload)));
        assert_eq!(structure(&shown), structure(&plain), "{payload:?}");
        check_values(payload, &shown);
    }
}

#[test]
fn a_patch_says_what_a_first_paint_would() {
    let before = record("b");
    for payload in payloads() {
        let after = record(&payload);
        let mut patch = String::new();
        assert!(diff(Contexts::TEMPLATE, &before, &after, &mut patch), "{payload:?}");
        let patch: Value = serde_json::from_str(&patch).expect("a patch is JSON");
        let page = html(&after);
        strings(&patch, &mut |text| assert!(page.contains(text), "{payload:?}: {text:?}"));
    }
}

fn strings(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, look)),
        _ => {}
    }
}

#[test]
fn harmless_urls_are_shown_as_they_are() {
    for url in ["/users/1", "https://example.org/#c", "mailto:a@example.org", "tel:+49123", "#top", "12", ""]
    {
        let page = html(&record(url));
        assert!(page.contains(&format!("<a href=\"{url}\" dj=")), "{url}");
        assert!(page.contains(&format!("<x-card href=\"{url}\" src=\"{url}\"")), "{url}");
    }
    let page = html(&record("javascript:x"));
    assert!(page.contains("<a href=\"about:invalid#djust\" dj="), "{page}");
}

#[test]
fn what_the_server_leaves_alone_makes_no_patch() {
    #[djust::live_view(
        source = "<p dj-update=\"ignore\" class=\"{{ class }}\"><b title={{ x }}>{{ x }}</b>{% for _ in [1] %}<i>{{ x }}</i>{% endfor %}</p>"
    )]
    struct Kept {
        x: i64,
        class: i64,
    }
    impl djust::LiveView for Kept {
        async fn mount(_: &mut djust::MountContext) -> djust::MountResult<Self> {
            Ok(Kept { x: 0, class: 0 })
        }
    }
    let record = |x, class| {
        let view = Kept { x, class };
        Recorder::new().record(|recorder| view.record(recorder)).expect("it renders")
    };
    let (before, after) = (record(1, 1), record(2, 1));
    let mut page = String::new();
    before.html(Kept::TEMPLATE, &mut page);
    assert_eq!(page, "<p dj-update=\"ignore\" class=\"1\" dj=0@class><b title=\"1\">1</b><i>1</i></p>");
    let mut patch = String::new();
    assert!(!diff(Kept::TEMPLATE, &before, &after, &mut patch), "{patch}");
    assert_eq!(before.digests(Kept::TEMPLATE), after.digests(Kept::TEMPLATE));
    assert!(diff(Kept::TEMPLATE, &before, &record(2, 2), &mut patch));
    assert_eq!(patch, "[0,\"2\"]");
}

/// A log to read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics with it").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_value_that_is_refused_is_logged_once_with_its_place_and_cut() {
    #[djust::live_view(source = "<p>\n <a class=x href=\"{{ x }}\"></a></p>")]
    struct Logged {
        x: String,
    }
    impl djust::LiveView for Logged {
        async fn mount(_: &mut djust::MountContext) -> djust::MountResult<Self> {
            Ok(Logged { x: String::new() })
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    let guard = subscriber.finish().set_default();
    let view = Logged { x: format!("javascript:\n{}", "x".repeat(1000)) };
    for _ in 0..3 {
        Recorder::new().record(|recorder| view.record(recorder)).expect("it renders");
    }
    drop(guard);
    let text =
        String::from_utf8(log.0.lock().expect("nobody panics with it").clone()).expect("a log is text");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("WARN") && text.contains("place=\"Logged:2:13\""), "{text}");
    assert!(text.contains("javascript:\\nxxx") && !text.contains(&"x".repeat(100)), "{text}");
}
