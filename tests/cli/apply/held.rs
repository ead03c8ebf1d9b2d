//! Runs that guards hold back: what is blocked is said first, and that nothing was applied before the last line.

use snapbox::{assert_data_eq, str};

use crate::apply::guards::SYSTEM;
use crate::harness::run_logs::apply;
use crate::harness::{Run, Stage};
use crate::saved_plan::{FILE, save};

const LIVE: &str = "webhooks: [{ url: 'https://a.example/', events: [message] }]";

/// The outcomes in a report, without the plan above them.
fn outcomes(run: &Run) -> &str {
    let (_, plan) = run.out.split_once("\nPlan: ").unwrap();
    plan.split_once("\n\n").unwrap().1
}

/// The run exits with 3 and writes nothing; what its report says.
fn held(stage: &Stage, args: &[&str]) -> String {
    let (before, posts) = (stage.live(), stage.requests().1);
    let run = stage.run(args);
    assert_eq!(run.code, 3, "{}", run.told());
    let json = stage.run(&[args, &["--format", "json"]].concat());
    let report = json.json();
    assert_eq!((json.code, &report["exit_code"]), (3, &3.into()));
    assert_eq!(report["summary"]["applied"], 0);
    assert_eq!(report["guards"].as_array().unwrap().len(), 1);
    assert_eq!(report["instances"][0]["error"]["kind"], "guard");
    assert_eq!((stage.live(), stage.requests().1), (before, posts));
    outcomes(&run).to_owned()
}

#[test]
fn what_is_blocked_is_told_before_what_was_applied() {
    let stage = Stage::new(
        &format!("  - {{ id: 00000000000A, {LIVE} }}\n  - {{ id: 00000000000B, {LIVE} }}\n"),
        "version: 1\ndefaults: { prune: true }\ninstances:\n  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }\n  - { id: 00000000000B, webhooks: [] }\n",
    );
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_eq!(run.code, 3);
    assert_data_eq!(
        outcomes(&run),
        str![[r#"
blocked: 00000000000B: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass
applied and verified: 00000000000A

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.

"#]]
    );
}

#[test]
fn an_apply_and_a_saved_plan_that_are_blocked_say_that_nothing_was_applied() {
    let stage = Stage::new(
        &format!("  - {{ id: 00000000000A, {LIVE} }}\n"),
        "version: 1\ninstances: [{ id: 00000000000A, webhooks: [], prune: true }]\n",
    );
    let told = held(&stage, &["apply", "--auto-approve"]);
    assert_data_eq!(
        &told,
        str![[r#"
blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.

"#]]
    );
    assert_eq!(save(&stage, &[]).code, 3);
    assert_eq!(held(&stage, &["apply", FILE]), told);
}

#[test]
fn a_resume_that_is_blocked_says_that_nothing_was_applied() {
    let manifest = "version: 1\nsafety: { allow_empty: true }\ninstances: [{ id: 00000000000A, webhooks: [], prune: true }]\n";
    let stage = Stage::new(
        &format!(
            "  - {{ id: 00000000000A, {LIVE}, faults: [{{ on: post, nth: 1, ignore_write: true }}] }}\n"
        ),
        manifest,
    );
    let run = apply(&stage, &[]);
    stage.write(
        "hookfleet.yaml",
        manifest.replace("true }\ninst", "false }\ninst"),
    );
    assert_data_eq!(
        held(&stage, &["apply", "--resume", &run]),
        str![[r#"
blocked: 00000000000A: guard `empty`: all of its webhooks (1) would be removed; --allow empty=1 lets it pass

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.

"#]]
    );
}

#[test]
fn a_rollback_that_is_blocked_says_that_nothing_was_applied() {
    let off = SYSTEM.replace("events:", "is_active: false, events:");
    let stage = Stage::new(
        &format!("  - {{ id: 00000000000A, {off} }}\n"),
        "version: 1\ninstances: [{ id: 00000000000A, system: { is_active: true } }]\n",
    );
    let run = apply(&stage, &[]);
    assert_data_eq!(
        held(&stage, &["rollback", &run, "--auto-approve"]),
        str![[r#"
blocked: 00000000000A: guard `system-off`: its system webhook, which feeds the chat inbox, would be switched off; --allow system-off=1 lets it pass

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.

"#]]
    );
}
