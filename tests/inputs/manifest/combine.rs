//! Defaults, sets and an instance's own webhooks: what replaces what.

use snapbox::str;

use super::{check, means, same, says, v1};

const SETS: &str = "webhook_sets:
  crm: [{url: 'https://crm.example/', events: [message]}]
  erp: [{url: 'https://erp.example/', events: [message.ack], is_active: false}]
";

#[test]
fn nothing_said_keeps_what_is_live_and_prunes_nothing_there() {
    same(
        means(&v1("instances: [{id: 8D30ABB1E6DA}]\n")),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn defaults_hold_for_an_instance_that_says_nothing() {
    same(
        means(&v1(&format!(
            "{SETS}credentials: {{eu: {{env: A}}}}\ndefaults: {{credential: eu, prune: false, system: {{is_active: 0}}, webhook_sets: [crm, erp]}}\ninstances: [{{id: 8D30ABB1E6DA}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by eu, prune nothing, system Some(false) None
  https://crm.example/ ["message"] on
  https://erp.example/ ["message.ack"] off

"#]],
    );
}

#[test]
fn an_instances_own_keys_replace_those_of_defaults_lists_included() {
    same(
        means(&v1(&format!(
            "{SETS}credentials: {{eu: {{env: A}}, us: {{env: B}}}}\ndefaults: {{credential: eu, prune: false, system: {{is_active: 0}}, webhook_sets: [crm], webhooks: [{{url: 'https://d.example/', events: [message]}}]}}\ninstances:\n  - {{id: 8D30ABB1E6DA, credential: us, prune: ['https://**'], system: keep, webhook_sets: [erp], webhooks: [{{url: 'https://o.example/', events: [message]}}]}}\n  - {{id: 1F20CC41A9B3}}\n"
        ))),
        str![[r#"
8D30ABB1E6DA by us, prune some, system keep
  https://erp.example/ ["message.ack"] off
  https://o.example/ ["message"] on
1F20CC41A9B3 by eu, prune nothing, system Some(false) None
  https://crm.example/ ["message"] on
  https://d.example/ ["message"] on

"#]],
    );
}

#[test]
fn an_empty_list_replaces_a_list_of_defaults() {
    same(
        means(&v1(&format!(
            "{SETS}defaults: {{webhook_sets: [crm, erp]}}\ninstances: [{{id: 8D30ABB1E6DA, webhook_sets: []}}, {{id: 1F20CC41A9B3}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  none
1F20CC41A9B3 by default, prune unwritten, system keep
  https://crm.example/ ["message"] on
  https://erp.example/ ["message.ack"] off

"#]],
    );
}

#[test]
fn an_empty_list_of_webhooks_means_none() {
    same(
        means(&v1("instances: [{id: 8D30ABB1E6DA, webhooks: []}]\n")),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  none

"#]],
    );
}

#[test]
fn keep_means_keep_whatever_the_sets_say() {
    same(
        means(&v1(&format!(
            "{SETS}defaults: {{webhook_sets: [crm, erp]}}\ninstances: [{{id: 8D30ABB1E6DA, webhooks: keep}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn keep_in_defaults_is_replaced_by_an_instances_own_list() {
    same(
        means(&v1(
            "defaults: {webhooks: keep}\ninstances: [{id: 8D30ABB1E6DA, webhooks: []}, {id: 1F20CC41A9B3}]\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  none
1F20CC41A9B3 by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn sets_that_an_instance_names_itself_count_although_defaults_say_keep() {
    same(
        means(&v1(&format!(
            "{SETS}defaults: {{webhooks: keep}}\ninstances: [{{id: 8D30ABB1E6DA, webhook_sets: [crm, erp]}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://crm.example/ ["message"] on
  https://erp.example/ ["message.ack"] off

"#]],
    );
}

#[test]
fn wanted_are_the_sets_entries_and_the_instances_own() {
    same(
        means(&v1(&format!(
            "{SETS}instances: [{{id: 8D30ABB1E6DA, webhook_sets: [erp, crm], webhooks: [{{url: 'https://o.example/', events: [message]}}]}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://erp.example/ ["message.ack"] off
  https://crm.example/ ["message"] on
  https://o.example/ ["message"] on

"#]],
    );
}

#[test]
fn an_own_entry_replaces_a_sets_entry_with_the_same_url() {
    same(
        means(&v1(&format!(
            "{SETS}instances: [{{id: 8D30ABB1E6DA, webhook_sets: [crm, erp], webhooks: [{{url: 'https://crm.example/', events: [poll.vote], is_active: 0}}]}}]\n"
        ))),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://erp.example/ ["message.ack"] off
  https://crm.example/ ["poll.vote"] off

"#]],
    );
}

#[test]
fn an_own_entry_settles_what_two_sets_disagree_about() {
    same(
        means(&v1(
            "webhook_sets:\n  a: [{url: 'https://h.example/', events: [message]}]\n  b: [{url: 'https://h.example/', events: [message.ack]}]\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a, b], webhooks: [{url: 'https://h.example/', events: [poll.vote]}]}\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/ ["poll.vote"] on

"#]],
    );
}

#[test]
fn equal_entries_of_two_sets_are_one_whatever_the_order_of_their_events() {
    same(
        means(&v1(
            "webhook_sets:\n  a: [{url: 'https://h.example/', events: [message, message.ack]}]\n  b: [{url: 'https://h.example/', events: [message.ack, message, message], is_active: 1}]\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a, b]}\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/ ["message", "message.ack"] on

"#]],
    );
}

#[test]
fn two_sets_that_disagree_only_about_the_switch_are_an_error() {
    same(
        says(&v1(
            "webhook_sets:\n  a: [{url: 'https://h.example/', events: [message]}]\n  b: [{url: 'https://h.example/', events: [message], is_active: false}]\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a, b]}\n",
        )),
        str![[r#"
error[duplicate-url]: sets `a` and `b` disagree about this URL, the other at m.yaml:3:13; make them equal, or list it under the instance (instance `8D30ABB1E6DA`)
 --> m.yaml:4:13
  |
4 |   b: [{url: 'https://h.example/', events: [message], is_active: false}]
  |             ^^^^^^^^^^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_system_key_left_out_stays_open() {
    same(
        means(&v1(
            "instances:\n  - {id: 8D30ABB1E6DA, system: {is_active: false}}\n  - {id: 1F20CC41A9B3, system: {events: [message]}}\n  - {id: 000000000000, system: {}}\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system Some(false) None
  keep
1F20CC41A9B3 by default, prune unwritten, system None Some(["message"])
  keep
000000000000 by default, prune unwritten, system None None
  keep

"#]],
    );
}

#[test]
fn a_suspended_instance_keeps_its_reason() {
    same(
        means(&v1(
            "instances:\n  - {id: 8D30ABB1E6DA, suspend: true, reason: number is being ported}\n  - {id: 1F20CC41A9B3, suspend: true}\n  - {id: 000000000000, suspend: false, reason: why}\n",
        )),
        str![[r#"
8D30ABB1E6DA suspended(Some("number is being ported")) by default, prune unwritten, system keep
  keep
1F20CC41A9B3 suspended(None) by default, prune unwritten, system keep
  keep
000000000000 by default, prune unwritten, system keep
  keep

"#]],
    );
}

#[test]
fn urls_that_differ_in_one_byte_are_two() {
    same(
        means(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: 'https://h.example/a', events: [message]}\n      - {url: 'https://h.example/a/', events: [message]}\n      - {url: 'https://h.example/A', events: [message]}\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/a ["message"] on
  https://h.example/a/ ["message"] on
  https://h.example/A ["message"] on

"#]],
    );
    // Two spellings of one URL are two as well, with a warning.
    let (desired, findings) = check(&v1(
        "instances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - {url: 'https://h.example', events: [message]}\n      - {url: 'https://H.example/', events: [message]}\n",
    ));
    let webhooks = desired.instances[0].webhooks.as_ref().map(Vec::len);
    assert_eq!(
        (webhooks, findings.errors(), findings.warnings()),
        (Some(2), 0, 1)
    );
}

#[test]
fn an_own_entry_replaces_a_sets_entry_whose_url_is_the_same_once_filled_in() {
    same(
        means(&v1(
            "webhook_sets:\n  a: [{url: 'https://h.example/${instance.id}', events: [message]}]\ninstances:\n  - {id: 8D30ABB1E6DA, webhook_sets: [a], webhooks: [{url: 'https://h.example/8D30ABB1E6DA', events: [poll.vote]}]}\n",
        )),
        str![[r#"
8D30ABB1E6DA by default, prune unwritten, system keep
  https://h.example/8D30ABB1E6DA ["poll.vote"] on

"#]],
    );
}
