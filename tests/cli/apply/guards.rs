//! The guards that hold one instance: it is not written, and says the flag with which it is.

use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};

pub(crate) const SYSTEM: &str =
    "system: { url: 'https://app.wawp.net/api/webhook/k', events: [message] }";

/// Two instances: what the first one's manifest says is given, the second one changes in any case.
pub(crate) fn one_of_two(first: &str, safety: &str) -> Stage {
    let live = "webhooks: [{ url: 'https://a.example/', events: [message] }]";
    Stage::new(
        &format!(
            "  - {{ id: 00000000000A, {live}, {SYSTEM} }}\n  - {{ id: 00000000000B, {live}, {SYSTEM} }}\n"
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\n{safety}instances:\n  - {{ id: 00000000000A, {first} }}\n  - {{ id: 00000000000B, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}\n"
        ),
    )
}

/// The plan exits with 3 whatever is asked of it, and nothing was written.
pub(crate) fn holds(stage: &Stage) -> Run {
    let before = stage.live();
    let plan = stage.run(&["plan", "-q"]);
    assert_eq!((plan.code, &*plan.err), (3, ""));
    assert_eq!(stage.run(&["plan", "--detailed-exitcode", "-q"]), plan);
    assert_eq!(
        stage.run(&["plan", "--format", "json"]).json()["exit_code"],
        3
    );
    assert_eq!((stage.live(), stage.requests().1), (before, 0));
    plan
}

#[test]
fn empty_holds_its_instance_only() {
    let stage = one_of_two("webhooks: []", "");
    assert_data_eq!(
        holds(&stage).out,
        str![[r#"
00000000000A (blocked, see below)
  - https://a.example/

00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

"#]]
    );
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 3
--- stdout
00000000000A (blocked, see below)
  - https://a.example/

00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(
        (
            stage.posts_of("00000000000A"),
            stage.posts_of("00000000000B")
        ),
        (0, 1)
    );
    let json = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow",
        "removals",
        "--allow",
        "changes",
        "--allow",
        "system-off",
    ]);
    assert_data_eq!(
        json.out,
        str![[r#"
{
  "format_version": "1",
  "summary": {
    "instances": 2,
    "applied": 0,
    "unchanged": 1,
    "failed": 0,
    "stale": 0,
    "blocked": 1,
    "skipped": 0
  },
  "instances": [
    {
      "id": "00000000000A",
      "name": null,
      "labels": {},
      "status": "blocked",
      "verified": false,
      "error": {
        "kind": "guard",
        "message": "guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass",
        "http_status": null
      }
    },
    {
      "id": "00000000000B",
      "name": null,
      "labels": {},
      "status": "unchanged",
      "verified": false,
      "error": null
    }
  ],
  "notices": [],
  "guards": [
    {
      "guard": "empty",
      "instance": "00000000000A",
      "count": 1,
      "message": "guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass"
    }
  ],
  "exit_code": 3
}

"#]]
    );
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow",
        "empty",
    ]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B unchanged\n"
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  system https://app.wawp.net/api/webhook/k message
00000000000B
  https://a.example/ message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
}

#[test]
fn empty_may_be_allowed_by_the_manifest() {
    let stage = one_of_two("webhooks: []", "safety: { allow_empty: true }\n");
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n"
    );
}

#[test]
fn system_off_holds_its_instance_only_whether_switched_off_or_left_without_events() {
    for (system, live) in [("is_active: false", "message (off)"), ("events: []", "")] {
        let stage = one_of_two(&format!("system: {{ {system} }}"), "");
        let plan = holds(&stage);
        let said = if live.is_empty() {
            "left without events"
        } else {
            "switched off"
        };
        let held = format!(
            "blocked: 00000000000A: guard `system-off`: its system webhook, which feeds the chat inbox, would be {said}; --allow system-off=1 lets it pass"
        );
        assert!(plan.out.lines().any(|line| line == held), "{}", plan.out);
        let run = stage.run(&[
            "apply",
            "--auto-approve",
            "--format",
            "json",
            "--allow",
            "empty",
        ]);
        assert_eq!(
            run.outcomes(),
            format!(
                "exit 3\n00000000000A blocked: guard null {}\n00000000000B applied, verified\n",
                &held["blocked: 00000000000A: ".len()..]
            )
        );
        assert_eq!(stage.posts_of("00000000000A"), 0);
        let run = stage.run(&[
            "apply",
            "--auto-approve",
            "--format",
            "json",
            "--allow",
            "system-off",
        ]);
        assert_eq!(
            run.outcomes(),
            "exit 0\n00000000000A applied, verified\n00000000000B unchanged\n"
        );
        let first = stage
            .live()
            .lines()
            .take(3)
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(first.trim(), format!("00000000000A\nhttps://a.example/ message\nsystem https://app.wawp.net/api/webhook/k {live}").trim());
    }
}
