//! `rollback`: whatever a run has overwritten is put back as it was.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::harness::run_logs::{self, apply, bytes, rollback, told};

const WORLD: &str = r#"
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: "https://crm.example.com/in?secret=last-year", events: [poll.vote, message], extra: { retries: { attempts: 3 }, z: 1.50, a: null } }
      - { url: "https://left.example.net/in?key=7f3a9c", events: [message], is_active: 0, extra: { hmac: { key: theirs } } }
      - { url: "https://twice.example.net/", events: [message.ack], extra: { mine: [1, two] } }
      - { url: "https://anna.ngrok.app/debug", events: [message.any] }
      - { url: "https://twice.example.net/", events: [message] }
    system: { url: "https://app.wawp.net/api/webhook/k3J8sQz1", events: [message.ack, message], extra: { note: keep } }
  - id: 1F20CC41A9B3
    webhooks: [{ url: "https://crm.example.com/in?secret=hook-secret-1", events: [message] }]
    system: { url: "https://app.wawp.net/api/webhook/m5", events: [message], is_active: false }
  - id: 2A31DD52BAC4
    system: "null"
  - id: 3B42EE63CBD5
    webhooks: [{ url: "https://odd.example/", events: [] }]
"#;
const MANIFEST: &str = r#"
version: 1
secrets: { crm: { env: CRM_SECRET } }
defaults: { prune: true, ignore: ["https://*.ngrok.app/**"] }
instances:
  - id: 8D30ABB1E6DA
    name: support
    webhooks:
      - { url: "https://crm.example.com/in?secret=${secret.crm}", events: [message, message.ack] }
      - { url: "https://twice.example.net/", events: [message, message.ack] }
      - { url: "https://new.example.org/${instance.name}", events: [call.received], is_active: 0 }
    system: { events: [message, message.edited] }
  - id: 1F20CC41A9B3
    webhooks: [{ url: "https://crm.example.com/in?secret=${secret.crm}", events: [message] }]
  - { id: 2A31DD52BAC4, webhooks: [{ url: "https://new.example.org/", events: [message] }] }
  - { id: 3B42EE63CBD5, webhooks: [{ url: "https://odd.example/", events: [message], is_active: false }] }
"#;

pub(crate) fn drifted() -> Stage {
    let world = WORLD.replace("    system: \"null\"\n", "");
    Stage::new(&world, MANIFEST).env("CRM_SECRET", "hook-secret-1")
}

#[test]
fn a_rollback_puts_everything_back_and_says_that_the_manifest_wants_it_again() {
    let stage = drifted();
    let (before, plan) = (stage.live(), stage.run(&["plan"]));
    let run = apply(&stage, &[]);
    assert_ne!(stage.live(), before);
    assert_eq!(stage.run(&["drift"]).code, 0);
    let posts = stage.requests().1;
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        back.told(),
        str![[r#"
exit 0
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: new host left.example.net: no live webhook of the selection goes there, and 1 instance would
notice: support (8D30ABB1E6DA): https://crm.example.com/in?secret=***<FP> is written back with fields unknown to hookfleet: retries, z, a
notice: support (8D30ABB1E6DA): https://left.example.net/in?key=***<FP> is written back with fields unknown to hookfleet: hmac
notice: support (8D30ABB1E6DA): https://twice.example.net/ is written back with fields unknown to hookfleet: mine
notice: support (8D30ABB1E6DA): the system webhook is written back with fields unknown to hookfleet: note
notice: 2 instances: the answer does not mention a system webhook; a write sends back only what is listed
    2A31DD52BAC4, 3B42EE63CBD5
notice: 2A31DD52BAC4: guard `empty` would block an apply: all of its webhooks (1) would be removed

support (8D30ABB1E6DA)
  ~ https://crm.example.com/in?secret=***<FP>
      - url: https://crm.example.com/in?secret=***<FP>
      + url: https://crm.example.com/in?secret=***<FP>
        events:
          message
      -   message.ack
      +   poll.vote
  ~ https://twice.example.net/
        events:
      -   message
          message.ack
  - https://new.example.org/***<FP>
  + https://left.example.net/in?key=***<FP>
      events: message
      is_active: false
  + https://twice.example.net/
      events: message
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
        events:
          message
      -   message.edited
      +   message.ack

2A31DD52BAC4
  - https://new.example.org/

3B42EE63CBD5
  ~ https://odd.example/
        events:
      -   message
      - is_active: false
      + is_active: true

Plan: 2 to create, 4 to update, 2 to delete on 3 of 3 instances.

applied and verified: 3 instances
    support (8D30ABB1E6DA), 2A31DD52BAC4, 3B42EE63CBD5

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(stage.live(), before);
    // One write each for the three that the run had written, none for the one in sync.
    assert_eq!(
        (stage.requests().1 - posts, stage.posts_of("1F20CC41A9B3")),
        (3, 0)
    );
    // Fingerprints aside, the next plan is the one before the apply.
    assert_eq!(stage.run(&["plan"]), plan);
}

#[test]
fn a_rollback_in_json_is_a_report_and_its_log_names_what_it_rolled_back() {
    let stage = drifted();
    let run = apply(&stage, &[]);
    let (back, log) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        back.out.as_str(),
        str![[r#"
{
  "format_version": "1",
  "summary": {
    "instances": 3,
    "applied": 3,
    "unchanged": 0,
    "failed": 0,
    "stale": 0,
    "blocked": 0,
    "skipped": 0
  },
  "instances": [
    {
      "id": "8D30ABB1E6DA",
      "name": "support",
      "labels": {},
      "status": "applied",
      "verified": true,
      "error": null
    },
    {
      "id": "2A31DD52BAC4",
      "name": null,
      "labels": {},
      "status": "applied",
      "verified": true,
      "error": null
    },
    {
      "id": "3B42EE63CBD5",
      "name": null,
      "labels": {},
      "status": "applied",
      "verified": true,
      "error": null
    }
  ],
  "notices": [
    {
      "kind": "manifest_wants_back",
      "message": "the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again",
      "instances": []
    },
    {
      "kind": "new_host",
      "message": "new host left.example.net: no live webhook of the selection goes there, and 1 instance would",
      "instances": []
    },
    {
      "kind": "kept_fields",
      "message": "https://crm.example.com/in?secret=***<FP> is written back with fields unknown to hookfleet: retries, z, a",
      "instances": [
        "8D30ABB1E6DA"
      ]
    },
    {
      "kind": "kept_fields",
      "message": "https://left.example.net/in?key=***<FP> is written back with fields unknown to hookfleet: hmac",
      "instances": [
        "8D30ABB1E6DA"
      ]
    },
    {
      "kind": "kept_fields",
      "message": "https://twice.example.net/ is written back with fields unknown to hookfleet: mine",
      "instances": [
        "8D30ABB1E6DA"
      ]
    },
    {
      "kind": "kept_fields",
      "message": "the system webhook is written back with fields unknown to hookfleet: note",
      "instances": [
        "8D30ABB1E6DA"
      ]
    },
    {
      "kind": "system_unstated",
      "message": "the answer does not mention a system webhook; a write sends back only what is listed",
      "instances": [
        "2A31DD52BAC4",
        "3B42EE63CBD5"
      ]
    },
    {
      "kind": "would_block",
      "message": "guard `empty` would block an apply: all of its webhooks (1) would be removed",
      "instances": [
        "2A31DD52BAC4"
      ]
    }
  ],
  "guards": [],
  "run": "<RUN>",
  "exit_code": 0
}

"#]]
    );
    let log = bytes(&stage, &log.unwrap());
    assert_eq!(run_logs::payloads(&log)[0]["of"], run);
    assert_data_eq!(
        told(&log),
        str![[r#"
"rollback", 3 to write, allow []
approved 2A31DD52BAC4 3B42EE63CBD5 8D30ABB1E6DA
intent 8D30ABB1E6DA
outcome 8D30ABB1E6DA applied, verified: true, sent: true, trouble: null
intent 2A31DD52BAC4
outcome 2A31DD52BAC4 applied, verified: true, sent: true, trouble: null
intent 3B42EE63CBD5
outcome 3B42EE63CBD5 applied, verified: true, sent: true, trouble: null
close, 1 tokens
end, exit 0, 3 done

"#]]
    );
}

#[test]
fn a_rollback_can_be_rolled_back_and_one_that_is_done_is_not_done_again() {
    let stage = drifted();
    let before = stage.live();
    let run = apply(&stage, &[]);
    let after = stage.live();
    let (_, back) = rollback(&stage, &run, &[]);
    let posts = stage.requests().1;
    let (again, log) = rollback(&stage, &run, &[]);
    assert_data_eq!(
        again.outcomes(),
        str![[r#"
exit 0
8D30ABB1E6DA unchanged
2A31DD52BAC4 unchanged
3B42EE63CBD5 unchanged

"#]]
    );
    assert_eq!((log, stage.requests().1), (None, posts));
    assert_eq!(stage.live(), before);

    let (undone, log) = rollback(&stage, &back.unwrap(), &[]);
    assert_data_eq!(
        undone.outcomes(),
        str![[r#"
exit 0
8D30ABB1E6DA applied, verified
2A31DD52BAC4 applied, verified
3B42EE63CBD5 applied, verified

"#]]
    );
    assert_eq!(stage.live(), after);
    let (_, _) = rollback(&stage, &log.unwrap(), &[]);
    assert_eq!(stage.live(), before);
}
