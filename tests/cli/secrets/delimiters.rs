//! Secrets with characters that are delimiters where they stand: they are percent-encoded, which is said.

use std::fmt::Write as _;

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

fn stage(urls: &[&str], value: &str) -> Stage {
    let mut manifest = String::from(
        "version: 1\nsecrets:\n  s: { env: HOOK }\ninstances:\n  - id: 00000000000A\n    webhooks:\n",
    );
    for url in urls {
        writeln!(manifest, "      - {{ url: '{url}', events: [message] }}").unwrap();
    }
    Stage::new(
        "  - { id: 00000000000A, webhooks: [], system: empty }\n",
        &manifest,
    )
    .env("HOOK", value)
}

#[test]
fn a_secret_with_a_delimiter_of_its_place_is_a_warning_and_a_value_is_not_shown() {
    let urls = [
        "https://a.example/services/${secret.s}",
        "https://a.example/in?${secret.s}",
        "https://a.example/in?k=${secret.s}",
        "https://a.example/in#${secret.s}",
    ];
    let run = stage(&urls, "T0/B0?xyz=a&b=c").run(&["plan"]);
    assert_data_eq!(
        &run.err,
        str![[r#"
warning[odd-secret]: secret `s` holds `/`, which is written as `%2F` here, since a secret is one part of a URL; where several are meant, write each as a secret of its own, or make the whole URL the secret
 --> hookfleet.yaml:7:16
  |
7 |       - { url: 'https://a.example/services/${secret.s}', events: [message] }
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-secret]: secret `s` holds `=`, which is written as `%3D` here, since a secret is one part of a URL; where several are meant, write each as a secret of its own, or make the whole URL the secret
 --> hookfleet.yaml:8:16
  |
8 |       - { url: 'https://a.example/in?${secret.s}', events: [message] }
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-secret]: secret `s` holds `&`, which is written as `%26` here, since a secret is one part of a URL; where several are meant, write each as a secret of its own, or make the whole URL the secret
 --> hookfleet.yaml:9:16
  |
9 |       - { url: 'https://a.example/in?k=${secret.s}', events: [message] }
  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]]
    );
    assert!(!run.told().contains("xyz"), "{}", run.told());
}

#[test]
fn what_belongs_into_one_part_is_no_warning() {
    let urls = [
        "https://a.example/in?k=${secret.s}",
        "https://u:${secret.s}@a.example/",
        "https://a.example/#${secret.s}",
    ];
    for value in ["aGVsbG8/d29ybGQ+==", "p&ss/w#rd?", "=a&b"] {
        let run = stage(&urls, value).run(&["plan"]);
        assert_eq!((run.code, &*run.err), (0, ""), "{value}");
    }
    let urls = ["https://a.example/${secret.s}/in?${secret.s}"];
    let run = stage(&urls, "p&ss?w#rd").run(&["plan"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    let run = stage(&["${secret.s}"], "https://a.example/a/b?c=d&e=f#g").run(&["plan"]);
    assert_eq!((run.code, &*run.err), (0, ""));
}

#[test]
fn an_untrusted_manifest_is_told_nothing_of_delimiters() {
    let urls = ["https://a.example/services/${secret.s}"];
    let flags = ["plan", "--untrusted", "--allow-env", "HOOK"];
    let run = stage(&urls, "T0/B0/xyz").run(&flags);
    assert_eq!((run.code, &*run.err), (0, ""));
}
