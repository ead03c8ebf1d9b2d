//! Writes that were accepted and are not what was asked for: ignored, merged.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

#[test]
fn an_accepted_write_that_changed_nothing_failed_as_accepted_but_different() {
    let stage = stage(&[
        ("00000000000A", "{ on: post, ignore_write: true }"),
        ("00000000000B", ""),
    ]);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A failed: accepted_but_different null the API accepted the write, and reads still show the state before it: with other events or another switch: https://a.example/hook
00000000000B applied, verified

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: run `hookfleet plan` in a moment: the API may answer reads from a cache

"#]]
    );
    assert_eq!(
        (
            stage.posts_of("00000000000A"),
            stage.posts_of("00000000000B")
        ),
        (1, 1)
    );
}

#[test]
fn a_server_that_merges_is_accepted_but_different_and_what_stayed_is_named() {
    let stage = Stage::new(
        r#"
  - id: 8D30ABB1E6DA
    writes: merge
    webhooks:
      - { url: "https://stays.example/in?secret=old", events: [message] }
      - { url: "https://a.example/", events: [message] }
  - id: 1F20CC41A9B3
    webhooks: [{ url: "https://a.example/", events: [message.ack] }]
"#,
        "version: 1\ndefaults: { prune: true, webhook_sets: [s] }\nwebhook_sets: { s: [{ url: 'https://a.example/', events: [message, message.ack] }] }\n\
         instances: [{ id: 8D30ABB1E6DA, name: merging }, { id: 1F20CC41A9B3 }]\n",
    );
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
notice: stays.example is removed from 1 instance, and occurs nowhere in the manifest
notice: 2 instances: the answer does not mention a system webhook; a write sends back only what is listed
    merging (8D30ABB1E6DA), 1F20CC41A9B3

merging (8D30ABB1E6DA)
  - https://stays.example/in?secret=***<FP>
  ~ https://a.example/
        events:
          message
      +   message.ack

1F20CC41A9B3
  ~ https://a.example/
        events:
          message.ack
      +   message

Plan: 0 to create, 2 to update, 1 to delete on 2 of 2 instances.

failed: merging (8D30ABB1E6DA): the API accepted the write, and reads show something else: left over: https://stays.example/in?secret=***<FP>
applied and verified: 1F20CC41A9B3

Apply complete: 1 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: compare what is missing with what is left over: the API may store it in another form, or merge lists, or another client has written; `hookfleet plan` shows what is live now

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
1F20CC41A9B3
  https://a.example/ message,message.ack
  system Absent
8D30ABB1E6DA
  https://stays.example/in?secret=old message
  https://a.example/ message,message.ack
  system Absent

"#]]
    );
    assert_eq!(
        (
            stage.posts_of("8D30ABB1E6DA"),
            stage.posts_of("1F20CC41A9B3")
        ),
        (1, 1)
    );
    let again = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        again.outcomes(),
        str![[r#"
exit 1
8D30ABB1E6DA failed: accepted_but_different null the API accepted the write, and reads still show the state before it: left over: https://stays.example/in?secret=***<FP>
1F20CC41A9B3 unchanged

"#]]
    );
}

#[test]
fn a_server_that_merges_is_no_trouble_where_nothing_is_removed() {
    let stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n    writes: merge\n    webhooks: [{ url: 'https://a.example/', events: [message] }]\n",
        "version: 1\ndefaults: { prune: true }\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks: [{ url: 'https://a.example/', events: [message.ack] }, { url: 'https://b.example/', events: [message] }]\n",
    );
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
}
