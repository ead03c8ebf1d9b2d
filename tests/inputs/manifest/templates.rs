//! `${…}` in webhook URLs.

use std::collections::BTreeMap;

use hookfleet::webhook::ExposeUrl as _;
use snapbox::str;

use super::{check, means, same, says, v1};

/// The bytes that the one webhook's URL has once secrets are in; `instance.name` is `a b`, label `env` is `p/q`.
fn bound(url: &str, secrets: &[(&str, &str)]) -> String {
    let files = v1(&format!(
        "secrets: {{s: {{env: S}}, t: {{env: T}}}}\ninstances:\n  - id: 8D30ABB1E6DA\n    name: a b\n    labels: {{env: p/q}}\n    webhooks: [{{url: '{url}', events: [message]}}]\n"
    ));
    let (desired, findings) = check(&files);
    assert_eq!(findings.errors(), 0);
    let secrets: BTreeMap<_, _> = secrets.iter().copied().collect();
    let webhooks = desired.instances[0].webhooks.as_ref().unwrap();
    let url = webhooks[0].url.bind(|name| secrets.get(name).copied());
    url.map_or("(unset)".to_owned(), |url| url.expose().to_owned())
}

#[test]
fn every_variable_is_filled_in_and_percent_encoded() {
    assert_eq!(
        bound(
            "https://h.example/${instance.id}/${instance.name}/${label.env}?s=${secret.s}",
            &[("s", "a&b=ü %")]
        ),
        "https://h.example/8D30ABB1E6DA/a%20b/p%2Fq?s=a%26b%3D%C3%BC%20%25"
    );
}

#[test]
fn a_secret_that_is_the_whole_value_is_taken_as_it_is() {
    assert_eq!(
        bound("${secret.s}", &[("s", "https://u:p@h.example/a b?c=d#e")]),
        "https://u:p@h.example/a b?c=d#e"
    );
}

#[test]
fn a_doubled_dollar_is_a_literal() {
    assert_eq!(
        bound("https://h.example/$${instance.id}/$$/$/${instance.id}", &[]),
        "https://h.example/${instance.id}/$$/$/8D30ABB1E6DA"
    );
}

#[test]
fn variables_may_touch_and_repeat() {
    assert_eq!(
        bound(
            "https://h.example/${secret.s}${secret.t}${secret.s}",
            &[("s", "1"), ("t", "2")]
        ),
        "https://h.example/121"
    );
}

#[test]
fn an_unset_secret_binds_nothing() {
    assert_eq!(bound("https://h.example/${secret.s}", &[]), "(unset)");
}

#[test]
fn a_value_that_looks_like_a_variable_is_not_filled_in_again() {
    assert_eq!(
        bound(
            "https://h.example/?a=${secret.s}",
            &[("s", "${secret.t}"), ("t", "x")]
        ),
        "https://h.example/?a=%24%7Bsecret.t%7D"
    );
}

#[test]
fn only_urls_have_variables() {
    same(
        means(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    name: '${instance.id}'\n    labels: {a: '${secret.x}'}\n    suspend: true\n    reason: '${nothing}'\n",
        )),
        str![[r#"
8D30ABB1E6DA "${instance.id}" a="${secret.x}" suspended(Some("${nothing}")) by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn invalid_template_variable_is_explained() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    labels: {region: eu}\n    webhooks:\n      - {url: 'https://a.example/${instance.nme}', events: [message]}\n      - {url: 'https://b.example/${foo}', events: [message]}\n      - {url: 'https://c.example/${instance.name}', events: [message]}\n      - {url: 'https://d.example/${label.regon}', events: [message]}\n      - {url: 'https://e.example/${label.tier}', events: [message]}\n      - {url: 'https://f.example/${', events: [message]}\n      - {url: 'https://g.example/${}', events: [message]}\n      - {url: 'https://i.example/${secret.}', events: [message]}\n",
        )),
        str![[r#"
error[unknown-reference]: unknown variable `${instance.nme}`; did you mean `${instance.name}`?
 --> m.yaml:6:15
  |
6 |       - {url: 'https://a.example/${instance.nme}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown variable `${foo}`; known are `${instance.id}`, `${instance.name}`, `${label.KEY}`, `${secret.NAME}`
 --> m.yaml:7:15
  |
7 |       - {url: 'https://b.example/${foo}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: `${instance.name}` is used, and the instance has no name (instance `8D30ABB1E6DA`)
 --> m.yaml:8:15
  |
8 |       - {url: 'https://c.example/${instance.name}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: `${label.regon}` is used, and the instance has no such label; did you mean `region`? (instance `8D30ABB1E6DA`)
 --> m.yaml:9:15
  |
9 |       - {url: 'https://d.example/${label.regon}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: `${label.tier}` is used, and the instance has no such label (instance `8D30ABB1E6DA`)
  --> m.yaml:10:15
   |
10 |       - {url: 'https://e.example/${label.tier}', events: [message]}
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: `${` is never closed; write `$${` for a literal `${`
  --> m.yaml:11:15
   |
11 |       - {url: 'https://f.example/${', events: [message]}
   |               ^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown variable `${}`; known are `${instance.id}`, `${instance.name}`, `${label.KEY}`, `${secret.NAME}`
  --> m.yaml:12:15
   |
12 |       - {url: 'https://g.example/${}', events: [message]}
   |               ^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown variable `${secret.}`; known are `${instance.id}`, `${instance.name}`, `${label.KEY}`, `${secret.NAME}`
  --> m.yaml:13:15
   |
13 |       - {url: 'https://i.example/${secret.}', events: [message]}
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_set_that_needs_a_name_is_an_error_for_the_instance_without_one() {
    same(
        says(&v1(
            "webhook_sets:\n  crm:\n    - {url: 'https://h.example/${instance.name}', events: [message]}\ninstances:\n  - {id: 8D30ABB1E6DA, name: a, webhook_sets: [crm]}\n  - {id: 1F20CC41A9B3, webhook_sets: [crm]}\n",
        )),
        str![[r#"
error[unknown-reference]: `${instance.name}` is used, and the instance has no name (instance `1F20CC41A9B3`)
 --> m.yaml:4:13
  |
4 |     - {url: 'https://h.example/${instance.name}', events: [message]}
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_secret_as_a_host_is_fine_and_its_shape_is_checked_with_a_stand_in() {
    assert_eq!(
        bound("https://${secret.s}.example/x", &[("s", "h")]),
        "https://h.example/x"
    );
}

#[test]
fn urls_that_are_equal_once_filled_in_are_listed_twice() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: 'https://h.example/8D30ABB1E6DA', events: [message]}\n      - {url: 'https://h.example/${instance.id}', events: [message]}\n",
        )),
        str![[r#"
error[duplicate-url]: this URL is listed twice, first at m.yaml:5:15; merge the two
 --> m.yaml:6:15
  |
6 |       - {url: 'https://h.example/${instance.id}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn the_hosts_of_a_manifest_are_those_that_its_instances_fill_in() {
    let hosts = |urls: &str, rest: &str| {
        let text = format!(
            "secrets: {{ s: {{ env: S }} }}\nwebhook_sets:\n  all: [{urls}]\ninstances:\n  - {{ id: 8D30ABB1E6DA, name: Eu, labels: {{ zone: z1, at: 'a.example' }}, webhook_sets: [all] }}\n{rest}"
        );
        let (desired, findings) = check(&v1(&text));
        assert_eq!(findings.errors(), 0, "{}", says(&v1(&text)));
        let known: Vec<String> = desired.hosts.known.into_iter().collect();
        (known.join(" "), desired.hosts.has_unknown)
    };
    let of = |url: &str| format!("{{ url: '{url}', events: [message] }}");
    let suspended = "  - { id: 1F20CC41A9B3, name: us, suspend: true, webhook_sets: [all] }\n";
    for (url, rest, known, has_unknown) in [
        (
            "https://${instance.name}.hooks.example.com/in",
            "",
            "eu.hooks.example.com",
            false,
        ),
        (
            "https://${label.at}:443/${secret.s}",
            "",
            "a.example",
            false,
        ),
        (
            "https://X.example/${instance.name}/${secret.s}",
            "",
            "x.example",
            false,
        ),
        (
            "https://${instance.name}.example/in",
            suspended,
            "eu.example us.example",
            false,
        ),
        // It has no such label, and need not have one.
        (
            "https://${label.zone}.example/in",
            suspended,
            "z1.example",
            true,
        ),
        ("https://${secret.s}.example/in", "", "", true),
        (
            "https://${instance.name}.${secret.s}.example/in",
            "",
            "",
            true,
        ),
        ("${secret.s}", "", "", true),
        ("https://u:${secret.s}@x.example/", "", "x.example", false),
    ] {
        assert_eq!(
            hosts(&of(url), rest),
            (known.to_owned(), has_unknown),
            "{url}"
        );
    }
    let unused = v1(
        "webhook_sets:\n  all: [{ url: 'https://${instance.id}.example/', events: [message] }]\ninstances: []\n",
    );
    assert!(check(&unused).0.hosts.has_unknown);
}
