//! Finds the cause of a syntax error on its line and on those above, from which a value may go on to where the parser
//! stops.

use super::explain::{Explained, line_before};
use super::signs::{is_colon, is_dash, is_opening, no_dash, no_sign};
use crate::escape::characters::{is_hidden, named};

/// The largest number of lines that are looked at.
const MOST: usize = 50;

/// What a line of a template is told.
const TEMPLATE: &str =
    "this line is a template's; render the template, and give hookfleet what comes out of it";

/// The cause of an error at byte `at`: on the first line that has one, of those from which a value may go on to `at`.
pub(super) fn cause(text: &str, at: usize) -> Option<Explained> {
    let mut start = at - line_before(text, at).len();
    let own = start;
    let mut top = own;
    let mut found = None;
    for _ in 0..MOST {
        let line = text[start..].lines().next().unwrap_or_default();
        found = on_line(line, start, start == own).or(found);
        let is_above = start != own;
        if is_above && has_content(line) {
            top = start;
        }
        if (is_above && begins_a_value(line)) || start == 0 {
            return found.or_else(|| without_colon(text, top).filter(|_| top != own));
        }
        let above = text[..start].trim_end_matches(['\n', '\r']);
        start = above.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    }
    found
}

fn has_content(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

/// The key on the line at `start` that no colon follows.
fn without_colon(text: &str, start: usize) -> Option<Explained> {
    let line = text[start..].lines().next().unwrap_or_default();
    let content = line.trim_start_matches([' ', '-']);
    let is_in_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let behind = content.trim_start_matches(is_in_key);
    if line.contains(':') || behind.len() == content.len() || behind.is_empty() {
        return None;
    }
    let message = if behind.trim_start().starts_with('=') {
        "write `: ` for `=`"
    } else {
        "is the colon, or the space behind it, missing?"
    };
    let at = start + line.len() - content.len();
    Some(Explained {
        at,
        end: at + content.len() - behind.len(),
        message: message.to_owned(),
    })
}

/// Whether a line has a key of its own, so that no value goes on over it from above.
fn begins_a_value(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with('#')
        && (line.contains(": ") || line.trim_end().ends_with(':') || line.starts_with("- "))
}

/// A line of a template or a fence of Markdown, which is none of YAML's.
pub(super) fn foreign_line(text: &str, at: usize) -> Option<Explained> {
    let start = at - line_before(text, at).len();
    let line = text[start..].lines().next().unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    let content = line.trim();
    let is_between = |begin, end| content.starts_with(begin) && content.ends_with(end);
    let message = if ["```", "~~~"]
        .iter()
        .any(|fence| content.starts_with(fence))
    {
        "this is a fence of Markdown; leave it out"
    } else if is_between("{{", "}}")
        || is_between("{%", "%}")
        || is_between("{#", "#}")
        || is_between("<%", "%>")
    {
        TEMPLATE
    } else {
        return None;
    };
    Some(Explained {
        at: start + indent,
        end: start + indent + content.len(),
        message: message.to_owned(),
    })
}

/// What is wrong at the beginning of a line: in its indentation, its dashes, its key or what is behind the key's colon.
fn on_line(line: &str, start: usize, is_own: bool) -> Option<Explained> {
    if let Some(found) = foreign_line(line, 0) {
        return Some(Explained {
            at: start + found.at,
            end: start + found.end,
            message: found.message,
        });
    }
    let explained = |rest: &str, message: String| {
        let at = start + line.len() - rest.len();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        Some(Explained {
            at,
            end: at + first,
            message,
        })
    };
    let mut rest = line.trim_start_matches(' ');
    loop {
        if let Some(odd) = odd_space(rest) {
            return explained(rest, no_space(odd));
        }
        let behind = rest.strip_prefix('-').unwrap_or_default();
        if let Some(odd) = odd_space(behind) {
            return explained(behind, no_space(odd));
        }
        match behind.strip_prefix(' ') {
            Some(item) => rest = item.trim_start_matches(' '),
            None => break,
        }
    }
    let mut characters = rest.chars();
    if let (Some(first), Some(second)) = (characters.next(), characters.next()) {
        if matches!(first, '+' | '*') && second == ' ' && rest.contains(':') {
            return explained(rest, no_dash(first));
        }
        if is_dash(first) && (second == ' ' || second.is_alphanumeric()) {
            return explained(rest, no_dash(first));
        }
        if first == '-' && second.is_alphabetic() && rest.contains(':') {
            return explained(rest, "is the space behind the `-` missing?".to_owned());
        }
    }
    let is_in_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\'');
    let behind = rest.trim_start_matches(is_in_key);
    let colon = behind.chars().next()?;
    if is_colon(colon) && behind.len() < rest.len() {
        return explained(behind, no_sign(colon).unwrap_or_default());
    }
    let value = behind.strip_prefix(':')?;
    if let Some(odd) = odd_space(value) {
        return explained(value, no_space(odd));
    }
    let first = value.trim_start_matches(' ');
    match first.chars().next() {
        Some(odd) if odd_space(first).is_some() => explained(first, no_space(odd)),
        Some(sign) if is_own && is_opening(sign) => {
            explained(first, no_sign(sign).unwrap_or_default())
        }
        Some(_) if first.len() == value.len() && !value.starts_with("//") => {
            explained(rest, "is the space behind the colon missing?".to_owned())
        }
        _ => None,
    }
}

/// The first character of a text, where it is white space that is none to YAML.
fn odd_space(text: &str) -> Option<char> {
    let is_odd = |c: &char| !c.is_ascii() && (c.is_whitespace() || is_hidden(*c));
    text.chars().next().filter(is_odd)
}

pub(super) fn no_space(odd: char) -> String {
    format!("{} is no space to YAML; write a space", named(odd))
}
