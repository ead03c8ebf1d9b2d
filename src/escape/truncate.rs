//! Truncating foreign text for people, and making it harmless on a terminal. A mark distinguishes truncated texts that
//! begin the same. JSON is never truncated.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::sanitize::terminal;

/// The length of the longest name that is shown whole, in characters.
const LONGEST_NAME: usize = 120;
/// The length of the longest URL that is shown whole, in characters.
const LONGEST_URL: usize = 2000;
/// The lengths of the shown beginning and end of a long message, in characters. The end often names the next step.
const BEGINNING: usize = 700;
const END: usize = 300;
/// The number of list items that are shown.
pub const MOST: usize = 50;

/// Truncates an id, a name or an event. A long one is shown by its beginning, its length and a mark.
pub fn name(text: &str) -> Cow<'_, str> {
    beginning(text, LONGEST_NAME)
}

/// Truncates a redacted URL as [`name`] does, with a larger limit.
pub fn url(redacted: &str) -> Cow<'_, str> {
    beginning(redacted, LONGEST_URL)
}

/// Truncates a message. The middle of a long one is left out.
pub fn message(text: &str) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= BEGINNING + END {
        return terminal(text);
    }
    let at = |place: usize| {
        text.char_indices()
            .nth(place)
            .map_or(text.len(), |(at, _)| at)
    };
    let (start, end) = (&text[..at(BEGINNING)], &text[at(length - END)..]);
    let left_out = length - BEGINNING - END;
    let cut = format!("{start}… ({left_out} characters left out) …{end}");
    Cow::Owned(terminal(&cut).into_owned())
}

/// Lists names. Of many, the first are shown, with the number of the others and a mark.
pub fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let (shown, rest) = names.split_at(names.len().min(MOST));
    let shown = shown.iter().map(|shown| name(shown));
    let all: Vec<Cow<'_, str>> = shown.chain(more(rest).map(Cow::Owned)).collect();
    all.join(", ")
}

/// Returns the item for the names of a list that are not shown; `None` if there are none.
pub fn more(rest: &[&str]) -> Option<String> {
    (!rest.is_empty()).then(|| format!("… and {} more ({})", rest.len(), mark(rest)))
}

fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return terminal(text);
    };
    let (length, mark) = (text.chars().count(), mark(&[text]));
    let cut = format!("{}… ({length} characters, {mark})", &text[..end]);
    Cow::Owned(terminal(&cut).into_owned())
}

/// Returns the start of a SHA-256 over texts, which are not secret: secrets are redacted before.
fn mark(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        // UTF-8 has no such byte, so different lists have different marks.
        hash.update([0xff]);
    }
    format!("#{}", hex::encode(&hash.finalize()[..8]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_text_is_not_truncated() {
        let (short, long) = ("é".repeat(LONGEST_NAME), "é".repeat(LONGEST_URL));
        assert_eq!((&*name(&short), &*url(&long)), (&*short, &*long));
        let text = "é".repeat(BEGINNING + END);
        assert_eq!(message(&text), text);
        assert_eq!(list(["a", "b"].into_iter()), "a, b");
    }

    #[test]
    fn long_names_have_different_marks_if_they_begin_the_same() {
        let [first, second] = ["1", "2"].map(|end| "x".repeat(1 << 20) + end);
        let start = "x".repeat(LONGEST_NAME);
        assert_eq!(
            [name(&first), name(&second)],
            [
                format!("{start}… (1048577 characters, #26b251dff8b5c88d)"),
                format!("{start}… (1048577 characters, #f121e1bf55398250)"),
            ]
        );
    }

    #[test]
    fn long_message_keeps_beginning_and_end() {
        let text = format!("why: {}; --allow x", "y".repeat(1 << 20));
        let (start, end) = ("y".repeat(BEGINNING - 5), "y".repeat(END - 11));
        assert_eq!(
            message(&text),
            format!("why: {start}… (1047592 characters left out) …{end}; --allow x")
        );
    }

    #[test]
    fn long_list_counts_and_marks_the_rest() {
        let names: Vec<String> = (0..10_000).map(|at| at.to_string()).collect();
        let listed = |last: &'static str| {
            let names = names.iter().map(String::as_str);
            list(names.chain([last]))
        };
        let first: Vec<&str> = names[..MOST].iter().map(String::as_str).collect();
        assert_eq!(
            listed("a"),
            format!("{}, … and 9951 more (#52e29f8c6ab2cdb3)", first.join(", "))
        );
        assert_ne!(listed("a"), listed("b"));
        assert_ne!(more(&["ab", "c"]), more(&["a", "bc"]));
    }

    proptest! {
        #[test]
        fn any_text_is_harmless_and_truncated(
            text in "(\u{1b}|\u{e0041}|::|##|--- |é|x| |\n){0,40}", times in 1..200_usize, letters in any::<String>(),
        ) {
            // The longest escape of a character, and the longest note on the rest.
            const ESCAPED: usize = "\\u{e0041}".len();
            const REST: usize = 64;
            let text = text.repeat(times) + &letters;
            for (shown, most) in [
                (name(&text), LONGEST_NAME),
                (url(&text), LONGEST_URL),
                (message(&text), BEGINNING + END),
                (Cow::Owned(list([&*text].into_iter())), LONGEST_NAME),
            ] {
                prop_assert!(shown.chars().count() <= ESCAPED * most + REST);
                prop_assert_eq!(terminal(&shown), &*shown);
                if text.chars().count() <= most {
                    prop_assert_eq!(&*shown, &*terminal(&text));
                }
            }
        }
    }
}
