//! Saved plans and run logs that somebody else has made: what they say is shown, and does nothing.

use hookfleet::runlog::{Chain, RunKind};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};
use crate::hostile::check::{longest_line, on_a_terminal, run, run_coloured};
use crate::hostile::scene::{id, stage, stage_of};
use crate::hostile::texts::{TEXTS, few};

/// The saved plan with every text in what is shown replaced, and a checksum that fits it.
fn forged(stage: &Stage, change: &dyn Fn(&str) -> String) {
    run(stage, &["plan", "--out", "plan.hfp"]);
    let path = stage.dir.path().join("plan.hfp");
    let mut plan: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut approved = plan["approved"].take();
    for name in ["tool", "created"] {
        approved[name] = change(name).into();
    }
    approved["scope"]["instances"] = json!([change("scope")]);
    approved["plan"]["selection"] =
        json!({ "instances": ["shop"], "selector": "env=prod", "of": 9 });
    replace(&mut approved["plan"], change);
    let body = format!(
        "{{\n\"hookfleet_plan\": 1,\n\"approved\": {approved},\n\"digests\": {}",
        plan["digests"]
    );
    let sum = hex::encode(Sha256::digest(body.as_bytes()));
    stage.write(
        "plan.hfp",
        format!("{body},\n\"checksum\": \"sha256:{sum}\"\n}}\n"),
    );
}

/// Every text but those of a fixed choice.
fn replace(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, change)),
        Value::Object(fields) => {
            let free = fields.iter_mut().filter(|(name, _)| {
                !["status", "action", "format_version"].contains(&name.as_str())
            });
            free.for_each(|(_, value)| replace(value, change));
        }
        _ => {}
    }
}

/// A world whose plan has every kind of line: what is rotated, created from a secret, deleted, held, and the system's.
fn every_kind() -> Stage {
    let world = "  - id: 00000000000A
    webhooks:
      - { url: 'https://a.example/in?key=old', events: [message] }
      - { url: 'https://b.example/in', events: [message] }
    system: { url: 'https://app.wawp.net/api/webhook/k', events: [message] }
";
    let manifest = "version: 1
defaults: { prune: true }
secrets: { s: { env: S } }
safety: { max_changed_percent: 0 }
instances:
  - id: 00000000000A
    webhooks:
      - { url: 'https://a.example/in?key=${secret.s}', events: [message] }
      - { url: 'https://c.example/in?key=${secret.s}', events: [message] }
    system: { events: [message, message.ack] }
";
    Stage::new(world, manifest).env("S", "new")
}

#[test]
fn every_kind_of_line_of_a_forged_plan_is_harmless_and_bounded() {
    let stage = every_kind();
    for text in few() {
        forged(&stage, &|own| format!("{text}{own}"));
        let shown = run(&stage, &["show", "plan.hfp"]);
        assert_eq!(shown.code, 0, "{}", shown.told());
    }
    forged(&stage, &|own| format!("--- ##[x]\u{1b}[2J\n::error::{own}"));
    assert_data_eq!(
        run(&stage, &["show", "plan.hfp"]).out,
        str![[r#"
Saved at /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::created by hookfleet /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::tool.

notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::secret `s` goes to a.example, where its value is not live yet, on 1 instance
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::secret `s` goes to c.example, where its value is not live yet, on 1 instance
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::new host c.example: no live webhook of the selection goes there, and 1 instance would
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::b.example is removed from 1 instance, and occurs nowhere in the manifest

/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::00000000000A
  ~ /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://a.example/in?key=${secret.s}
      - url: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://a.example/in?key=***<FP>
      + url: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://a.example/in?key=***<FP>
  - /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://b.example/in
  + /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://c.example/in?key=${secret.s}
      url: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://c.example/in?key=***<FP>
      events: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::message
  ~ system webhook /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://app.wawp.net/api/webhook/***<FP>
        events:
          /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::message
      +   /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::message.ack

blocked: the whole run: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::guard `changes`: 1 of 1 instances would change (100%, and at most 0% may); --allow changes=1 lets it pass

Selected by -i /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::shop, -l /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::env=prod: 1 of 9 instances; the guards weigh these alone.

Plan: 1 to create, 2 to update, 1 to delete on 1 of 1 instances.

"#]]
    );
    forged(&stage, &|own| format!("{own}{}", "y".repeat(1 << 15)));
    let shown = run(&stage, &["show", "plan.hfp"]);
    assert!(longest_line(&shown.out) < 5000, "{}", shown.out);
}

#[test]
fn a_forged_plan_is_shown_and_refused_harmlessly_in_every_format() {
    for text in few() {
        let stage = stage_of(&[&text]);
        forged(&stage, &|own| format!("{text}{own}"));
        let shown = run(&stage, &["show", "plan.hfp"]);
        assert_eq!(shown.code, 0, "{}", shown.told());
        run_coloured(&stage, &["show", "plan.hfp"]);
        let json = run(&stage, &["show", "plan.hfp", "--format", "json"]);
        let json: Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(json["instances"][0]["id"], format!("{text}{}", id(&text)));
        let applied = run(&stage, &["apply", "plan.hfp"]);
        assert_eq!(
            (applied.code, stage.requests().1),
            (4, 0),
            "{}",
            applied.told()
        );
        run(&stage, &["apply", "plan.hfp", "--format", "json"]);
    }
}

#[test]
fn a_forged_plan_in_text() {
    let stage = stage_of(&["x"]);
    forged(&stage, &|own| format!("--- ##[x]\u{1b}[2J\n::error::{own}"));
    assert_data_eq!(
        run(&stage, &["show", "plan.hfp"]).told(),
        str![[r#"
exit 0
--- stdout
Saved at /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::created by hookfleet /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::tool.

notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::live.example is removed from 1 instance, and occurs nowhere in the manifest
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x is removed from 1 instance, and occurs nowhere in the manifest
notice: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x (/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x): /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://a.example/hook is written back with fields unknown to hookfleet: x

/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x (/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x)
  ~ /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://a.example/hook
        events:
      -   /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x
          /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::message
      +   /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x ack
  - /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::https://x/

skipped: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::suspended is suspended: /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::x

Selected by -i /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::shop, -l /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::env=prod: 2 of 9 instances; the guards weigh these alone.

Plan: 0 to create, 1 to update, 2 to delete on 1 of 2 instances.
--- stderr

"#]]
    );
}

#[test]
fn a_forged_plan_with_long_texts_is_shown_in_bounds() {
    let stage = stage_of(&["x"]);
    forged(&stage, &|own| {
        format!("{own}{}", "\u{202e}y".repeat(1 << 15))
    });
    let shown = run(&stage, &["show", "plan.hfp"]);
    assert!(shown.out.len() < 200_000, "{}", shown.out.len());
    let refused = run(&stage, &["apply", "plan.hfp"]);
    assert!(refused.told().len() < 200_000, "{}", refused.told().len());
}

/// A log whose name, and what else can be text in its header, is hostile.
fn log(stage: &Stage, text: &str, kind: RunKind) {
    let run = text.replace(['/', '\0'], "_");
    let header = json!({
        "hookfleet_run": 1, "planner": 2, "run": run, "kind": kind, "of": text, "tool": text, "started": text,
        "writes": 1, "allow": [text], "weighed": true, "sealed_to": text,
    });
    let mut chain = Chain::default();
    let header = chain.line(&header.to_string());
    let approved =
        json!({ "records": [{ "approved": { "salt": text, "shown": text, "digests": {} } }] });
    let approved = chain.line(&approved.to_string());
    let name = format!(".hookfleet/{run}.run");
    stage.write(&name, format!("{}{}", &*header, &*approved));
}

fn mkdir(stage: &Stage) {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder
        .mode(0o700)
        .create(stage.dir.path().join(".hookfleet"))
        .unwrap();
}

#[test]
fn hostile_names_and_headers_of_run_logs_are_listed_harmlessly_in_every_format() {
    let stage = stage();
    mkdir(&stage);
    for text in TEXTS {
        log(&stage, text, RunKind::Rollback);
        stage.write(
            &format!(".hookfleet/{}!.run", text.replace(['/', '\0'], "_")),
            "damaged",
        );
    }
    assert_eq!(run(&stage, &["runs"]).code, 1);
    run_coloured(&stage, &["runs"]);
    on_a_terminal(&stage, &["runs"]);
    let json = run(&stage, &["runs", "--format", "json"]).json();
    let of: Vec<&Value> = json["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| &run["of"])
        .collect();
    for text in TEXTS {
        assert!(of.contains(&&Value::from(text)), "{text:?}");
    }
}

/// What verbs say of one hostile log.
fn told_of(text: &str, kind: RunKind) -> Vec<Run> {
    let stage = stage_of(&["x"]);
    mkdir(&stage);
    log(&stage, text, kind);
    let [resume, rollback] = [format!("--resume={text}"), text.to_owned()];
    let verbs = [
        &["runs"][..],
        &["apply", &resume],
        &["rollback", "--auto-approve", "--", &rollback],
        &["rollback", "--auto-approve", "nothing\u{1b}[2J"],
    ];
    verbs.map(|verb| stage_run(&stage, verb)).into()
}

/// With the options before what is no option.
fn stage_run(stage: &Stage, verb: &[&str]) -> Run {
    let run = stage.run(&[&["--color", "never"], verb].concat());
    crate::hostile::check::is_harmless(
        &format!("{verb:?}"),
        &run.told().replacen("--- std", "std", 2),
    );
    run
}

#[test]
fn a_hostile_log_in_text() {
    let told = |kind| {
        let told = told_of("--- ##[x]\u{1b}[2J\n::error::", kind);
        told.iter().map(Run::told).collect::<Vec<_>>().join("\n")
    };
    assert_data_eq!(
        told(RunKind::Rollback),
        str![[r#"
exit 0
--- stdout
RUN                                         KIND      STATE    DONE  EXIT  NOTE
/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::  rollback  cut-off  0/1   -     of /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::, encrypted
--- stderr

hint: `hookfleet rollback /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error:: --identity FILE` puts back the rest; what is back already is left alone

exit 64
--- stdout
--- stderr
error: run --- /u{23}#[x]/u{1b}[2J/u{a}::error:: is a rollback, which is not resumed

hint: run `hookfleet rollback --- /u{23}#[x]/u{1b}[2J/u{a}::error:: --identity FILE` again: what is back already is left alone

exit 65
--- stdout
--- stderr
warning[id-length]: id `x` has 1 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "x"
  |         ^^^

warning[unknown-event]: unknown event `x ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "x ack"] }
  |                                       ^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…" }
   |           ^^^^^^^^^

error: no token of the manifest's instances authenticates the log of run --- /u{23}#[x]/u{1b}[2J/u{a}::error::

hint: `hookfleet show --- /u{23}#[x]/u{1b}[2J/u{a}::error::` shows what it says; -i or -l can leave these instances out of a rollback; --unverified uses the log after a question on a terminal; nothing was read or written

exit 64
--- stdout
--- stderr
error: there is no run `nothing/u{1b}[2J` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
    assert_data_eq!(
        told(RunKind::Apply),
        str![[r#"
exit 0
--- stdout
RUN                                         KIND   STATE    DONE  EXIT  NOTE
/u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::  apply  cut-off  0/1   -     of /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error::, encrypted
--- stderr

hint: `hookfleet apply --resume /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error:: --identity FILE` finishes it, `hookfleet rollback /u{2d}-- /u{23}#[x]/u{1b}[2J/u{a}::error:: --identity FILE` puts back what it has overwritten

exit 65
--- stdout
--- stderr
warning[id-length]: id `x` has 1 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "x"
  |         ^^^

warning[unknown-event]: unknown event `x ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "x ack"] }
  |                                       ^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…" }
   |           ^^^^^^^^^

error: no token of the manifest's instances authenticates the log of run --- /u{23}#[x]/u{1b}[2J/u{a}::error::

hint: `hookfleet show --- /u{23}#[x]/u{1b}[2J/u{a}::error::` shows what it says; -i or -l can leave these instances out of a rollback; --unverified uses the log after a question on a terminal; nothing was read or written

exit 65
--- stdout
--- stderr
warning[id-length]: id `x` has 1 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "x"
  |         ^^^

warning[unknown-event]: unknown event `x ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "x ack"] }
  |                                       ^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…" }
   |           ^^^^^^^^^

error: no token of the manifest's instances authenticates the log of run --- /u{23}#[x]/u{1b}[2J/u{a}::error::

hint: `hookfleet show --- /u{23}#[x]/u{1b}[2J/u{a}::error::` shows what it says; -i or -l can leave these instances out of a rollback; --unverified uses the log after a question on a terminal; nothing was read or written

exit 64
--- stdout
--- stderr
error: there is no run `nothing/u{1b}[2J` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
}

#[test]
fn a_log_that_is_no_file_is_told_in_harmless_words() {
    let stage = stage_of(&["x"]);
    let name = "##[x]\u{1b}[2J\n::error::";
    let run_dir = stage.dir.path().join(name).join("\u{202e}--- fold.run");
    std::fs::create_dir_all(run_dir).unwrap();
    assert_data_eq!(
        run(&stage, &["runs", "--state-dir", name]).told(),
        str![[r#"
exit 1
--- stdout
RUN               KIND  STATE       DONE  EXIT  NOTE
/u{202e}--- fold        unreadable  -     -     cannot read the log of run /u{202e}--- fold in `/u{23}#[x]/u{1b}[2J/u{a}::error::`: it is not a regular file
--- stderr

"#]]
    );
}

#[test]
fn a_log_whose_header_has_a_mebibyte_is_listed_in_bounds() {
    let stage = stage_of(&["x"]);
    mkdir(&stage);
    log(&stage, "x", RunKind::Rollback);
    let log = stage.dir.path().join(".hookfleet/x.run");
    let mut chain = Chain::default();
    let of = "\u{1b}y".repeat(1 << 18);
    let header = json!({
        "hookfleet_run": 1, "planner": 2, "run": "x", "kind": RunKind::Rollback, "of": of, "tool": "x", "started": "x", "writes": 1,
        "allow": [], "weighed": true, "sealed_to": null,
    });
    let approved =
        json!({ "records": [{ "approved": { "salt": "x", "shown": "x", "digests": {} } }] });
    let lines = [header, approved].map(|line| chain.line(&line.to_string()));
    std::fs::write(log, lines.concat()).unwrap();
    let told = run(&stage, &["runs"]).told();
    assert!(longest_line(&told) < 2000, "{}", longest_line(&told));
    let resumed = run(&stage, &["apply", "--resume", "x"]).told();
    assert!(longest_line(&resumed) < 5000, "{}", longest_line(&resumed));
}
