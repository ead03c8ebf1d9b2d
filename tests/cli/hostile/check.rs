//! What holds for every output of every run, whatever it is about.

use crate::apply::prompt::QUESTION;
use crate::harness::terminal::{Screen, Terminal};
use crate::harness::{Run, Stage, TOKEN, masked};

/// The colours that hookfleet itself writes, and those of its findings: all that may be on a terminal.
const COLOURS: [&str; 10] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[91m",
    "\u{1b}[93m",
    "\u{1b}[94m",
    "\u{1b}[97m",
];
/// A line that begins so folds what follows (Buildkite).
const HEADINGS: [&str; 4] = ["--- ", "+++ ", "~~~ ", "^^^ "];

/// Fails where `text` does anything to a terminal, hides something, commands a CI, or has the token.
pub(crate) fn is_harmless(what: &str, text: &str) {
    if let Some(found) = text.chars().find(|c| *c != '\n' && is_dangerous(*c)) {
        panic!("{what} has {found:?} in {text:?}");
    }
    assert!(!text.contains("##"), "{what} commands a CI: {text}");
    for line in text.lines() {
        let start = line.trim_start();
        let commands = start.starts_with("::") || HEADINGS.iter().any(|it| start.starts_with(it));
        assert!(!commands, "{what} commands a CI: {line:?} in {text}");
    }
    assert!(!text.contains(TOKEN), "{what} has the token: {text}");
}

/// Controls, what changes direction, and what takes no place: Unicode's `Cc`, `Zl`, `Zp`, `Bidi_Control`, and
/// `Default_Ignorable_Code_Point`, written down here once more.
fn is_dangerous(c: char) -> bool {
    matches!(u32::from(c),
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5
        | 0x180b..=0x180f | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
        | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

fn without_colours(text: &str) -> String {
    COLOURS
        .iter()
        .fold(text.to_owned(), |text, colour| text.replace(colour, ""))
}

/// Runs to the end and checks what comes out; without colours.
pub(crate) fn run(stage: &Stage, args: &[&str]) -> Run {
    let run = stage.run(&[args, &["--color", "never"]].concat());
    is_checked(args, &run, str::to_owned);
    run
}

/// Runs to the end with colours, whatever stdout is, and checks what comes out without them.
pub(crate) fn run_coloured(stage: &Stage, args: &[&str]) -> Run {
    let run = stage.run(&[args, &["--color", "always"]].concat());
    is_checked(args, &run, without_colours);
    run
}

fn is_checked(args: &[&str], run: &Run, bare: impl Fn(&str) -> String) {
    let is_json = args.windows(2).any(|pair| pair == ["--format", "json"]);
    let is_usage = run.code == 64;
    if is_json && !is_usage {
        run.json();
        is_harmless(&format!("{args:?}, stdout"), &run.out);
    } else {
        is_harmless(&format!("{args:?}, stdout"), &bare(&run.out));
    }
    is_harmless(&format!("{args:?}, stderr"), &bare(&run.err));
    assert!((0..=130).contains(&run.code), "{args:?}: {}", run.told());
    assert!(!run.err.contains("a bug in hookfleet"), "{}", run.err);
}

/// What stands on a terminal after a run whose stdin, stdout and stderr it is, checked; a question is answered
/// with `yes`.
pub(crate) fn on_a_terminal(stage: &Stage, args: &[&str]) -> (i32, String) {
    let mut run = Terminal::start(stage.command(args));
    if matches!(args, ["apply", option, ..] if option.starts_with('-')) {
        run.shows(QUESTION);
        run.types(b"yes\n");
    }
    let Screen {
        code, text: screen, ..
    } = run.ends();
    let bare = without_colours(&screen);
    is_harmless(&format!("{args:?} on a terminal"), &bare);
    (code, masked(&screen))
}

/// The longest line, in characters.
pub(crate) fn longest_line(text: &str) -> usize {
    let lines = text.lines().map(|line| line.chars().count());
    lines.max().unwrap_or_default()
}
