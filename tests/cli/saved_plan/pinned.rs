//! What was blocked when a plan was approved stays blocked, whatever the manifest and the server say since.

use hookfleet::emulator::{Extra, Fault};

use crate::apply::guards::one_of_two;
use crate::harness::{Stage, run_logs};
use crate::saved_plan::{A, B, apply, save};

const WANTED: &str = "webhooks: [{ url: 'https://a.example/', events: [message.ack] }]";

/// The first instance's webhook with this key, live.
fn keyed(stage: &Stage, key: &str) {
    let mut webhooks = stage.world().webhooks(A);
    webhooks[0].extra = Extra::from_json(&format!(r#"{{"hmac":"{key}"}}"#)).unwrap();
    assert!(stage.world().set_webhooks(A, webhooks));
}

fn edit(stage: &Stage, from: &str, to: &str) {
    let path = stage.dir.path().join("hookfleet.yaml");
    let manifest = std::fs::read_to_string(&path).unwrap();
    assert!(manifest.contains(from), "{manifest}");
    std::fs::write(path, manifest.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_mask_that_was_blocked_stays_blocked_when_the_manifest_drops_it_or_the_server_shows_a_value() {
    // Another manifest is not what was approved; another value is no approval of what was blocked.
    for (later, code) in [
        ("the manifest drops it", 4),
        ("the server shows a value", 3),
    ] {
        let stage = one_of_two(WANTED, "");
        keyed(&stage, "********");
        assert_eq!(save(&stage, &[]).code, 3);
        if later == "the manifest drops it" {
            edit(&stage, "prune: true", "prune: true, drop_fields: [hmac]");
        } else {
            keyed(&stage, "k");
        }
        let run = apply(&stage, &[]);
        let did = (run.code, stage.posts_of(A));
        assert_eq!(did, (code, 0), "{later}: {}", run.told());
    }
}

#[test]
fn masks_that_were_allowed_by_number_let_no_more_pass() {
    let stage = one_of_two(WANTED, "");
    keyed(&stage, "********");
    assert_eq!(save(&stage, &["--allow", "masked=1"]).code, 0);
    let mut webhooks = stage.world().webhooks(A);
    webhooks[0].extra = Extra::from_json(r#"{"hmac":"****","other":"••••"}"#).unwrap();
    assert!(stage.world().set_webhooks(A, webhooks));
    let run = apply(&stage, &[]);
    assert_eq!((run.code, stage.posts_of(A)), (3, 0), "{}", run.told());
    let run = apply(&stage, &["--allow", "masked=2"]);
    assert_eq!((run.code, stage.posts_of(A)), (0, 1), "{}", run.told());
}

#[test]
fn a_resume_of_a_saved_plans_run_writes_nothing_that_was_blocked() {
    let stage = one_of_two("webhooks: []", "");
    let fault = Fault::from_yaml("{ on: post, nth: 1, answer: { status: 400 } }").unwrap();
    assert!(stage.world().add_fault(B, fault));
    assert_eq!(save(&stage, &[]).code, 3);
    let (_, run) = run_logs::run(&stage, &["apply", "plan.hfp", "--retries", "0"]);
    edit(
        &stage,
        "instances:",
        "safety: { allow_empty: true }\ninstances:",
    );
    let run = stage.run(&["apply", "--resume", &run.unwrap()]);
    assert_eq!((run.code, stage.posts_of(A)), (0, 0), "{}", run.told());
}
