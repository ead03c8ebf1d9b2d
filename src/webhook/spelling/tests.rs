//! What is one URL in two spellings, and what a rotation may change.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn are_spellings_of_one(left: &str, right: &str) -> bool {
    let [left, right] = [left, right].map(|url| HookUrl::live(url).spelling().unwrap());
    left == right
}

#[test]
fn a_spelling_differs_in_case_slash_port_punycode_and_encoding_alone() {
    for (left, right) in [
        ("https://x.example", "https://x.example/"),
        ("https://x.example?a=1", "https://x.example/?a=1"),
        ("https://x.example#f", "https://x.example/#f"),
        ("HTTPS://X.Example/In", "https://x.example/In"),
        ("https://x.example:443/in", "https://x.example/in"),
        ("https://x.example:/in", "https://x.example/in"),
        ("http://x.example:80", "http://x.example/"),
        ("https://x.example:08443/in", "https://x.example:8443/in"),
        (
            "https://bücher.example/in",
            "https://xn--bcher-kva.example/in",
        ),
        (
            "https://BÜCHER.example/in",
            "https://xn--bcher-kva.example/in",
        ),
        ("https://x.example/a%7eb", "https://x.example/a~b"),
        ("https://x.example/a%2fb", "https://x.example/a%2Fb"),
        (
            "https://x.example/ü?q=ü#ü",
            "https://x.example/%C3%BC?q=%c3%bc#%C3%bC",
        ),
        (
            "https://x.example/a b?x={y}",
            "https://x.example/a%20b?x=%7By%7D",
        ),
        ("https://[::1]/in", "https://[0:0:0:0:0:0:0:1]/in"),
        ("https://x.example/%41%2D%5F", "https://x.example/A-_"),
        ("https://ü:p@x.example", "https://%C3%BC:p@x.example/"),
    ] {
        assert!(are_spellings_of_one(left, right), "{left} {right}");
    }
}

#[test]
fn urls_that_a_server_may_answer_differently_are_two() {
    for (left, right) in [
        ("https://x.example/in", "https://x.example/In"),
        ("https://x.example/in", "https://x.example/in/"),
        ("https://x.example/in", "http://x.example/in"),
        ("https://x.example:80/in", "https://x.example/in"),
        ("https://x.example:0/in", "https://x.example/in"),
        ("https://x.example/a%2Fb", "https://x.example/a/b"),
        ("https://x.example/a?x=1%262", "https://x.example/a?x=1&2"),
        ("https://x.example/a?x=1;y=2", "https://x.example/a?x=1&y=2"),
        ("https://x.example/a?x", "https://x.example/a?x="),
        ("https://x.example/a%", "https://x.example/a%25"),
        ("https://x.example/a%zz", "https://x.example/a%25zz"),
        ("https://x.example/?a", "https://x.example/#a"),
        ("https://u@x.example/", "https://x.example/"),
        ("https://u@x.example/", "https://v@x.example/"),
    ] {
        assert!(!are_spellings_of_one(left, right), "{left} {right}");
    }
}

#[test]
fn text_that_is_no_http_url_has_no_spelling() {
    assert!(HookUrl::live("mailto:x").spelling().is_none());
    assert!(HookUrl::live("").spelling().is_none());
}

/// A wanted URL: `{}` stands for a secret.
fn wanted(template: &str) -> HookUrl {
    let mut pieces = Vec::new();
    for (at, text) in template.split("{}").enumerate() {
        if at > 0 {
            pieces.push(("NEW", Provenance::Secret(Arc::from("s"))));
        }
        pieces.push((text, Provenance::Manifest));
    }
    HookUrl::from_pieces(pieces)
}

fn is_rotation_of(live: &str, template: &str) -> bool {
    let wanted = wanted(template);
    let wanted = wanted.spelled().unwrap();
    let live = HookUrl::live(live);
    let live = live.spelled().unwrap();
    let secrets = wanted.secret_parts();
    wanted.without(&secrets) == live.without(&secrets)
}

#[test]
fn a_rotation_changes_secrets_userinfo_and_values_that_are_secret_by_name() {
    for (live, template) in [
        ("https://x.example/in?s=old", "https://x.example/in?s={}"),
        (
            "https://x.example/in/old/hook",
            "https://x.example/in/{}/hook",
        ),
        (
            "https://x.example/in/a-old.php",
            "https://x.example/in/a-{}.php",
        ),
        ("https://x.example/in#old", "https://x.example/in#{}"),
        ("https://x.example/in?old", "https://x.example/in?{}"),
        ("https://x.example/in?old=1", "https://x.example/in?{}=1"),
        ("https://u:old@x.example/in", "https://u:new@x.example/in"),
        (
            "https://x.example/in?a=1&token=old",
            "https://x.example/in?a=1&token=new",
        ),
        (
            "https://x.example/in?api_key=",
            "https://x.example/in?api_key=new",
        ),
        (
            "https://X.example:443/in?s=old",
            "https://x.example/in?s={}",
        ),
        ("https://x.example/in?s=", "https://x.example/in?s={}"),
    ] {
        assert!(is_rotation_of(live, template), "{live} {template}");
    }
}

#[test]
fn a_rotation_changes_nothing_else() {
    for (live, template) in [
        ("https://x.example/in?team=b", "https://x.example/in?team=a"),
        (
            "https://x.example/in?team=b&s=1",
            "https://x.example/in?team=a&s={}",
        ),
        ("https://x.example/in", "https://x.example/in?s={}"),
        ("https://x.example/in?t=old", "https://x.example/in?s={}"),
        ("https://u:p@x.example/in", "https://x.example/in"),
        ("https://x.example/in", "https://u:p@x.example/in"),
        ("https://x.example/other/old", "https://x.example/in/{}"),
        ("https://x.example/in/old/more", "https://x.example/in/{}"),
        ("https://x.example/in/b-old", "https://x.example/in/a-{}"),
        ("https://old.example/in", "https://{}.example/in"),
        ("http://x.example/in?s=old", "https://x.example/in?s={}"),
        ("https://x.example/in#old", "https://x.example/in"),
        ("https://x.example/in?s=old", "https://x.example/in?s=new"),
    ] {
        assert!(!is_rotation_of(live, template), "{live} {template}");
    }
}

#[test]
fn a_secret_that_is_the_whole_url_keeps_target_number_of_segments_and_keys() {
    let secret = |text| HookUrl::from_pieces([(text, Provenance::Secret(Arc::from("s")))]);
    let wanted = secret("https://x.example/services/T1/new?v=2");
    let wanted = wanted.spelled().unwrap();
    let secrets = wanted.secret_parts();
    for (live, is_rotated) in [
        ("https://x.example/services/T0/old?v=1", true),
        ("https://y.example/services/T0/old?v=1", false),
        ("https://x.example/services/T0?v=1", false),
        ("https://x.example/services/T0/old?w=1", false),
    ] {
        let live_url = HookUrl::live(live);
        let live_url = live_url.spelled().unwrap();
        let is_equal = live_url.without(&secrets) == wanted.without(&secrets);
        assert_eq!(is_equal, is_rotated, "{live}");
    }
}

#[test]
fn address_and_target_leave_out_what_follows_them() {
    let url = HookUrl::live("https://u@x.example/a?b#c");
    let key = |text: &str| Spelling(text.to_owned());
    let spelled = url.spelled().unwrap();
    assert!(spelled.address() == Some(key("https://u@x.example/a")));
    assert!(spelled.target() == Some(key("https://x.example")));
}

#[test]
fn a_percent_sign_that_encodes_nothing_goes_on_doing_so() {
    for (written, normal) in [
        ("%a%30", "%a%30"),
        ("%%61%62", "%%61b"),
        ("%z%61", "%z%61"),
        ("%zz%61", "%zza"),
        ("%61%a", "a%a"),
    ] {
        let url = HookUrl::live(format!("https://h.example/{written}"));
        assert_eq!(
            url.spelling().unwrap().0,
            format!("https://h.example/{normal}")
        );
    }
}

proptest! {
    #[test]
    fn normal_spelling_is_its_own_normal_spelling(rest in "[/?#&;=%a-zA-Z0-9~ \\\\{}ü.:@-]{0,24}") {
        if let Some(spelling) = HookUrl::live(format!("https://h.example/{rest}")).spelling() {
            let again = HookUrl::live(spelling.0.clone()).spelling().unwrap();
            prop_assert_eq!(again.0, spelling.0);
        }
    }

    #[test]
    fn a_normal_spelling_is_what_the_whatwg_parser_makes_of_it_too(rest in "[/?#&=a-zA-Z0-9~ {}ü%.:-]{0,24}") {
        let written = format!("HTTPS://H.Example:443/{rest}");
        let (Some(spelling), Ok(parsed)) = (HookUrl::live(&*written).spelling(), url::Url::parse(&written)) else {
            return Ok(());
        };
        let has_dots = rest.split(['/', '?', '#']).any(|segment| matches!(segment.trim(), "." | ".." ));
        prop_assume!(!has_dots && !rest.to_lowercase().contains("%2e") && !written.ends_with(' '));
        prop_assert!(HookUrl::live(parsed.as_str()).spelling().is_some_and(|parsed| parsed == spelling), "{written}");
    }
}
