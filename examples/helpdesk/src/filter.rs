//! Which tickets a list shows: the query of its URL.

use crate::ticket::Status;
use serde::{Deserialize, Serialize};

/// `/?status=open&text=printer`; what is missing filters nothing.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Filter {
    /// The list's URL with this status, and with the same text.
    pub fn url(&self, status: Option<Status>) -> String {
        let filter = Filter { status, text: self.text.clone() };
        let query = serde_urlencoded::to_string(&filter).unwrap_or_default();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_makes_the_url_that_it_is_read_from() {
        let filter = Filter { status: None, text: "a&b c".to_owned() };
        assert_eq!(filter.url(Some(Status::Open)), "/?status=open&text=a%26b+c");
        assert_eq!(Filter::default().url(None), "/");
    }
}
