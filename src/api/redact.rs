//! What of a server's message may be shown: the words that everybody's error messages have, and nothing else. It does not
//! know the run's secrets, and does not decode anything: whatever a secret is encoded to, it is no such word.

use super::public_words::is_listed;

/// How much of a message is looked at, in bytes.
const MOST: usize = 4096;
/// How many numbers of a message are shown.
const NUMBERS: usize = 3;
/// What stands between and around the words of a text that is shown.
const SEPARATORS: &str = ".,:;/-()[]\"'`!";
/// How many of them in a row.
const LONGEST_SEPARATOR: usize = 3;
const HIDDEN: &str = "***";

/// The message with `***` for every text, between white space, that has anything but public words in it; texts that
/// follow each other are one `***`. `None` where no word of two letters is left.
///
/// A public word is a listed one, or a number of one to three digits that follows neither another number nor `***`.
pub fn redacted(message: &str) -> Option<String> {
    let mut numbers = Numbers::default();
    let mut shown: Vec<&str> = Vec::new();
    for text in beginning(message).split_whitespace() {
        if text == "-" || is_public(text, &mut numbers) {
            shown.push(text);
        } else if shown.last() != Some(&HIDDEN) {
            shown.push(HIDDEN);
        }
    }
    let says_something = |text: &&str| text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    shown.iter().any(says_something).then(|| shown.join(" "))
}

/// Whether a word is listed, or a number of one to three digits.
pub fn is_public_word(word: &str) -> bool {
    is_listed(word) || is_number(word)
}

fn is_number(word: &str) -> bool {
    matches!(word.len(), 1..=3) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The texts that end where a message is still looked at.
fn beginning(message: &str) -> &str {
    if message.len() <= MOST {
        return message;
    }
    let beginning = &message[..message.floor_char_boundary(MOST)];
    beginning
        .rsplit_once(char::is_whitespace)
        .map_or("", |(whole, _)| whole)
}

/// The numbers of a message so far: together they could be a secret's digits.
#[derive(Default, Clone, Copy)]
struct Numbers {
    shown: usize,
    /// Whether none may follow: the last word was one, or is hidden.
    none_may_follow: bool,
}

impl Numbers {
    /// Takes the next word, and tells whether it is public.
    fn take(&mut self, word: &str) -> bool {
        let is_number = is_number(word);
        let is_public = if is_number {
            self.shown += 1;
            !self.none_may_follow && self.shown <= NUMBERS
        } else {
            is_listed(word)
        };
        self.none_may_follow = is_number;
        is_public
    }
}

/// Whether a text without white space may be shown.
fn is_public(text: &str, numbers: &mut Numbers) -> bool {
    let words = text.split(|c| !is_in_word(c) && c != '\'');
    let words = words.map(|word| word.trim_matches('\''));
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let mut next = *numbers;
    let is_public =
        has_plain_separators(text) && words.peek().is_some() && words.all(|word| next.take(word));
    if is_public {
        *numbers = next;
    } else {
        numbers.none_may_follow = true;
    }
    is_public
}

fn has_plain_separators(text: &str) -> bool {
    text.split(is_in_word).all(|separator| {
        separator.len() <= LONGEST_SEPARATOR && separator.chars().all(|c| SEPARATORS.contains(c))
    })
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests;
