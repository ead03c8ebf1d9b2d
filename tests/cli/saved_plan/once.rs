//! A saved plan is carried out once on each instance: what was put back since is not written again unasked.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;

use super::{A, B, FILE, apply, save};
use crate::harness::run_logs::{self, bytes, lines, place};
use crate::harness::{Run, Stage, stage};

fn saved() -> Stage {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    stage
}

/// `apply FILE` in JSON, an instance at a time; with its run.
fn carry_out(stage: &Stage, more: &[&str]) -> (Run, Option<String>) {
    let args = ["apply", FILE, "--concurrency", "1", "--format", "json"];
    run_logs::run(stage, &[&args[..], more].concat())
}

const DONE: &str = "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n";
const AS_APPROVED: &str = "exit 0\n00000000000A unchanged\n00000000000B unchanged\n";

const PUT_BACK: &str = "exit 4\n00000000000A stale: stale null run <RUN> carried this plan out on it, and it was put back since\n00000000000B stale: stale null run <RUN> carried this plan out on it, and it was put back since\n";

#[test]
fn a_plan_that_was_carried_out_and_put_back_is_stale_unless_again() {
    for by_hand in [false, true] {
        let stage = saved();
        let before = [A, B].map(|id| stage.world().webhooks(id));
        let (done, run) = carry_out(&stage, &[]);
        assert_eq!(done.outcomes(), DONE);
        let run = run.unwrap();
        assert_eq!(carry_out(&stage, &[]).0.outcomes(), AS_APPROVED);
        if by_hand {
            for (id, webhooks) in [A, B].into_iter().zip(before) {
                stage.world().set_webhooks(id, webhooks);
            }
        } else {
            assert_eq!(run_logs::rollback(&stage, &run, &[]).0.code, 0);
        }
        let live = stage.live();
        assert_eq!(carry_out(&stage, &[]).0.outcomes(), PUT_BACK);
        assert_eq!(stage.live(), live);
        assert!(apply(&stage, &[]).err.contains("hint: --again writes"));
        assert_eq!(carry_out(&stage, &["--again"]).0.outcomes(), DONE);
    }
}

#[test]
fn a_retry_finishes_what_a_crash_cut_off_also_where_its_log_is_encrypted() {
    for is_sealed in [false, true] {
        let stage = saved();
        let recipient = Identity::generate().to_public().to_string();
        let sealed = ["--state-recipient", &recipient];
        let more: &[&str] = if is_sealed { &sealed } else { &[] };
        let before = stage.world().webhooks(B);
        let run = carry_out(&stage, more).1.unwrap();
        // Killed when B was about to be written.
        place(&stage, &run, &lines(&bytes(&stage, &run))[..5].concat());
        stage.world().set_webhooks(B, before);
        let (retried, _) = carry_out(&stage, more);
        assert_eq!(
            retried.outcomes(),
            "exit 0\n00000000000A unchanged\n00000000000B applied, verified\n",
            "{is_sealed}"
        );
    }
}

#[test]
fn an_encrypted_log_tells_without_its_key_what_was_carried_out() {
    let stage = saved();
    let key = Identity::generate();
    stage.write("key", key.to_string().expose_secret().to_owned() + "\n");
    let recipient = key.to_public().to_string();
    let run = carry_out(&stage, &["--state-recipient", &recipient])
        .1
        .unwrap();
    let (back, _) = run_logs::rollback(&stage, &run, &["--identity", "key"]);
    assert_eq!(back.code, 0, "{}", back.told());
    let live = stage.live();
    assert_eq!(carry_out(&stage, &[]).0.outcomes(), PUT_BACK);
    assert_eq!(stage.live(), live);
}

#[test]
fn a_plan_that_a_rollback_of_a_cut_off_run_put_back_is_stale() {
    let stage = saved();
    let run = carry_out(&stage, &[]).1.unwrap();
    // Killed before the outcome of B was recorded.
    place(&stage, &run, &lines(&bytes(&stage, &run))[..5].concat());
    assert_eq!(run_logs::rollback(&stage, &run, &[]).0.code, 0);
    let (first, _) = PUT_BACK.rsplit_once("00000000000B").unwrap();
    let second = "00000000000B stale: stale null a run carried this plan out on it, and rollback <RUN> has put it back\n";
    assert_eq!(
        carry_out(&stage, &[]).0.outcomes(),
        format!("{first}{second}")
    );
}

#[test]
fn another_plan_of_the_same_change_is_carried_out() {
    let stage = saved();
    let run = carry_out(&stage, &[]).1.unwrap();
    assert_eq!(run_logs::rollback(&stage, &run, &[]).0.code, 0);
    assert_eq!(save(&stage, &[]).code, 0);
    assert_eq!(carry_out(&stage, &[]).0.outcomes(), DONE);
}

#[test]
fn again_is_for_what_was_approved_before() {
    let stage = saved();
    for args in [
        &["apply", "--again", "--auto-approve"][..],
        &["plan", "--again"],
    ] {
        assert_eq!(stage.run(args).code, 64);
    }
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn a_log_that_was_made_by_hand_carries_no_plan_out() {
    let stage = saved();
    let mut chain = hookfleet::runlog::Chain::default();
    let plan = super::document(&stage);
    let shown = shown_by(&stage);
    let header = serde_json::json!({
        "hookfleet_run": 1, "planner": 2, "run": "20250101-000000.000-abcd", "kind": "apply", "of": null,
        "plan": shown, "tool": "0.1.0", "started": "2025-01-01T00:00:00Z", "writes": 2, "allow": [], "weighed": true,
        "sealed_to": null, "base_url": stage.base_url, "manifests": ["hookfleet.yaml"],
    });
    let outcome = |id: &str| {
        serde_json::json!({ "outcome": {
            "instance": id, "status": "applied", "verified": true, "sent": true, "trouble": null, "left": null
        } })
    };
    let approved = serde_json::json!({ "records": [{ "approved": { "salt": "00", "shown": shown, "digests": {} } }] });
    let records = serde_json::json!({ "records": [outcome(A), outcome(B)] });
    let lines = [header, approved, records].map(|line| chain.line(&line.to_string()));
    place(
        &stage,
        "20250101-000000.000-abcd",
        lines.concat().as_bytes(),
    );
    assert!(plan.is_object());
    assert_eq!(carry_out(&stage, &[]).0.outcomes(), DONE);
}

/// The digest of the saved plan, as a run of it records it.
fn shown_by(stage: &Stage) -> serde_json::Value {
    let other = saved();
    let text = super::text(stage);
    other.write(FILE, text.replace(&stage.base_url, &other.base_url));
    let (_, run) = run_logs::run(&other, &["apply", FILE, "--format", "json"]);
    run.map_or(serde_json::Value::Null, |run| {
        run_logs::payloads(&bytes(&other, &run))[0]["plan"].clone()
    })
}
