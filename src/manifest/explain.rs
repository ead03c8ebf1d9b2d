//! Explains the YAML parser's errors: the place of the cause, and what to write instead. It must not quote a value.

use granit_parser::ErrorKind;

use super::cause::{cause, foreign_line, no_space};
use super::flow;
use super::oddity::mistaken_sign;
use super::syntax::sentence;
use crate::escape::characters::{is_hidden, named};

/// A syntax error as a user should read it.
pub(super) struct Explained {
    /// The offset of its first byte.
    pub(super) at: usize,
    /// The offset behind its last byte.
    pub(super) end: usize,
    /// The message with advice.
    pub(super) message: String,
}

/// Explains an error that the parser places at byte `at` of `text`.
pub(super) fn explain(text: &str, kind: &ErrorKind, at: usize) -> Explained {
    let at = text.floor_char_boundary(at.min(text.len()));
    let here = |message: &str| Explained {
        at,
        end: at,
        message: message.to_owned(),
    };
    if let Some(at) = odd_space(text, at)
        && *kind != ErrorKind::BomInsideDocument
    {
        let odd = text[at..].chars().next().unwrap_or_default();
        return Explained {
            at,
            end: at + odd.len_utf8(),
            message: no_space(odd),
        };
    }
    if let Some(found) = foreign_line(text, at) {
        return found;
    }
    let found = match kind {
        // A scalar goes on in the next line, where the parser finds the colon that it did not expect.
        ErrorKind::SimpleKeyExpected
        | ErrorKind::MappingValueNotAllowed
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::ExpectedDocumentStart => cause(text, at),
        ErrorKind::MissingAnchorOrAliasName if text[at..].starts_with("* ") => cause(text, at),
        _ => flow::explain(text, kind, at),
    };
    if let Some(found) = found {
        return found;
    }
    let line = line_before(text, at);
    let rest = text[at..].lines().next().unwrap_or_default();
    match kind {
        ErrorKind::SimpleKeyExpected if mistaken_sign(rest).is_some() => {
            here(&mistaken_sign(rest).unwrap_or_default())
        }
        ErrorKind::MissingAnchorOrAliasName | ErrorKind::UnknownAnchor => {
            here(&anchor(text, at, kind))
        }
        ErrorKind::UnexpectedCharacter { character } => unexpected(text, *character, at),
        ErrorKind::BomInsideDocument => here(&format!(
            "{} (a byte-order mark) stands inside the file; remove it",
            named('\u{feff}')
        )),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            here("a comma is missing before this, or a bracket or brace above is never closed")
        }
        ErrorKind::ExpectedBlockMappingKey if line.contains("{{") => {
            here("`{{` begins a mapping here; quote the whole value")
        }
        ErrorKind::MappingValueNotAllowed if line.contains(": ") => {
            here("the value holds a `:`, which begins another one; quote the value")
        }
        ErrorKind::BlockSequenceEntryNotAllowed if line.contains(": ") => here(
            "`- ` begins a list, and a list begins on a line of its own; quote a value that begins with it",
        ),
        ErrorKind::MappingKeyNotAllowed => {
            here("`? ` begins a key; quote a value that begins with it")
        }
        ErrorKind::InvalidBlockScalarHeader => here(
            "`|` and `>` begin a block of text, which follows on the next line; quote a value that begins with one",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => here(
            "text follows the closing quote; quote the whole value, and write `\\\"` for a quote inside",
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            escape(text, at).unwrap_or_else(|| here(&sentence(&kind.to_string())))
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => {
            let at = tab(text, at).unwrap_or(at);
            let message = "a tab is no indentation in YAML; indent with spaces".to_owned();
            Explained {
                at,
                end: at + 1,
                message,
            }
        }
        ErrorKind::ExpectedDocumentStart => match indented_first_line(text) {
            Some((at, end)) => Explained {
                at,
                end,
                message:
                    "the first line is indented, and a line below it is not; begin both at the same column"
                        .to_owned(),
            },
            None => here("this line does not belong to what is above it; is it indented differently?"),
        },
        _ => here(&sentence(&kind.to_string())),
    }
}

/// The text between the start of the line and `at`.
pub(super) fn line_before(text: &str, at: usize) -> &str {
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    &text[start..at]
}

/// White space that is not YAML's, in the indentation or behind a colon or dash of the line at `at`.
fn odd_space(text: &str, at: usize) -> Option<usize> {
    let start = at - line_before(text, at).len();
    let line = text[start..].lines().next().unwrap_or_default();
    let is_odd = |c: char| !c.is_ascii() && (c.is_whitespace() || is_hidden(c));
    let mut before = ' ';
    for (offset, c) in line.char_indices() {
        if is_odd(c) && (line[..offset].trim().is_empty() || matches!(before, ':' | '-')) {
            return Some(start + offset);
        }
        before = c;
    }
    None
}

fn anchor(text: &str, at: usize, kind: &ErrorKind) -> String {
    let is_alias = text[at..].starts_with('*');
    if is_alias && last_key(&text[..at]) == "events" {
        return "`*` begins an alias in YAML, and events have no wildcard: name `message.any`, or list the events"
            .to_owned();
    }
    match kind {
        ErrorKind::UnknownAnchor => {
            "no `&` anchor has this name; quote a value that begins with `*`, or name the anchor that it repeats"
        }
        _ if is_alias => "`*` begins an alias in YAML; quote the value",
        _ => "`&` begins an anchor in YAML; quote the value",
    }
    .to_owned()
}

/// The key whose value stands behind `before`.
fn last_key(before: &str) -> &str {
    let colon = before.rfind(": ").into_iter().chain(before.rfind(":\n"));
    let key = &before[..colon.max().unwrap_or(0)];
    let mut words = key.rsplit(|c: char| !c.is_alphanumeric() && c != '_');
    words.next().unwrap_or_default()
}

fn unexpected(text: &str, character: char, at: usize) -> Explained {
    // The parser points at the beginning of a scalar.
    let found = text[at..].find(character).map_or(at, |offset| at + offset);
    let name = named(character);
    let message = if is_hidden(character) {
        let code = u32::from(character);
        let escape = match code {
            0..=0xff => format!("\\x{code:02x}"),
            _ => format!("\\u{code:04x}"),
        };
        format!(
            "{name} may not stand in a file; remove it, or write it as `{escape}` in double quotes"
        )
    } else {
        format!("a value may not begin with {name}; quote the value")
    };
    Explained {
        at: found,
        end: found,
        message,
    }
}

/// The first escape of the double-quoted text at `at` that does not exist.
fn escape(text: &str, at: usize) -> Option<Explained> {
    let quote = at + text[at..].find('"')?;
    let mut rest = text[quote + 1..].char_indices();
    // The first half of a character beyond U+FFFF, whose second half has to follow.
    let mut half: Option<usize> = None;
    while let Some((offset, c)) = rest.next() {
        let from = quote + 1 + offset;
        let sign = match c {
            '\\' => rest.next()?.1,
            _ => ' ',
        };
        let digits = match sign {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let number = text[from..].get(2..2 + digits);
        let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let is_second = sign == 'u' && matches!(number, Some(0xdc00..=0xdfff));
        match (half.take(), number) {
            (Some(_), _) if is_second => {}
            (Some(half), _) => return Some(no_escape(half, 'u', "is half a character")),
            (None, Some(0xd800..=0xdbff)) if sign == 'u' => half = Some(from),
            (None, Some(number)) if char::from_u32(number).is_none() => {
                return Some(no_escape(from, sign, "names no character"));
            }
            (None, None) if digits > 0 => {
                return Some(no_escape(from, sign, &format!("takes {digits} hex digits")));
            }
            (None, None) if !SIGNS.contains(sign) => {
                return Some(no_escape(from, sign, "does not exist"));
            }
            (None, _) => {}
        }
    }
    None
}

/// The signs of escapes without digits (YAML 1.2, section 5.7), and the space for no escape.
const SIGNS: &str = "0abt\tnvfre \"/\\N_LP\n\r";

fn no_escape(at: usize, sign: char, why: &str) -> Explained {
    let shown = if sign.is_ascii_graphic() {
        format!("`\\{sign}`")
    } else {
        format!("`\\` before {}", named(sign))
    };
    Explained {
        at,
        end: at + 1 + sign.len_utf8(),
        message: format!(
            "the escape {shown} {why}; write `\\\\` for a backslash, or use single quotes"
        ),
    }
}

/// The tab that the parser found at `at`, or behind it: its own line's, or the next line's that is indented with one.
fn tab(text: &str, at: usize) -> Option<usize> {
    let mut start = at - line_before(text, at).len();
    for line in text[start..].split_inclusive(['\n', '\r']) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(offset) = line[..indent].find('\t') {
            return Some(start + offset);
        }
        start += line.len();
    }
    text[at..].find('\t').map(|offset| at + offset)
}

/// The first line with content, where it is indented.
fn indented_first_line(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') && !content.starts_with("---") {
            let indent = line.len() - line.trim_start().len();
            return (indent > 0).then_some((start, start + indent));
        }
        start += line.len();
    }
    None
}
