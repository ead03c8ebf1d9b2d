//! Every form in which the API may answer, and in which a request may carry token and webhooks, comes to the same.

use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};

/// A drifted instance under `habits`, planned and applied with `api`.
fn looped(habits: &str, api: &str) -> (Run, String, Run, String) {
    let stage = Stage::new(
        &format!(
            "  - id: 012345678901\n    {habits}\n    webhooks:\n      \
             - {{ url: 'https://a.example/x?a=b&c=%20+', events: [message], extra: {{ hmac: {{ key: 'ü+%&' }} }} }}\n      \
             - {{ url: 'https://gone.example/', events: [] }}\n    \
             system: {{ url: 'https://app.wawp.net/api/webhook/y', events: [message], is_active: 0 }}\n"
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\napi: {api}\ninstances:\n  - id: 012345678901\n    webhooks:\n      \
             - {{ url: 'https://a.example/x?a=b&c=%20+', events: [message.ack, message], is_active: 0 }}\n      \
             - {{ url: 'https://new.example/', events: [message] }}\n"
        ),
    );
    let plan = stage.run(&["plan", "--format", "json"]);
    let apply = stage.run(&["apply", "--auto-approve"]);
    let log = ["GET 200", "GET 200", "GET 200", "POST 200", "GET 200"];
    assert_eq!(stage.log_of("012345678901"), log);
    let live = stage.live();
    let again = stage.run(&["plan", "--detailed-exitcode"]);
    assert_eq!((again.code, stage.posts_of("012345678901")), (0, 1));
    (plan, apply.told(), again, live)
}

#[test]
fn the_shape_of_an_answer_makes_no_difference() {
    let first = looped("arrays: index", "{}");
    assert_data_eq!(
        first.1.clone(),
        str![[r#"
exit 0
--- stdout
notice: new host new.example: no live webhook of the selection goes there, and 1 instance would
notice: gone.example is removed from 1 instance, and occurs nowhere in the manifest
notice: 012345678901: https://a.example/x?a=b&c=%20+ is written back with fields unknown to hookfleet: hmac

012345678901
  ~ https://a.example/x?a=b&c=%20+
        events:
          message
      +   message.ack
      - is_active: true
      + is_active: false
  - https://gone.example/
  + https://new.example/
      events: message

Plan: 1 to create, 1 to update, 1 to delete on 1 of 1 instances.

applied and verified: 012345678901

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_data_eq!(
        first.3.clone(),
        str![[r#"
012345678901
  https://a.example/x?a=b&c=%20+ message.ack,message (off) hmac={"key":"ü+%&"}
  https://new.example/ message
  system https://app.wawp.net/api/webhook/y message (off)

"#]]
    );
    for habits in [
        "arrays: list",
        "flags: bool",
        "flags: text",
        "list_system: true",
        "{ }",
        "omitted_system: disable",
    ] {
        let habits = if habits == "{ }" {
            "arrays: list\n    flags: text\n    list_system: true\n    omitted_system: disable"
        } else {
            habits
        };
        assert!(looped(habits, "{}") == first, "{habits}");
    }
}

#[test]
fn place_of_token_and_webhooks_in_a_request_makes_no_difference() {
    let first = looped("arrays: index", "{}");
    for api in [
        "{ write: query }",
        "{ auth: header }",
        "{ auth: header, write: query, concurrency: 1, max_requests_per_second: 1000 }",
    ] {
        assert!(looped("arrays: index", api) == first, "{api}");
    }
}

#[test]
fn the_lack_of_a_system_webhook_in_every_form_needs_no_entry_and_blocks_its_management() {
    let stage = Stage::new(
        "  - { id: 00000000000A, system: none }\n  - { id: 00000000000B, system: empty }\n  - { id: 00000000000C, system: absent }\n  \
         - { id: 00000000000D, system: none }\n",
        "version: 1\ndefaults: { prune: true, webhook_sets: [s] }\nwebhook_sets: { s: [{ url: 'https://a.example/', events: [message] }] }\n\
         instances:\n  - id: 00000000000A\n  - id: 00000000000B\n  - id: 00000000000C\n  - { id: 00000000000D, system: { events: [message] } }\n",
    );
    let plan = stage.run(&["plan"]);
    assert_data_eq!(
        plan.told(),
        str![[r#"
exit 1
--- stdout
notice: new host a.example: no live webhook of the selection goes there, and 4 instances would
notice: 00000000000C: the answer does not mention a system webhook; a write sends back only what is listed

3 instances:
    00000000000A, 00000000000B, 00000000000C
  + https://a.example/
      events: message

00000000000D (blocked, see below)
  + https://a.example/
      events: message

blocked: 00000000000D: the manifest manages the system webhook, and this instance has none

Plan: 3 to create, 0 to update, 0 to delete on 3 of 4 instances. 0 failed, 1 blocked.
--- stderr

hint: set `system: keep` for the instance, or have the vendor set its system webhook up

"#]]
    );
    assert_data_eq!(
        stage.run(&["plan", "--format", "json"]).outcomes(),
        str![[r#"
exit 1
00000000000A changed
00000000000B changed
00000000000C changed
00000000000D blocked: no_system_webhook null the manifest manages the system webhook, and this instance has none

"#]]
    );
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified
00000000000D blocked: no_system_webhook null the manifest manages the system webhook, and this instance has none

"#]]
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/ message
  system Null
00000000000B
  https://a.example/ message
  system Empty
00000000000C
  https://a.example/ message
  system Absent
00000000000D
  system Null

"#]]
    );
    assert_eq!(stage.posts_of("00000000000D"), 0);
}
