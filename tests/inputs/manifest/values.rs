//! Scalars: ids, names and labels as their own text, switches, sources, settings and their defaults.

use std::sync::Arc;

use hookfleet::desired::{
    ApiSettings, Authentication, Concurrency, Patterns, PruneRule, SafetyLimits, SecretSource,
    SourceKind, WriteVia,
};
use hookfleet::webhook::HookUrl;
use snapbox::str;

use super::{check, list, means, same, v1};

#[test]
fn ids_names_and_labels_are_their_own_text_quoted_or_not() {
    same(
        means(&v1("instances:
  - {id: 012345678901, name: true, labels: {a: 1.0, 1: no, true: 0x10}}
  - {id: 12345678E901, name: 1.0, labels: {a: \"null\", b: 1e3}}
  - {id: \"000000000000\", name: 'null', labels: {a: +1}}
  - {id: 0x1234567890, name: 2024-01-01, labels: {a: .inf}}
  - {id: !!str 123456789012, name: !!str false}
")),
        str![[r#"
012345678901 "true" 1="no" a="1.0" true="0x10" by default, prune unwritten, system keep
  keep
12345678E901 "1.0" a="null" b="1e3" by default, prune unwritten, system keep
  keep
000000000000 "null" a="+1" by default, prune unwritten, system keep
  keep
0x1234567890 "2024-01-01" a=".inf" by default, prune unwritten, system keep
  keep
123456789012 "false" by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn ids_that_are_equal_as_numbers_are_two_ids() {
    same(
        list(&v1(
            "instances: [{id: 000000000001}, {id: 00000000001.}, {id: 000000000010}]\n",
        )),
        str![],
    );
}

#[test]
fn an_id_of_twelve_characters_that_are_more_bytes_is_no_warning() {
    same(list(&v1("instances: [{id: éééééééééééé}]\n")), str![]);
}

#[test]
fn a_switch_is_a_boolean_or_0_or_1_and_on_unless_said_otherwise() {
    same(
        means(&v1("instances:
  - id: 8D30ABB1E6DA
    webhooks:
      - {url: https://a.example/, events: [message], is_active: true}
      - {url: https://b.example/, events: [message], is_active: 1}
      - {url: https://c.example/, events: [message], is_active: false}
      - {url: https://d.example/, events: [message], is_active: 0}
      - {url: https://e.example/, events: [message]}
")),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://a.example/ ["message"] on
  https://b.example/ ["message"] on
  https://c.example/ ["message"] off
  https://d.example/ ["message"] off
  https://e.example/ ["message"] on

"#]],
    );
}

#[test]
fn a_switch_is_nothing_else() {
    same(
        list(&v1("instances:
  - id: 8D30ABB1E6DA
    webhooks:
      - {url: https://a.example/, events: [message], is_active: 2}
      - {url: https://b.example/, events: [message], is_active: yes}
      - {url: https://c.example/, events: [message], is_active: '1'}
      - {url: https://d.example/, events: [message], is_active: 01}
      - {url: https://e.example/, events: [message], is_active: 1.0}
")),
        str![[r#"
m.yaml:5:65 wrong-type: is_active must be true, false, 1 or 0, not a number
m.yaml:6:65 wrong-type: is_active must be true, false, 1 or 0, not a string; YAML 1.2 reads that as text, write true
m.yaml:7:65 wrong-type: is_active must be true, false, 1 or 0, not a string
m.yaml:8:65 wrong-type: is_active must be true, false, 1 or 0, not a number
m.yaml:9:65 wrong-type: is_active must be true, false, 1 or 0, not a number

"#]],
    );
}

#[test]
fn unwritten_settings_have_the_documented_defaults() {
    let (desired, _) = check(&v1(""));
    assert_eq!(
        desired.api,
        ApiSettings {
            auth: Authentication::Query,
            write: WriteVia::Body,
            concurrency: Concurrency::Auto,
            max_requests_per_second: None,
        }
    );
    assert_eq!(
        desired.safety,
        SafetyLimits {
            max_removed_percent: 30,
            max_changed_percent: 100,
            allow_empty: false,
        }
    );
    let default = SecretSource {
        from: SourceKind::Env(Arc::from("WAWP_ACCESS_TOKEN")),
        place: None,
    };
    assert_eq!(
        desired.credentials.into_iter().collect::<Vec<_>>(),
        [(Arc::from("default"), default)]
    );
}

#[test]
fn settings_that_are_written_are_taken() {
    let (desired, findings) = check(&v1(
        "api: {auth: header, write: query, concurrency: 7, max_requests_per_second: 50}\nsafety: {max_removed_percent: 0, max_changed_percent: 99, allow_empty: true}\n",
    ));
    assert_eq!(findings.iter().len(), 0);
    assert_eq!(
        desired.api,
        ApiSettings {
            auth: Authentication::Header,
            write: WriteVia::Query,
            concurrency: Concurrency::Exactly(7),
            max_requests_per_second: Some(50),
        }
    );
    assert_eq!(
        desired.safety,
        SafetyLimits {
            max_removed_percent: 0,
            max_changed_percent: 99,
            allow_empty: true,
        }
    );
}

#[test]
fn the_three_kinds_of_source_are_taken_as_written() {
    let (desired, _) = check(&v1(
        "secrets:\n  a: {env: _A1}\n  b: {file: ./x y}\n  c: {command: [vault, '-field=a b', 7, true]}\n",
    ));
    let kinds: Vec<_> = desired
        .secrets
        .into_iter()
        .map(|(name, source)| (name, source.from))
        .collect();
    let words = ["vault", "-field=a b", "7", "true"].map(Arc::from);
    assert_eq!(
        kinds,
        [
            (Arc::from("a"), SourceKind::Env(Arc::from("_A1"))),
            (Arc::from("b"), SourceKind::File(Arc::from("./x y"))),
            (Arc::from("c"), SourceKind::Command(words.into())),
        ]
    );
}

#[test]
fn prune_and_ignore_take_globs() {
    let (desired, _) = check(&v1(
        "defaults: {ignore: ['https://*.ngrok.app/**']}\ninstances:\n  - {id: 8D30ABB1E6DA, prune: ['https://old.example/*']}\n  - {id: 1F20CC41A9B3, ignore: []}\n",
    ));
    let globs =
        |globs: &[&str]| Patterns::new(globs.iter().copied().map(Arc::from).collect()).unwrap();
    let [first, second] = desired.instances.as_slice() else {
        panic!("two instances");
    };
    assert_eq!(first.ignore, globs(&["https://*.ngrok.app/**"]));
    assert_eq!(
        first.prune,
        PruneRule::Matching(globs(&["https://old.example/*"]))
    );
    assert_eq!(second.ignore, globs(&[]));
    assert_eq!(second.prune, PruneRule::Unwritten);
    assert!(
        first
            .ignore
            .matches(&HookUrl::live("https://x.ngrok.app/a/b?c"))
    );
    assert!(
        !second
            .ignore
            .matches(&HookUrl::live("https://x.ngrok.app/a/b?c"))
    );
}
