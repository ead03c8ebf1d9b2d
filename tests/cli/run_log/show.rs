//! `show RUN`: what a run did, from its log alone: redacted, without a lock, a secret source or a request.

use hookfleet::runlog::Chain;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, put};
use crate::harness::{Run, Stage, Validator};

pub(crate) const CUT: &str = "20200101-000000.000-aaaa";
const SECRETS: [&str; 4] = ["last-year", "hook-secret-1", "k3J8", "theirs"];

/// Three instances: one of many changes, one whose server merges lists, and one whose write is ignored.
pub(crate) fn stage() -> Stage {
    Stage::new(
        "  - id: 00000000000A\n    webhooks: [{ url: 'https://a.example/in?s=last-year', events: [message], extra: { hmac: { key: theirs } } }, { url: 'https://left.example/', events: [] }]\n    system: { url: 'https://app.wawp.net/api/webhook/k3J8', events: [message] }\n  - id: 00000000000B\n    writes: merge\n    webhooks: [{ url: 'https://old.example/', events: [message] }]\n  - id: 00000000000C\n    faults: [{ on: post, nth: 1, ignore_write: true }]\n",
        "version: 1\nsecrets: { s: { env: SECRET } }\ndefaults: { prune: true, webhook_sets: [h] }\nwebhook_sets: { h: [{ url: 'https://a.example/in?s=${secret.s}', events: [message, message.ack] }] }\ninstances:\n  - { id: 00000000000A, name: one, labels: { env: prod }, system: { events: [message, message.ack] } }\n  - { id: 00000000000B, name: two, labels: { env: prod } }\n  - { id: 00000000000C, labels: { env: prod } }\n",
    )
    .env("SECRET", "hook-secret-1")
}

/// A run over all three.
pub(crate) fn applied(stage: &Stage, more: &[&str]) -> String {
    let args = ["-l", "env=prod", "--allow", "removals", "--allow", "empty"];
    apply(stage, &[&args, more].concat())
}

/// `show` with more arguments: it sends nothing, prints no secret, and leaves out the times.
pub(crate) fn show(stage: &Stage, run: &str, more: &[&str]) -> Run {
    let (live, requests) = (stage.live(), stage.requests());
    let shown = stage.run(&[&["show", run], more].concat());
    assert_eq!((stage.live(), stage.requests()), (live, requests));
    for secret in SECRETS {
        assert!(!shown.told().contains(secret), "{secret}: {}", shown.told());
    }
    let timeless = |text: &str| {
        let words = text.split_inclusive([' ', '"', ',', '.']);
        let words = words.map(|word| {
            let is_time = word.len() > 20 && word.as_bytes()[10] == b'T' && word.starts_with("20");
            if is_time {
                format!("<TIME>{}", &word[20..])
            } else {
                word.to_owned()
            }
        });
        words.collect::<String>()
    };
    Run {
        out: timeless(&shown.out),
        ..shown
    }
}

/// The document of `show`, which fits the schema of a report.
pub(crate) fn document(stage: &Stage, run: &str, more: &[&str]) -> Value {
    let shown = show(stage, run, &[more, &["--format", "json"]].concat());
    assert_eq!(shown.code, 0, "{}", shown.told());
    let document = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(Validator::named("report").errors(&document), "");
    document
}

/// The log of a run, rewritten line by line.
pub(crate) fn rewritten(log: &[u8], change: impl Fn(usize, &mut Value)) -> Vec<u8> {
    let mut chain = Chain::default();
    let payloads = run_logs::payloads(log).into_iter().enumerate();
    let lines = payloads.map(|(index, mut payload)| {
        change(index, &mut payload);
        chain.line(&payload.to_string())
    });
    lines.collect::<String>().into_bytes()
}

#[test]
fn a_run_is_shown_with_its_header_its_changes_its_outcomes_and_what_a_failed_write_left() {
    let stage = stage();
    let run = applied(&stage, &[]);
    assert_data_eq!(
        show(&stage, &run, &[]).told(),
        str![[r#"
exit 0
--- stdout
Run <RUN>: apply, begun <TIME>, ended <TIME> with exit code 1.
Made by hookfleet 0.1.0 at http://127.0.0.1:<PORT>, from hookfleet.yaml, with empty, removals let pass.
Selected by -l env=prod, of 3 instances.

one (00000000000A)
  ~ https://a.example/in?***<FP>
      - url: https://a.example/in?***<FP>
      + url: https://a.example/in?***<FP>
        events:
          message
      +   message.ack
  - https://left.example/
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
        events:
          message
      +   message.ack

two (00000000000B)
  - https://old.example/
  + https://a.example/in?***<FP>
      events: message, message.ack

00000000000C
  + https://a.example/in?***<FP>
      events: message, message.ack

two (00000000000B), as the write left it:
  + https://a.example/in?***<FP>
      events: message, message.ack

applied and verified: one (00000000000A)
failed: 2 instances: the API accepted the write, and reads showed another state
    two (00000000000B), 00000000000C

Run finished: 1 applied, 0 unchanged, 2 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]
    );
    let beginning = &run[..18];
    assert_eq!(show(&stage, beginning, &[]).code, 0);
}

#[test]
fn in_json_a_run_is_a_report_with_its_changes_and_its_header() {
    let stage = stage();
    let run = applied(&stage, &[]);
    let mut document = document(&stage, &run, &[]);
    let instances = document["instances"].take();
    assert_data_eq!(
        serde_json::to_string_pretty(&document).unwrap(),
        str![[r#"
{
  "exit_code": 1,
  "format_version": "1",
  "guards": [],
  "instances": null,
  "notices": [],
  "record": {
    "allow": [
      "empty",
      "removals"
    ],
    "base_url": "http://127.0.0.1:<PORT>",
    "done": 1,
    "ended": "<TIME>",
    "error": null,
    "exit_code": 1,
    "finished_by": null,
    "kind": "apply",
    "manifests": [
      "hookfleet.yaml"
    ],
    "of": null,
    "planner": 2,
    "run": "<RUN>",
    "sealed_to": null,
    "selection": {
      "of": 3,
      "selector": "env=prod"
    },
    "started": "<TIME>",
    "state": "finished",
    "tool": "0.1.0",
    "writes": 3
  },
  "run": "<RUN>",
  "selection": {
    "of": 3,
    "selector": "env=prod"
  },
  "summary": {
    "applied": 1,
    "blocked": 0,
    "failed": 2,
    "instances": 3,
    "skipped": 0,
    "stale": 0,
    "unchanged": 0
  }
}
"#]]
    );
    assert_data_eq!(
        serde_json::to_string_pretty(&instances[1]).unwrap(),
        str![[r#"
{
  "error": {
    "http_status": null,
    "kind": "accepted_but_different",
    "message": "the API accepted the write, and reads showed another state"
  },
  "id": "00000000000B",
  "labels": {},
  "left": {
    "system": null,
    "webhooks": [
      {
        "action": "create",
        "after": {
          "events": [
            "message",
            "message.ack"
          ],
          "is_active": true,
          "url": "https://a.example/in?***<FP>"
        },
        "before": null
      }
    ]
  },
  "name": "two",
  "status": "failed",
  "verified": false,
  "webhooks": [
    {
      "action": "delete",
      "after": null,
      "before": {
        "events": [
          "message"
        ],
        "is_active": true,
        "url": "https://old.example/"
      }
    },
    {
      "action": "create",
      "after": {
        "events": [
          "message",
          "message.ack"
        ],
        "is_active": true,
        "url": "https://a.example/in?***<FP>"
      },
      "before": null
    }
  ]
}
"#]]
    );
}

#[test]
fn an_encrypted_run_shows_its_header_and_its_end_and_with_the_identity_all() {
    use age::secrecy::ExposeSecret;

    let stage = stage();
    let key = age::x25519::Identity::generate();
    stage.write("key", key.to_string().expose_secret());
    let other = age::x25519::Identity::generate();
    stage.write("other", other.to_string().expose_secret());
    let recipient = key.to_public().to_string();
    let run = applied(&stage, &["--state-recipient", &recipient]);
    let closed = show(&stage, &run, &[]);
    assert_data_eq!(
        closed.told().replace(&recipient, "<RECIPIENT>"),
        str![[r#"
exit 0
--- stdout
Run <RUN>: apply, begun <TIME>, ended <TIME> with exit code 1.
Made by hookfleet 0.1.0 at http://127.0.0.1:<PORT>, from hookfleet.yaml, with empty, removals let pass.
Selected by -l env=prod, of 3 instances.

notice: the log is encrypted to <RECIPIENT>: only its header and its end are shown

Run finished: 1 of 3 instances done.
--- stderr

hint: `hookfleet show <RUN> --identity FILE` shows what it did, with the file that holds a recipient's secret key

"#]]
    );
    assert_eq!(document(&stage, &run, &[])["instances"], json!([]));
    let opened = show(&stage, &run, &["--identity", "key"]);
    assert!(
        opened.out.contains("\n  - https://left.example/\n"),
        "{}",
        opened.told()
    );
    assert_eq!((opened.code, &*opened.err), (0, ""));
    let refused = show(&stage, &run, &["--identity", "other"]);
    assert_eq!((refused.code, &*refused.out), (64, ""));
    assert!(
        refused.err.contains("no identity of the file opens it"),
        "{}",
        refused.err
    );
}

#[test]
fn a_log_of_0_1_0_is_shown_and_needs_no_manifest_token_or_api() {
    let mut stage = stage();
    let run = applied(&stage, &[]);
    let shown = show(&stage, &run, &[]);
    let log = rewritten(&bytes(&stage, &run), |_, payload| {
        for key in ["api", "planner", "base_url", "manifests", "selection"] {
            payload.as_object_mut().unwrap().remove(key);
        }
    });
    put(&stage, CUT, &log);
    stage.shut_down();
    stage.environment.clear();
    std::fs::remove_file(stage.dir.path().join("hookfleet.yaml")).unwrap();
    assert_eq!(stage.run(&["show", &run]).code, 0);
    let old = stage.run(&["show", CUT]);
    assert_eq!(old.code, 0, "{}", old.told());
    let body = |out: &str| {
        let body = out.split_once("\n\n").unwrap().1;
        crate::harness::masked(body)
    };
    assert_eq!(body(&old.out), body(&shown.out));
    assert!(
        old.out
            .contains("\nMade by hookfleet 0.1.0, with empty, removals let pass.\n\n"),
        "{}",
        old.out
    );
}

#[test]
fn what_is_neither_a_file_nor_one_run_is_refused_and_a_file_comes_first() {
    let stage = stage();
    assert_data_eq!(
        show(&stage, "nothing", &[]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: there is no file `nothing`, and no run of that name in `.hookfleet`

hint: `hookfleet runs` lists runs, and --state-dir says where they are; `hookfleet plan --out FILE` saves a plan

"#]]
    );
    let run = applied(&stage, &[]);
    let log = bytes(&stage, &run);
    for name in [CUT, "20200101-000000.000-aabb"] {
        put(&stage, name, &log);
    }
    let several = show(&stage, "2020", &[]);
    assert_eq!((several.code, &*several.out), (64, ""));
    assert!(
        several.err.contains("2 runs start with `2020`"),
        "{}",
        several.err
    );
    assert_eq!(show(&stage, CUT, &["--state-dir", "else"]).code, 65);
    stage.write(CUT, "no plan");
    let file = show(&stage, CUT, &[]);
    assert_eq!(file.code, 65);
    assert!(file.err.contains("is not a saved plan"), "{}", file.err);
}

#[test]
fn a_rollback_is_shown_as_what_it_put_back() {
    let stage = stage();
    let run = applied(&stage, &[]);
    let (_, back) = run_logs::rollback(&stage, &run, &["-i", "one"]);
    assert_data_eq!(
        show(&stage, &back.unwrap(), &[]).told(),
        str![[r#"
exit 0
--- stdout
Run <RUN>: rollback of <RUN>, begun <TIME>, ended <TIME> with exit code 0.
Made by hookfleet 0.1.0 at http://127.0.0.1:<PORT>, from hookfleet.yaml.
Selected by -i one, of 3 instances.

one (00000000000A)
  ~ https://a.example/in?***<FP>
      - url: https://a.example/in?***<FP>
      + url: https://a.example/in?***<FP>
        events:
          message
      -   message.ack
  + https://left.example/
      events: none
  ~ system webhook https://app.wawp.net/api/webhook/***<FP>
        events:
          message
      -   message.ack

applied and verified: one (00000000000A)

Run finished: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

"#]]
    );
}
