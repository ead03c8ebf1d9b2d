//! Signs of other scripts and of word processors that stand in place of YAML's.

use crate::escape::characters::named;

/// What a sign is meant to be: what it is called, and what to write.
fn meant(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\u{ff1a}' | '\u{fe55}' | '\u{2236}' => ("colon", "`: `"),
        '\u{ff0c}' | '\u{3001}' | '\u{fe50}' | '\u{ff64}' | '\u{60c}' | '\u{ff1b}' => {
            ("comma", "`, `")
        }
        '\u{ff3b}' | '\u{3010}' | '\u{3014}' => ("bracket", "`[`"),
        '\u{ff3d}' | '\u{3011}' | '\u{3015}' => ("bracket", "`]`"),
        '\u{ff5b}' | '\u{fe5b}' => ("brace", "`{`"),
        '\u{ff5d}' | '\u{fe5c}' => ("brace", "`}`"),
        _ => return None,
    })
}

pub(super) fn is_colon(c: char) -> bool {
    meant(c).is_some_and(|(kind, _)| kind == "colon")
}

pub(super) fn is_comma(c: char) -> bool {
    meant(c).is_some_and(|(kind, _)| kind == "comma")
}

pub(super) fn is_opening(c: char) -> bool {
    meant(c).is_some_and(|(_, write)| matches!(write, "`[`" | "`{`"))
}

pub(super) fn is_closing(c: char) -> bool {
    meant(c).is_some_and(|(_, write)| matches!(write, "`]`" | "`}`"))
}

/// A dash or bullet that may stand in place of a list item's.
pub(super) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'
            ..='\u{2015}'
                | '\u{2022}'
                | '\u{2023}'
                | '\u{2212}'
                | '\u{b7}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

/// What to write for the first sign of a text that stands in place of one of YAML's.
pub(crate) fn foreign_sign(text: &str) -> Option<String> {
    text.chars().find_map(no_sign)
}

/// What to write for a sign that stands in place of one of YAML's.
pub(super) fn no_sign(c: char) -> Option<String> {
    let (kind, write) = meant(c)?;
    Some(format!("{} is no {kind} to YAML; write {write}", named(c)))
}

/// What to write for a dash that begins no list item.
pub(super) fn no_dash(c: char) -> String {
    format!("{} begins no list item in YAML; write `- `", named(c))
}
