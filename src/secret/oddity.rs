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
    /// A carriage return at its end without a line feed.
    CarriageReturn,
    /// A line end or blank at its end that is written out, such as `\n` or `%0A`.
    WrittenEnd,
    /// Quotes around it.
    Quotes,
    /// A quote at one of its ends alone.
    OneQuote,
    /// A comma or semicolon behind its closing quote.
    Comma,
    /// A token behind the name of a header.
    HeaderName,
    /// A token behind the name of a scheme, such as `Bearer`.
    Scheme,
    /// A value behind `NAME=`.
    Assignment,
    /// A value behind `NAME:` and a blank.
    Mapping,
    /// A placeholder in place of it.
    Placeholder,
    /// A line break inside.
    LineBreak,
    /// A token with white space inside.
    SpaceInside,
    /// A control character that is no line break.
    Control,
    /// A character that is not seen.
    Invisible,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "begins with a byte-order mark",
            Self::SpaceBefore => "begins with white space",
            Self::SpaceAfter => "ends with white space",
            Self::LineEnd => "ends with more than one line end",
            Self::CarriageReturn => "ends with a carriage return",
            Self::WrittenEnd => {
                "ends with a line end or blank that is written out, such as `\\n` or `%0A`"
            }
            Self::Quotes => "has quotes around it",
            Self::OneQuote => "has a quote at one end alone",
            Self::Comma => "ends with a comma or semicolon behind a quote",
            Self::HeaderName => "begins with the name of a header, such as `Authorization:`",
            Self::Scheme => "begins with `Bearer` or `Token`, which is no part of a token",
            Self::Assignment => "begins with a name and `=`",
            Self::Mapping => "begins with a name and `:`",
            Self::Placeholder => {
                "is a placeholder or no value, such as `<secret>`, `$NAME` or `null`"
            }
            Self::LineBreak => "has a line break inside",
            Self::SpaceInside => "has white space inside",
            Self::Control => "has a control character",
            Self::Invisible => "has an invisible character",
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

const QUOTES: [char; 13] = [
    '"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '＂',
];
/// Line ends and blanks as they are written out, in small letters.
const WRITTEN_ENDS: [&str; 9] = [
    "\\n", "\\r", "\\t", "%0a", "%0d", "%20", "&#10;", "&#13;", "&nbsp;",
];

/// What is odd about a value, from which the one final line end is gone.
pub(super) fn oddities(value: &str, purpose: Purpose) -> BTreeSet<Oddity> {
    let mut found = BTreeSet::new();
    let mut rest = value;
    if let Some(behind) = rest.strip_prefix('\u{feff}') {
        found.insert(Oddity::ByteOrderMark);
        rest = behind;
    }
    let line = rest.trim_end_matches(['\n', '\r']);
    if line.len() < rest.len() {
        let is_return = rest[line.len()..] == *"\r";
        found.insert(if is_return {
            Oddity::CarriageReturn
        } else {
            Oddity::LineEnd
        });
        rest = line;
    }
    if rest.starts_with(char::is_whitespace) {
        found.insert(Oddity::SpaceBefore);
    }
    if rest.ends_with(char::is_whitespace) {
        found.insert(Oddity::SpaceAfter);
    }
    rest = rest.trim();
    // Quotes stand around the value alone, or around the name too.
    let named = unnamed(rest, &mut found);
    rest = if named.len() < rest.len() {
        unquoted(named, &mut found)
    } else {
        let inner = unquoted(rest, &mut found);
        unnamed(inner, &mut found)
    };
    if purpose == Purpose::Credential {
        rest = of_token(rest, &mut found);
    }
    let plain = without_written_ends(rest);
    if plain.len() < rest.len() {
        found.insert(Oddity::WrittenEnd);
        rest = plain;
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

/// A value without the quotes at its ends, and without a comma behind them.
fn unquoted<'t>(value: &'t str, found: &mut BTreeSet<Oddity>) -> &'t str {
    let bare = value.trim_end_matches([',', ';']);
    let quoted = if bare.len() < value.len() && bare.ends_with(QUOTES) && bare.starts_with(QUOTES) {
        found.insert(Oddity::Comma);
        bare
    } else {
        value
    };
    let behind = quoted.strip_prefix(QUOTES);
    let inner = behind.unwrap_or(quoted).strip_suffix(QUOTES);
    match (behind, inner) {
        (Some(_), Some(inner)) => {
            found.insert(Oddity::Quotes);
            inner
        }
        // A lone quote is a value like another.
        (Some(inner), None) | (None, Some(inner)) if !inner.is_empty() => {
            found.insert(Oddity::OneQuote);
            inner
        }
        _ => quoted,
    }
}

/// A value without the name of a variable or key before it.
fn unnamed<'t>(value: &'t str, found: &mut BTreeSet<Oddity>) -> &'t str {
    if let Some((name, behind)) = value.split_once('=')
        && is_assigned(name)
        && !behind.trim_matches('=').is_empty()
    {
        found.insert(Oddity::Assignment);
        return behind.trim();
    }
    if let Some((name, behind)) = value.split_once(": ")
        && is_assigned(name)
        && !is_header(name)
        && !behind.trim().is_empty()
    {
        found.insert(Oddity::Mapping);
        return behind.trim();
    }
    value
}

/// A value without the line ends and blanks at its end that are written out.
fn without_written_ends(value: &str) -> &str {
    let mut rest = value;
    let is_end = |rest: &str, end: &str| {
        let start = rest.len().checked_sub(end.len());
        let last = start.and_then(|start| rest.get(start..));
        last.is_some_and(|last| last.eq_ignore_ascii_case(end))
    };
    while let Some(end) = WRITTEN_ENDS.iter().find(|end| is_end(rest, end)) {
        rest = &rest[..rest.len() - end.len()];
    }
    rest
}

/// Whether a name is that of a header that carries a token.
fn is_header(name: &str) -> bool {
    ["authorization", "access-token", "x-access-token"].contains(&&*name.to_ascii_lowercase())
}

/// What stands before a token that is no part of it, and the rest.
fn of_token<'t>(token: &'t str, found: &mut BTreeSet<Oddity>) -> &'t str {
    let mut rest = token;
    if let Some((name, value)) = rest.split_once(':')
        && is_header(name)
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
mod tests;
