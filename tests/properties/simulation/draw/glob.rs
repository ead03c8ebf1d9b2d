//! Patterns over webhook URLs, each with its meaning written out by hand.

/// A pattern, and what it matches.
#[derive(Clone, Copy)]
pub struct Glob {
    pub text: &'static str,
    pub matches: fn(&str) -> bool,
}

/// Those that a manifest may have.
pub const GLOBS: [Glob; 3] = [
    Glob {
        text: "https://*.ngrok.app/**",
        matches: |url| url.starts_with("https://t1.ngrok.app/"),
    },
    Glob {
        text: "https://c.example/**",
        matches: |url| {
            url.starts_with("https://c.example/") || url.starts_with("https://C.example:443/")
        },
    },
    Glob {
        text: "https://b.example/*",
        matches: |url| {
            url.strip_prefix("https://b.example/")
                .is_some_and(|rest| !rest.contains('/'))
        },
    },
];

/// The patterns as a manifest has them.
pub fn patterns(globs: &[Glob]) -> String {
    let quoted: Vec<String> = globs
        .iter()
        .map(|glob| format!("'{}'", glob.text))
        .collect();
    format!("[{}]", quoted.join(", "))
}
