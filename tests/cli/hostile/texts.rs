//! What foreign text carries: one hostile thing each, short enough to be read where it is shown.

use std::fmt::Write as _;

/// Hostile texts, no two alike; each is an id and a name of an instance, an event, a label, and parts of a URL.
pub(crate) const TEXTS: [&str; 31] = [
    "\u{1b}[2Jclear",
    "\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;ZXZpbA==\u{7}clipboard",
    "\u{9b}2Jc1 \u{85}\u{90}",
    "backspace\u{8}\u{8}\u{8}\u{7f}",
    "failed\rverified",
    "nul\0nul\t\u{b}\u{c}",
    "\n::error file=x::line",
    "::add-mask::mask",
    "  ::set-output name=a::b",
    "##[command]rm",
    "x ##vso[task.setvariable variable=a]b",
    "##teamcity[buildStop comment='x']",
    "section_start:1:x[collapsed=true]\r\u{1b}[0Ksection",
    "--- fold",
    "+++ open",
    "~~~ dim",
    "^^^ +++",
    "\u{202e}desrever\u{2066}isolated\u{2069}\u{61c}",
    "a\u{200b}b\u{feff}c\u{2060}d\u{ad}e\u{3164}f\u{fe0f}",
    "tags\u{e0041}\u{e007f}\u{e0100}",
    "line\u{2028}paragraph\u{2029}",
    "| a | b |",
    "```\u{60}sh",
    "<details><summary>x</summary>",
    "[x](javascript:alert(1))",
    "@everyone <!-- x -->",
    "<script>alert(1)</script>",
    "&lt;b&gt; &#27;[2J",
    "$(id) `id` %0A::error::",
    "'; DROP \"x\" \\e[2J",
];

/// A text as a YAML scalar, whatever is in it.
pub(crate) fn yaml(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c => write!(quoted, "\\U{:08x}", u32::from(c)).unwrap(),
        }
    }
    quoted + "\""
}

/// All the texts in a few, for where each costs a run: whatever a text does at its beginning, one of them does.
pub(crate) fn few() -> Vec<String> {
    let starts = ["::error::", "##[command]", "--- ", "\n::debug::", "  +++ "];
    let rest = TEXTS.chunks(TEXTS.len().div_ceil(starts.len()));
    let joined = starts.iter().zip(rest);
    joined
        .map(|(start, texts)| format!("{start}{}", texts.concat()))
        .collect()
}
