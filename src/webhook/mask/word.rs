//! Masks of one word: a text without blanks, such as a token or a part of a URL.

/// The length of the shortest run that is a mask beside other characters.
const SHORTEST: usize = 4;
/// The length of the shortest run that is one when it is all of a text: GitHub and hookfleet itself show `***`.
const SHORTEST_WHOLE: usize = 3;
/// The length of the end that an abridged token shows.
const SHOWN: usize = 4;
/// The number of hex digits of hookfleet's own fingerprints.
const FINGERPRINT: usize = 8;
/// Asterisks, which text has for other things too.
const ASTERISKS: [char; 5] = ['*', '∗', '＊', '✱', '⁎'];
/// Bullets, circles and blocks.
const DOTS: [char; 21] = [
    '•', '●', '∙', '⬤', '⚫', '○', '◦', '◯', '⚪', '⚬', '‣', '·', '█', '■', '▪', '◼', '⬛', '▮',
    '▓', '▒', '░',
];
/// Words that stand for a secret, in brackets and alone.
const WORDS: [&str; 14] = [
    "redacted",
    "masked",
    "omitted",
    "encrypted",
    "obfuscated",
    "hidden",
    "secret",
    "secret hidden",
    "filtered",
    "removed",
    "sensitive",
    "sensitive value",
    "sensitive data",
    "protected",
];
/// Those of them that do so inside a text too, as in `Bearer [REDACTED]`.
const WORDS_INSIDE: [&str; 4] = ["redacted", "masked", "filtered", "omitted"];
/// Those that stand for one whatever follows: `[REDACTED hmac]`.
const SURE_WORDS: [&str; 2] = ["redacted", "masked"];
const BRACKETS: [(char, char); 4] = [('[', ']'), ('<', '>'), ('(', ')'), ('{', '}')];

/// Whether a word is a mask, or a token of which a part is masked.
pub(super) fn is_masked(word: &str) -> bool {
    let bare = word.trim_matches(['*', '_', '-']);
    is_a_whole_run(word)
        || has_a_run(word)
        || holds_a_fingerprint(word)
        || is_crossed_out(word)
        || is_crossed_out_behind_a_prefix(word)
        || is_in_brackets(word)
        || word.eq_ignore_ascii_case("redacted")
        || (bare.len() < word.len() && is_one_of(&WORDS_INSIDE, bare))
        || is_abridged(word)
        || is_named(word)
}

fn is_one_of(words: &[&str], text: &str) -> bool {
    words.contains(&&*text.to_lowercase())
}

fn is_sign(c: char) -> bool {
    ASTERISKS.contains(&c) || DOTS.contains(&c)
}

/// Whether a text is one sign alone, three times or more.
fn is_a_whole_run(text: &str) -> bool {
    let first = text.chars().next().filter(|first| is_sign(*first));
    first.is_some_and(|first| {
        text.chars().all(|c| c == first) && text.chars().count() >= SHORTEST_WHOLE
    })
}

/// Whether one of the signs stands four times in a row.
pub(super) fn has_a_run(text: &str) -> bool {
    has_a_run_of(text, is_sign)
}

/// Whether a bullet or block stands four times in a row.
pub(super) fn has_a_run_of_dots(text: &str) -> bool {
    has_a_run_of(text, |c| DOTS.contains(&c))
}

fn has_a_run_of(text: &str, is_sign: impl Fn(char) -> bool) -> bool {
    let mut run = (' ', 0);
    text.chars().any(|c| {
        run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        run.1 >= SHORTEST && is_sign(c)
    })
}

/// Whether a word is a token's: a run of signs, and letters and digits with a digit among them.
pub(super) fn is_a_token_around_a_run(word: &str) -> bool {
    let is_of_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || is_sign(c);
    has_a_run(word) && word.chars().all(is_of_one) && word.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text holds one of hookfleet's own fingerprints.
pub(super) fn holds_a_fingerprint(text: &str) -> bool {
    text.match_indices("***").any(|(at, sign)| {
        let rest = &text.as_bytes()[at + sign.len()..];
        let is_digit = |b: &u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
        rest.len() >= FINGERPRINT
            && rest[..FINGERPRINT].iter().all(is_digit)
            && !rest.get(FINGERPRINT).is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// Whether a text is `x` alone, perhaps in groups, of which the last may be shown: `xxxx-xxxx-1234`. `XXXX` alone may be a
/// code of four letters.
pub(super) fn is_crossed_out(text: &str) -> bool {
    let is_crossed = |group: &str| {
        let all = |sign| group.chars().all(|c| c == sign);
        group.len() >= SHORTEST && (all('x') || all('X'))
    };
    let mut groups: Vec<&str> = text.split(['-', ' ']).collect();
    let is_shown = |last: &str| last.len() <= SHOWN && last.chars().all(char::is_alphanumeric);
    if groups.len() > 2 && groups.last().is_some_and(|last| is_shown(last)) {
        groups.pop();
    }
    let is_jwt = text.contains('.') && text.split('.').all(is_crossed);
    is_jwt || (text != "XXXX" && groups.iter().all(|group| is_crossed(group)))
}

/// Whether a text is a run of `x` behind a prefix, perhaps with its end shown: `sk-xxxxxxxx1234`.
fn is_crossed_out_behind_a_prefix(text: &str) -> bool {
    ['x', 'X'].into_iter().any(|sign| {
        let is_end =
            |end: &str| end.len() <= SHOWN && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut starts = text.match_indices(['-', '_']);
        starts.any(|(at, _)| {
            let (prefix, rest) = (&text[..at], &text[at + 1..]);
            let end = rest.trim_start_matches(sign);
            let is_of_a_prefix = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            rest.len() - end.len() >= SHORTEST
                && is_end(end)
                && !prefix.is_empty()
                && prefix.chars().all(is_of_a_prefix)
        })
    })
}

/// Whether a text is a word for a mask in brackets, perhaps with what is masked or why: `[REDACTED: key]`.
pub(super) fn is_in_brackets(text: &str) -> bool {
    let mut inner = text;
    while let Some(next) = BRACKETS.into_iter().find_map(|(open, close)| {
        let rest = inner.strip_prefix(open)?;
        rest.strip_suffix(close)
    }) {
        inner = next.trim();
    }
    inner.len() < text.len()
        && (is_one_of(&WORDS, inner) || is_a_whole_run(inner) || begins_with_a_word(inner))
}

/// Whether a text in brackets begins with a word for a mask, and goes on with what is masked or why.
fn begins_with_a_word(inner: &str) -> bool {
    let end = inner.find(|c: char| !c.is_alphabetic());
    let (word, rest) = inner.split_at(end.unwrap_or(inner.len()));
    let rest = rest.trim_start();
    let mut reasons = [":", "by ", "for ", "because ", "due "].into_iter();
    let is_told = rest.is_empty() || reasons.any(|reason| rest.starts_with(reason));
    is_one_of(&SURE_WORDS, word) || (is_told && is_one_of(&WORDS_INSIDE, word))
}

/// Whether a text holds `[REDACTED]`, `<filtered>`, `{{masked}}` or their like.
pub(super) fn holds_a_word(text: &str) -> bool {
    let ends = [("[", ']'), ("<", '>'), ("{{", '}')];
    ends.into_iter().any(|(open, close)| {
        let mut opened = text.split(open).skip(1);
        opened.any(|behind| {
            let inner = behind.split_once(close).map(|(inner, _)| inner.trim());
            inner.is_some_and(begins_with_a_word)
        })
    })
}

/// Whether a text is the beginning of a token and its last four characters around an ellipsis: `sk-…1234`. Words stand
/// around one too, so the beginning has to look like a token's, and the end too where nothing or three dots are before it.
fn is_abridged(text: &str) -> bool {
    let dots = || {
        text.split_once("...")
            .map(|(start, end)| (start, end, true))
    };
    let cut = text.split_once('…').map(|(start, end)| (start, end, false));
    let Some((start, end, is_dots)) = cut.or_else(dots) else {
        return false;
    };
    let is_end = end.len() == SHOWN && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_digit = end.contains(|c: char| c.is_ascii_digit());
    is_end && begins_a_token(start) && (has_digit || !(is_dots || start.is_empty()))
}

/// Whether a text is nothing, ends in a sign of tokens, or mixes digits or capitals into letters.
fn begins_a_token(start: &str) -> bool {
    let is_of_one = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let bytes = start.as_bytes();
    let mixed = bytes.windows(2).any(|pair| {
        (pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic())
            || (pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
    });
    start.chars().all(is_of_one) && (start.is_empty() || start.ends_with(['-', '_']) || mixed)
}

/// Whether a word is a name and a mask: `user:****`, `key=***`.
fn is_named(word: &str) -> bool {
    word.match_indices([':', '=']).any(|(at, _)| {
        let (name, value) = (&word[..at], &word[at + 1..]);
        let is_of_a_name = |c: char| c.is_alphanumeric() || "-_.\"'".contains(c);
        !name.is_empty()
            && name.chars().all(is_of_a_name)
            && is_masked(value.trim_matches(['"', '\'', ',']))
    })
}
