//! Rewords the YAML parser's messages, and computes positions of bytes.

use super::tree::Span;

/// The position behind `before`, which is UTF-8. As in the YAML parser, a line ends in a line feed, a carriage return
/// or both, and a byte-order mark in front is not counted.
pub(super) fn position(before: &[u8]) -> Span {
    let text = String::from_utf8_lossy(before);
    let text = text.trim_start_matches('\u{feff}');
    let line_start = text.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let ends = text.matches(['\n', '\r']).count() - text.matches("\r\n").count();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span {
        line: number(ends + 1),
        column: number(text[line_start..].chars().count() + 1),
        start: number(before.len()),
        end: number(before.len()),
    }
}

/// Parts of parser messages and their frequent causes.
const CAUSES: [(&str, &str); 8] = [
    (
        "mapping values are not allowed",
        "is the line indented too far, or a key's colon without a space behind it?",
    ),
    (
        "simple key expected ':'",
        "is the colon, or the space behind it, missing?",
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
    (
        "trailing content after",
        "inside single quotes a quote is written twice; or use double quotes",
    ),
    ("expected node content", "quote the value"),
];

/// Rewords a parser message: lower-case, without a closing period, and with its frequent cause.
pub(super) fn sentence(info: &str) -> String {
    let info = info.trim_end_matches('.').replace('\u{1b}', "\\e");
    let cause = CAUSES.iter().find(|(part, _)| info.contains(part));
    let mut rest = info.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    let mut sentence: String = first.chain(rest).collect();
    if let Some((_, cause)) = cause {
        sentence.push_str("; ");
        sentence.push_str(cause);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_counts_lines_and_columns_as_the_yaml_parser_does() {
        for (before, line, column) in [
            ("", 1, 1),
            ("a\u{e9}", 1, 3),
            ("a\nb", 2, 2),
            ("a\r\nb", 2, 2),
            ("a\rb", 2, 2),
            ("a\r", 2, 1),
            ("\u{feff}a", 1, 2),
        ] {
            let span = position(before.as_bytes());
            assert_eq!((span.line, span.column), (line, column), "{before:?}");
        }
    }
}
