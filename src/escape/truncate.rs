//! Foreign text no longer than a person reads, and harmless on a terminal: where it is cut, and what then still tells it
//! from another that begins alike. JSON has everything whole.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::sanitize::terminal;

/// The longest id, name or event that is shown whole, in characters.
const LONGEST_NAME: usize = 120;
/// The longest URL that is shown whole, in characters.
const LONGEST_URL: usize = 2000;
/// What is shown of a longer sentence, in characters: its beginning, and its end, where it says what to do.
const BEGINNING: usize = 700;
const END: usize = 300;
/// How many of a list are shown.
pub const MOST: usize = 50;

/// An id, a name, an event: the beginning of a longer one, with its length and a mark that another one would not have.
pub fn name(text: &str) -> Cow<'_, str> {
    beginning(text, LONGEST_NAME)
}

/// A URL in its shown form, as [`name`] with more room.
pub fn url(shown: &str) -> Cow<'_, str> {
    beginning(shown, LONGEST_URL)
}

/// What is said of something, foreign text included; of a longer one, the middle is left out.
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

/// Names one after the other; of many the first ones, how many more there are, and a mark that others would not have.
pub fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let (shown, rest) = names.split_at(names.len().min(MOST));
    let shown = shown.iter().map(|shown| name(shown));
    let all: Vec<Cow<'_, str>> = shown.chain(more(rest).map(Cow::Owned)).collect();
    all.join(", ")
}

/// What stands for those of a list that are not shown; nothing where there are none.
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

/// The start of a SHA-256 over what is not shown: nothing of it is secret, or it would not have come here.
fn mark(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        // No UTF-8 has this byte, so that two lists with the same letters are two.
        hash.update([0xff]);
    }
    format!("#{}", hex::encode(&hash.finalize()[..8]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_short_is_shown_whole() {
        let (short, long) = ("é".repeat(LONGEST_NAME), "é".repeat(LONGEST_URL));
        assert_eq!((&*name(&short), &*url(&long)), (&*short, &*long));
        let said = "é".repeat(BEGINNING + END);
        assert_eq!(message(&said), said);
        assert_eq!(list(["a", "b"].into_iter()), "a, b");
    }

    #[test]
    fn names_that_begin_alike_show_that_they_differ() {
        let [one, other] = ["1", "2"].map(|end| "x".repeat(1 << 20) + end);
        let start = "x".repeat(LONGEST_NAME);
        assert_eq!(
            [name(&one), name(&other)],
            [
                format!("{start}… (1048577 characters, #26b251dff8b5c88d)"),
                format!("{start}… (1048577 characters, #f121e1bf55398250)"),
            ]
        );
    }

    #[test]
    fn a_long_sentence_keeps_its_beginning_and_its_end() {
        let said = format!("why: {}; --allow x", "y".repeat(1 << 20));
        let (start, end) = ("y".repeat(BEGINNING - 5), "y".repeat(END - 11));
        assert_eq!(
            message(&said),
            format!("why: {start}… (1047592 characters left out) …{end}; --allow x")
        );
    }

    #[test]
    fn of_a_long_list_the_rest_is_counted_and_told_from_another() {
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
        fn whatever_comes_is_harmless_and_no_longer_than_a_person_reads(
            text in "(\u{1b}|\u{e0041}|::|##|--- |é|x| |\n){0,40}", times in 1..200_usize, letters in any::<String>(),
        ) {
            // An escaped character is at most so long, and so is what is said of the rest.
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
