//! What a run writes down, and when.

use std::fs;
use std::sync::{Arc, Mutex};

use hookfleet::emulator::Verb;
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::apply::guards::one_of_two;
use crate::apply::prompt::typed;
use crate::harness::run_logs::{self, apply, bytes, directory, file, mode, names, records, told};
use crate::harness::{Stage, stage};

#[test]
fn an_apply_that_writes_leaves_one_log_that_only_its_owner_can_read() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply(&stage, &[]);
    let directory = directory(&stage);
    let modes = [&directory, &directory.join("lock"), &file(&stage, &run)].map(|path| mode(path));
    assert_eq!(modes, ["700", "600", "600"]);
    assert_eq!(
        fs::read_to_string(directory.join(".gitignore")).unwrap(),
        "*\n"
    );
    assert_eq!(names(&stage).len(), 1);
}

#[test]
fn a_run_that_writes_nothing_leaves_no_log() {
    let synced = stage(&[("00000000000A", "")]);
    apply(&synced, &[]);
    let (run, log) = run_logs::run(&synced, &["apply", "--auto-approve"]);
    assert_eq!((run.code, log), (0, None), "in sync");

    let held = one_of_two("webhooks: []", "safety: { max_changed_percent: 0 }\n");
    let (run, log) = run_logs::run(&held, &["apply", "--auto-approve"]);
    assert_eq!((run.code, log), (3, None), "held");

    let declined = stage(&[("00000000000A", "")]);
    assert_eq!(typed(&declined, &["apply"], b"no\n", false).0, 1);
    assert!(names(&declined).is_empty(), "declined");

    let moved = stage(&[("00000000000A", "")]);
    assert_eq!(moved.run(&["plan", "--out", "p"]).code, 0);
    assert!(moved.world().set_webhooks("00000000000A", Vec::new()));
    let (run, log) = run_logs::run(&moved, &["apply", "p"]);
    assert_eq!((run.code, log), (4, None), "stale");
}

#[test]
fn a_log_holds_what_was_approved_and_each_whole_answer_before_its_write_and_its_outcome() {
    let extra = "extra: { hmac: { key: theirs } }";
    let stage = Stage::new(
        &format!(
            "  - id: 00000000000A\n    webhooks: [{{ url: 'https://a.example/?key=old', events: [message.ack, message], {extra} }}]\n    system: {{ url: 'https://app.wawp.net/api/webhook/k', events: [message], extra: {{ note: x }} }}\n  - id: 00000000000B\n"
        ),
        "version: 1\ndefaults: { prune: true, webhook_sets: [s] }\nwebhook_sets: { s: [{ url: 'https://a.example/?key=new', events: [message] }] }\ninstances: [{ id: 00000000000A, name: first }, { id: 00000000000B }]\n",
    );
    let run = apply(&stage, &["--allow", "empty"]);
    let log = bytes(&stage, &run);
    assert_data_eq!(
        told(&log),
        str![[r#"
"apply", 2 to write, allow ["empty"]
approved 00000000000A 00000000000B
intent 00000000000A
outcome 00000000000A applied, verified: true, sent: true, trouble: null
intent 00000000000B
outcome 00000000000B applied, verified: true, sent: true, trouble: null
close, 1 tokens
end, exit 0, 2 done

"#]]
    );
    let mut intents = records(&log, "intent");
    for intent in &mut intents {
        assert!(intent["mac"].is_string());
        intent.as_object_mut().unwrap().remove("mac");
    }
    assert_data_eq!(
        serde_json::to_string_pretty(&intents).unwrap(),
        str![[r#"
[
  {
    "answer": "{/"status/":/"success/",/"webhooks/":{/"0/":{/"url/":/"https://a.example/?key=old/",/"events/":{/"0/":/"message.ack/",/"1/":/"message/"},/"is_active/":1,/"enabled/":true,/"hmac/":{/"key/":/"theirs/"}}},/"systemConfig/":{/"url/":/"https://app.wawp.net/api/webhook/k/",/"is_active/":1,/"events/":{/"0/":/"message/"},/"note/":/"x/"}}",
    "credential": "default",
    "instance": "00000000000A",
    "name": "first",
    "write": "{/"webhooks/":[{/"url/":/"https://a.example/?key=new/",/"events/":[/"message/"],/"is_active/":1,/"hmac/":{/"key/":/"theirs/"}}],/"systemConfig/":{/"url/":/"https://app.wawp.net/api/webhook/k/",/"events/":[/"message/"],/"is_active/":1,/"note/":/"x/"}}"
  },
  {
    "answer": "{/"status/":/"success/",/"webhooks/":[]}",
    "credential": "default",
    "instance": "00000000000B",
    "name": null,
    "write": "{/"webhooks/":[{/"url/":/"https://a.example/?key=new/",/"events/":[/"message/"],/"is_active/":1}]}"
  }
]
"#]]
    );
    let mut header = run_logs::payloads(&log)[0].clone();
    assert_eq!(header["run"].take(), json!(run));
    assert_eq!(header["base_url"].take(), json!(stage.base_url));
    assert_eq!(header["started"].take().as_str().unwrap().len(), 20);
    assert_data_eq!(
        serde_json::to_string_pretty(&header).unwrap(),
        str![[r#"
{
  "allow": [
    "empty"
  ],
  "api": "wawp",
  "base_url": null,
  "hookfleet_run": 1,
  "kind": "apply",
  "manifests": [
    "hookfleet.yaml"
  ],
  "of": null,
  "planner": 2,
  "run": null,
  "sealed_to": null,
  "started": null,
  "tool": "0.1.0",
  "weighed": true,
  "writes": 2
}
"#]]
    );
}

#[test]
fn no_post_arrives_before_its_intent_is_in_the_log() {
    let faults = [
        (
            "00000000000A",
            "{ on: post, nth: 1, answer: { status: 502, body: html } }",
        ),
        (
            "00000000000B",
            "{ on: post, nth: 1, drop: true, effect: written }",
        ),
        (
            "00000000000C",
            "{ on: post, nth: [1, 2], answer: { status: 429, body: empty } }",
        ),
        (
            "00000000000D",
            "{ on: post, answer: { status: 400, body: json } }",
        ),
        ("00000000000E", ""),
    ];
    let stage = stage(&faults);
    let place = directory(&stage);
    let unwritten = Arc::new(Mutex::new(Vec::new()));
    let (bad, posts) = (unwritten.clone(), Mutex::new(Vec::new()));
    stage.emulator().log_to(move |request| {
        if request.verb != Verb::Post {
            return;
        }
        let id = request.instance.clone().unwrap();
        let mut posts = posts.lock().unwrap();
        posts.push(id.clone());
        let sent = posts.iter().filter(|sent| **sent == id).count();
        let log = fs::read_dir(&place)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let log = log.filter(|path| path.extension().is_some_and(|end| end == "run"));
        let log = fs::read(log.last().unwrap()).unwrap();
        // Another instance's line may be half there.
        let whole = log.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        let intents = records(&log[..whole], "intent");
        if intents
            .iter()
            .filter(|intent| intent["instance"] == *id)
            .count()
            < sent
        {
            bad.lock().unwrap().push(id);
        }
    });
    let (run, log) = run_logs::run(&stage, &["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified
00000000000D failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
00000000000E applied, verified

"#]]
    );
    assert_eq!(*unwritten.lock().unwrap(), [""; 0]);
    let log = bytes(&stage, &log.unwrap());
    assert_eq!(records(&log, "intent").len() as u64, stage.requests().1);
    let mut outcomes: Vec<String> = told(&log).lines().map(str::to_owned).collect();
    outcomes.retain(|line| line.starts_with("outcome"));
    outcomes.sort();
    assert_data_eq!(
        outcomes.join("\n"),
        str![[r#"
outcome 00000000000A applied, verified: true, sent: true, trouble: null
outcome 00000000000B applied, verified: true, sent: true, trouble: null
outcome 00000000000C applied, verified: true, sent: true, trouble: null
outcome 00000000000D failed, verified: false, sent: true, trouble: "bad_request"
outcome 00000000000E applied, verified: true, sent: true, trouble: null
"#]]
    );
}
