//! Patterns whose wildcards of one character match no hidden part.

/// What stands for a hidden part where only `*` and `***` may match it: a character of no URL.
pub(super) const HIDDEN_PART: &str = "\u{f0000}";

/// The pattern in which no wildcard of one character matches a hidden part.
pub(super) fn blind(pattern: &str) -> String {
    let mut blind = String::with_capacity(pattern.len());
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => {
                blind.push(sign);
                blind.extend(signs.next());
            }
            '?' => blind.extend(["[!", HIDDEN_PART, "]"]),
            '[' => {
                blind.push(sign);
                if let Some(negation) = signs.next_if(|next| matches!(next, '!' | '^')) {
                    blind.push(negation);
                    // Behind the first character, which may be a `]`.
                    blind.extend(signs.next());
                    blind.push_str(HIDDEN_PART);
                } else {
                    blind.extend(signs.next());
                }
                while let Some(inside) = signs.next_if(|next| *next != ']') {
                    blind.push(inside);
                }
            }
            _ => blind.push(sign),
        }
    }
    blind
}
