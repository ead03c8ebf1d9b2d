//! `hosts` of a secret: a URL of any other host is an error, found offline where its host is written out, and when it is bound
//! where a secret holds the host.

use std::fmt::Write as _;
use std::sync::Arc;

use hookfleet::desired::bind;
use hookfleet::desired::bind::Values;
use snapbox::str;

use super::{check, file, list, same, says, v1};

const HOSTS: &str = "secrets: { crm: { env: CRM, hosts: [crm.example.com, '*.hooks.example', 'http://intern.example:8080'] } }\n";

/// What is said of one instance with these webhook URLs.
fn of_urls(urls: &[&str]) -> String {
    let mut text = format!(
        "{HOSTS}instances:\n  - id: 8D30ABB1E6DA\n    name: support\n    labels: {{ host: evil.example, sub: a.hooks.example }}\n    webhooks:\n"
    );
    for url in urls {
        writeln!(text, "      - {{ url: '{url}', events: [message] }}").unwrap();
    }
    list(&v1(&text))
}

#[test]
fn a_secret_in_a_url_of_a_listed_host_is_fine_wherever_it_stands() {
    assert_eq!(
        of_urls(&[
            "https://crm.example.com/in?secret=${secret.crm}",
            "https://CRM.example.com:443/v2/in?secret=${secret.crm}",
            "https://user:${secret.crm}@crm.example.com/",
            "https://crm.example.com/${secret.crm}/in",
            "https://crm.example.com/#${secret.crm}",
            "https://a.b.hooks.example/${secret.crm}",
            "https://${label.sub}/${secret.crm}",
            "https://${instance.name}.hooks.example/${secret.crm}",
            "https://anywhere.example/",
        ]),
        ""
    );
}

#[test]
fn a_secret_in_a_url_of_any_other_host_is_an_error_wherever_it_stands() {
    same(
        of_urls(&[
            "https://evil.example/in?secret=${secret.crm}",
            "https://user:${secret.crm}@evil.example/",
            "https://evil.example/${secret.crm}/in",
            "https://evil.example/#${secret.crm}",
            "https://evil.example/crm.example.com?${secret.crm}=x",
            "http://crm.example.com/in?secret=${secret.crm}",
            "https://crm.example.com:8443/in?secret=${secret.crm}",
            "https://crm.example.comm/in?secret=${secret.crm}",
            "https://hooks.example/${secret.crm}",
            "https://${label.host}/${secret.crm}",
            "https://${instance.name}.example/${secret.crm}",
            "https://crm.example.com.${label.host}/${secret.crm}",
        ]),
        str![[r#"
m.yaml:8:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:9:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:10:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:11:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:12:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:13:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; `crm.example.com` has another scheme or port
m.yaml:13:16 plain-http: events are delivered over plain http, so anybody on the way can read them; use https
m.yaml:14:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; `crm.example.com` has another scheme or port
m.yaml:15:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; did you mean `crm.example.com`?
m.yaml:16:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; `*.hooks.example` stands for the hosts below this one
m.yaml:17:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret (instance `8D30ABB1E6DA`)
m.yaml:18:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret (instance `8D30ABB1E6DA`)
m.yaml:19:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret (instance `8D30ABB1E6DA`)

"#]],
    );
}

#[test]
fn the_error_points_at_the_url_and_asks_for_the_nearest_host() {
    same(
        says(&v1(
            "secrets:\n  crm: { env: CRM, hosts: [crm.example.com] }\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: https://crm.exmaple.com/in?secret=${secret.crm}\n        events: [message]\n",
        )),
        str![[r#"
error[forbidden-host]: secret `crm` may not go to this host; its `hosts` are crm.example.com; did you mean `crm.example.com`?
 --> m.yaml:7:14
  |
7 |       - url: https://crm.exmaple.com/in?secret=${secret.crm}
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn sets_that_nothing_uses_and_suspended_instances_are_checked_too() {
    same(
        list(&v1(&format!(
            "{HOSTS}webhook_sets:\n  unused:\n    - {{ url: 'https://evil.example/${{instance.name}}?s=${{secret.crm}}', events: [message] }}\ninstances:\n  - id: 8D30ABB1E6DA\n    suspend: true\n    webhooks:\n      - {{ url: 'https://evil.example/?s=${{secret.crm}}', events: [message] }}\n"
        ))),
        str![[r#"
m.yaml:5:14 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:10:16 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret

"#]],
    );
}

#[test]
fn a_set_that_many_instances_use_is_said_once() {
    same(
        list(&v1(&format!(
            "{HOSTS}webhook_sets:\n  all:\n    - {{ url: 'https://evil.example/${{instance.id}}?s=${{secret.crm}}', events: [message] }}\n    - {{ url: 'https://${{instance.id}}.evil.example/?s=${{secret.crm}}', events: [message] }}\ndefaults: {{ webhook_sets: [all] }}\ninstances:\n  - id: 8D30ABB1E6DA\n  - id: 1F20CC41A9B3\n"
        ))),
        str![[r#"
m.yaml:5:14 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret
m.yaml:6:14 forbidden-host: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret (2 instances: `8D30ABB1E6DA`, `1F20CC41A9B3`)

"#]],
    );
}

/// What is said of secrets, all of which are used at one host that each may go to.
fn of_secrets(secrets: &[&str]) -> String {
    let mut text = String::from("secrets:\n");
    for (at, secret) in secrets.iter().enumerate() {
        writeln!(text, "  s{at}: {{ {secret} }}").unwrap();
    }
    text.push_str("instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n");
    for at in 0..secrets.len() {
        writeln!(
            text,
            "      - {{ url: 'https://a.example/{at}?s=${{secret.s{at}}}', events: [message] }}"
        )
        .unwrap();
    }
    list(&v1(&text))
}

#[test]
fn secrets_of_one_source_have_the_same_hosts() {
    let equal = "hosts: ['A.example:443', '*.b.example', 'https://a.example']";
    for source in [
        "env: CRM",
        "file: ./secrets//crm",
        "command: [vault, get, crm]",
    ] {
        let (one, other) = (
            format!("{source}, hosts: ['*.b.example', a.example]"),
            format!("{source}, {equal}"),
        );
        assert_eq!(of_secrets(&[&one, &other]), "");
        assert_eq!(of_secrets(&[source, source]), "");
    }
    // Each beside another source.
    let other = "env: OTHER";
    same(
        [
            ["env: CRM, hosts: [a.example]", "env: CRM", other],
            ["env: CRM", "env: CRM, hosts: [a.example]", other],
            [
                "env: CRM, hosts: [a.example]",
                "env: CRM, hosts: [a.example, b.example]",
                other,
            ],
            [
                "env: CRM, hosts: [a.example, b.example]",
                "env: CRM, hosts: [a.example, 'b.example:8443']",
                other,
            ],
            [
                "file: secrets/crm, hosts: [a.example]",
                "file: ./secrets/x/..//crm",
                other,
            ],
            [
                "command: [vault, get, crm], hosts: [a.example]",
                "command: [vault, get, crm]",
                "command: [vault, get, crm]",
            ],
        ]
        .map(|secrets| of_secrets(&secrets))
        .concat(),
        str![[r#"
m.yaml:4:14 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:14, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:4:14 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:14, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:4:14 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:14, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:4:14 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:14, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:4:15 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:15, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:4:18 hosts-disagree: secret `s1` has the source of secret `s0`, at m.yaml:3:18, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name
m.yaml:5:18 hosts-disagree: secret `s2` has the source of secret `s0`, at m.yaml:3:18, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name

"#]],
    );
}

#[test]
fn secrets_of_one_source_in_two_files_name_each_other() {
    let of = |name: &str, secret: &str| {
        let text = format!("version: 1\nsecrets:\n  {name}: {{ {secret} }}\n");
        file(&format!("{name}.yaml"), text)
    };
    let files = [of("a", "env: CRM, hosts: [a.example]"), of("b", "env: CRM")];
    same(
        list(&files),
        str![[r#"
b.yaml:3:13 hosts-disagree: secret `b` has the source of secret `a`, at a.yaml:3:13, and other `hosts`, so by one name the value goes where by the other it may not; give both the same `hosts`, or use one name

"#]],
    );
}

#[test]
fn an_entry_that_is_no_host_is_an_error_at_its_place() {
    let of_hosts = |hosts: &str| {
        let text = format!(
            "secrets: {{ crm: {{ env: CRM, hosts: {hosts} }} }}\ninstances:\n  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: 'https://crm.example.com/?s=${{secret.crm}}', events: [message] }}] }}\n"
        );
        format!("{hosts}\n{}", list(&v1(&text)))
    };
    same(
        [
            "[]",
            "crm.example.com",
            "null",
            "[crm.example.com, '']",
            "[crm.example.com, 5]",
            "[https://crm.example.com/in]",
            "['u:p@crm.example.com']",
            "['*.com']",
            "['*.co.uk']",
            "['*']",
            "['crm.*.com']",
            "['ftp://crm.example.com']",
            "['${label.host}']",
            "[crm..example]",
            "['crm.example.com:99999']",
        ]
        .map(of_hosts)
        .concat(),
        str![[r#"
[]
m.yaml:2:36 invalid-value: hosts is empty, so the secret may go nowhere; name its hosts, or leave the key out if it may go anywhere
crm.example.com
m.yaml:2:36 wrong-type: hosts must be a list, not a string; put it in [brackets], or behind a `- ` on a line of its own
null
m.yaml:2:36 null-value: hosts is null; write a list, or leave the key out
[crm.example.com, '']
m.yaml:2:54 invalid-value: a host is empty
[crm.example.com, 5]
m.yaml:2:54 wrong-type: a host must be a string, not a number
[https://crm.example.com/in]
m.yaml:2:37 invalid-host: not a host that a secret may go to: it has a path; write the host alone, such as `crm.example.com` or `crm.example.com:8443`
['u:p@crm.example.com']
m.yaml:2:37 invalid-host: not a host that a secret may go to: it has a userinfo; write the host alone, such as `crm.example.com` or `crm.example.com:8443`
['*.com']
m.yaml:2:37 invalid-host: not a host that a secret may go to: below a public suffix anybody can have a host; write the domain that is yours too, such as `*.example.com`
['*.co.uk']
m.yaml:2:37 invalid-host: not a host that a secret may go to: below a public suffix anybody can have a host; write the domain that is yours too, such as `*.example.com`
['*']
m.yaml:2:37 invalid-host: not a host that a secret may go to: a `*` stands only at the beginning, as `*.`, for one label or more, such as `*.example.com`
['crm.*.com']
m.yaml:2:37 invalid-host: not a host that a secret may go to: a `*` stands only at the beginning, as `*.`, for one label or more, such as `*.example.com`
['ftp://crm.example.com']
m.yaml:2:37 invalid-host: not a host that a secret may go to: it has a scheme other than http and https; leave it out for https, or write `http://`
['${label.host}']
m.yaml:2:37 invalid-host: not a host that a secret may go to: variables are not filled in here; write each host, or `*.` for its first labels
[crm..example]
m.yaml:2:37 invalid-host: not a host that a secret may go to: its host has two dots in a row, or one at its start
['crm.example.com:99999']
m.yaml:2:37 invalid-host: not a host that a secret may go to: its port is not a number from 1 to 65535

"#]],
    );
}

#[test]
fn a_credential_has_no_hosts() {
    same(
        list(&v1(
            "credentials: { eu: { env: A, hosts: [a.example.com] } }\n",
        )),
        str![[r#"
m.yaml:2:30 unknown-key: unknown key `hosts` in a source; a source takes env, file, command

"#]],
    );
}

/// What is said once the secrets of a manifest with one URL are filled in.
fn bound(url: &str, secret: &str) -> String {
    let files = v1(&format!(
        "{HOSTS}instances:\n  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: '{url}', events: [message] }}] }}\n"
    ));
    let (desired, mut findings) = check(&files);
    assert_eq!(findings.iter().len(), 0, "nothing is known offline");
    let secrets = Values::from([(Arc::from("crm"), secret.to_owned().into())]);
    bind(&desired, &[0], &secrets, &mut findings);
    let said = findings.iter().map(|finding| finding.message.clone());
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_host_that_a_secret_holds_is_checked_when_it_is_bound_and_the_error_tells_nothing_of_it() {
    for (url, secret) in [
        ("${secret.crm}", "https://crm.example.com/in?x=y"),
        ("${secret.crm}", "https://CRM.EXAMPLE.COM"),
        ("${secret.crm}", "http://intern.example:8080/"),
        ("https://${secret.crm}.hooks.example/", "acme"),
        ("https://${secret.crm}/", "a.hooks.example"),
    ] {
        assert_eq!(bound(url, secret), "", "{secret}");
    }
    let refusals = [
        ("${secret.crm}", "https://evil.example/in?x=y"),
        ("${secret.crm}", "https://crm.example.co/in"),
        ("${secret.crm}", "http://crm.example.com/"),
        ("${secret.crm}", "https://u:p@crm.example.com:8443/"),
        ("https://${secret.crm}.hooks.evil.example/", "acme"),
        ("https://${secret.crm}/", "hooks.example"),
    ];
    let said = refusals.map(|(url, secret)| bound(url, secret));
    assert_eq!(
        said[0],
        "with its secrets filled in this URL leads elsewhere: secret `crm` may not go to this host; its `hosts` are crm.example.com, *.hooks.example, http://intern.example:8080; list this one there if the secret belongs there, or name another secret"
    );
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
}
