//! What rustc says about a view that lacks a part of its contract.

use crate::argument::Argument;
use crate::push_contract::ast::{Kind, Part};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// A format string for `#[diagnostic::on_unimplemented]`.
pub(super) fn needs(contract: &Ident, part: &Part) -> String {
    let name = part.name();
    let part = match &part.kind {
        Kind::Field(ty) => format!("field `{name}: {}`", readable(ty.to_token_stream())),
        Kind::Handler(arguments) => {
            let arguments: Vec<_> = arguments.iter().map(argument).collect();
            format!("handler `{name}({})`", arguments.join(", "))
        }
    };
    let part = part.replace('{', "{{").replace('}', "}}");
    format!("`{{Self}}` needs the #[push] {part} of its contract `{contract}`")
}

fn argument(argument: &Argument) -> String {
    format!("{}: {}", argument.name(), readable(argument.ty.to_token_stream()))
}

/// Tokens as a person would write them: `Vec<(u8, String)>`.
fn readable(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if is_word && after_word {
            text.push(' ');
        }
        after_word = is_word;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.extend([open, &readable(group.stream()), close]);
            }
            TokenTree::Punct(sign) if matches!(sign.as_char(), ',' | ';') => {
                text.extend([sign.as_char(), ' '])
            }
            token => text.push_str(&token.to_string()),
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::{Type, parse_quote};

    #[test]
    fn types_read_as_people_write_them() {
        for (ty, text) in [
            (parse_quote!(u32), "u32"),
            (parse_quote!(Option<String>), "Option<String>"),
            (
                parse_quote!(std::collections::BTreeMap<(u8, String), Vec<[u8; 4]>>),
                "std::collections::BTreeMap<(u8, String), Vec<[u8; 4]>>",
            ),
            (parse_quote!(Wrapper<{ 4 }>), "Wrapper<{4}>"),
            (parse_quote!(Box<dyn Any>), "Box<dyn Any>"),
        ] {
            let ty: Type = ty;
            assert_eq!(readable(ty.to_token_stream()), text);
        }
    }
}
