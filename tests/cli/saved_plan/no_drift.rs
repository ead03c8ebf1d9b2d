//! What is no move since a plan was saved, and what has nothing left to do.

use hookfleet::emulator::{Extra, WebhookState};
use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};
use crate::saved_plan::live_drift::{HOOK, set, webhook};
use crate::saved_plan::{A, B, apply, save};

#[test]
fn order_of_webhooks_and_events_and_unknown_fields_are_no_drift() {
    let live = "{ url: 'https://a.example/hook', events: [message, call.received] }, { url: 'https://b.example/', events: [] }";
    let world = format!("  - {{ id: {A}, webhooks: [{live}] }}\n");
    let manifest = format!(
        "version: 1\ndefaults: {{ prune: false }}\ninstances:\n  - {{ id: {A}, webhooks: [{{ url: '{HOOK}', events: [message.ack] }}] }}\n"
    );
    let stage = Stage::new(&world, &manifest);
    assert_eq!(save(&stage, &[]).code, 0);
    let theirs = WebhookState {
        extra: Extra::from_json("{\"retries\":5}").unwrap(),
        ..webhook(HOOK, &["call.received", "message"])
    };
    set(&stage, A, &[webhook("https://b.example/", &[]), theirs]);
    let run = apply(&stage, &["--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://b.example/ 
  https://a.example/hook message.ack retries=5
  system Absent

"#]]
    );
}

#[test]
fn instance_already_as_approved_is_unchanged() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    set(&stage, A, &[webhook(HOOK, &["message.ack", "message"])]);
    let run = apply(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
00000000000B
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances.

applied and verified: 00000000000B

Apply complete: 1 applied, 1 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!((stage.posts_of(A), stage.posts_of(B)), (0, 1));
}
