//! What a YAML parser says, in the house's words, and where bytes stand.

use super::tree::Span;

/// The place behind `before`, which is UTF-8.
pub(super) fn position(before: &[u8]) -> Span {
    let text = String::from_utf8_lossy(before);
    let line_start = text.rfind('\n').map_or(0, |at| at + 1);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span {
        line: number(text.matches('\n').count() + 1),
        column: number(text[line_start..].chars().count() + 1),
        start: number(before.len()),
        end: number(before.len()),
    }
}

/// What a parser's message often comes from.
const CAUSES: [(&str, &str); 6] = [
    (
        "mapping values are not allowed",
        "put a space behind a key's colon, and quotes around a value that holds `: `",
    ),
    ("multiline quoted scalar", "is a quote above never closed?"),
    (
        "illegal placement of ':'",
        "is a bracket above never closed?",
    ),
    (
        "did not find expected '-'",
        "the line is indented differently from its list",
    ),
    (
        "did not find expected key",
        "the line is indented differently from its mapping",
    ),
    ("unknown anchor", "the alias has no `&` anchor before it"),
];

/// A parser's message in the house's form, lower-case and without a closing period, with what it often comes from.
pub(super) fn sentence(info: &str) -> String {
    let info = info.trim_end_matches('.').replace('\u{1b}', "\\e");
    let cause = CAUSES.iter().find(|(said, _)| info.contains(said));
    let mut rest = info.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    let mut sentence: String = first.chain(rest).collect();
    if let Some((_, cause)) = cause {
        sentence.push_str("; ");
        sentence.push_str(cause);
    }
    sentence
}
