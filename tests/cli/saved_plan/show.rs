//! `show FILE`: a saved plan as it was printed when it was made; nothing is opened and nothing is sent.

use snapbox::{assert_data_eq, str};

use crate::apply::guards::one_of_two;
use crate::harness::{Run, Stage, masked, stage};
use crate::saved_plan::{A, B, FILE, document, save};

/// `show` with more arguments, and without the time.
fn show(stage: &Stage, args: &[&str]) -> Run {
    let created = document(stage)["approved"]["created"].clone();
    let args: Vec<&str> = ["show", FILE].iter().chain(args).copied().collect();
    let run = stage.run(&args);
    let out = run.out.replace(created.as_str().unwrap(), "<TIME>");
    Run { out, ..run }
}

#[test]
fn a_saved_plan_is_shown_as_it_was_printed() {
    let world = "  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/in?key=7f3a9c', events: [message], extra: { retries: 3 } }, { url: 'https://left.example/', events: [] }], system: { url: 'https://app.wawp.net/api/webhook/k3J8', events: [message] } }\n  - { id: 00000000000C, faults: [{ on: get, answer: { status: 401 } }] }\n";
    let manifest = "version: 1\ndefaults: { prune: true }\ninstances:\n  - { id: 00000000000A, name: one, labels: { env: prod }, webhooks: [{ url: 'https://a.example/in?key=new', events: [message.ack] }], system: { events: [] } }\n  - { id: 00000000000B, suspend: true, reason: later }\n  - { id: 00000000000C, webhooks: [] }\n";
    let stage = Stage::new(world, manifest);
    let plan = save(&stage, &[]);
    assert_eq!(plan.code, 1);
    let before = stage.requests();
    let run = show(&stage, &[]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
Saved at <TIME> by hookfleet 0.1.0.

notice: left.example is removed from 1 instance, and occurs nowhere in the manifest
notice: one (00000000000A): https://a.example/in?key=new is written back with fields unknown to hookfleet: retries

one (00000000000A) (blocked, see below)
  ~ https://a.example/in?key=new
      - url: https://a.example/in?key=***<FP>
      + url: https://a.example/in?key=new
        events:
      -   message
      +   message.ack
  - https://left.example/
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
        events:
      -   message

skipped: 00000000000B is suspended: later

failed: 00000000000C: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)

blocked: one (00000000000A): guard `system-off`: its system webhook, which feeds the chat inbox, would be left without events; --allow system-off=1 lets it pass

Plan: 0 to create, 0 to update, 0 to delete on 0 of 3 instances. 1 failed, 1 blocked.
--- stderr

"#]]
    );
    assert!(run.out.ends_with(&plan.out), "{}", plan.told());
    assert_eq!(stage.requests(), before);
}

#[test]
fn in_json_it_is_the_document_that_was_printed() {
    let stage = one_of_two("webhooks: []", "");
    let plan = save(&stage, &["--format", "json"]);
    let run = show(&stage, &["--format", "json"]);
    assert_eq!(plan.code, 3);
    assert_eq!((run.code, run.out, &*run.err), (0, plan.out, ""));
}

#[test]
fn the_scope_and_what_was_let_pass_are_shown() {
    let stage = one_of_two("webhooks: []", "");
    let args = ["-i", A, "-i", B, "--allow", "empty", "--allow", "changes"];
    assert_eq!(save(&stage, &args).code, 0);
    assert_data_eq!(
        show(&stage, &[]).told(),
        str![[r#"
exit 0
--- stdout
Saved at <TIME> by hookfleet 0.1.0, with empty, changes let pass.

00000000000A
  - https://a.example/

00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

Selected by -i 00000000000A, 00000000000B: 2 of 2 instances; the guards weigh these alone.

Plan: 0 to create, 1 to update, 1 to delete on 2 of 2 instances.
--- stderr

"#]]
    );
}

#[test]
fn a_plan_without_changes_is_shown_too() {
    let stage = Stage::new(
        "  - { id: 00000000000A }\n",
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000A }]\n",
    );
    assert_eq!(save(&stage, &[]).code, 0);
    assert_data_eq!(
        show(&stage, &[]).told(),
        str![[r#"
exit 0
--- stdout
Saved at <TIME> by hookfleet 0.1.0.

notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

No changes. 1 instance matches the manifest.
--- stderr

"#]]
    );
}

#[test]
fn neither_a_manifest_nor_a_token_nor_the_api_is_needed() {
    let mut stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let shown = show(&stage, &[]);
    stage.shut_down();
    stage.environment.clear();
    std::fs::remove_file(stage.dir.path().join("hookfleet.yaml")).unwrap();
    assert_eq!(show(&stage, &[]), shown);
    assert_eq!(shown.code, 0);
}

#[test]
fn hostile_text_of_the_world_is_harmless_in_the_file_and_wherever_it_is_shown() {
    let hostile = "\\e[2J\\e]0;owned\\a\\u009b31m\\u202e\\r\\n::error::x";
    let world = format!(
        "  - id: 00000000000A\n    webhooks: [{{ url: \"https://a.example/{hostile}\", events: [\"{hostile}\"] }}]\n"
    );
    let manifest = format!(
        "version: 1\ndefaults: {{ prune: true }}\ninstances: [{{ id: 00000000000A, name: \"one\\e[31m\", labels: {{ env: \"{hostile}\" }}, webhooks: [{{ url: 'https://b.example/', events: [message] }}] }}]\n"
    );
    let stage = Stage::new(&world, &manifest);
    let plan = save(&stage, &[]);
    assert_eq!(plan.code, 0, "{}", plan.told());
    let file = crate::saved_plan::text(&stage);
    let text = show(&stage, &[]);
    let json = show(&stage, &["--format", "json"]);
    stage.world().set_webhooks("00000000000A", Vec::new());
    let applied = crate::saved_plan::apply(&stage, &[]);
    let in_json = crate::saved_plan::apply(&stage, &["--format", "json"]);
    assert_eq!((text.code, json.code, applied.code), (0, 0, 4));
    for (what, seen) in [
        ("the file", &file),
        ("the plan", &plan.out),
        ("show", &text.out),
        ("show in JSON", &json.out),
        ("apply", &applied.out),
        ("apply in JSON", &in_json.out),
    ] {
        let dangerous = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!seen.contains(dangerous), "{what}: {seen:?}");
        assert!(
            !seen
                .lines()
                .any(|line| line.trim_start().starts_with("::error")),
            "{what}: {seen}"
        );
    }
    assert_data_eq!(
        masked(&text.out),
        str![[r#"
Saved at <TIME> by hookfleet 0.1.0.

notice: new host b.example: no live webhook of the selection goes there, and 1 instance would
notice: a.example is removed from 1 instance, and occurs nowhere in the manifest
notice: one/u{1b}[31m (00000000000A): the answer does not mention a system webhook; a write sends back only what is listed

one/u{1b}[31m (00000000000A)
  - https://a.example/***<FP>
  + https://b.example/
      events: message

Plan: 1 to create, 0 to update, 1 to delete on 1 of 1 instances.

"#]]
    );
    assert_data_eq!(
        applied.told(),
        str![[r#"
exit 4
--- stdout
stale: one/u{1b}[31m (00000000000A) is not what was approved (-) but this (+)
  -   - https://a.example/***<FP>
      + https://b.example/
          events: message

stale: one/u{1b}[31m (00000000000A): live state is not what it was when the plan was approved

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

stale: one/u{1b}[31m (00000000000A): live state is not what it was when the plan was approved

Apply complete: 0 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr
warning[odd-text]: name holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:3:39
  |
3 | instances: [{ id: 00000000000A, name: "one/e[31m", labels: { env: "…[…]…
  |                                       ^^^^^^^^^^^

warning[odd-text]: a label holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:3:67
  |
3 | …nces: [{ id: 00000000000A, name: "…[…", labels: { env: "…[…]…" }, webhooks: [{ url: '…', events: [message
  |                                                         ^^^^^^^


hint: plan again with --out, and have that approved

"#]]
    );
}
