//! The fragment table while it is written, its fingerprint, and the constant expression that it
//! becomes.

use crate::fnv::Fnv;
use proc_macro2::TokenStream;
use quote::quote;

/// The counterpart of `djust::render::Fragment`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub statics: Vec<String>,
    pub slots: Vec<Slot>,
}

/// The counterpart of `djust::render::Slot`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub number: u16,
    pub kind: SlotKind,
}

/// The counterpart of `djust::render::SlotKind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SlotKind {
    Text,
    Raw,
    Attribute,
    Attributes,
    Kept,
    Block(Vec<Fragment>),
    List { item: Box<Fragment>, key: Key, otherwise: Option<Box<Fragment>> },
}

/// The counterpart of `djust::render::Key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    None,
    Kept,
    /// Written to the page, after this many bytes of the item's first static.
    Shown(usize),
}

/// A fragment while it is written.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    open: String,
    fragment: Fragment,
    /// Where the root of an item takes its key.
    key_at: Option<usize>,
}

impl Draft {
    /// Adds static text.
    pub(crate) fn text(&mut self, text: &str) {
        self.open.push_str(text);
    }

    /// Adds a slot.
    pub(crate) fn slot(&mut self, number: u16, kind: SlotKind) {
        self.fragment.statics.push(std::mem::take(&mut self.open));
        self.fragment.slots.push(Slot { number, kind });
    }

    /// An item's key can be written here. Nothing dynamic comes before it.
    pub(crate) fn key(&mut self) {
        self.key_at = Some(self.open.len());
    }

    pub(crate) fn key_at(&self) -> Option<usize> {
        self.key_at
    }

    pub(crate) fn finish(mut self) -> Fragment {
        self.fragment.statics.push(self.open);
        self.fragment
    }
}

impl Fragment {
    /// An empty fragment.
    pub(crate) fn empty() -> Self {
        Draft::default().finish()
    }

    /// An expression of type `&'static djust::render::Fragment`.
    pub(crate) fn tokens(&self) -> TokenStream {
        let statics = &self.statics;
        let slots = self.slots.iter().map(Slot::tokens);
        quote! {
            &::djust::render::Fragment { statics: &[#(#statics),*], slots: &[#(#slots),*] }
        }
    }

    /// Changes whenever the statics or the structure do, and is the same for every compiler.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::new();
        self.hash(&mut hash);
        hash.value()
    }

    fn hash(&self, hash: &mut Fnv) {
        hash.number(self.slots.len());
        for text in &self.statics {
            hash.number(text.len());
            hash.bytes(text.as_bytes());
        }
        for slot in &self.slots {
            hash.number(slot.number.into());
            slot.kind.hash(hash);
        }
    }
}

impl Slot {
    fn tokens(&self) -> TokenStream {
        let (number, kind) = (self.number, self.kind.tokens());
        quote! { ::djust::render::Slot { number: #number, kind: #kind } }
    }
}

impl SlotKind {
    fn tokens(&self) -> TokenStream {
        let kind = match self {
            SlotKind::Text => quote! { Text },
            SlotKind::Raw => quote! { Raw },
            SlotKind::Attribute => quote! { Attribute },
            SlotKind::Attributes => quote! { Attributes },
            SlotKind::Kept => quote! { Kept },
            SlotKind::Block(branches) => {
                let branches = branches.iter().map(Fragment::tokens);
                quote! { Block(&[#(#branches),*]) }
            }
            SlotKind::List { item, key, otherwise } => {
                let (item, key) = (item.tokens(), key.tokens());
                let otherwise = match otherwise.as_deref().map(Fragment::tokens) {
                    Some(fragment) => quote! { ::core::option::Option::Some(#fragment) },
                    None => quote! { ::core::option::Option::None },
                };
                quote! { List { item: #item, key: #key, otherwise: #otherwise } }
            }
        };
        quote! { ::djust::render::SlotKind::#kind }
    }

    fn hash(&self, hash: &mut Fnv) {
        match self {
            SlotKind::Text => hash.number(1),
            SlotKind::Raw => hash.number(2),
            SlotKind::Attribute => hash.number(3),
            SlotKind::Attributes => hash.number(4),
            SlotKind::Kept => hash.number(8),
            SlotKind::Block(branches) => {
                hash.number(5);
                hash.number(branches.len());
                branches.iter().for_each(|branch| branch.hash(hash));
            }
            SlotKind::List { item, key, otherwise } => {
                hash.number(6);
                key.hash(hash);
                item.hash(hash);
                hash.number(otherwise.iter().len());
                otherwise.iter().for_each(|fragment| fragment.hash(hash));
            }
        }
    }
}

impl Key {
    fn tokens(self) -> TokenStream {
        match self {
            Key::None => quote! { ::djust::render::Key::None },
            Key::Kept => quote! { ::djust::render::Key::Kept },
            Key::Shown(at) => quote! { ::djust::render::Key::Shown(#at) },
        }
    }

    fn hash(self, hash: &mut Fnv) {
        hash.number(match self {
            Key::None => 0,
            Key::Kept => 1,
            Key::Shown(at) => 2 + at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(text: &str, kind: SlotKind) -> Fragment {
        let mut draft = Draft::default();
        draft.text(text);
        draft.slot(0, kind);
        draft.finish()
    }

    #[test]
    fn the_fingerprint_changes_with_text_and_structure() {
        let one = fragment("<p>", SlotKind::Text).fingerprint();
        assert_eq!(one, fragment("<p>", SlotKind::Text).fingerprint());
        assert_ne!(one, fragment("<b>", SlotKind::Text).fingerprint());
        assert_ne!(one, fragment("<p>", SlotKind::Raw).fingerprint());
    }
}
