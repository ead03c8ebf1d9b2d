//! Servers that store something else than what was written: which, and what to do about it.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::harness::running::{name, runs};

#[test]
fn a_url_that_is_stored_in_another_form_is_told_with_that_form_and_without_its_secret() {
    let manifest = "\
version: 1
secrets: { crm: { env: CRM } }
defaults: { prune: true }
instances:
  - id: 0000000000A1
    webhooks:
      - { url: 'HTTPS://API.Example:443?secret=${secret.crm}&x=%c3%a4', events: [message] }
      - { url: 'https://other.example/hook', events: [message] }
  - id: 0000000000A2
    webhooks:
      - { url: 'https://one.example', events: [message] }
      - { url: 'https://TWO.example/', events: [message] }
  - id: 0000000000A3
    webhooks: [{ url: 'https://one.example', events: [message] }]
";
    let world = "  - { id: 0000000000A1, urls: normal }\n  - { id: 0000000000A2, urls: normal }\n  \
                 - { id: 0000000000A3, urls: normal, webhooks: [{ url: 'https://one.example/', events: [message, message.ack] }] }\n";
    let stage = Stage::new(world, manifest).env("CRM", "s3cr3t-of-a-crm");
    let run = stage.run(&["apply", "--auto-approve", "--format=json"]);
    assert!(!run.told().contains("s3cr3t"), "{}", run.told());
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
0000000000A1 failed: accepted_but_different null the API stores this URL in another form; write it so: https://api.example/?secret=***<FP>&x=%c3%a4 instead of HTTPS://API.Example:443?secret=***<FP>&x=%c3%a4
0000000000A2 failed: accepted_but_different null the API stores these URLs in another form; write them so: https://one.example/ instead of https://one.example, https://two.example/ instead of https://TWO.example/
0000000000A3 failed: accepted_but_different null the API stores this URL in another form; write it so: https://one.example/ instead of https://one.example

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: write a URL in the manifest as the API stores it; otherwise every plan shows it as changed

"#]]
    );
}

#[test]
fn an_engine_that_drops_inactive_webhooks_is_told_as_that() {
    let manifest = "\
version: 1
instances:
  - id: 0000000000A1
    webhooks:
      - { url: 'https://one.example/', events: [message], is_active: false }
      - { url: 'https://two.example/', events: [message] }
";
    let stage = Stage::new("  - { id: 0000000000A1, inactive: drop }\n", manifest);
    let run = stage.run(&["apply", "--auto-approve", "--format=json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
0000000000A1 failed: accepted_but_different null the API does not keep inactive webhooks: missing: https://one.example/

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: take inactive webhooks out of the manifest, or write `is_active: true`

"#]]
    );
    // The rest is live by then, and reads show the state before the write.
    let again = stage.run(&["apply", "--auto-approve", "--format=json"]);
    assert_data_eq!(
        again.outcomes(),
        str![[r#"
exit 1
0000000000A1 failed: accepted_but_different null the API does not keep inactive webhooks: missing: https://one.example/

"#]]
    );
}

#[test]
fn what_is_stored_otherwise_is_put_back_by_a_rollback() {
    let manifest = "\
version: 1
defaults: { prune: true }
instances:
  - id: 0000000000A1
    webhooks: [{ url: 'https://ONE.example', events: [message] }]
  - id: 0000000000A2
    webhooks: [{ url: 'https://two.example/', events: [message], is_active: false }]
";
    let world = "  - { id: 0000000000A1, urls: normal, webhooks: [{ url: 'https://old.example/', events: [message], extra: { hmac: { key: k } } }] }\n  \
                 - { id: 0000000000A2, inactive: drop, webhooks: [{ url: 'https://two.example/', events: [message], extra: { retries: 3 } }] }\n";
    let stage = Stage::new(world, manifest);
    let before = stage.live();
    let allow = ["--allow=empty", "--allow=removals"];
    let run = stage.run(&[&["apply", "--auto-approve"][..], &allow].concat());
    assert_eq!(run.code, 1, "{}", run.told());
    assert_ne!(stage.live(), before);
    let runs = runs(&stage);
    let run = stage.run(&[&["rollback", name(&runs[0]), "--auto-approve"][..], &allow].concat());
    assert_eq!(run.code, 0, "{}", run.told());
    assert_eq!(stage.live(), before);
}

#[test]
fn a_write_that_takes_effect_after_three_seconds_is_verified() {
    let manifest = "version: 1\ninstances: [{ id: 0000000000A1, webhooks: [{ url: 'https://one.example/', events: [message] }] }]\n";
    let stage = Stage::new(
        "  - { id: 0000000000A1, effect_after_ms: 3000 }\n",
        manifest,
    );
    let run = stage.run(&["apply", "--auto-approve", "--format=json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 0
0000000000A1 applied, verified

"#]]
    );
    assert_eq!(stage.requests().1, 1);
}

#[test]
fn a_server_that_refuses_unknown_fields_names_them_and_nothing_is_lost() {
    let manifest = "version: 1\ninstances: [{ id: 0000000000A1, webhooks: [{ url: 'https://one.example/', events: [message, message.ack] }] }]\n";
    let world = "  - id: 0000000000A1\n    unknown_fields: refuse\n    error_body: nested\n    \
                 webhooks: [{ url: 'https://one.example/', events: [message], extra: { hmac: { key: k } } }]\n";
    let stage = Stage::new(world, manifest);
    let before = stage.live();
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
notice: 0000000000A1: the answer does not mention a system webhook; a write sends back only what is listed
notice: 0000000000A1: https://one.example/ is written back with fields unknown to hookfleet: hmac

0000000000A1
  ~ https://one.example/
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

failed: 0000000000A1: the write was refused: the API answered 400 Bad Request: webhooks.0.property hmac should not exist; the write carried fields along that hookfleet does not know: hmac

Apply complete: 0 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet.

hint: where the API refuses fields that it has answered itself, `drop_fields: [NAME]` on the instance or in `defaults` leaves them out

"#]]
    );
    assert_eq!(stage.live(), before);
}

#[test]
fn behind_a_proxy_that_closes_after_each_answer_every_write_arrives_once() {
    for habit in ["close", "drop"] {
        let ids: Vec<String> = (0..30).map(|at| format!("0000000000{at:02}")).collect();
        let lines = ids.iter().map(|id| format!("  - {{ id: '{id}' }}\n"));
        let lines: String = lines.collect();
        let world = format!(
            "version: 1\nconnections: {habit}\naccounts: [{{ token: {} }}]\ninstances:\n{lines}",
            crate::harness::TOKEN
        );
        let manifest = format!(
            "version: 1\ndefaults: {{ webhook_sets: [s] }}\nwebhook_sets: {{ s: [{{ url: 'https://one.example/', events: [message] }}] }}\ninstances:\n{lines}"
        );
        let stage = Stage::of_world(&world, &manifest);
        let run = stage.run(&["apply", "--auto-approve", "--retries=0"]);
        assert_eq!(run.code, 0, "{}", run.told());
        assert_eq!(stage.requests().1, 30);
    }
}
