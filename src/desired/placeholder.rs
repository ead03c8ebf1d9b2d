//! Placeholders of other tools, and secrets as a tool shows them, in a URL of a manifest. They are text here, which its author
//! likely did not mean: a guess, and so a warning.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::escape::html::split_at_reference;
use crate::webhook::HookUrl;
use crate::webhook::mask::is_masked;

/// The longest value that a message shows, in bytes.
const LONGEST_SHOWN: usize = 40;
/// Currencies that are written with a dollar sign.
const DOLLARS: [&str; 12] = [
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL",
];
/// Words for no value, or for one that is still to come, in small letters.
const NOTHING: [&str; 16] = [
    "(null)",
    "<nil>",
    "[object object]",
    "dummy",
    "empty",
    "fixme",
    "n/a",
    "nan",
    "nil",
    "none",
    "null",
    "placeholder",
    "tbd",
    "todo",
    "undefined",
    "xxx",
];
/// The variables of templates, up to their names.
const VARIABLES: [&str; 3] = ["secret.", "label.", "instance."];
/// Words that stand for a value, without signs between them.
const STAND_INS: [&str; 12] = [
    "changeme",
    "changeit",
    "replaceme",
    "insertsecrethere",
    "yoursecret",
    "yoursecrethere",
    "yourtoken",
    "yourtokenhere",
    "yourkey",
    "yourapikey",
    "yourpassword",
    "yourwebhooksecret",
];

/// A placeholder of another tool in a URL as the manifest has it, as a message that says what to write.
pub(super) fn placeholder(written: &str) -> Option<String> {
    if let Some(why) = masked(written) {
        return Some(why);
    }
    let plain: String = percent_decode_str(written).decode_utf8_lossy().into_owned();
    let unbraced = VARIABLES
        .iter()
        .find(|name| written.contains(&format!("${name}")));
    if let Some(name) = unbraced {
        return Some(format!(
            "`${name}…` has no braces, so it is text here; write `${{{name}…}}`"
        ));
    }
    if let Some((_, reference, c, _)) = split_at_reference(written) {
        let sign = if c == '&' {
            c.to_string()
        } else {
            utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string()
        };
        return Some(format!(
            "`{reference}` is HTML, and text here; write `{sign}`"
        ));
    }
    let kind = between(&plain, "{{", "}}")
        .then_some("`{{…}}`")
        .or_else(|| between(&plain, "{%", "%}").then_some("`{%…%}`"))
        .or_else(|| encloses_a_name(&plain, '<', '>').then_some("`<…>`"))
        .or_else(|| between(written, "$(", ")").then_some("`$(…)`"))
        .or_else(|| names_a_variable(written, '$', None).then_some("`$NAME`"))
        .or_else(|| {
            let is_encoded = written.match_indices('%').all(|(at, _)| {
                let digits = written.as_bytes().get(at + 1..at + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            });
            (!is_encoded && names_a_variable(written, '%', Some('%'))).then_some("`%NAME%`")
        })
        .or_else(|| {
            let braces = written.replace("${", "");
            encloses_a_name(&braces, '{', '}').then_some("`{…}`")
        });
    let kind = kind.map(str::to_owned).or_else(|| {
        let query = written.split_once('?').map_or("", |(_, query)| query);
        let values = query.split(['&', ';', '#']);
        let mut values = values.filter_map(|item| item.split_once('='));
        let stand_in = values.find_map(|(_, value)| is_filled_in(value).then_some(value));
        stand_in.map(|value| match value.len() {
            ..=LONGEST_SHOWN => format!("`{value}`"),
            _ => "a text such as `<your-secret>`".to_owned(),
        })
    })?;
    Some(format!(
        "{kind} is a placeholder of another tool, and text here; write `${{secret.NAME}}`, `${{label.KEY}}` or what is meant"
    ))
}

/// Whether all of a value is a placeholder, which something should have filled in.
pub(crate) fn is_stand_in(value: &str) -> bool {
    let ends = [
        ("${", "}"),
        ("{{", "}}"),
        ("$(", ")"),
        ("<", ">"),
        ("%", "%"),
    ];
    let is_enclosed = ends.iter().any(|(open, close)| {
        let inner = value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty())
    });
    let is_of_a_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let name = value.strip_prefix('$').unwrap_or_default();
    let is_variable = name.len() > 2 && name.chars().all(is_of_a_name);
    let is_nothing = NOTHING.contains(&&*value.to_lowercase());
    is_masked(value) || is_filled_in(value) || is_nothing || is_enclosed || is_variable
}

/// Whether a value is words that something should have replaced.
fn is_filled_in(value: &str) -> bool {
    let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    STAND_INS.contains(&&*letters.to_ascii_lowercase())
}

/// What is said of a URL in which a secret is masked: as hookfleet shows one, or as others do.
fn masked(written: &str) -> Option<String> {
    let url = HookUrl::live(written);
    url.parts()?;
    let (shown, by) = match url.shown_by_hookfleet() {
        Some(shown) => (shown, "how hookfleet shows a secret"),
        None if url.holds_a_mask() => ("a mask such as `****`", "how a secret is shown"),
        None => return None,
    };
    Some(format!(
        "{shown} is text here: that is {by}, and not the secret itself; write `${{secret.NAME}}` where it goes"
    ))
}

fn between(text: &str, open: &str, close: &str) -> bool {
    let behind = text.split_once(open).map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.contains(close))
}

/// Whether a name of two characters or more stands between signs.
fn encloses_a_name(text: &str, open: char, close: char) -> bool {
    let mut opened = text.split(open).skip(1);
    opened.any(|behind| {
        let name = behind.split_once(close).map_or("", |(name, _)| name.trim());
        let is_of_a_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
        name.chars().count() >= 2 && name.chars().all(is_of_a_name)
    })
}

/// Whether a text has `sign`, the name of an environment variable in capitals, and `end`.
fn names_a_variable(text: &str, sign: char, end: Option<char>) -> bool {
    text.match_indices(sign).any(|(at, _)| {
        let rest = &text[at + sign.len_utf8()..];
        let is_of_a_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let name = rest.len() - rest.trim_start_matches(is_of_a_name).len();
        let is_currency = sign == '$' && DOLLARS.contains(&&rest[..name]);
        let is_ended = end.is_none_or(|end| rest[name..].starts_with(end));
        name >= 3 && !rest.starts_with(|c: char| c.is_ascii_digit()) && is_ended && !is_currency
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_of_another_tool_is_named_with_what_to_write() {
        for (written, kind) in [
            (
                "https://a.example/?s=$secret.crm",
                "`$secret.…` has no braces",
            ),
            (
                "https://a.example/$label.region/x",
                "`$label.…` has no braces",
            ),
            ("https://a.example/?a=b&amp;s=x", "`&amp;` is HTML"),
            ("https://a.example/?s=%CRM%", "`%NAME%` is a"),
            ("https://a.example/?s=%CRM_SECRET%", "`%NAME%` is a"),
            ("https://a.example/?s=<your-secret>", "`<…>` is a"),
            ("https://a.example/?s=%3Cyour-secret%3E", "`<…>` is a"),
            ("https://a.example/?s={{ x }}", "`{{…}}` is a"),
            ("https://a.example/?s=%7B%7Bx%7D%7D", "`{{…}}` is a"),
            ("https://a.example/{id}/${secret.x}", "`{…}` is a"),
            ("https://a.example/?s=$CRM_SECRET", "`$NAME` is a"),
            ("https://a.example/?s=$(cat secret)", "`$(…)` is a"),
            ("https://a.example/?s=changeme", "`changeme` is a"),
            (
                "https://a.example/?s=YOUR_SECRET_HERE",
                "`YOUR_SECRET_HERE` is a",
            ),
            ("https://a.example/?s=********", "a mask such as"),
            ("https://a.example/?s=[your-secret]", "`[your-secret]` is a"),
            (
                "https://a.example/?a=b&AMP;c=d",
                "`&AMP;` is HTML, and text here; write `&`",
            ),
            (
                "https://a.example/?a=b&#038;c=d",
                "`&#038;` is HTML, and text here; write `&`",
            ),
            (
                "https://a.example/?a=b&#x00026;c=d",
                "`&#x00026;` is HTML, and text here; write `&`",
            ),
            (
                "https://a.example/?a=b&#39;",
                "`&#39;` is HTML, and text here; write `%27`",
            ),
            ("https://a.example/in/xxxxxxxx", "a mask such as"),
            ("https://a.example/?s=%5BREDACTED%5D", "a mask such as"),
            (
                "https://a.example/***777e7f54/in",
                "`***…` is text here: that is how hookfleet shows a secret",
            ),
            ("https://a.example/in/***", "`***…` is"),
            ("https://a.example/?secret=***", "`***…` is"),
            ("https://a.example/?secret=***e24ee87b", "`***…` is"),
            ("https://a.example/?***e24ee87b=x", "`***…` is"),
            ("https://a.example/?secret=%2A%2A%2Ae24ee87b", "`***…` is"),
            (
                "https://a.example/in/…",
                "`…` is text here: that is how hookfleet",
            ),
            ("https://a.example/in#***777e7f54", "`***…` is"),
            ("https://***777e7f54@a.example/in2", "`***…` is"),
            ("https://user:***777e7f54@a.example/in2", "`***…` is"),
        ] {
            let said = placeholder(written).unwrap_or_default();
            assert!(said.starts_with(kind), "{written}: {said}");
        }
        for plain in [
            "https://a.example/?s=${secret.crm}&t=${label.x}",
            "https://a.example/$${secret.crm}/$5/$",
            "https://a.example/?a=b&amount=5",
            "https://a.example/%AB%CD?x=%41",
            "https://a.example/?price=$US",
            "https://a.example/?currency=$USD",
            "https://a.example/?$filter=x&glob=**",
            "https://a.example/?a=1&b;c=2",
            "https://a.example/<x>",
            "https://a.example/?s=secret",
        ] {
            assert_eq!(placeholder(plain), None, "{plain}");
        }
    }
}
