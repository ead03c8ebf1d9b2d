//! What an excerpt shows of a URL.

use proptest::prelude::*;

use super::*;

#[test]
fn a_url_is_shown_up_to_an_authority_that_may_hold_a_password() {
    for (url, shown) in [
        ("https://h.example/in?x=y", "https://h.example/in?x=…"),
        ("https://a..example/in", "https://a..example/in"),
        ("https://a b.example/in", "https://a b.example/in"),
        (
            "https://${label.x}.example:8443/in",
            "https://${label.x}.example:8443/in",
        ),
        (
            "https://u:${secret.x}@h.example/in",
            "https://…@h.example/in",
        ),
        (r"https://user:s3cr3t\x@h.example/in", "https://…"),
        ("https://user:12345/x@h.example/in", "https://…"),
        ("https://h.example:s3cr3t/", "https://…"),
        ("https://${label.x}:s3cr3t/x@h.example/", "https://…"),
        ("https://s3cr3t tok/x@h.example/", "https://…"),
        ("https://user%3As3cr3t%40h.example/", "https://…"),
        (
            "https://user\u{ff1a}s3cr3t\u{ff20}h.example/in",
            "https://…",
        ),
        ("https://user\u{ff1a}s3cr3t/in", "https://…"),
        ("https://user:24680?x=1@h.example/in", "https://…"),
        ("https://s3cr3t?k=x%40h.example/in", "https://…"),
        (
            "https://api.example.com:8443/in?email=a@b.example",
            "https://api.example.com:8443/in?email=…",
        ),
        ("crm.example.com:8443", "crm.example.com:8443"),
        ("crm.example.com:s3cr3t", "…"),
        ("user\u{ff1a}s3cr3t\u{ff20}h.example", "…"),
    ] {
        assert_eq!(reveal_url(url, false), shown, "{url}");
    }
    assert_eq!(reveal_url("https://tok3n", true), "https://…");
    let long = format!("https://{}@h.example/", "tok3n".repeat(40));
    assert_eq!(reveal(&long, false, Reveal::Url), "https://…@h.example/");
}

proptest! {
    #[test]
    fn no_excerpt_shows_a_part_of_a_login_with_a_delimiter_in_it(
        login in "[a-z0-9]{9}",
        start in prop_oneof!["[a-z0-9]{9}", "[0-9]{5}"],
        delimiter in prop::sample::select(vec!["/", "\\", "?", "#", " ", "^", "//", "%2F@", "?x=", "?a&b=", "?a=b;c="]),
        rest in "[a-z0-9]{9,20}",
        at in prop::sample::select(vec!["@", "%40", "\u{ff20}"]),
    ) {
        let shown = reveal_url(&format!("https://{login}:{start}{delimiter}{rest}{at}h.example/"), false);
        for secret in [&login, &start, &rest] {
            prop_assert!(!shown.contains(secret.as_str()), "{}", shown);
        }
    }
}
