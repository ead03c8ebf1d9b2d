//! Redaction of a server's message: it shows public words and hides everything else. It must not know the run's secrets, and
//! need not: no encoding makes public words of a secret that has others.

use super::public_words::is_listed;

/// How much of a message is looked at, in bytes.
const MOST: usize = 4096;
/// How many numbers of a message are shown.
const NUMBERS: usize = 3;
/// What of the text between two words is shown, and how many characters of it.
const SEPARATORS: &str = " .,:;/-()[]\"'`!?=&";
const LONGEST_SEPARATOR: usize = 4;
const HIDDEN: &str = "***";

/// The message with `***` for every run of words that are not public, and for what touches them. `None` where no word of two
/// letters is left.
///
/// Words are the runs of letters, digits and `_`. A public word is a listed one, or one of the first three numbers of one to
/// three digits.
pub fn redacted(message: &str) -> Option<String> {
    let mut shown = String::new();
    let (mut numbers, mut says_something) = (0, false);
    // The start of a message is the end of nothing.
    let mut follows_hidden = false;
    let mut rest = beginning(message);
    while !rest.is_empty() {
        let (separator, behind) = rest.split_at(rest.find(is_in_word).unwrap_or(rest.len()));
        let end = behind.find(|c| !is_in_word(c)).unwrap_or(behind.len());
        let (word, behind) = behind.split_at(end);
        rest = behind;
        let is_number = is_number(word);
        numbers += usize::from(is_number);
        if (is_number && numbers <= NUMBERS) || is_listed(word) {
            shown.push_str(&plain(if follows_hidden {
                behind_hidden(separator)
            } else {
                separator
            }));
            shown.push_str(word);
            says_something |= word.chars().filter(|c| c.is_alphabetic()).count() > 1;
            follows_hidden = false;
        } else if word.is_empty() {
            shown.push_str(&plain(if follows_hidden { "" } else { separator }));
        } else if !follows_hidden {
            shown.push_str(&plain(before_hidden(separator)));
            shown.push_str(HIDDEN);
            follows_hidden = true;
        }
    }
    says_something.then(|| shown.trim().to_owned())
}

/// Whether a word is listed, or a number of one to three digits.
pub fn is_public_word(word: &str) -> bool {
    is_listed(word) || is_number(word)
}

fn is_number(word: &str) -> bool {
    matches!(word.len(), 1..=3) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words that end where a message is still looked at.
fn beginning(message: &str) -> &str {
    if message.len() <= MOST {
        return message;
    }
    let beginning = &message[..message.floor_char_boundary(MOST)];
    beginning.trim_end_matches(is_in_word)
}

/// Of what stands between a shown word and a hidden one, the part that is the shown word's: up to white space, or one
/// character. The rest may be a secret's.
fn before_hidden(separator: &str) -> &str {
    let is_end = |(at, c): (usize, char)| c.is_whitespace().then(|| at + c.len_utf8());
    let first = separator.chars().next().map_or(0, char::len_utf8);
    let end = separator.char_indices().find_map(is_end);
    &separator[..end.unwrap_or(first)]
}

/// The same behind a hidden word.
fn behind_hidden(separator: &str) -> &str {
    let last = separator.char_indices().next_back();
    let start = separator.rfind(char::is_whitespace);
    &separator[start.or(last.map(|(at, _)| at)).unwrap_or(0)..]
}

/// A separator as it is shown, white space as one space; what is odd or long says nothing, and is a space.
fn plain(separator: &str) -> String {
    let mut plain = String::new();
    for c in separator.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if SEPARATORS.contains(c) && !(c == ' ' && plain.ends_with(' ')) {
            plain.push(c);
        }
    }
    if !separator.is_empty() && (plain.is_empty() || plain.len() > LONGEST_SEPARATOR) {
        return " ".to_owned();
    }
    plain
}

#[cfg(test)]
mod tests;
