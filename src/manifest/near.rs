//! The nearest known name, for "did you mean".

/// A longer text is no misspelt name, in bytes; comparing takes time by its square.
const LONGEST: usize = 64;

/// The candidate nearest to `name`, where one is near enough to be meant.
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
    fn a_slip_of_the_finger_finds_its_name_and_another_word_finds_none() {
        let known = ["webhooks", "webhook_sets", "credential"];
        assert_eq!(nearest("webhook", known), Some("webhooks"));
        assert_eq!(nearest("credentials", known), Some("credential"));
        assert_eq!(nearest("WEBHOOKS", known), Some("webhooks"));
        assert_eq!(nearest("token", known), None);
        assert_eq!(nearest("x", known), None);
    }
}
