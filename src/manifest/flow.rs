//! Explains syntax errors in brackets and braces, where a comma, a bracket and a brace end a value without quotes.

use granit_parser::ErrorKind;

use super::explain::{Explained, line_before};
use super::signs::{is_closing, is_comma, is_opening, no_sign};

/// Explains an error at byte `at` that brackets or braces lead to.
pub(super) fn explain(text: &str, kind: &ErrorKind, at: usize) -> Option<Explained> {
    match kind {
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => {
            let found = template(text, at).or_else(|| unquoted(text, at));
            let found = found.or_else(|| sign_of_another_script(text, at));
            found.or_else(|| comma_before_key(text, at))
        }
        ErrorKind::FlowMappingValueAdjacentCollection => comma_before_key(text, at),
        ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            let is_apart = text[..at].ends_with([' ', '\t', '\n', '\r']);
            (is_apart && is_in_flow(text, at)).then(|| missing_comma(at, at))
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::MismatchedFlowCollectionEnd { .. } => closed_in_another_script(text, at),
        _ => None,
    }
}

fn missing_comma(at: usize, end: usize) -> Explained {
    let message = "a comma is missing before this".to_owned();
    Explained { at, end, message }
}

/// The value with a `${` before `at`, whose brace begins a mapping inside brackets and braces.
fn template(text: &str, at: usize) -> Option<Explained> {
    let line = line_before(text, at);
    let is_template = line.ends_with('$') || (line.ends_with("${") && text[at..].starts_with('{'));
    let is_jinja = line.ends_with("{{") || text[at..].starts_with("{{");
    (is_template || is_jinja).then(|| Explained {
        at: value_before(text, at),
        end: at,
        message:
            "inside brackets or braces a `{` begins a mapping; quote the value that holds `${…}`"
                .to_owned(),
    })
}

/// The value without quotes that the bracket or brace at `at` is meant to be a part of.
fn unquoted(text: &str, at: usize) -> Option<Explained> {
    let (sign, begins) = match text[at..].chars().next()? {
        '{' => ('{', "a mapping"),
        '[' => ('[', "a list"),
        _ => return None,
    };
    let is_part = text[..at]
        .chars()
        .next_back()
        .is_some_and(|before| !before.is_whitespace() && !matches!(before, '"' | '\'' | ']' | '}'));
    is_part.then(|| Explained {
        at: value_before(text, at),
        end: at + 1,
        message: format!("inside brackets or braces a `{sign}` begins {begins}; quote the value"),
    })
}

/// Where the value that ends at `at` begins on its line.
fn value_before(text: &str, at: usize) -> usize {
    let line = line_before(text, at);
    let start = line.rfind([' ', '[', ',']).map_or(0, |at| at + 1);
    at - line.len() + start
}

/// A comma or an opening bracket of another script in the entry before `at`.
fn sign_of_another_script(text: &str, at: usize) -> Option<Explained> {
    let line = line_before(text, at);
    let entry = line.rfind([',', '[', '{']).map_or(0, |at| at + 1);
    sign_in(text, at - line.len() + entry, at, |c| {
        is_comma(c) || is_opening(c)
    })
}

/// A bracket or brace of another script behind the one at `at`, which nothing closes.
fn closed_in_another_script(text: &str, at: usize) -> Option<Explained> {
    let end = text[at..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| at + end);
    sign_in(text, at, end, is_closing)
}

fn sign_in(text: &str, start: usize, end: usize, is: fn(char) -> bool) -> Option<Explained> {
    let offset = text[start..end].find(is)?;
    let at = start + offset;
    let sign = text[at..].chars().next()?;
    Some(Explained {
        at,
        end: at + sign.len_utf8(),
        message: no_sign(sign)?,
    })
}

/// The key before the colon at `at`, where it stands behind a value without a comma between.
fn comma_before_key(text: &str, at: usize) -> Option<Explained> {
    let before = text[..at].trim_end_matches(' ');
    if !text[at..].starts_with(':') {
        return None;
    }
    let quote = before
        .chars()
        .next_back()
        .filter(|c| matches!(c, '"' | '\''));
    let is_in_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let key = match quote {
        Some(quote) => before[..before.len() - 1].rfind(quote)?,
        None => before.trim_end_matches(is_in_key).len(),
    };
    let value = before[..key].trim_end();
    let is_apart = value.len() < key && !value.ends_with([',', '{', '[']);
    (is_apart && key < before.len()).then(|| missing_comma(key, before.len()))
}

/// Whether `at` is inside brackets or braces.
fn is_in_flow(text: &str, at: usize) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    // What stands before a bracket or quote that is one of YAML's, and no part of a text.
    let mut before = ' ';
    let mut is_comment = false;
    for c in text[..at].chars() {
        let begins =
            before.is_whitespace() || (depth > 0 && matches!(before, '[' | '{' | ',' | ':'));
        match (quote, c) {
            _ if is_comment => is_comment = !matches!(c, '\n' | '\r'),
            (Some(open), _) => quote = (c != open || before == '\\').then_some(open),
            (None, '"' | '\'') if begins => quote = Some(c),
            (None, '#') if before.is_whitespace() => is_comment = true,
            (None, '[' | '{') if begins => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        before = c;
    }
    depth > 0
}
