//! The loop: a drifted world is planned, applied, and then there is nothing left to do.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};

const RECORDED: &str = "\nRecorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.\n";

const WORLD: &str = r#"
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: "https://crm.example.com/in?secret=last-year", events: [message], extra: { retries: { attempts: 3 } } }
      - { url: "https://left.example.net/in?key=7f3a9c", events: [message], is_active: 0 }
      - { url: "https://anna.ngrok.app/debug", events: [message.any] }
    system: { url: "https://app.wawp.net/api/webhook/k3J8sQz1", events: [message] }
  - id: 1F20CC41A9B3
    webhooks: [{ url: "https://crm.example.com/in?secret=hook-secret-1", events: [message] }]
    system: { url: "https://app.wawp.net/api/webhook/m5", events: [message], is_active: false }
  - id: 2A31DD52BAC4
"#;
const MANIFEST: &str = r#"
version: 1
secrets: { crm: { env: CRM_SECRET } }
defaults: { prune: true, ignore: ["https://*.ngrok.app/**"] }
instances:
  - id: 8D30ABB1E6DA
    name: support
    labels: { env: prod }
    webhooks:
      - { url: "https://crm.example.com/in?secret=${secret.crm}", events: [message, message.ack] }
      - { url: "https://new.example.org/${instance.name}", events: [call.received], is_active: 0 }
    system: { events: [message, message.edited] }
  - id: 1F20CC41A9B3
    webhooks: [{ url: "https://crm.example.com/in?secret=${secret.crm}", events: [message] }]
  - { id: 2A31DD52BAC4, suspend: true, reason: being ported }
"#;

fn drifted() -> Stage {
    Stage::new(WORLD, MANIFEST).env("CRM_SECRET", "hook-secret-1")
}

fn is_applied(stage: &Stage) {
    assert_data_eq!(
        stage.live(),
        str![[r#"
1F20CC41A9B3
  https://crm.example.com/in?secret=hook-secret-1 message
  system https://app.wawp.net/api/webhook/m5 message (off)
2A31DD52BAC4
  system Absent
8D30ABB1E6DA
  https://crm.example.com/in?secret=hook-secret-1 message,message.ack retries={"attempts":3}
  https://anna.ngrok.app/debug message.any
  https://new.example.org/support call.received (off)
  system https://app.wawp.net/api/webhook/k3J8sQz1 message,message.edited

"#]]
    );
}

#[test]
fn a_drifted_world_is_planned_applied_and_then_in_sync_in_text() {
    let stage = drifted();
    let plan = stage.run(&["plan"]);
    assert_data_eq!(
        plan.told(),
        str![[r#"
exit 0
--- stdout
notice: new host new.example.org: no live webhook of the selection goes there, and 1 instance would
notice: left.example.net is removed from 1 instance, and occurs nowhere in the manifest
notice: support (8D30ABB1E6DA): https://crm.example.com/in?secret=***<FP> is written back with fields unknown to hookfleet: retries

support (8D30ABB1E6DA)
  ~ https://crm.example.com/in?secret=${secret.crm}
      - url: https://crm.example.com/in?secret=***<FP>
      + url: https://crm.example.com/in?secret=***<FP>
        events:
          message
      +   message.ack
  - https://left.example.net/in?key=***<FP>
  + https://new.example.org/support
      events: call.received
      is_active: false
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
        events:
          message
      +   message.edited

skipped: 2A31DD52BAC4 is suspended: being ported

Plan: 1 to create, 2 to update, 1 to delete on 1 of 3 instances.
--- stderr

"#]]
    );
    assert_eq!(
        stage.run(&["plan", "--detailed-exitcode"]),
        Run {
            code: 2,
            ..plan.clone()
        }
    );
    assert_eq!(
        stage.run(&["drift"]),
        Run {
            code: 2,
            ..plan.clone()
        }
    );
    assert_eq!(stage.requests(), (6, 0));
    let apply = stage.run(&["apply", "--auto-approve"]);
    assert_eq!((apply.code, &*apply.err), (0, RECORDED));
    let report = apply.out.strip_prefix(&plan.out).unwrap();
    assert_data_eq!(
        report,
        str![[r#"

applied and verified: support (8D30ABB1E6DA)
skipped: 2A31DD52BAC4: being ported

Apply complete: 1 applied, 1 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.

"#]]
    );
    is_applied(&stage);
    // Two read by the plan, one rechecked and verified.
    assert_eq!(stage.requests(), (6 + 4, 1));

    let after = stage.run(&["plan", "--detailed-exitcode"]);
    assert_data_eq!(
        after.told(),
        str![[r#"
exit 0
--- stdout
skipped: 2A31DD52BAC4 is suspended: being ported

No changes. 2 instances match the manifest.
--- stderr

"#]]
    );
    assert_eq!(stage.run(&["drift"]), after);
    let again = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        again.told(),
        str![[r#"
exit 0
--- stdout
skipped: 2A31DD52BAC4 is suspended: being ported

No changes. 2 instances match the manifest.

skipped: 2A31DD52BAC4: being ported

Apply complete: 0 applied, 2 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.
--- stderr

"#]]
    );
    is_applied(&stage);
    assert_eq!(stage.requests(), (10 + 6, 1));
}

#[test]
fn a_drifted_world_is_planned_applied_and_then_in_sync_in_json() {
    let stage = drifted();
    let plan = stage.run(&["plan", "--format", "json"]);
    assert_eq!((plan.code, &*plan.err), (0, ""));
    let notices = json!([]);
    let mut expected = json!({
        "format_version": "1",
        "summary": {
            "instances": 3, "unchanged": 1, "changed": 1, "failed": 0, "blocked": 0, "skipped": 1,
            "webhooks": { "create": 1, "update": 1, "delete": 1, "unchanged": 1 },
            "system": { "update": 1 }
        },
        "instances": [
            {
                "id": "8D30ABB1E6DA", "name": "support", "labels": { "env": "prod" }, "status": "changed",
                "webhooks": [
                    {
                        "action": "update",
                        "before": { "url": "https://crm.example.com/in?secret=***<FP>", "events": ["message"], "is_active": true },
                        "after": {
                            "url": "https://crm.example.com/in?secret=***<FP>",
                            "template": "https://crm.example.com/in?secret=${secret.crm}",
                            "events": ["message", "message.ack"],
                            "is_active": true
                        }
                    },
                    {
                        "action": "delete",
                        "before": { "url": "https://left.example.net/in?key=***<FP>", "events": ["message"], "is_active": false },
                        "after": null
                    },
                    {
                        "action": "create",
                        "before": null,
                        "after": { "url": "https://new.example.org/support", "events": ["call.received"], "is_active": false }
                    }
                ],
                "system": {
                    "action": "update", "managed": true,
                    "url": "https://app.wawp.net/api/webhook/***<FP>",
                    "before": { "events": ["message"], "is_active": true },
                    "after": { "events": ["message", "message.edited"], "is_active": true }
                },
                "error": null
            },
            {
                "id": "1F20CC41A9B3", "name": null, "labels": {}, "status": "unchanged", "webhooks": [],
                "system": {
                    "action": "no-op", "managed": false,
                    "before": { "events": ["message"], "is_active": false },
                    "after": { "events": ["message"], "is_active": false }
                },
                "error": null
            },
            {
                "id": "2A31DD52BAC4", "name": null, "labels": {}, "status": "skipped", "reason": "being ported",
                "webhooks": [], "system": null, "error": null
            }
        ],
        "notices": notices,
        "guards": [],
        "exit_code": 0
    });
    let mut printed = plan.json();
    let notices = printed["notices"].take();
    expected["notices"] = json!(null);
    assert_eq!(printed, expected);
    assert_data_eq!(
        format!("{notices:#}"),
        str![[r#"
[
  {
    "instances": [],
    "kind": "new_host",
    "message": "new host new.example.org: no live webhook of the selection goes there, and 1 instance would"
  },
  {
    "instances": [],
    "kind": "removed_host",
    "message": "left.example.net is removed from 1 instance, and occurs nowhere in the manifest"
  },
  {
    "instances": [
      "8D30ABB1E6DA"
    ],
    "kind": "kept_fields",
    "message": "https://crm.example.com/in?secret=***<FP> is written back with fields unknown to hookfleet: retries"
  }
]
"#]]
    );

    let drift = stage.run(&["drift", "--format", "json"]);
    expected["exit_code"] = json!(2);
    expected["notices"] = notices.clone();
    assert_eq!((drift.code, drift.json()), (2, expected));

    let apply = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!((apply.code, &*apply.err), (0, RECORDED));
    assert_eq!(
        apply.json(),
        json!({
            "format_version": "1",
            "run": "<RUN>",
            "summary": { "instances": 3, "applied": 1, "unchanged": 1, "failed": 0, "stale": 0, "blocked": 0, "skipped": 1 },
            "instances": [
                { "id": "8D30ABB1E6DA", "name": "support", "labels": { "env": "prod" }, "status": "applied", "verified": true, "error": null },
                { "id": "1F20CC41A9B3", "name": null, "labels": {}, "status": "unchanged", "verified": false, "error": null },
                { "id": "2A31DD52BAC4", "name": null, "labels": {}, "status": "skipped", "reason": "being ported", "verified": false, "error": null }
            ],
            "notices": notices,
            "guards": [],
            "exit_code": 0
        })
    );
    is_applied(&stage);

    let synced = stage.run(&["plan", "--detailed-exitcode", "--format", "json"]);
    let json = synced.json();
    assert_eq!(synced.code, 0);
    assert_eq!(
        json["summary"],
        json!({
            "instances": 3, "unchanged": 2, "changed": 0, "failed": 0, "blocked": 0, "skipped": 1,
            "webhooks": { "create": 0, "update": 0, "delete": 0, "unchanged": 3 },
            "system": { "update": 0 }
        })
    );
    assert_eq!(json["notices"], json!([]));
}
