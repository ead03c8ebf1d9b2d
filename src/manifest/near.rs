//! The nearest known name, for "did you mean" hints.

/// The longest name that is compared, in bytes: comparing takes quadratic time.
const LONGEST: usize = 64;

/// The candidate nearest to `name`; `None` when none is within the edit distance of a typo.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let near_enough = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 4 * near_enough)
        .map(|candidate| {
            let distance = if candidate.eq_ignore_ascii_case(name) {
                0
            } else {
                strsim::damerau_levenshtein(name, candidate)
            };
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= near_enough)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_finds_a_misspelt_name_and_no_unrelated_one() {
        let known = ["webhooks", "webhook_sets", "credential"];
        assert_eq!(nearest("webhook", known), Some("webhooks"));
        assert_eq!(nearest("credentials", known), Some("credential"));
        assert_eq!(nearest("WEBHOOKS", known), Some("webhooks"));
        assert_eq!(nearest("token", known), None);
        assert_eq!(nearest("x", known), None);
    }
}
