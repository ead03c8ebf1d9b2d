//! Which texts look like tokens: long, and not made of words. A guess, used only to hide more.

/// The shortest text that can be opaque, in bytes.
const SHORTEST: usize = 12;
/// A run of letters longer than this is no word.
const LONGEST_WORD: usize = 15;
/// A run of capitals longer than this is no abbreviation.
const LONGEST_CAPITALS: usize = 10;
/// Anything up to this length is harmless: `v2`, `eu1`.
const HARMLESS: usize = 3;
/// A longer run of digits is no year, port or number of a thing.
const LONGEST_NUMBER: usize = 4;

/// Whether a URL's path segment looks like a token.
pub(crate) fn is_opaque_segment(segment: &str) -> bool {
    segment.len() >= SHORTEST && !segment.split(['-', '_', '.']).all(is_word)
}

/// Whether any part of a text looks like a token.
pub(crate) fn is_opaque_text(text: &str) -> bool {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '/' | ':' | ',' | '@' | '(' | ')' | '{' | '}' | '$' | '`')
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
    fn words_are_readable_however_they_are_joined() {
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
    fn tokens_are_opaque_wherever_they_stand() {
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
