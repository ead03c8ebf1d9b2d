//! What of a URL is shown, place by place.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn live(url: &str) -> String {
    HookUrl::live(url).redacted(&Fingerprints::new([0; 32]))
}

fn hidden(text: &str) -> String {
    Fingerprints::new([0; 32]).of(text)
}

fn secret(name: &str) -> Provenance {
    Provenance::Secret(Arc::from(name))
}

#[test]
fn a_live_url_shows_scheme_host_and_common_words_and_the_rest_as_fingerprints() {
    assert_eq!(
        live("https://user:pw@host.example:8443/hook/x/?secret=abc&flag&v=&x=a=b#frag"),
        format!(
            "https://{}@host.example:8443/hook/{}/?secret={}&{}&v=&{}#{}",
            hidden("user:pw"),
            hidden("x"),
            hidden("abc"),
            hidden("flag"),
            hidden("x=a=b"),
            hidden("frag")
        )
    );
}

#[test]
fn secret_of_any_form_is_redacted_to_a_fingerprint() {
    for text in [
        "x",
        "example",
        "aGVsbG8=",
        "é",
        "%2F%3D",
        "crm",
        "-----BEGIN",
    ] {
        assert_eq!(
            live(&format!(
                "https://{text}@h/{text}/b?key={text}&{text}#{text}"
            )),
            format!(
                "https://{0}@h/{0}/{1}?key={0}&{0}#{0}",
                hidden(text),
                hidden("b")
            ),
            "{text}"
        );
    }
}

#[test]
fn words_of_the_manifest_are_not_redacted() {
    let written = ["crm", "k"].map(Box::from).into();
    let readers = Fingerprints::new([0; 32]).for_readers_of(Arc::new(written));
    assert_eq!(
        HookUrl::live("https://h/crm/crm2?k=crm").redacted(&readers),
        format!("https://h/crm/{}?k={}", hidden("crm2"), hidden("crm"))
    );
    let template = HookUrl::from_pieces([
        ("https://h/crm/a-", Provenance::Manifest),
        ("x", secret("s")),
        ("/b?k=1&s", Provenance::Manifest),
        ("y", secret("s")),
        ("=2&flag", Provenance::Manifest),
    ]);
    assert_eq!(template.written_words(), ["crm", "b", "k"]);
}

#[test]
fn text_that_is_not_an_http_url_is_one_fingerprint() {
    for text in [
        "javascript:alert('pw')",
        "https://a b/",
        "https://<script>/hook",
        "https://\u{1b}[31m/hook",
        &format!("https://{}/hook", "h".repeat(262)),
    ] {
        assert_eq!(live(text), hidden(text), "{text}");
    }
}

#[test]
fn overlong_url_is_redacted_to_its_host() {
    for (delimiter, text) in [("/", "hook/".repeat(2000)), ("?", "key&".repeat(2100))] {
        assert_eq!(
            live(&format!("https://u:p@h{delimiter}{text}")),
            format!("https://{}@h{delimiter}{}", hidden("u:p"), hidden(&text))
        );
    }
}

#[test]
fn the_system_url_hides_its_last_segment_even_if_it_is_a_word() {
    let url = HookUrl::live("https://app.example/api/webhook/hook/");
    assert_eq!(
        url.redacted_as_system(&Fingerprints::new([0; 32])),
        format!("https://app.example/api/webhook/{}/", hidden("hook"))
    );
    assert_eq!(
        live("https://app.wawp.net/api/webhook/hook"),
        format!("https://app.wawp.net/api/webhook/{}", hidden("hook"))
    );
}

#[test]
fn secrets_are_fingerprints_and_manifest_text_is_unchanged() {
    let run = Fingerprints::new([0; 32]);
    let url = HookUrl::from_pieces([
        ("https://crm.example/own?v=1&secret=", Provenance::Manifest),
        ("hunter2", secret("n8n")),
        ("-x&y=", Provenance::Manifest),
        ("hunter3", secret("other")),
    ]);
    assert_eq!(
        url.redacted(&run),
        format!(
            "https://crm.example/own?v=1&secret={}-x&y={}",
            hidden("hunter2"),
            hidden("hunter3")
        )
    );
    assert_eq!(
        url.redacted_by_name(&run).as_deref(),
        Some("https://crm.example/own?v=1&secret=${secret.n8n}-x&y=${secret.other}")
    );
    assert_eq!(HookUrl::live("https://h/").redacted_by_name(&run), None);
}

#[test]
fn a_secret_that_is_the_whole_url_is_one_fingerprint_and_so_is_its_host() {
    let run = Fingerprints::new([0; 32]);
    let text = "https://u:p@secret.example/x?y=z";
    let whole = HookUrl::from_pieces([(text, secret("all"))]);
    assert_eq!(whole.redacted(&run), hidden(text));
    assert_eq!(
        whole.redacted_by_name(&run).as_deref(),
        Some("${secret.all}")
    );
    let host = HookUrl::from_pieces([
        ("https://", Provenance::Manifest),
        ("secret.example", secret("host")),
        (":1/x", Provenance::Manifest),
    ]);
    assert_eq!(
        host.redacted_host(&run),
        Some(format!("{}:1", hidden("secret.example")))
    );
}

#[test]
fn parts_shared_with_the_manifest_are_not_redacted() {
    let run = Fingerprints::new([0; 32]);
    let wanted = HookUrl::from_pieces([
        ("https://h.example/own/", Provenance::Manifest),
        ("0123456789abcdef", secret("path")),
        ("?v=1&secret=", Provenance::Manifest),
        ("new", secret("n8n")),
    ]);
    let live = HookUrl::live("https://h.example/own/0123456789abcdef?secret=old&v=1");
    let explained = live.explained_by(&wanted);
    assert!(explained == live, "the bytes stay");
    assert_eq!(
        explained.redacted(&run),
        format!(
            "https://h.example/own/{}?secret={}&v=1",
            hidden("0123456789abcdef"),
            hidden("old")
        )
    );
    let same = HookUrl::live(wanted.expose()).explained_by(&wanted);
    assert_eq!(same.redacted(&run), wanted.redacted(&run));
}

/// A login whose password holds a delimiter, in front of a host.
fn broken_login() -> impl Strategy<Value = (String, Vec<String>)> {
    let word = || "[a-z0-9]{9,20}";
    let port = || prop_oneof![3 => Just(String::new()), 1 => "[0-9]{1,5}"];
    let delimiter = prop::sample::select(vec![
        "/", "\\", "?", "#", "//", "/?", "\\\\", "?x=", "/y?a&b=",
    ]);
    let end = prop::sample::select(vec!["", "/in", ":8443/in?x=y", "\\in", "?z#w"]);
    (
        word(),
        word(),
        port(),
        word(),
        delimiter,
        end,
        any::<bool>(),
    )
        .prop_map(|(login, start, port, rest, delimiter, end, has_password)| {
            let (start, secrets) = match (has_password, port.as_str()) {
                (false, _) => (String::new(), vec![login.clone(), rest.clone()]),
                (true, "") => (
                    format!(":{start}"),
                    vec![login.clone(), start, rest.clone()],
                ),
                (true, port) => (format!(":{port}"), vec![login.clone(), rest.clone()]),
            };
            let url = format!("https://{login}{start}{delimiter}{rest}@host.example{end}");
            (url, secrets)
        })
}

proptest! {
    #[test]
    fn nothing_before_the_last_plausible_host_of_a_broken_authority_is_shown_or_seen_by_globs(
        (url, secrets) in broken_login()
    ) {
        let run = Fingerprints::new([7; 32]);
        let live = HookUrl::live(&*url);
        let seen = [
            live.redacted(&run),
            live.redacted_as_system(&run),
            live.redacted_host(&run).unwrap_or_default(),
            live.glob_view(),
        ];
        for secret in secrets {
            prop_assert!(!seen.iter().any(|seen| seen.contains(&secret)), "{}: {:?}", url, seen);
        }
    }

    #[test]
    fn a_port_that_is_none_is_not_shown(port in "[!-~&&[^/?#@\\\\]]{1,12}") {
        prop_assume!(!port.bytes().all(|byte| byte.is_ascii_digit()));
        let url = HookUrl::live(format!("https://host.example:{port}/in"));
        let run = Fingerprints::new([7; 32]);
        prop_assert_eq!(url.redacted(&run), run.of(&format!("https://host.example:{port}/in")));
        prop_assert_eq!(url.redacted_host(&run), None);
    }
}
