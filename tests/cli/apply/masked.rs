//! Masks: what the API shows in place of a value is not sent back as the value, unless it is asked for.

use hookfleet::emulator::Extra;
use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::guards::SYSTEM;
use crate::harness::Stage;
use crate::harness::run_logs::{self, rollback};

const ID: &str = "00000000000A";
const HOOK: &str = "{ url: 'https://a.example/', events: [message], extra: { hmac: { key: 's3cr3tk3y' }, retries: { policy: linear } } }";

/// A server that masks the texts of unknown fields, and a manifest that adds a webhook.
fn stage(settings: &str) -> Stage {
    Stage::new(
        &format!(
            "  - {{ id: {ID}, unknown_fields: mask, webhooks: [{HOOK}], {SYSTEM} }}\n  - {{ id: 00000000000B }}\n"
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true{settings} }}\ninstances:\n  - {{ id: {ID}, webhooks: [{{ url: 'https://a.example/', events: [message] }}, {{ url: 'https://b.example/', events: [message] }}] }}\n  - {{ id: 00000000000B, webhooks: [{{ url: 'https://c.example/', events: [message] }}] }}\n"
        ),
    )
}

/// The unknown fields that the server holds of the first webhook.
fn held(stage: &Stage) -> serde_json::Value {
    let webhooks = stage.world().webhooks(ID);
    serde_json::to_value(&webhooks[0].extra).unwrap()
}

#[test]
fn a_mask_blocks_its_instance_alone_and_the_key_stays() {
    let stage = stage("");
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 3
--- stdout
notice: new host b.example: no live webhook of the selection goes there, and 1 instance would
notice: new host c.example: no live webhook of the selection goes there, and 1 instance would
notice: 00000000000A: https://a.example/ is written back with fields unknown to hookfleet: hmac, retries
notice: 00000000000B: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A (blocked, see below)
  + https://b.example/
      events: message

00000000000B
  + https://c.example/
      events: message

blocked: 00000000000A: guard `masked`: it would be written with masks in place of values: `hmac`, `retries` of https://a.example/; `drop_fields: [hmac, retries]` leaves them out, --allow masked=2 sends the mask, and neither brings the key back

Plan: 1 to create, 0 to update, 0 to delete on 1 of 2 instances. 0 failed, 1 blocked.

blocked: 00000000000A: guard `masked`: it would be written with masks in place of values: `hmac`, `retries` of https://a.example/; `drop_fields: [hmac, retries]` leaves them out, --allow masked=2 sends the mask, and neither brings the key back
applied and verified: 00000000000B

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!((stage.posts_of(ID), stage.posts_of("00000000000B")), (0, 1));
    assert_eq!(
        held(&stage),
        json!({ "hmac": { "key": "s3cr3tk3y" }, "retries": { "policy": "linear" } })
    );
    let plan = stage.run(&["plan", "--format", "json"]).json();
    assert_eq!(
        (
            &plan["guards"][0]["guard"],
            &plan["guards"][0]["instance"],
            &plan["guards"][0]["count"]
        ),
        (&json!("masked"), &json!(ID), &json!(2))
    );
    assert_eq!(
        (&plan["exit_code"], &plan["instances"][0]["error"]["kind"]),
        (&json!(3), &json!("guard"))
    );
}

#[test]
fn drop_fields_leaves_masks_out_and_allow_sends_them() {
    let dropping = stage(", drop_fields: [hmac, retries]");
    let run = dropping.run(&["apply", "--auto-approve"]);
    assert_eq!((run.code, held(&dropping)), (0, json!({})), "{}", run.out);
    let allowing = stage("");
    assert_eq!(
        allowing
            .run(&["apply", "--auto-approve", "--allow", "masked=1"])
            .code,
        3
    );
    let run = allowing.run(&["apply", "--auto-approve", "--allow", "masked=2"]);
    let mask = "********";
    assert_eq!(
        (run.code, held(&allowing)),
        (
            0,
            json!({ "hmac": { "key": mask }, "retries": { "policy": mask } })
        ),
        "{}",
        run.out
    );
}

#[test]
fn a_saved_plan_lets_pass_the_masks_that_were_allowed_and_no_other() {
    let stage = stage("");
    let save = |allow: &[&str]| {
        let plan = stage.run(&[&["plan", "--out", "plan.json", "-q"], allow].concat());
        (
            plan.code,
            stage.run(&["apply", "plan.json"]).code,
            stage.posts_of(ID),
        )
    };
    assert_eq!(save(&[]), (3, 3, 0));
    assert_eq!(save(&["--allow", "masked=1"]), (3, 3, 0));
    assert_eq!(save(&["--allow", "masked"]), (0, 0, 1));
}

#[test]
fn fields_that_are_masked_only_since_the_plan_are_not_written() {
    let stage = Stage::new(
        &format!(
            "  - {{ id: {ID}, webhooks: [{}] }}\n",
            HOOK.replace("s3cr3tk3y", "plainkey")
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances:\n  - {{ id: {ID}, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}\n"
        ),
    );
    assert_eq!(stage.run(&["plan", "--out", "plan.json", "-q"]).code, 0);
    let mut webhooks = stage.world().webhooks(ID);
    webhooks[0].extra = Extra::from_json(r#"{"hmac":{"key":"••••••••"}}"#).unwrap();
    assert!(stage.world().set_webhooks(ID, webhooks));
    let run = stage.run(&["apply", "plan.json"]);
    assert_eq!((run.code, stage.posts_of(ID)), (3, 0), "{}", run.told());
}

#[test]
fn fields_that_are_masked_only_in_the_read_before_the_write_are_not_written() {
    let meanwhile = HOOK.replace("s3cr3tk3y", "••••••••");
    let stage = Stage::new(
        &format!(
            "  - {{ id: {ID}, webhooks: [{HOOK}], faults: [{{ on: get, nth: 2, meanwhile: {{ webhooks: [{meanwhile}] }} }}] }}\n"
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances:\n  - {{ id: {ID}, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}\n"
        ),
    );
    let run = stage.run(&["apply", "--auto-approve", "-q"]);
    assert_eq!((run.code, stage.posts_of(ID)), (4, 0), "{}", run.told());
    let why = "nothing was written: the API shows a mask now where it showed a value";
    assert!(run.out.contains(why), "{}", run.out);
}

/// A rollback of a removal would make the webhook anew, with the mask as its key.
#[test]
fn a_rollback_sends_no_mask_unasked() {
    let stage = Stage::new(
        &format!(
            "  - {{ id: {ID}, unknown_fields: mask, webhooks: [{HOOK}, {{ url: 'https://b.example/', events: [message] }}] }}\n"
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances:\n  - {{ id: {ID}, webhooks: [{{ url: 'https://b.example/', events: [message] }}] }}\n"
        ),
    );
    let run = run_logs::apply(&stage, &[]);
    let (blocked, _) = rollback(&stage, &run, &[]);
    assert_eq!((blocked.code, stage.posts_of(ID)), (3, 1));
    assert_eq!(blocked.json()["guards"][0]["guard"], "masked");
    let (allowed, _) = rollback(&stage, &run, &["--allow", "masked"]);
    assert_eq!(
        (allowed.code, stage.posts_of(ID)),
        (0, 2),
        "{}",
        allowed.out
    );
    assert_eq!(held(&stage)["hmac"]["key"], "********");
}
