//! View paths. `djust::push::ViewPath` makes the same checks when a push is sent.

use syn::LitStr;

/// A group name, `djust_view_` and a path, has at most 99 characters.
const MAX_PATH: usize = 88;

/// Checks a path that a user wrote.
pub(crate) fn check(path: &LitStr) -> syn::Result<()> {
    let text = path.value();
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let message = if !text.contains('.') || !text.split('.').all(is_name) {
        format!("`{text}` is not a view path: it is ASCII names joined by dots, like shop.views.Cart")
    } else if text.len() > MAX_PATH {
        format!("`{text}` is longer than the {MAX_PATH} characters that a view path may have")
    } else {
        return Ok(());
    };
    Err(syn::Error::new(path.span(), message))
}
