//! A heuristic for texts that look like tokens: long, and not made of words. It is used only to redact more.

/// The length of the shortest opaque text, in bytes.
const SHORTEST: usize = 12;
/// The length of the longest word.
const LONGEST_WORD: usize = 15;
/// The length of the longest abbreviation in capitals.
const LONGEST_CAPITALS: usize = 10;
/// The length up to which every text is a word: `v2`, `eu1`.
const HARMLESS: usize = 3;
/// The length of the longest number, such as a year.
const LONGEST_NUMBER: usize = 4;

/// Whether a URL's path segment looks like a token.
pub(crate) fn is_opaque_segment(segment: &str) -> bool {
    segment.len() >= SHORTEST && !segment.split(['-', '_', '.']).all(is_word)
}

/// Whether any part of a text looks like a token.
pub(crate) fn is_opaque_text(text: &str) -> bool {
    text.split(|c: char| {
        c.is_whitespace()
            || matches!(c, '/' | ':' | ',' | '@' | '(' | ')' | '{' | '}' | '$' | '`')
            || matches!(c, '\u{2018}'..='\u{201f}' | '«' | '»')
    })
    .any(is_opaque_segment)
}

fn is_word(text: &str) -> bool {
    let letters = text.chars().all(char::is_alphabetic);
    text.len() <= HARMLESS
        || (text.len() <= LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit()))
        || (letters && text.len() <= LONGEST_CAPITALS && !text.contains(char::is_lowercase))
        || (letters && humps(text).all(|hump| (HARMLESS..=LONGEST_WORD).contains(&hump.len())))
}

/// The words of `camelCase`.
fn humps(text: &str) -> impl Iterator<Item = &str> {
    let capitals = text
        .char_indices()
        .filter(|(at, c)| *at > 0 && c.is_uppercase())
        .map(|(at, _)| at);
    let ends = capitals.chain([text.len()]);
    ends.scan(0, |start, end| {
        let hump = &text[*start..end];
        *start = end;
        Some(hump)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_opaque_however_they_are_joined() {
        for readable in [
            "my-long-descriptive-webhook-name",
            "max_requests_per_second",
            "maxRequestsPerSecond",
            "crm_inbound.php",
            "hook-2024-v2",
            "webhook.eu1.main",
            "WEBHOOK_TARGET",
            "short",
        ] {
            assert!(!is_opaque_text(readable), "{readable}");
        }
        assert!(!is_opaque_text(
            "a sentence with some perfectly ordinary words"
        ));
    }

    #[test]
    fn tokens_are_opaque_alone_and_in_a_text() {
        for token in [
            "550e8400-e29b-41d4-a716-446655440000",
            "XXXXXXXXXXXXXXXXXXXXXXXX",
            "aGVsbG8gd29ybGQ=",
            "abcdefghijklmnop",
            "8f14e45fceea",
            "QmFzZVNpeHR5Rm91cg",
            "tok_9f8e7d6c5b4a",
        ] {
            assert!(is_opaque_segment(token), "{token}");
            assert!(is_opaque_text(&format!("Bearer {token}")), "{token}");
        }
    }
}
