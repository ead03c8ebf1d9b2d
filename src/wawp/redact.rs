//! Redaction of a server's message: it shows public words and hides everything else. It must not know the run's secrets, and
//! need not: no encoding makes public words of a secret that has others.

use super::public_words::is_listed;

/// How much of a message is looked at, in bytes.
const MOST: usize = 4096;
/// How many numbers of a message are shown.
const NUMBERS: usize = 3;
/// What may stand between and around shown words, and how many characters of it in a row.
const SEPARATORS: &str = ".,:;/-()[]\"'`!?=&";
const LONGEST_SEPARATOR: usize = 4;
const HIDDEN: &str = "***";

/// The message with `***` for words that are not public. `None` where no word of two letters is left.
///
/// Words are the runs of letters, digits and `_`. A public word is a listed one, or one of the first three numbers of one to
/// three digits. Each of `names` is public too, where it stands whole and in the same case: such as the name of a field that
/// was sent and is shown anyway. What follows a hidden word up to the next white space is hidden with it, since it may be the rest of a
/// secret; hidden runs are one `***`.
pub fn redacted(message: &str, names: &[&str]) -> Option<String> {
    let names: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| is_plain(name))
        .collect();
    let mut numbers = 0;
    let mut says_something = false;
    let mut shown: Vec<String> = Vec::new();
    for text in beginning(message).split_whitespace() {
        let text = shown_of(text, &names, |word| {
            let is_number = is_number(word);
            numbers += usize::from(is_number);
            let is_name = names.contains(&word);
            let is_public = is_name || (is_number && numbers <= NUMBERS) || is_listed(word);
            says_something |= is_public && word.chars().filter(|c| c.is_alphabetic()).count() > 1;
            is_public
        });
        let follows_hidden = shown.last().is_some_and(|last| last.ends_with(HIDDEN));
        let is_repeat = follows_hidden && text == HIDDEN;
        if !text.is_empty() && !is_repeat {
            shown.push(text);
        }
    }
    says_something.then(|| shown.join(" "))
}

/// What is shown of a text without white space: its public words and names up to the first other word.
fn shown_of(text: &str, names: &[&str], mut is_public: impl FnMut(&str) -> bool) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((separator, word, behind)) = next_word(rest, names) {
        if !is_public(word) {
            // The first character is the shown word's; others may be a secret's.
            let own = separator.chars().take(usize::from(!shown.is_empty()));
            shown.extend(own.filter(|c| SEPARATORS.contains(*c)));
            return shown.trim_start().to_owned() + HIDDEN;
        }
        shown += plain(separator);
        shown += word;
        rest = behind;
    }
    let shown = shown + plain(rest);
    shown.trim().to_owned()
}

/// Splits at the first word or name: what is before it, it, and what is behind it.
fn next_word<'a>(text: &'a str, names: &[&str]) -> Option<(&'a str, &'a str, &'a str)> {
    let (start, length) = text.char_indices().find_map(|(at, c)| {
        let rest = &text[at..];
        let starting = names.iter().filter(|name| starts_whole(rest, name));
        let name = starting.map(|name| name.len()).max();
        let word = || rest.find(|c| !is_in_word(c)).unwrap_or(rest.len());
        Some((at, name.or_else(|| is_in_word(c).then(word))?))
    })?;
    let (before, rest) = text.split_at(start);
    let (word, behind) = rest.split_at(length);
    Some((before, word, behind))
}

/// Whether a text starts with a name that ends there. Where a word starts, a name may start too.
fn starts_whole(text: &str, name: &str) -> bool {
    let behind = text.strip_prefix(name);
    let goes_on = |behind: &str| name.ends_with(is_in_word) && behind.starts_with(is_in_word);
    behind.is_some_and(|behind| !goes_on(behind))
}

/// Whether a name is made of letters, digits and ASCII signs, with a letter or a digit among them.
fn is_plain(name: &str) -> bool {
    let mut all = name.chars();
    name.contains(char::is_alphanumeric)
        && all.all(|c| c.is_alphanumeric() || c.is_ascii_punctuation())
}

/// A separator, where there is nothing odd about it.
fn plain(separator: &str) -> &str {
    let is_plain = separator.chars().all(|c| SEPARATORS.contains(c));
    match separator {
        _ if is_plain && separator.len() <= LONGEST_SEPARATOR => separator,
        // Two words stay two.
        _ => " ",
    }
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

#[cfg(test)]
mod tests;
