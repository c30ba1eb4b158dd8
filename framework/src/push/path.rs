//! View paths, and the group names made from them.

use super::PathError;
use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Python's channel layers require shorter names of groups and channels, so djust does too.
const MAX_GROUP_LEN: usize = 99;
const GROUP_PREFIX: &str = "djust_view_";

/// The name of a view: ASCII identifiers joined by dots, at least two, such as
/// `dashboard.views.MetricsView`.
///
/// ```
/// use djust::push::ViewPath;
///
/// let path: ViewPath = "dashboard.views.MetricsView".parse()?;
/// assert_eq!(path.group().as_str(), "djust_view_dashboard_views_MetricsView");
/// assert!("Metrics View".parse::<ViewPath>().is_err());
/// # Ok::<(), djust::push::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewPath(Arc<str>);

impl ViewPath {
    /// Returns the path as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the group that every connected instance of the view joins.
    pub fn group(&self) -> GroupName {
        GroupName(format!("{GROUP_PREFIX}{}", self.0.replace('.', "_")).into())
    }
}

impl FromStr for ViewPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        match mistake(path) {
            None => Ok(ViewPath(path.into())),
            Some(reason) => Err(PathError { path: path.to_owned(), reason }),
        }
    }
}

fn mistake(path: &str) -> Option<&'static str> {
    if path.len() + GROUP_PREFIX.len() > MAX_GROUP_LEN {
        return Some("it is longer than 88 bytes");
    }
    if !path.contains('.') {
        return Some("it has no dot");
    }
    path.split('.').find_map(|name| {
        let mut bytes = name.bytes();
        match bytes.next() {
            None => Some("a name is empty"),
            Some(first) if !(first.is_ascii_alphabetic() || first == b'_') => {
                Some("a name does not begin with an ASCII letter or `_`")
            }
            Some(_) if bytes.any(|b| !(b.is_ascii_alphanumeric() || b == b'_')) => {
                Some("a name has characters other than ASCII letters, digits and `_`")
            }
            Some(_) => None,
        }
    })
}

/// So that tables by path are searched with a text that may be no path.
impl Borrow<str> for ViewPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ViewPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ViewPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `djust_view_` and a view path with its dots turned into underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupName(Arc<str>);

impl GroupName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_two_or_more_ascii_names() {
        for good in ["a.B", "_a._b", "dashboard.views.MetricsView", "a1.b2"] {
            assert!(good.parse::<ViewPath>().is_ok(), "{good}");
        }
        let long = format!("a.{}", "b".repeat(87));
        for bad in ["", "a", ".a", "a.", "a..b", "1a.b", "a.b-c", "a.ü", "a. b", "a.b\n", &long] {
            let error = bad.parse::<ViewPath>().expect_err(bad);
            assert!(error.to_string().contains("is not a view path"), "{error}");
        }
    }
}
