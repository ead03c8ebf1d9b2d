//! The nearest known name, for "did you mean" hints, also of a word that only looks like it.

use crate::escape::characters::named;
use crate::escape::lookalike::as_read;

/// The longest name that is compared, in bytes: comparing takes quadratic time.
const LONGEST: usize = 64;

/// The candidate nearest to `name`; `None` when none is within the edit distance of a typo.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let near_enough = (name.chars().count() / 3).clamp(1, 3);
    let read = as_read(name);
    let length = |text: &str| text.chars().count();
    let distance = |candidate: &str, name: &str| {
        if candidate.eq_ignore_ascii_case(name) {
            0
        } else {
            strsim::damerau_levenshtein(name, candidate)
        }
    };
    candidates
        .into_iter()
        .filter(|candidate| length(candidate).abs_diff(length(&read)) <= near_enough)
        .map(|candidate| {
            let distance = distance(candidate, name).min(distance(&as_read(candidate), &read));
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= near_enough)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Asks whether the known word `near` was meant by `text`, and names a character that makes another word of it although
/// both may look the same.
pub(crate) fn did_you_mean(text: &str, near: &str) -> String {
    let mut odd = text.chars().filter(|c| !c.is_ascii());
    let odd = match odd.find(|c| !near.contains(*c)) {
        Some(odd) => return format!("it holds {}; did you mean `{near}`?", named(odd)),
        None => near.chars().find(|c| !c.is_ascii() && !text.contains(*c)),
    };
    match odd {
        Some(odd) => format!("did you mean `{near}`, which holds {}?", named(odd)),
        None => format!("did you mean `{near}`?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_a_misspelt_name_and_no_unrelated_one() {
        let known = ["webhooks", "webhook_sets", "credential"];
        assert_eq!(nearest("webhook", known), Some("webhooks"));
        assert_eq!(nearest("credentials", known), Some("credential"));
        assert_eq!(nearest("WEBHOOKS", known), Some("webhooks"));
        assert_eq!(nearest("token", known), None);
        assert_eq!(nearest("x", known), None);
        assert_eq!(nearest("\u{ff57}\u{435}bhooks", known), Some("webhooks"));
        assert_eq!(nearest("мeткa", ["метка"]), Some("метка"));
    }

    #[test]
    fn of_two_words_that_look_the_same_the_character_that_differs_is_named() {
        let es = "`\u{441}` (U+0441 CYRILLIC SMALL LETTER ES)";
        assert_eq!(did_you_mean("cmr", "crm"), "did you mean `crm`?");
        assert_eq!(
            did_you_mean("\u{441}rm", "crm"),
            format!("it holds {es}; did you mean `crm`?")
        );
        assert_eq!(
            did_you_mean("crm", "\u{441}rm"),
            format!("did you mean `\u{441}rm`, which holds {es}?")
        );
    }
}
