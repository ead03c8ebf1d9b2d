//! Nothing live is lost: unknown fields, ignored and unmanaged webhooks, the system webhook.

use hookfleet::emulator::{Extra, SystemState, WebhookState};
use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

const LIVE: &str = r#"
    webhooks:
      - { url: "https://kept.example/", events: [message], extra: { hmac: { key: "x" }, retries: { attempts: 3, n: 12345678901234567890123 } } }
      - { url: "https://updated.example/?token=1", events: [message], extra: { z: 1.50, customHeaders: [{ name: a }] } }
      - { url: "https://other.example/in", events: [message], extra: { who: "somebody" } }
      - { url: "https://anna.ngrok.app/debug", events: [message.any], is_active: 0, extra: { debug: true } }
    system: { url: "https://app.wawp.net/api/webhook/k", events: [message, message.ack], extra: { own: [1] } }
"#;
const OWN: &str = r#"
    webhooks:
      - { url: "https://kept.example/", events: [message] }
      - { url: "https://updated.example/?token=2", events: [message, message.ack] }
"#;

/// One instance that is live as [`LIVE`], with more of its world, and a manifest with more of its instance.
fn stage(habits: &str, defaults: &str, instance: &str) -> Stage {
    Stage::new(
        &format!("  - id: 8D30ABB1E6DA\n{habits}{LIVE}"),
        &format!("version: 1\ndefaults: {defaults}\ninstances:\n  - id: 8D30ABB1E6DA\n{instance}"),
    )
}

fn applied(stage: &Stage) -> String {
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
    assert_eq!(stage.posts_of("8D30ABB1E6DA"), 1);
    stage.live()
}

#[test]
fn unknown_fields_ignored_webhooks_and_the_system_webhook_survive_an_apply() {
    let ignore = "{ prune: true, ignore: ['https://*.ngrok.app/**'] }";
    let stage = stage("", ignore, OWN);
    assert_data_eq!(
        applied(&stage),
        str![[r#"
8D30ABB1E6DA
  https://kept.example/ message hmac={"key":"x"} retries={"attempts":3,"n":12345678901234567890123}
  https://updated.example/?token=2 message,message.ack z=1.5 customHeaders=[{"name":"a"}]
  https://anna.ngrok.app/debug message.any (off) debug=true
  system https://app.wawp.net/api/webhook/k message,message.ack own=[1]

"#]]
    );
}

#[test]
fn the_system_webhook_survives_whatever_a_post_without_it_would_do() {
    let ignore = "{ prune: true, ignore: ['https://*.ngrok.app/**'] }";
    let expected = applied(&stage("    omitted_system: keep\n", ignore, OWN));
    for list_system in [true, false] {
        let habits = format!("    omitted_system: disable\n    list_system: {list_system}\n");
        assert_eq!(applied(&stage(&habits, ignore, OWN)), expected);
    }
}

#[test]
fn prune_false_leaves_what_the_manifest_does_not_have() {
    assert_data_eq!(
        applied(&stage("", "{ prune: false }", OWN)),
        str![[r#"
8D30ABB1E6DA
  https://kept.example/ message hmac={"key":"x"} retries={"attempts":3,"n":12345678901234567890123}
  https://updated.example/?token=2 message,message.ack z=1.5 customHeaders=[{"name":"a"}]
  https://other.example/in message who="somebody"
  https://anna.ngrok.app/debug message.any (off) debug=true
  system https://app.wawp.net/api/webhook/k message,message.ack own=[1]

"#]]
    );
}

#[test]
fn prune_globs_remove_only_what_they_match() {
    let prune = "{ prune: ['https://other.example/**'] }";
    assert_data_eq!(
        applied(&stage("", prune, OWN)),
        str![[r#"
8D30ABB1E6DA
  https://kept.example/ message hmac={"key":"x"} retries={"attempts":3,"n":12345678901234567890123}
  https://updated.example/?token=2 message,message.ack z=1.5 customHeaders=[{"name":"a"}]
  https://anna.ngrok.app/debug message.any (off) debug=true
  system https://app.wawp.net/api/webhook/k message,message.ack own=[1]

"#]]
    );
}

#[test]
fn webhooks_keep_leaves_all_custom_webhooks_while_the_system_webhook_is_updated() {
    let own = "    webhooks: keep\n    system: { events: [message] }\n";
    assert_data_eq!(
        applied(&stage("", "{}", own)),
        str![[r#"
8D30ABB1E6DA
  https://kept.example/ message hmac={"key":"x"} retries={"attempts":3,"n":12345678901234567890123}
  https://updated.example/?token=1 message z=1.5 customHeaders=[{"name":"a"}]
  https://other.example/in message who="somebody"
  https://anna.ngrok.app/debug message.any (off) debug=true
  system https://app.wawp.net/api/webhook/k message own=[1]

"#]]
    );
}

#[test]
fn an_instance_without_webhooks_in_the_manifest_keeps_its_own_and_gets_no_post() {
    for own in [
        "",
        "    webhooks: keep\n",
        "    webhooks: keep\n    system: keep\n",
    ] {
        let stage = stage("", "{}", own);
        let before = stage.live();
        let run = stage.run(&["apply", "--auto-approve"]);
        let all = "No changes. 1 instance matches the manifest.\n\n\
                   Apply complete: 0 applied, 1 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.\n";
        assert_eq!((run.code, &*run.out, &*run.err), (0, all, ""));
        assert_eq!((stage.live(), stage.requests()), (before, (1, 0)));
    }
}

#[test]
fn a_suspended_instance_is_neither_read_nor_written() {
    let stage = stage(
        "",
        "{}",
        "    webhooks: []\n    suspend: true\n    reason: being ported\n",
    );
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
skipped: 8D30ABB1E6DA is suspended: being ported

No changes. 0 instances match the manifest.

skipped: 8D30ABB1E6DA: being ported

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.
--- stderr

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn entries_that_share_a_url_become_one_and_an_ignored_pair_stays() {
    let stage = Stage::new(
        r#"
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: "https://twice.example/", events: [message], extra: { a: 1 } }
      - { url: "https://anna.ngrok.app/", events: [message] }
      - { url: "https://twice.example/", events: [message.ack], extra: { a: 2 } }
      - { url: "https://anna.ngrok.app/", events: [message.ack] }
"#,
        "version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    prune: true\n    ignore: ['https://*.ngrok.app/**']\n    webhooks: [{ url: 'https://twice.example/', events: [message] }]\n",
    );
    assert_data_eq!(
        stage.run(&["plan"]).told(),
        str![[r#"
exit 0
--- stdout
notice: 8D30ABB1E6DA: https://twice.example/ is live 2 times
notice: 8D30ABB1E6DA: https://anna.ngrok.app/ is live 2 times
notice: 8D30ABB1E6DA: the answer does not mention a system webhook; a write sends back only what is listed
notice: 8D30ABB1E6DA: https://twice.example/ is written back with fields unknown to hookfleet: a
notice: 8D30ABB1E6DA: https://twice.example/ is removed, with its fields unknown to hookfleet: a

8D30ABB1E6DA
  - https://twice.example/  (an earlier entry has the same URL)

Plan: 0 to create, 0 to update, 1 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
    assert_data_eq!(
        applied(&stage),
        str![[r#"
8D30ABB1E6DA
  https://twice.example/ message a=1
  https://anna.ngrok.app/ message
  https://anna.ngrok.app/ message.ack
  system Absent

"#]]
    );
}

#[test]
fn a_system_entry_that_is_listed_too_and_disagrees_loses_with_a_notice() {
    let stage = Stage::new(
        r#"
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: "https://app.wawp.net/api/webhook/k", events: [message.any], is_active: 0 }
      - { url: "https://a.example/", events: [message] }
    system: { url: "https://app.wawp.net/api/webhook/k", events: [message] }
"#,
        "version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    prune: true\n    webhooks: [{ url: 'https://b.example/', events: [message] }]\n",
    );
    assert_data_eq!(
        stage.run(&["plan"]).told(),
        str![[r#"
exit 0
--- stdout
notice: new host b.example: no live webhook of the selection goes there, and 1 instance would
notice: a.example is removed from 1 instance, and occurs nowhere in the manifest
notice: 8D30ABB1E6DA: the system webhook is also listed among the webhooks, with other values; systemConfig counts, and gets the fields that only the list has

8D30ABB1E6DA
  - https://a.example/
  + https://b.example/
      events: message

Plan: 1 to create, 0 to update, 1 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
    assert_data_eq!(
        applied(&stage),
        str![[r#"
8D30ABB1E6DA
  https://b.example/ message
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
}

#[test]
fn unknown_fields_survive_byte_for_byte() {
    let text = r#"{"hmac":{ "key" : "x\u00e9\/" },"n":1.50,"big":12345678901234567890123,"":null,"list":[ 1,  {"a":[]} ]}"#;
    let stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n    omitted_system: disable\n    system: { url: 'https://app.wawp.net/api/webhook/k', events: [message] }\n",
        "version: 1\ninstances:\n  - { id: 8D30ABB1E6DA, prune: false, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }\n",
    );
    let extra = Extra::from_json(text).unwrap();
    let hook = |url: &str, event: &str| WebhookState {
        url: url.to_owned(),
        events: vec![event.to_owned()],
        is_active: true,
        extra: extra.clone(),
    };
    let system = || SystemState::Set(hook("https://app.wawp.net/api/webhook/k", "message"));
    let before = vec![
        hook("https://a.example/", "message"),
        hook("https://kept.example/", "message"),
    ];
    assert!(stage.world().set_webhooks("8D30ABB1E6DA", before));
    assert!(stage.world().set_system("8D30ABB1E6DA", system()));
    applied(&stage);
    let after = vec![
        hook("https://a.example/", "message.ack"),
        hook("https://kept.example/", "message"),
    ];
    assert_eq!(stage.world().webhooks("8D30ABB1E6DA"), after);
    assert_eq!(stage.world().system("8D30ABB1E6DA"), system());
}

#[test]
fn the_system_config_keeps_its_fields_whatever_a_listed_copy_has_and_a_rollback_too() {
    let system = "https://app.wawp.net/api/webhook/k";
    let stage = Stage::new(
        &format!(
            "  - id: 8D30ABB1E6DA\n    webhooks:\n      \
             - {{ url: '{system}', events: [message], extra: {{ hmac: other, listed: 1 }} }}\n      \
             - {{ url: '{system}', events: [message], extra: {{ hmac: third, again: 2 }} }}\n    \
             system: {{ url: '{system}', events: [message], extra: {{ hmac: sk }} }}\n"
        ),
        "version: 1\ninstances:\n  - { id: 8D30ABB1E6DA, webhooks: [{ url: 'https://b.example/', events: [message] }] }\n",
    );
    let plan = stage.run(&["plan"]);
    assert!(
        plan.out
            .contains("notice: 8D30ABB1E6DA: the system webhook is also listed"),
        "{}",
        plan.told()
    );
    let run = crate::harness::run_logs::apply(&stage, &[]);
    let with_fields = |live: &str| {
        format!("8D30ABB1E6DA\n{live}  system {system} message hmac=\"sk\" listed=1 again=2\n")
    };
    assert_eq!(stage.live(), with_fields("  https://b.example/ message\n"));
    assert_eq!(stage.run(&["rollback", &run, "--auto-approve"]).code, 0);
    assert_eq!(stage.live(), with_fields(""));
}

#[test]
fn repeated_events_of_what_nothing_touches_are_written_back_and_rolled_back_as_they_were() {
    let stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n    webhooks:\n      \
         - { url: 'https://kept.example/', events: [message, poll.vote, message] }\n      \
         - { url: 'https://a.example/', events: [message, message] }\n",
        "version: 1\ninstances:\n  - { id: 8D30ABB1E6DA, prune: false, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }\n",
    );
    let events = || -> Vec<Vec<String>> {
        let webhooks = stage.world().webhooks("8D30ABB1E6DA").into_iter();
        webhooks.map(|webhook| webhook.events).collect()
    };
    let before = events();
    let run = crate::harness::run_logs::apply(&stage, &[]);
    assert_eq!(events()[0], ["message", "poll.vote", "message"]);
    assert_eq!(stage.run(&["rollback", &run, "--auto-approve"]).code, 0);
    assert_eq!(events(), before);
}

/// An instance that was applied with `hmac` dropped, and its run.
fn without_hmac() -> (Stage, String) {
    let stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n    webhooks: [{ url: 'https://a.example/', events: [message], extra: { hmac: sk, retries: 3 } }]\n    \
         system: { url: 'https://app.wawp.net/api/webhook/k', events: [message], extra: { hmac: system, own: 1 } }\n",
        "version: 1\ndefaults: { drop_fields: [hmac] }\ninstances:\n  - { id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }\n",
    );
    let plan = stage.run(&["plan"]);
    assert_data_eq!(
        plan.told(),
        str![[r#"
exit 0
--- stdout
notice: 8D30ABB1E6DA: https://a.example/ is written back with fields unknown to hookfleet: retries
notice: 8D30ABB1E6DA: https://a.example/ is written back without hmac, as `drop_fields` says
notice: 8D30ABB1E6DA: the system webhook is written back with fields unknown to hookfleet: own
notice: 8D30ABB1E6DA: the system webhook is written back without hmac, as `drop_fields` says

8D30ABB1E6DA
  ~ https://a.example/
        events:
      -   message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
    let run = crate::harness::run_logs::apply(&stage, &[]);
    assert_data_eq!(
        stage.live(),
        str![[r#"
8D30ABB1E6DA
  https://a.example/ message.ack retries=3
  system https://app.wawp.net/api/webhook/k message own=1

"#]]
    );
    (stage, run)
}

#[test]
fn drop_fields_leaves_fields_out_of_a_write_and_says_so_of_the_system_webhook_too() {
    without_hmac();
}

#[test]
fn a_rollback_that_leaves_fields_out_is_no_success_and_one_without_drop_fields_is() {
    let (stage, run) = without_hmac();
    let back = stage.run(&["rollback", &run, "--auto-approve"]);
    assert_data_eq!(
        back.told(),
        str![[r#"
exit 1
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: 8D30ABB1E6DA: https://a.example/ is written back with fields unknown to hookfleet: retries
notice: 8D30ABB1E6DA: https://a.example/ is written back without hmac, as `drop_fields` says
notice: 8D30ABB1E6DA: the system webhook is written back with fields unknown to hookfleet: own
notice: 8D30ABB1E6DA: the system webhook is written back without hmac, as `drop_fields` says

8D30ABB1E6DA
  ~ https://a.example/
        events:
      -   message.ack
      +   message

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

failed: 8D30ABB1E6DA: the webhooks are back, but without fields unknown to hookfleet: hmac, as `drop_fields` says

Apply complete: 0 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: take the names out of `drop_fields` before a rollback, if the API takes these fields; the run log has their values

"#]]
    );
    let (stage, run) = without_hmac();
    let manifest = "version: 1\ninstances:\n  - { id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }\n";
    stage.write("hookfleet.yaml", manifest);
    assert_eq!(stage.run(&["rollback", &run, "--auto-approve"]).code, 0);
    assert_data_eq!(
        stage.live(),
        str![[r#"
8D30ABB1E6DA
  https://a.example/ message hmac="sk" retries=3
  system https://app.wawp.net/api/webhook/k message hmac="system" own=1

"#]]
    );
}

#[test]
fn fields_that_go_with_a_removal_are_told_before_the_write_and_are_no_loss_after_it() {
    let stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n    webhooks:\n      \
         - { url: 'https://a.example/old', events: [message], extra: { hmac: sk } }\n      \
         - { url: 'https://gone.example/', events: [message], extra: { retries: 3 } }\n    \
         system: none\n",
        "version: 1\ninstances:\n  - { id: 8D30ABB1E6DA, prune: true, webhooks: [{ url: 'https://a.example/new', events: [message] }] }\n",
    );
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
notice: gone.example is removed from 1 instance, and occurs nowhere in the manifest
notice: 8D30ABB1E6DA: https://a.example/***<FP> is replaced, and the new entry does not get its fields unknown to hookfleet: hmac
notice: 8D30ABB1E6DA: https://gone.example/ is removed, with its fields unknown to hookfleet: retries

8D30ABB1E6DA
  ~ https://a.example/new
      - url: https://a.example/***<FP>
      + url: https://a.example/new
  - https://gone.example/

Plan: 0 to create, 1 to update, 1 to delete on 1 of 1 instances.

applied and verified: 8D30ABB1E6DA

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
}
