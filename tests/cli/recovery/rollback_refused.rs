//! What a rollback does not do, and says.

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{apply, rollback};
use crate::harness::{Stage, stage};
use hookfleet::emulator::{Extra, SystemState, WebhookState};

fn webhook(url: &str, events: &[&str]) -> WebhookState {
    WebhookState {
        url: url.to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active: true,
        extra: Extra::default(),
    }
}

#[test]
fn rollback_leaves_later_changes_of_other_writers_alone_and_restores_the_rest() {
    let ids = [
        "00000000000A",
        "00000000000B",
        "00000000000C",
        "00000000000D",
    ];
    let stage = stage(&ids.map(|id| (id, "")));
    let run = apply(&stage, &[]);
    {
        let mut world = stage.world();
        let theirs = webhook("https://someone-else.example/in?key=theirs", &["message"]);
        let done = webhook("https://a.example/hook", &["message.ack", "message"]);
        let back = webhook("https://a.example/hook", &["message"]);
        assert!(world.set_webhooks(ids[0], vec![done.clone(), theirs]));
        assert!(world.set_webhooks(ids[1], vec![back]));
        let mut system = webhook("https://app.wawp.net/api/webhook/k", &["message"]);
        system.is_active = false;
        assert!(world.set_system(ids[2], SystemState::Set(system)));
        // The order of events is no change.
        assert!(world.set_webhooks(ids[3], vec![done]));
    }
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        back.told(),
        str![[r#"
exit 4
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again

00000000000D
  ~ https://a.example/hook
        events:
      -   message.ack
          message

stale: 2 instances: live state is neither what the run left nor what it had overwritten
    00000000000A, 00000000000C

Plan: 0 to create, 1 to update, 0 to delete on 1 of 4 instances. 0 failed, 2 blocked.

stale: 2 instances: live state is neither what the run left nor what it had overwritten
    00000000000A, 00000000000C
applied and verified: 00000000000D

Apply complete: 1 applied, 1 unchanged, 0 failed, 2 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: another client has changed it since; to change it all the same, change the manifest, and apply that

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message.ack,message
  https://someone-else.example/in?key=theirs message
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/hook message
  system https://app.wawp.net/api/webhook/k message
00000000000C
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message (off)
00000000000D
  https://a.example/hook message
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
    let (again, log) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        again.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null live state is neither what the run left nor what it had overwritten
00000000000B unchanged
00000000000C stale: stale null live state is neither what the run left nor what it had overwritten
00000000000D unchanged

"#]]
    );
    assert_eq!(log, None);
}

#[test]
fn rollback_leaves_alone_an_instance_that_changed_after_its_plan() {
    let theirs = "meanwhile: { webhooks: [{ url: 'https://theirs.example/', events: [message] }] }";
    // The apply reads three times, the plan of the rollback once.
    let stage = stage(&[("00000000000A", &format!("{{ on: get, nth: 5, {theirs} }}"))]);
    let run = apply(&stage, &[]);
    let (back, _) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null nothing was written: live state has changed since the plan

"#]]
    );
    assert_eq!(stage.posts_of("00000000000A"), 1);
}

#[test]
fn a_rollback_that_switches_a_system_webhook_off_is_held_unless_that_is_allowed() {
    let system =
        "system: { url: 'https://app.wawp.net/api/webhook/k', events: [message], is_active: 0 }";
    let stage = Stage::new(
        &format!(
            "  - {{ id: 00000000000A, {system} }}\n  - {{ id: 00000000000B, webhooks: [] }}\n"
        ),
        "version: 1\ndefaults: { prune: true }\ninstances:\n  - { id: 00000000000A, system: { is_active: true } }\n  - { id: 00000000000B, webhooks: [{ url: 'https://a.example/', events: [message] }] }\n",
    );
    let before = stage.live();
    let run = apply(&stage, &[]);
    let held = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        held.told(),
        str![[r#"
exit 3
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: 00000000000B: the answer does not mention a system webhook; a write sends back only what is listed
notice: 00000000000B: guard `empty` would block an apply: all of its webhooks (1) would be removed

00000000000A (blocked, see below)
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
      - is_active: true
      + is_active: false

00000000000B
  - https://a.example/

blocked: 00000000000A: guard `system-off`: its system webhook, which feeds the chat inbox, would be switched off; --allow system-off=1 lets it pass

Plan: 0 to create, 0 to update, 1 to delete on 1 of 2 instances. 0 failed, 1 blocked.

blocked: 00000000000A: guard `system-off`: its system webhook, which feeds the chat inbox, would be switched off; --allow system-off=1 lets it pass
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    let (back, _) = rollback(&stage, &run, &["--allow", "system-off"]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B unchanged

"#]]
    );
    assert_eq!(stage.live(), before);
}

#[test]
fn a_run_that_wrote_nothing_has_nothing_to_put_back() {
    let stage = stage(&[(
        "00000000000A",
        "{ on: get, nth: 2, meanwhile: { webhooks: [] } }",
    )]);
    let run = apply(&stage, &[]);
    let before = stage.requests();
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        back.told(),
        str![[r#"
exit 0
--- stdout
No changes. There is nothing to put back.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]
    );
    assert_eq!(stage.requests(), before);
}

#[test]
fn an_instance_whose_system_webhook_is_gone_is_left_alone() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply(&stage, &[]);
    assert!(stage.world().set_system("00000000000A", SystemState::Null));
    let (back, _) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 4
00000000000A stale: stale null live state is neither what the run left nor what it had overwritten

"#]]
    );
    assert_eq!(stage.posts_of("00000000000A"), 1);
}

#[test]
fn a_stale_rollback_does_not_say_to_apply_again() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply(&stage, &[]);
    assert!(stage.world().set_webhooks("00000000000A", Vec::new()));
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_eq!(back.code, 4);
    assert!(!back.err.contains("apply again"), "{}", back.err);
}
