//! What is said of patterns that are none and of references to nothing.

use snapbox::str;

use super::{same, says, v1};

#[test]
fn a_pattern_that_is_no_glob_is_underlined_alone() {
    same(
        says(&v1(
            "defaults: {prune: ['https://ok.example/**', 'https://{a.example/']}\ninstances:\n  - id: 8D30ABB1E6DA\n    ignore: ['https://[a.example/']\n",
        )),
        str![[r#"
error[invalid-pattern]: not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
 --> m.yaml:2:45
  |
2 | defaults: {prune: ['…', 'https://{a.example/']}
  |                         ^^^^^^^^^^^^^^^^^^^^^

error[invalid-pattern]: not a glob: unclosed character class; missing ']'; write a literal `[` as `[[]`
 --> m.yaml:5:14
  |
5 |     ignore: ['https://[a.example/']
  |              ^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_pattern_of_defaults_that_every_instance_overrides_is_checked_too() {
    same(
        says(&v1(
            "defaults: {ignore: ['[']}\ninstances:\n  - {id: 8D30ABB1E6DA, ignore: []}\n",
        )),
        str![[r#"
error[invalid-pattern]: not a glob: unclosed character class; missing ']'; write a literal `[` as `[[]`
 --> m.yaml:2:21
  |
2 | defaults: {ignore: ['[']}
  |                     ^^^


"#]],
    );
}

#[test]
fn a_reference_to_nothing_asks_for_the_nearest() {
    same(
        says(&v1(
            "credentials: {europe: {env: A}}\nwebhook_sets:\n  crm: [{url: 'https://h.example/${secret.n8m}', events: [message]}]\nsecrets: {n8n: {env: S}}\ninstances:\n  - {id: 8D30ABB1E6DA, credential: eurpe, webhook_sets: [crn, crm]}\n  - {id: 1F20CC41A9B3, credential: europe}\n",
        )),
        str![[r#"
error[unknown-reference]: unknown secret `n8m`; did you mean `n8n`?
 --> m.yaml:4:15
  |
4 |   crm: [{url: 'https://h.example/${secret.n8m}', events: [message]}]
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[unknown-reference]: unknown credential `eurpe`; did you mean `europe`?
 --> m.yaml:7:36
  |
7 |   - {id: 8D30ABB1E6DA, credential: eurpe, webhook_sets: […, …]}
  |                                    ^^^^^

error[unknown-reference]: unknown webhook set `crn`; did you mean `crm`?
 --> m.yaml:7:58
  |
7 |   - {id: 8D30ABB1E6DA, credential: eurpe, webhook_sets: [crn, …]}
  |                                                          ^^^


"#]],
    );
}

#[test]
fn a_reference_to_nothing_lists_what_is_defined() {
    same(
        says(&v1(
            "webhook_sets: {crm: [], erp: []}\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [billing, crm, erp]}\n",
        )),
        str![[r#"
error[unknown-reference]: unknown webhook set `billing`; defined are crm, erp
 --> m.yaml:4:39
  |
4 |   - {id: 8D30ABB1E6DA, webhook_sets: [billing, …, …]}
  |                                       ^^^^^^^


"#]],
    );
}

#[test]
fn a_reference_where_nothing_is_defined_says_where_to_define_it() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    credential: us\n    webhook_sets: [crm]\n    webhooks:\n      - {url: 'https://h.example/${secret.n8n}', events: [message]}\n",
        )),
        str![[r#"
error[unknown-reference]: unknown credential `us`; only `default` exists; add it under `credentials`
 --> m.yaml:4:17
  |
4 |     credential: us
  |                 ^^

error[unknown-reference]: unknown webhook set `crm`; no webhook set is defined; add it under `webhook_sets`
 --> m.yaml:5:20
  |
5 |     webhook_sets: [crm]
  |                    ^^^

error[unknown-reference]: unknown secret `n8n`; no secret is defined; add it under `secrets`
 --> m.yaml:7:15
  |
7 |       - {url: 'https://h.example/${secret.n8n}', events: [message]}
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_pattern_that_matches_no_url_is_a_warning_at_its_place() {
    same(
        says(&v1(
            "defaults: {ignore: ['*.ngrok.app/**', 'https://ok.example/**']}\ninstances:\n  - id: 8D30ABB1E6DA\n    prune: ['https://h.example/x?token=abc*', 'https://h.example/a b', 'https://h.example**']\n",
        )),
        str![[r#"
warning[odd-pattern]: this pattern matches no URL: one begins with https:// or http://, and `*` does not cross a `/`; write the scheme, or `**/`
 --> m.yaml:2:21
  |
2 | defaults: {ignore: ['*.ngrok.app/**', '…']}
  |                     ^^^^^^^^^^^^^^^^

warning[odd-pattern]: this pattern matches no URL: hookfleet shows patterns *** for the value of `token`; write *** or `*` there
 --> m.yaml:5:13
  |
5 |     prune: ['https://h.example/x?token=…', '…', '…']
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-pattern]: this pattern matches no URL: it holds U+0020 SPACE; remove it
 --> m.yaml:5:47
  |
5 |     prune: ['…', 'https://h.example/a b', '…']
  |                  ^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-pattern]: `**` crosses a `/` only where it is a whole segment, as in `/**`; here it is no more than `*`
 --> m.yaml:5:72
  |
5 | … ['…', '…', 'https://h.example**']
  |              ^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_wanted_url_that_is_ignored_is_an_error() {
    same(
        says(&v1(
            "defaults: {ignore: ['https://*.ngrok.app/**']}\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks: [{url: 'https://x.ngrok.app/a', events: [message]}]\n",
        )),
        str![[r#"
error[ignored-url]: this URL is wanted, and ignored too; change one (instance `8D30ABB1E6DA`)
 --> m.yaml:5:22
  |
5 |     webhooks: [{url: 'https://x.ngrok.app/a', events: [message]}]
  |                      ^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}
