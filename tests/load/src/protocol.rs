//! How a client of each server gets its page, joins, and reads what it is sent.

use crate::Result;
use crate::floor::Page;
use serde::Deserialize;
use serde_json::json;

/// A server that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The bare broadcast.
    Floor,
    /// `examples/fanout`.
    Djust,
    /// djust for Python.
    DjustPython,
}

/// How a client connects after it has its page.
#[derive(Debug, PartialEq, Eq)]
pub struct Connection {
    /// The path of the WebSocket.
    pub path: String,
    /// The frame that joins; without one a client has joined once it is connected.
    pub join: Option<String>,
}

/// What a text from the server is.
#[derive(Debug, PartialEq, Eq)]
pub enum Text {
    /// The answer to the join.
    Joined,
    /// Wants this answer.
    Asks(String),
    /// An update of the page, with the push that it shows. Ticks have none.
    Update(Option<u32>),
    /// Of no interest.
    Other,
}

/// Returns the path of a viewer's page.
pub fn page_path(page: Page, own: Option<u32>) -> String {
    match own {
        Some(own) => format!("/{page}?own={own}"),
        None => format!("/{page}"),
    }
}

/// Returns the path that makes a server push update `n`.
pub fn push_path(page: Page, n: u32) -> String {
    format!("/push?view={page}&n={n}")
}

/// Reads from its page how a client connects.
///
/// # Errors
/// The page isn't one of this server's.
pub fn connection(kind: Kind, html: &str) -> Result<Connection> {
    match kind {
        Kind::Floor => Ok(Connection { path: attribute(html, "data-socket")?, join: None }),
        Kind::Djust => {
            let [token, template, digests] = [
                attribute(html, "dj-token")?,
                attribute(html, "dj-template")?,
                attribute(html, "dj-digests")?,
            ];
            let join = json!({ "type": "join", "view": 0, "token": token, "template": template, "digests": digests });
            Ok(Connection { path: attribute(html, "dj-socket")?, join: Some(join.to_string()) })
        }
        Kind::DjustPython => {
            let view = attribute(html, "dj-view")?;
            let join = json!({ "type": "mount", "view": view, "params": {}, "url": "/dashboard", "has_prerendered": true });
            Ok(Connection { path: "/ws/live/".to_owned(), join: Some(join.to_string()) })
        }
    }
}

/// Reads a text from the server.
///
/// # Errors
/// The server has refused the client, or ended it.
pub fn read(kind: Kind, text: &[u8]) -> Result<Text> {
    match kind {
        Kind::Floor => Ok(Text::Update(marker(text))),
        Kind::Djust if text.first() == Some(&b'[') => Ok(Text::Update(marker(text))),
        Kind::Djust => read_djust(text),
        Kind::DjustPython => read_djust_python(text),
    }
}

/// A frame of djust that is an object; see the book's chapter *Wire protocol*.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum DjustFrame {
    Joined {},
    Sync {
        mark: String,
    },
    Refused {
        message: String,
    },
    Ended {
        reason: String,
    },
    Error {
        message: String,
    },
    #[serde(other)]
    Other,
}

fn read_djust(text: &[u8]) -> Result<Text> {
    match serde_json::from_slice(text)? {
        DjustFrame::Joined {} => Ok(Text::Joined),
        DjustFrame::Sync { mark } => {
            Ok(Text::Asks(json!({ "type": "ack", "view": 0, "mark": mark }).to_string()))
        }
        DjustFrame::Refused { message } => Err(format!("the join is refused: {message}").into()),
        DjustFrame::Ended { reason } => Err(format!("the view has ended: {reason}").into()),
        DjustFrame::Error { message } => Err(format!("an error frame: {message}").into()),
        DjustFrame::Other => Ok(Text::Other),
    }
}

/// A frame of djust for Python.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum PythonFrame {
    Mount {},
    Error {
        #[serde(default)]
        error: String,
    },
    #[serde(other)]
    Other,
}

fn read_djust_python(text: &[u8]) -> Result<Text> {
    if let Some(n) = marker(text) {
        return Ok(Text::Update(Some(n)));
    }
    match serde_json::from_slice(text)? {
        PythonFrame::Mount {} => Ok(Text::Joined),
        PythonFrame::Error { error } => Err(format!("an error frame: {error}").into()),
        PythonFrame::Other => Ok(Text::Other),
    }
}

/// Finds the newest push of a text: pushes are told by an `S` and six digits.
fn marker(text: &[u8]) -> Option<u32> {
    const DIGITS: usize = 6;
    let starts = text.iter().enumerate().rev().filter(|(_, byte)| **byte == b'S');
    let mut digits = starts.filter_map(|(at, _)| text.get(at + 1..=at + DIGITS));
    let digits = digits.find(|digits| digits.iter().all(u8::is_ascii_digit))?;
    Some(digits.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0')))
}

/// Returns the value of the first attribute of this name.
fn attribute(html: &str, name: &str) -> Result<String> {
    let missing = || format!("the page has no attribute {name}");
    let (_, rest) = html.split_once(&format!(" {name}=\"")).ok_or_else(missing)?;
    let (value, _) = rest.split_once('"').ok_or_else(missing)?;
    // `&amp;` comes last: what it leaves is no entity.
    let entities =
        [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Ok(entities.iter().fold(value.to_owned(), |value, (entity, text)| value.replace(entity, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_marker_counts() {
        assert_eq!(marker(br#"[0,"S000123",1,"123"]"#), Some(123));
        assert_eq!(marker(b"<li>S000007</li><li>S000008</li>"), Some(8));
        assert_eq!(marker(b"S12345, Some, S"), None);
    }

    #[test]
    fn attributes_are_unescaped() {
        let html = r#"<div dj-view="a" dj-token="x&amp;lt;&quot;y" data-dj-token="z">"#;
        assert_eq!(attribute(html, "dj-token").unwrap(), "x&lt;\"y");
        assert!(attribute(html, "token").is_err());
    }

    #[test]
    fn a_page_of_djust_says_how_to_join() {
        let html = r#"<div dj-view="v" dj-token="t" dj-template="f" dj-digests="d" dj-socket="/djust/live">"#;
        let connection = connection(Kind::Djust, html).unwrap();
        assert_eq!(connection.path, "/djust/live");
        let join: serde_json::Value = serde_json::from_str(&connection.join.unwrap()).unwrap();
        assert_eq!(join, json!({"type":"join","view":0,"token":"t","template":"f","digests":"d"}));
    }

    #[test]
    fn texts_of_djust() {
        let joined = br#"{"type":"joined","view":0,"template":"f","resume":null,"patch":[]}"#;
        assert_eq!(read(Kind::Djust, joined).unwrap(), Text::Joined);
        let sync = br#"{"type":"sync","view":0,"patches":32,"mark":"5b1f09c2"}"#;
        let Text::Asks(answer) = read(Kind::Djust, sync).unwrap() else { panic!("a sync asks") };
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer, json!({"type":"ack","view":0,"mark":"5b1f09c2"}));
        assert_eq!(read(Kind::Djust, br#"[0,"10037",1,"1"]"#).unwrap(), Text::Update(None));
        assert_eq!(read(Kind::Djust, br#"{"type":"pong"}"#).unwrap(), Text::Other);
        let refused = br#"{"type":"refused","view":0,"reason":"token","message":"it has expired"}"#;
        assert!(read(Kind::Djust, refused).unwrap_err().to_string().contains("it has expired"));
    }

    #[test]
    fn a_floor_update_is_what_its_push_made() {
        for page in [Page::Dashboard, Page::Table, Page::Chat] {
            let frame = crate::floor::frame(page, 41);
            assert_eq!(read(Kind::Floor, frame.as_bytes()).unwrap(), Text::Update(Some(41)));
        }
    }
}
