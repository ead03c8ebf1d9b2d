//! Texts of a URL that its author likely did not mean as they are: secrets that are written out, and placeholders of other
//! tools, which are text here. Both are guesses, so both are warnings.

use percent_encoding::percent_decode_str;

use crate::manifest::quoted;
use crate::webhook::glob_view::{is_secret_name, is_secret_value};
use crate::webhook::mask::is_masked;
use crate::webhook::{ExposeUrl, HookUrl, Provenance};

/// The shortest value of a secret that is written out, in bytes.
const SHORTEST: usize = 4;
/// Values of keys such as `auth` that are no secrets.
const HARMLESS: [&str; 7] = ["true", "false", "none", "null", "basic", "bearer", "hmac"];
/// The variables of templates, up to their names.
const VARIABLES: [&str; 3] = ["secret.", "label.", "instance."];
/// What HTML writes for a character.
const ENTITIES: [(&str, &str); 6] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&lt;", "%3C"),
    ("&gt;", "%3E"),
    ("&quot;", "%22"),
];
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

/// What of a URL, of which variables have another provenance than the manifest, is a secret that is written out.
pub(super) fn written_secret(url: &HookUrl) -> Option<String> {
    const REMEDY: &str = "written out, and so as public as the manifest; give it a source under `secrets`, and write `${secret.NAME}` here";
    let text = url.expose();
    let parts = url.parts()?;
    let is_written = |range: &std::ops::Range<usize>| {
        let mut stretches = url.stretches_in(range.clone());
        !range.is_empty() && stretches.all(|(_, from)| *from == Provenance::Manifest)
    };
    let password = parts.userinfo.clone().and_then(|userinfo| {
        let at = text[userinfo.clone()].find(':')?;
        Some(userinfo.start + at + 1..userinfo.end)
    });
    if password.is_some_and(|password| is_written(&password)) {
        return Some(format!("the password of this URL is {REMEDY}"));
    }
    let mut items = parts.query_items(text, &['&', ';']).into_iter();
    let (key, _) = items.find(|(key, value)| {
        let content = &text[value.clone()];
        let is_named = is_secret_name(&text[key.clone()])
            && content.len() >= SHORTEST
            && !HARMLESS.contains(&&*content.to_ascii_lowercase());
        is_written(value) && (is_named || is_secret_value(content)) && stand_in(content).is_none()
    })?;
    let key = &text[key];
    Some(if key.is_empty() {
        format!("a value in the query of this URL looks like a secret that is {REMEDY}")
    } else {
        format!(
            "the value of {} in this URL looks like a secret that is {REMEDY}",
            quoted(key)
        )
    })
}

/// A placeholder of another tool in a URL as the manifest has it, as a message that says what to write.
pub(super) fn placeholder(written: &str) -> Option<String> {
    let plain: String = percent_decode_str(written).decode_utf8_lossy().into_owned();
    let unbraced = VARIABLES
        .iter()
        .find(|name| written.contains(&format!("${name}")));
    if let Some(name) = unbraced {
        return Some(format!(
            "`${name}…` has no braces, so it is text here; write `${{{name}…}}`"
        ));
    }
    if let Some((entity, sign)) = ENTITIES.iter().find(|(entity, _)| written.contains(entity)) {
        return Some(format!("`{entity}` is HTML, and text here; write `{sign}`"));
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
        values.find_map(|(_, value)| stand_in(value))
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
    stand_in(value).is_some() || is_enclosed || is_variable
}

/// The words of a value that stand for another one, or `None`.
fn stand_in(value: &str) -> Option<String> {
    let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one = STAND_INS.contains(&&*letters.to_ascii_lowercase());
    if is_masked(value) {
        Some("a mask such as `****`".to_owned())
    } else {
        is_one.then(|| quoted(value))
    }
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
        let is_ended = end.is_none_or(|end| rest[name..].starts_with(end));
        name >= 3 && !rest.starts_with(|c: char| c.is_ascii_digit()) && is_ended
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
            "https://a.example/<x>",
            "https://a.example/?s=secret",
        ] {
            assert_eq!(placeholder(plain), None, "{plain}");
        }
    }

    fn said(url: &str) -> bool {
        written_secret(&HookUrl::from_pieces([(url, Provenance::Manifest)])).is_some()
    }

    #[test]
    fn a_secret_that_is_written_out_is_told_by_its_key_or_its_looks() {
        for url in [
            "https://a.example/?token=abcdef0123456789abcdef",
            "https://a.example/?x=1&secret=hunter2",
            "https://a.example/?x=abcdef0123456789abcdef",
            "https://user:hunter2@a.example/",
        ] {
            assert!(said(url), "{url}");
        }
        for url in [
            "https://a.example/?token=",
            "https://a.example/?auth=none",
            "https://a.example/?team=support",
            "https://a.example/?secret=changeme",
            "https://user@a.example/",
        ] {
            assert!(!said(url), "{url}");
        }
    }
}
