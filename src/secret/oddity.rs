//! What is odd about the value of a secret or token, and likely not meant. It must not tell the value, its length or a
//! character of it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::Purpose;
use crate::desired::{SecretSource, is_stand_in};
use crate::escape::characters::is_hidden;

/// An oddity of a value, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// A byte-order mark at its beginning.
    ByteOrderMark,
    /// White space at its beginning.
    SpaceBefore,
    /// White space at its end, line ends aside.
    SpaceAfter,
    /// A line end at its end, after the one that does not count.
    LineEnd,
    /// Quotes around it.
    Quotes,
    /// A token behind the name of a header.
    HeaderName,
    /// A token behind the name of a scheme, such as `Bearer`.
    Scheme,
    /// A token behind `NAME=`.
    Assignment,
    /// A placeholder in place of it.
    Placeholder,
    /// A line break inside.
    LineBreak,
    /// A token with white space inside.
    SpaceInside,
    /// A control character that is no line break.
    Control,
    /// A character that nobody sees.
    Invisible,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "begins with a byte-order mark",
            Self::SpaceBefore => "begins with white space",
            Self::SpaceAfter => "ends with white space",
            Self::LineEnd => "ends with more than one line end",
            Self::Quotes => "has quotes around it",
            Self::HeaderName => "begins with the name of a header, such as `Authorization:`",
            Self::Scheme => "begins with `Bearer` or `Token`, which is no part of a token",
            Self::Assignment => "begins with a name and `=`",
            Self::Placeholder => "is a placeholder, such as `<secret>` or `$NAME`",
            Self::LineBreak => "has a line break inside",
            Self::SpaceInside => "has white space inside",
            Self::Control => "has a control character",
            Self::Invisible => "has a character that nobody sees",
        })
    }
}

/// A value with oddities.
#[derive(Debug)]
pub struct OddValue {
    /// Its purpose.
    pub purpose: Purpose,
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// Its source.
    pub source: SecretSource,
    /// What is odd about it.
    pub oddities: BTreeSet<Oddity>,
}

const QUOTES: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{ab}', '\u{bb}'),
];

/// What is odd about a value, from which the one final line end is gone.
pub(super) fn oddities(value: &str, purpose: Purpose) -> BTreeSet<Oddity> {
    let mut found = BTreeSet::new();
    let mut rest = value;
    if let Some(behind) = rest.strip_prefix('\u{feff}') {
        found.insert(Oddity::ByteOrderMark);
        rest = behind;
    }
    if rest.ends_with(['\n', '\r']) {
        found.insert(Oddity::LineEnd);
        rest = rest.trim_end_matches(['\n', '\r']);
    }
    if rest.starts_with(char::is_whitespace) {
        found.insert(Oddity::SpaceBefore);
    }
    if rest.ends_with(char::is_whitespace) {
        found.insert(Oddity::SpaceAfter);
    }
    rest = rest.trim();
    let unquoted = QUOTES.iter().find_map(|(open, close)| {
        let inner = rest.strip_prefix(*open)?;
        inner.strip_suffix(*close)
    });
    if let Some(inner) = unquoted {
        found.insert(Oddity::Quotes);
        rest = inner;
    }
    if purpose == Purpose::Credential {
        rest = of_token(rest, &mut found);
    }
    if is_stand_in(rest) {
        found.insert(Oddity::Placeholder);
    }
    for c in rest.chars() {
        match c {
            '\n' | '\r' => _ = found.insert(Oddity::LineBreak),
            ' ' | '\t' if purpose == Purpose::Secret => {}
            ' ' | '\t' => _ = found.insert(Oddity::SpaceInside),
            c if c.is_control() => _ = found.insert(Oddity::Control),
            c if is_hidden(c) => _ = found.insert(Oddity::Invisible),
            _ => {}
        }
    }
    found
}

/// What stands before a token that is no part of it, and the rest.
fn of_token<'t>(token: &'t str, found: &mut BTreeSet<Oddity>) -> &'t str {
    let mut rest = token;
    if let Some((name, value)) = rest.split_once('=')
        && is_assigned(name)
        && !value.trim_matches('=').is_empty()
    {
        found.insert(Oddity::Assignment);
        rest = value.trim();
    }
    if let Some((name, value)) = rest.split_once(':')
        && ["authorization", "access-token", "x-access-token"]
            .contains(&&*name.to_ascii_lowercase())
    {
        found.insert(Oddity::HeaderName);
        rest = value.trim();
    }
    if let Some((scheme, value)) = rest.split_once(char::is_whitespace)
        && ["bearer", "token"].contains(&&*scheme.to_ascii_lowercase())
    {
        found.insert(Oddity::Scheme);
        rest = value.trim();
    }
    rest
}

/// Whether a text before `=` is the name of a variable, with or without `export`.
fn is_assigned(name: &str) -> bool {
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    crate::manifest::is_variable_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str, purpose: Purpose) -> Vec<Oddity> {
        oddities(value, purpose).into_iter().collect()
    }

    #[test]
    fn what_is_not_meant_is_odd_in_secrets_and_tokens() {
        for purpose in [Purpose::Secret, Purpose::Credential] {
            for (value, odd) in [
                (" s3cr3t", vec![Oddity::SpaceBefore]),
                ("\ts3cr3t", vec![Oddity::SpaceBefore]),
                ("\ns3cr3t", vec![Oddity::SpaceBefore]),
                ("s3cr3t ", vec![Oddity::SpaceAfter]),
                ("s3cr3t\u{a0}", vec![Oddity::SpaceAfter]),
                ("s3cr3t\n", vec![Oddity::LineEnd]),
                ("s3cr3t\r", vec![Oddity::LineEnd]),
                ("s3cr3t \r\n", vec![Oddity::SpaceAfter, Oddity::LineEnd]),
                ("\"s3cr3t\"", vec![Oddity::Quotes]),
                ("'s3cr3t'", vec![Oddity::Quotes]),
                ("\u{201c}s3cr3t\u{201d}", vec![Oddity::Quotes]),
                (
                    " 's3cr3t'\n",
                    vec![Oddity::SpaceBefore, Oddity::LineEnd, Oddity::Quotes],
                ),
                ("\u{feff}s3cr3t", vec![Oddity::ByteOrderMark]),
                ("s3\ncr3t", vec![Oddity::LineBreak]),
                ("s3\0cr3t", vec![Oddity::Control]),
                ("\u{1b}[31ms3cr3t", vec![Oddity::Control]),
                ("s3\u{200b}cr3t", vec![Oddity::Invisible]),
                ("s3cr3t\u{feff}", vec![Oddity::Invisible]),
                ("<your-secret>", vec![Oddity::Placeholder]),
                ("$CRM_SECRET", vec![Oddity::Placeholder]),
                ("${CRM_SECRET}", vec![Oddity::Placeholder]),
                ("changeme", vec![Oddity::Placeholder]),
                ("********", vec![Oddity::Placeholder]),
                ("$ecret", vec![]),
                ("\"", vec![]),
                ("s3cr3t", vec![]),
                ("it's", vec![]),
                ("pässwörd-日本", vec![]),
                ("YWJjZA==", vec![]),
            ] {
                assert_eq!(of(value, purpose), odd, "{value:?} {purpose}");
            }
        }
    }

    #[test]
    fn what_stands_before_a_token_is_odd_in_a_token_alone() {
        for (value, odd) in [
            ("Bearer s3cr3t", vec![Oddity::Scheme]),
            ("bearer  s3cr3t", vec![Oddity::Scheme]),
            ("Token s3cr3t", vec![Oddity::Scheme]),
            ("Authorization: s3cr3t", vec![Oddity::HeaderName]),
            (
                "authorization:Bearer s3cr3t",
                vec![Oddity::HeaderName, Oddity::Scheme],
            ),
            ("WAWP_ACCESS_TOKEN=s3cr3t", vec![Oddity::Assignment]),
            ("export TOKEN=s3cr3t", vec![Oddity::Assignment]),
            (
                "TOKEN=Bearer s3cr3t",
                vec![Oddity::Scheme, Oddity::Assignment],
            ),
            ("\"Bearer s3cr3t\"", vec![Oddity::Quotes, Oddity::Scheme]),
            ("s3 cr3t", vec![Oddity::SpaceInside]),
        ] {
            assert_eq!(of(value, Purpose::Credential), odd, "{value:?}");
            let plain = of(value, Purpose::Secret);
            assert!(plain.iter().all(|odd| *odd == Oddity::Quotes), "{value:?}");
        }
        assert_eq!(of("bearers3cr3t", Purpose::Credential), []);
        assert_eq!(of("a:b", Purpose::Credential), []);
    }
}
