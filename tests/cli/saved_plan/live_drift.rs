//! Live state that moved since a plan was saved: that instance is left alone, and the others go on.

use hookfleet::emulator::{Extra, Fault, SystemState, WebhookState};
use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};
use crate::saved_plan::{A, B, apply, save};

pub(crate) fn webhook(url: &str, events: &[&str]) -> WebhookState {
    WebhookState {
        url: url.to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active: true,
        extra: Extra::default(),
    }
}

/// What another writer makes of an instance's webhooks.
pub(crate) fn set(stage: &Stage, id: &str, webhooks: &[WebhookState]) {
    assert!(stage.world().set_webhooks(id, webhooks.to_vec()));
}

pub(crate) const HOOK: &str = "https://a.example/hook";

#[test]
fn saved_plan_leaves_drifted_instances_alone_and_applies_the_others() {
    let [c, d, e] = ["00000000000C", "00000000000D", "00000000000E"];
    let stage = stage(&[(A, ""), (B, ""), (c, ""), (d, ""), (e, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let unchanged = webhook(HOOK, &["message"]);
    let theirs = webhook("https://theirs.example/in?key=7f3a9c", &["call.received"]);
    set(&stage, A, &[unchanged.clone(), theirs]);
    set(&stage, B, &[webhook(HOOK, &["presence.update"])]);
    set(&stage, c, &[]);
    let is_off = WebhookState {
        is_active: false,
        ..unchanged
    };
    set(&stage, d, &[is_off]);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000A is not what was approved (-) but this (+)
      ~ https://a.example/hook
            events:
              message
          +   message.ack
  +   - https://theirs.example/in?key=***<FP>

stale: 00000000000B is not what was approved (-) but this (+)
      ~ https://a.example/hook
            events:
  -           message
  +       -   presence.update
  +       +   message
          +   message.ack

stale: 00000000000C is not what was approved (-) but this (+)
  -   ~ https://a.example/hook
  -         events:
  -           message
  -       +   message.ack
  +   + https://a.example/hook
  +       events: message, message.ack

stale: 00000000000D is not what was approved (-) but this (+)
      ~ https://a.example/hook
            events:
              message
          +   message.ack
  +       - is_active: false
  +       + is_active: true

00000000000E
  ~ https://a.example/hook
        events:
          message
      +   message.ack

stale: 4 instances: live state is not what it was when the plan was approved
    00000000000A, 00000000000B, 00000000000C, 00000000000D

Plan: 0 to create, 1 to update, 0 to delete on 1 of 5 instances. 0 failed, 4 blocked.

stale: 4 instances: live state is not what it was when the plan was approved
    00000000000A, 00000000000B, 00000000000C, 00000000000D
applied and verified: 00000000000E

Apply complete: 1 applied, 0 unchanged, 0 failed, 4 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!(stage.requests().1, 1);
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message
  https://theirs.example/in?key=7f3a9c call.received
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/hook presence.update
  system https://app.wawp.net/api/webhook/k message
00000000000C
  system https://app.wawp.net/api/webhook/k message
00000000000D
  https://a.example/hook message (off)
  system https://app.wawp.net/api/webhook/k message
00000000000E
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
}

#[test]
fn a_system_webhook_that_changed_is_a_move() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let system = webhook("https://app.wawp.net/api/webhook/k", &[]);
    stage.world().set_system(A, SystemState::Set(system));
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["instances"][0]["status"], "stale");
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn in_json_what_differs_stands_under_the_id_of_what_is_stale() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    set(&stage, A, &[webhook(HOOK, &["presence.update"])]);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
{
  "format_version": "1",
  "summary": {
    "instances": 2,
    "applied": 1,
    "unchanged": 0,
    "failed": 0,
    "stale": 1,
    "blocked": 0,
    "skipped": 0
  },
  "instances": [
    {
      "id": "00000000000A",
      "name": null,
      "labels": {},
      "status": "stale",
      "verified": false,
      "error": {
        "kind": "stale",
        "message": "live state is not what it was when the plan was approved",
        "http_status": null
      },
      "differences": [
        "    ~ https://a.example/hook",
        "          events:",
        "-           message",
        "+       -   presence.update",
        "+       +   message",
        "        +   message.ack"
      ]
    },
    {
      "id": "00000000000B",
      "name": null,
      "labels": {},
      "status": "applied",
      "verified": true,
      "error": null
    }
  ],
  "notices": [],
  "guards": [],
  "run": "<RUN>",
  "exit_code": 4
}
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn a_secret_in_a_live_url_that_was_rotated_is_a_move() {
    let world = "  - id: 00000000000A\n    webhooks: [{ url: 'https://left.example/in?key=first-live-secret', events: [message] }, { url: 'https://a.example/hook', events: [message] }]\n";
    let manifest = "version: 1\ndefaults: { prune: true }\ninstances:\n  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/hook', events: [message] }] }\n";
    let stage = Stage::new(world, manifest);
    assert_eq!(save(&stage, &[]).code, 0);
    let kept = webhook(HOOK, &["message"]);
    let rotated = webhook(
        "https://left.example/in?key=other-live-secret",
        &["message"],
    );
    set(&stage, A, &[rotated, kept]);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000A is not what was approved (-) but this (+)
  -   - https://left.example/in?key=***<FP>
  +   - https://left.example/in?key=***<FP>

stale: 00000000000A: live state is not what it was when the plan was approved

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

stale: 00000000000A: live state is not what it was when the plan was approved

Apply complete: 0 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

hint: plan again with --out, and have that approved

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn approved_instance_that_cannot_be_read_fails() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let fault = Fault::from_yaml("{ on: get, answer: { status: 400 } }").unwrap();
    stage.world().add_fault(A, fault);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A failed: bad_request 400 the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
00000000000B applied, verified

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn live_state_that_moves_between_the_plan_of_an_apply_and_its_write_is_left_alone_too() {
    let theirs = "meanwhile: { webhooks: [{ url: 'https://theirs.example/', events: [] }] }";
    let stage = stage(&[(A, &format!("{{ on: get, nth: 3, {theirs} }}")), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let run = apply(&stage, &["--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null nothing was written: live state has changed since the plan
00000000000B applied, verified

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}

#[test]
fn change_of_a_kept_webhook_is_reported_as_live_drift_only() {
    let world = "  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/hook', events: [message] }] }\n  \
        - { id: 00000000000B, system: { url: 'https://app.wawp.net/x', events: [message] } }\n";
    let manifest = "version: 1\ndefaults: { prune: false }\ninstances:\n  \
        - { id: 00000000000A, webhooks: [{ url: 'https://b.example/', events: [] }] }\n  \
        - { id: 00000000000B, webhooks: [{ url: 'https://b.example/', events: [] }] }\n";
    let stage = Stage::new(world, manifest);
    assert_eq!(save(&stage, &[]).code, 0);
    set(&stage, A, &[webhook(HOOK, &["message.ack"])]);
    let system = webhook("https://app.wawp.net/x", &["message.any"]);
    stage.world().set_system(B, SystemState::Set(system));
    let run = apply(&stage, &["--format", "json"]);
    let said = "stale: stale null live state is not what it was when the plan was approved";
    assert_eq!(run.outcomes(), format!("exit 4\n{A} {said}\n{B} {said}\n"));
    let differences = run.json()["instances"][1]["differences"].clone();
    assert_eq!(
        differences,
        serde_json::json!([
            "    + https://b.example/",
            "        events: none",
            "-     system webhook stays: message",
            "+     system webhook stays: message.any",
        ])
    );
}
