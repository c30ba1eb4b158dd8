//! `#[event]` and `#[push]`, which make a method a handler.

use syn::Attribute;

/// Who may call a handler.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Caller {
    Browser,
    Push,
}

/// Removes djust's attributes from a method.
pub(super) fn take(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let (ours, others) = std::mem::take(attributes).into_iter().partition(|one| caller(one).is_some());
    *attributes = others;
    ours
}

/// The caller that an attribute allows, if it is one of djust's.
pub(super) fn caller(attribute: &Attribute) -> Option<Caller> {
    if attribute.path().is_ident("event") {
        Some(Caller::Browser)
    } else if attribute.path().is_ident("push") {
        Some(Caller::Push)
    } else {
        None
    }
}
