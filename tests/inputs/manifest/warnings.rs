//! What the warnings say.

use snapbox::str;

use super::urls::hook;
use super::{list, same, says, v1};

#[test]
fn an_unknown_event_near_a_known_one_asks_whether_that_was_meant() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - url: https://h.example/\n        events: [message, mesage.ack]\n    system:\n      events:\n        - frobnicate\n",
        )),
        str![[r#"
warning[unknown-event]: unknown event `mesage.ack`; did you mean `message.ack`?
 --> m.yaml:6:27
  |
6 |         events: [message, mesage.ack]
  |                           ^^^^^^^^^^

warning[unknown-event]: unknown event `frobnicate`; `hookfleet events` lists the published ones
 --> m.yaml:9:11
  |
9 |         - frobnicate
  |           ^^^^^^^^^^


"#]],
    );
}

#[test]
fn an_id_of_another_length_is_a_warning() {
    same(
        says(&v1("instances:\n  - id: 123456789\n")),
        str![[r#"
warning[id-length]: id `123456789` has 9 characters; the vendor documents 12
 --> m.yaml:3:9
  |
3 |   - id: 123456789
  |         ^^^^^^^^^


"#]],
    );
}

#[test]
fn a_plain_http_target_is_a_warning() {
    same(
        says(&v1(&hook("http://h.example/x?secret=a"))),
        str![[r#"
warning[plain-http]: events are delivered over plain http, so anybody on the way can read them; use https
 --> m.yaml:5:14
  |
5 |       - url: http://h.example/x?secret=…
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn empty_events_are_a_warning() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: 'https://h.example/', events: []}\n",
        )),
        str![[r#"
warning[empty-events]: events is empty, so this webhook receives nothing; list events, or remove it
 --> m.yaml:5:45
  |
5 |       - {url: '…', events: []}
  |                            ^


"#]],
    );
}

#[test]
fn empty_events_of_the_system_webhook_speak_of_the_system_webhook() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    system: {events: []}\n",
        )),
        str![[r#"
warning[empty-events]: events is empty, so the system webhook, which feeds the chat inbox, would deliver nothing; leave the key out to keep what is live
 --> m.yaml:4:22
  |
4 |     system: {events: []}
  |                      ^


"#]],
    );
}

#[test]
fn unused_definition_is_a_warning() {
    same(
        says(&v1(
            "credentials:\n  eu: {env: A}\nsecrets:\n  n8n: {env: S}\nwebhook_sets:\n  crm: []\n",
        )),
        str![[r#"
warning[unused]: credential `eu` is used nowhere; remove it, or use it
 --> m.yaml:3:3
  |
3 |   eu: {env: …}
  |   ^^

warning[unused]: secret `n8n` is used nowhere; remove it, or use it
 --> m.yaml:5:3
  |
5 |   n8n: {env: …}
  |   ^^^

warning[unused]: webhook set `crm` is used nowhere; remove it, or use it
 --> m.yaml:7:3
  |
7 |   crm: []
  |   ^^^


"#]],
    );
}

#[test]
fn a_secret_that_only_an_unused_set_uses_is_not_called_unused_too() {
    same(
        list(&v1(
            "secrets: {n8n: {env: A}}\nwebhook_sets:\n  crm: [{url: 'https://h.example/${secret.n8n}', events: [message]}]\n",
        )),
        str![[r#"
m.yaml:4:3 unused: webhook set `crm` is used nowhere; remove it, or use it

"#]],
    );
}

#[test]
fn a_written_default_credential_that_every_instance_overrides_is_unused() {
    same(
        list(&v1(
            "credentials: {default: {env: A}, eu: {env: B}}\ninstances: [{id: 8D30ABB1E6DA, credential: eu}]\n",
        )),
        str![[r#"
m.yaml:2:15 unused: credential `default` is used nowhere; remove it, or use it

"#]],
    );
}

#[test]
fn a_written_default_credential_that_an_instance_takes_without_naming_it_is_used() {
    same(
        list(&v1(
            "credentials: {default: {env: A}}\ninstances: [{id: 8D30ABB1E6DA}]\n",
        )),
        str![""],
    );
}
