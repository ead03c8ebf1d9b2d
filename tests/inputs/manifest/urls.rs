//! What is said of ids, names and URLs that are given twice, and of URLs that are none.

use snapbox::str;

use super::{same, says, v1};

/// An instance with one webhook.
pub(crate) fn hook(url: &str) -> String {
    format!(
        "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: {url}\n        events: [message]\n"
    )
}

#[test]
fn an_id_listed_twice_names_both_places() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n  - id: \"8D30ABB1E6DA\"\n",
        )),
        str![[r#"
error[duplicate-id]: instance `8D30ABB1E6DA` is listed twice, first at m.yaml:3:9; remove one
 --> m.yaml:4:9
  |
4 |   - id: "8D30ABB1E6DA"
  |         ^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_name_given_to_two_instances_names_both_places() {
    same(
        says(&v1(
            "instances:\n  - {id: 8D30ABB1E6DA, name: support}\n  - {id: 1F20CC41A9B3, name: support}\n",
        )),
        str![[r#"
error[duplicate-name]: two instances have the name `support`, the first at m.yaml:3:30; rename one
 --> m.yaml:4:30
  |
4 |   - {id: 1F20CC41A9B3, name: support}
  |                              ^^^^^^^


"#]],
    );
}

#[test]
fn a_url_listed_twice_under_an_instance_names_both_places() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: \"https://h.example/\", events: [message]}\n      - {url: \"https://h.example/\", events: [message]}\n",
        )),
        str![[r#"
error[duplicate-url]: this URL is listed twice, first at m.yaml:5:15; merge the two
 --> m.yaml:6:15
  |
6 |       - {url: "https://h.example/", events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn two_sets_that_disagree_about_a_url_are_an_error_that_names_both_places() {
    same(
        says(&v1(
            "webhook_sets:\n  a:\n    - {url: 'https://h.example/', events: [message]}\n  b:\n    - {url: 'https://h.example/', events: [message.ack]}\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a, b]}\n",
        )),
        str![[r#"
error[duplicate-url]: sets `a` and `b` disagree about this URL, the other at m.yaml:4:13; make them equal, or list it under the instance (instance `8D30ABB1E6DA`)
 --> m.yaml:6:13
  |
6 |     - {url: 'https://h.example/', events: [message.ack]}
  |             ^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_url_listed_twice_in_one_set_names_both_places() {
    same(
        says(&v1(
            "webhook_sets:\n  a:\n    - {url: 'https://h.example/', events: [message]}\n    - {url: 'https://h.example/', events: [message]}\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a]}\n",
        )),
        str![[r#"
error[duplicate-url]: this URL is listed twice, first at m.yaml:4:13; merge the two
 --> m.yaml:5:13
  |
5 |     - {url: 'https://h.example/', events: [message]}
  |             ^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_set_listed_twice_is_an_error() {
    same(
        says(&v1(
            "webhook_sets:\n  a:\n    - {url: 'https://h.example/', events: [message]}\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a, a]}\n",
        )),
        str![[r#"
error[duplicate-name]: set `a` is listed twice; remove one
 --> m.yaml:6:42
  |
6 |   - {id: 8D30ABB1E6DA, webhook_sets: […, a]}
  |                                          ^


"#]],
    );
}

#[test]
fn a_url_that_is_not_http_says_how_one_starts() {
    same(
        says(&v1(&hook("ftp://h.example/x"))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: it must start with https:// or http://, and name a host
 --> m.yaml:5:14
  |
5 |       - url: ftp://…
  |              ^^^^^^^


"#]],
    );
}

#[test]
fn a_url_without_a_scheme_says_how_one_starts() {
    same(
        says(&v1(&hook("h.example/x"))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: it must start with https:// or http://, and name a host
 --> m.yaml:5:14
  |
5 |       - url: h.example/x
  |              ^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_url_with_white_space_says_so() {
    same(
        says(&v1(&hook("https://h.example/a b"))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: it holds U+0020 SPACE; remove it, or write it as %20
 --> m.yaml:5:14
  |
5 |       - url: https://h.example/a b
  |              ^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_url_with_a_bad_port_or_host_says_so() {
    same(
        says(&v1(&hook("https://h.example:99999/x"))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: its port is not a number from 1 to 65535
 --> m.yaml:5:14
  |
5 |       - url: https://…
  |              ^^^^^^^^^


"#]],
    );
    same(
        says(&v1(&hook("\"https://[::1/x\""))),
        str![[r#"
error[invalid-url]: not a URL to deliver to: its host has a `[` that is not closed
 --> m.yaml:5:14
  |
5 |       - url: "https://…"
  |              ^^^^^^^^^^^


"#]],
    );
}

#[test]
fn two_spellings_of_one_url_under_an_instance_are_a_warning_that_names_both_places() {
    same(
        says(&v1(
            "webhook_sets:\n  a:\n    - {url: 'https://h.example', events: [message]}\ninstances:\n  - id: 8D30ABB1E6DA\n    webhook_sets: [a]\n    webhooks:\n      - {url: 'https://H.example:443/', events: [message]}\n",
        )),
        str![[r#"
warning[another-spelling]: this is another spelling of the URL at m.yaml:4:13, and a server may take both for one; keep one (instance `8D30ABB1E6DA`)
 --> m.yaml:9:15
  |
9 |       - {url: 'https://H.example:443/', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
    let said = |one: &str, other: &str| {
        super::list(&v1(&format!(
            "secrets: {{a: {{env: A}}, b: {{env: B}}}}\nwebhook_sets: {{used: [{{url: 'https://u.example/${{secret.a}}${{secret.b}}', events: [message]}}]}}\ninstances:\n  - id: 8D30ABB1E6DA\n    name: n\n    webhook_sets: [used]\n    webhooks:\n      - {{url: '{one}', events: [message]}}\n      - {{url: '{other}', events: [message]}}\n"
        )))
    };
    for (one, other) in [
        ("https://h.example/%7Ex", "https://h.example/~x"),
        ("https://h.example/%2f", "https://h.example/%2F"),
        (
            "https://b\u{fc}cher.example/",
            "https://xn--bcher-kva.example/",
        ),
        (
            "https://h.example?s=${secret.a}",
            "https://h.example/?s=${secret.a}",
        ),
        ("https://${secret.a}/", "https://${secret.a}"),
        ("https://h.example/${instance.name}", "https://h.example/n"),
    ] {
        let said = said(one, other);
        let is_told = said.contains("another-spelling") || said.contains("duplicate-url");
        assert!(is_told, "{one} {other}: {said}");
    }
    for (one, other) in [
        ("https://h.example/a", "https://h.example/A"),
        ("https://h.example/a", "https://h.example/a/"),
        ("https://h.example/a", "http://h.example:443/a"),
        (
            "https://h.example/?s=${secret.a}",
            "https://h.example/?s=${secret.b}",
        ),
        ("https://h.example/?a=1&b=2", "https://h.example/?b=2&a=1"),
    ] {
        let said = said(one, other);
        assert!(!said.contains("another-spelling"), "{one} {other}: {said}");
    }
}
