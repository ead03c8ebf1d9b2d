//! What a run writes down, and `runs`, which lists it.

use std::fs;

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, directory, put};
use crate::harness::{Run, Stage, Validator, stage};

/// The list in JSON, which fits its schema; times are left out.
fn listed(stage: &Stage) -> Value {
    let run = stage.run(&["runs", "--format", "json"]);
    let mut list = run.json();
    assert_eq!(Validator::named("runs").errors(&list), "");
    for run in list["runs"].as_array_mut().unwrap() {
        for time in ["started", "ended"] {
            let told = run[time].as_str().map(str::to_owned);
            if let Some(told) = told {
                assert!(told.len() == 20 && told.ends_with('Z'), "{told}");
                run[time] = json!("<TIME>");
            }
        }
        // A log that can't be read does not say where its run went.
        let run = run.as_object_mut().unwrap();
        let origin = ["base_url", "manifests", "tool"].map(|key| run.remove(key));
        let [base_url, manifests, tool] = origin;
        assert!(tool.is_none_or(|tool| tool == env!("CARGO_PKG_VERSION")));
        assert!(base_url.is_none_or(|url| url == "http://127.0.0.1:<PORT>"));
        assert!(manifests.is_none_or(|paths| paths == json!(["hookfleet.yaml"])));
    }
    list
}

#[test]
fn runs_without_a_state_directory_or_logs_is_empty() {
    let stage = stage(&[]);
    let none = Run {
        code: 0,
        out: "No runs in .hookfleet.\n".to_owned(),
        err: String::new(),
    };
    assert_eq!(stage.run(&["runs"]), none);
    assert!(!directory(&stage).exists(), "runs makes nothing");
    let empty = json!({ "format_version": "1", "runs": [], "exit_code": 0 });
    assert_eq!(listed(&stage), empty);
    fs::create_dir(directory(&stage)).unwrap();
    assert_eq!((stage.run(&["runs"]), listed(&stage)), (none, empty));
    let other = stage.run(&["runs", "--state-dir", "else\u{1b}[31mwhere"]);
    assert_eq!(
        other.told().matches('\u{1b}').count(),
        0,
        "{}",
        other.told()
    );
}

#[test]
fn runs_lists_what_was_done_oldest_first_and_says_what_can_be_finished_or_put_back() {
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", "{ on: post, nth: 1, ignore_write: true }"),
    ]);
    let first = apply(&stage, &[]);
    let resumed = run_logs::run(&stage, &["apply", "--resume", &first])
        .1
        .unwrap();
    let (_, back) = run_logs::rollback(&stage, &first, &["-i", "00000000000A"]);
    let run = stage.run(&["runs"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
RUN                       KIND      STATE     DONE  EXIT  NOTE
<RUN>  apply     finished  1/2   1     127.0.0.1:<PORT>
<RUN>  resume    finished  1/1   0     127.0.0.1:<PORT>, of <RUN>
<RUN>  rollback  finished  1/1   0     127.0.0.1:<PORT>, -i 00000000000A, of <RUN>
--- stderr

"#]]
    );

    // One that was cut off after its first write, and one that can't be read.
    let whole = bytes(&stage, &first);
    let cut: Vec<u8> = run_logs::lines(&whole)[..4].concat();
    put(&stage, "99990101-000000.000-aaaa", &cut);
    put(&stage, "99990101-000000.000-bbbb", b"no log\n");
    let run = stage.run(&["runs"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
RUN                       KIND      STATE       DONE  EXIT  NOTE
<RUN>  apply     finished    1/2   1     127.0.0.1:<PORT>
<RUN>  resume    finished    1/1   0     127.0.0.1:<PORT>, of <RUN>
<RUN>  rollback  finished    1/1   0     127.0.0.1:<PORT>, -i 00000000000A, of <RUN>
<RUN>  apply     cut-off     1/2   -     127.0.0.1:<PORT>
<RUN>            unreadable  -     -     the log is not a run log
--- stderr

hint: `hookfleet apply --resume <RUN>` finishes it, `hookfleet rollback <RUN>` puts back what it has overwritten

"#]]
    );
    let mut list = listed(&stage);
    assert_eq!(list["runs"][2]["run"], "<RUN>");
    let rows = list["runs"].take();
    assert_data_eq!(
        serde_json::to_string_pretty(&rows).unwrap(),
        str![[r#"
[
  {
    "done": 1,
    "ended": "<TIME>",
    "error": null,
    "exit_code": 1,
    "finished_by": null,
    "kind": "apply",
    "of": null,
    "planner": 2,
    "run": "<RUN>",
    "sealed_to": null,
    "started": "<TIME>",
    "state": "finished",
    "writes": 2
  },
  {
    "done": 1,
    "ended": "<TIME>",
    "error": null,
    "exit_code": 0,
    "finished_by": null,
    "kind": "resume",
    "of": "<RUN>",
    "planner": 2,
    "run": "<RUN>",
    "sealed_to": null,
    "started": "<TIME>",
    "state": "finished",
    "writes": 1
  },
  {
    "done": 1,
    "ended": "<TIME>",
    "error": null,
    "exit_code": 0,
    "finished_by": null,
    "kind": "rollback",
    "of": "<RUN>",
    "planner": 2,
    "run": "<RUN>",
    "sealed_to": null,
    "selection": {
      "instances": [
        "00000000000A"
      ],
      "of": 2
    },
    "started": "<TIME>",
    "state": "finished",
    "writes": 1
  },
  {
    "done": 1,
    "ended": null,
    "error": null,
    "exit_code": null,
    "finished_by": null,
    "kind": "apply",
    "of": null,
    "planner": 2,
    "run": "<RUN>",
    "sealed_to": null,
    "started": "<TIME>",
    "state": "cut_off",
    "writes": 2
  },
  {
    "done": null,
    "ended": null,
    "error": "the log is not a run log",
    "exit_code": null,
    "finished_by": null,
    "kind": null,
    "of": null,
    "run": "<RUN>",
    "sealed_to": null,
    "started": null,
    "state": "unreadable",
    "writes": null
  }
]
"#]]
    );
    let raw = stage
        .command(&["runs", "--format", "json"])
        .output()
        .unwrap();
    let raw: Value = serde_json::from_slice(&raw.stdout).unwrap();
    let told: Vec<&str> = raw["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["run"].as_str().unwrap())
        .collect();
    let all = [
        &*first,
        &*resumed,
        &*back.unwrap(),
        "99990101-000000.000-aaaa",
        "99990101-000000.000-bbbb",
    ];
    assert_eq!(told, all);
}

#[test]
fn runs_sends_nothing_and_needs_no_manifest() {
    let stage = stage(&[("00000000000A", "")]);
    apply(&stage, &[]);
    let before = stage.requests();
    fs::remove_file(stage.dir.path().join("hookfleet.yaml")).unwrap();
    assert_eq!(stage.run(&["runs"]).code, 0);
    assert_eq!(stage.requests(), before);
}

#[test]
fn a_run_that_is_made_after_the_clock_was_turned_back_is_listed_after_those_before() {
    let stage = stage(&[("00000000000A", "")]);
    let first = apply(&stage, &[]);
    let log = bytes(&stage, &first);
    let ahead = "20991231-235959.999-ffff";
    put(&stage, ahead, &log);
    // No run of hookfleet's, but an older copy that somebody has kept there.
    put(&stage, "zzz", &log);
    let (_, back) = run_logs::rollback(&stage, &first, &[]);
    let back = back.unwrap();
    assert!(back.starts_with("21000101-000000.000-"), "{back}");
    let again = apply(&stage, &[]);
    let list = stage.command(&["runs"]).output().unwrap().stdout;
    let list = String::from_utf8(list).unwrap();
    let mut lines = list.lines().skip(1);
    for run in [&*first, ahead, &back, &again, "zzz"] {
        assert!(lines.next().unwrap().starts_with(run), "{list}");
    }
    let header = &run_logs::payloads(&bytes(&stage, &again))[0];
    let started = header["started"].as_str().unwrap();
    assert!(
        started < "2099",
        "the header has the clock's own time: {started}"
    );
    assert_eq!(header["run"], again);
}

#[test]
fn a_run_is_listed_with_its_api_and_with_what_it_was_over() {
    let stage = stage(&[("00000000000A", ""), ("00000000000B", "")]);
    let labelled = std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap();
    let labelled = labelled.replace(
        "id: 00000000000A",
        "id: 00000000000A\n    labels: { env: prod }",
    );
    stage.write("hookfleet.yaml", labelled);
    let run = apply(&stage, &["-l", "env=prod", "-i", "00000000000A"]);
    apply(&stage, &["--shard", "1/1", "-l", "!env"]);
    assert_data_eq!(
        stage.run(&["runs"]).out,
        str![[r#"
RUN                       KIND   STATE     DONE  EXIT  NOTE
<RUN>  apply  finished  1/1   0     127.0.0.1:<PORT>, -i 00000000000A, -l env=prod
<RUN>  apply  finished  1/1   0     127.0.0.1:<PORT>, -l !env, shard 1/1

"#]]
    );
    let list = listed(&stage);
    assert_eq!(
        list["runs"][0]["selection"],
        json!({ "instances": ["00000000000A"], "selector": "env=prod", "of": 2 })
    );
    // A log of 0.1.0 says neither.
    let log = bytes(&stage, &run);
    let mut chain = hookfleet::runlog::Chain::default();
    let old = run_logs::payloads(&log).into_iter().map(|mut payload| {
        for key in ["base_url", "manifests", "selection", "planner", "api"] {
            payload.as_object_mut().unwrap().remove(key);
        }
        chain.line(&payload.to_string())
    });
    let old: String = old.collect();
    fs::write(run_logs::file(&stage, &run), old).unwrap();
    let list = stage.run(&["runs"]).out;
    assert!(list.contains("<RUN>  apply  finished  1/1   0\n"), "{list}");
}
