//! `report merge` with files that are no reports, belong to another run, or say what no terminal should see.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::stage;
use crate::output::merge::{A, B, FILES, apply, keep, merge, read};

#[test]
fn merge_refuses_files_that_are_no_report_or_of_another_run_by_name() {
    let stage = stage(&[(A, ""), (B, "")]);
    apply(&stage, "1/2");
    keep(&stage, &["plan"], "2/2");
    stage.write("plan.json", read(&stage, FILES[1]).to_string());
    stage.write("text.json", "Apply complete: 1 applied\n");
    assert_data_eq!(
        merge(&stage, &[FILES[0], "text.json"]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `text.json` is no plan and no report that hookfleet printed with `--format json`

hint: `report merge` takes what `plan`, `drift` or `apply` print with `--format json` and `--shard K/N`, a file for each shard

"#]]
    );
    assert_data_eq!(
        merge(&stage, &[FILES[0], "plan.json", "--format", "json"]).told(),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "mixed_reports",
    "message": "`plan.json` is a plan, and `report-1.json` is a report of an apply; they can't be one",
    "hint": "join plans with plans, and reports of applies with such"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]]
    );
    assert_data_eq!(
        merge(&stage, &["plan.json", "plan.json"]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.json` and `plan.json` are both of shard 2 of 2

hint: join one file for each shard of one run: the same manifest, the same -i and -l, the same number of shards

"#]]
    );
    assert_data_eq!(
        merge(&stage, &["nowhere.json", "hookfleet.json"]).told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error: no file has a plan or a report of a shard: `nowhere.json`: cannot be read: No such file or directory (os error 2); `hookfleet.json`: cannot be read: No such file or directory (os error 2)

hint: look at the output of the shards: no file lists an instance

"#]]
    );
    assert_eq!(merge(&stage, &[]).code, 64);
}

#[test]
fn foreign_text_in_reports_and_in_their_names_commands_no_terminal_and_no_ci() {
    let bad = "\u{1b}[31m\u{202e}\n::error::x ##vso[x]";
    let stage = stage(&[(A, "")]);
    apply(&stage, "1/2");
    let mut document = read(&stage, FILES[0]);
    // Whatever an id is, it is in the only shard there is.
    document["selection"] = json!({ "shard": { "index": 1, "count": 1 }, "of": 1 });
    document["run"] = json!(bad);
    document["selection"]["selector"] = json!(bad);
    document["notices"] = json!([{ "kind": bad, "message": bad, "instances": [bad] }, { "kind": bad, "message": bad, "instances": [] }]);
    document["instances"][0]["id"] = json!(bad);
    document["instances"][0]["name"] = json!(bad);
    document["instances"][0]["error"] = json!({ "kind": bad, "message": bad, "http_status": null });
    stage.write(FILES[0], document.to_string());
    let failed = json!({ "format_version": "1", "error": { "kind": bad, "message": bad, "hint": bad }, "findings": [], "exit_code": 1 });
    stage.write(FILES[1], failed.to_string());
    document["selection"]["selector"] = json!(format!("{bad}!"));
    stage.write(FILES[2], document.to_string());
    let name = "x\u{1b}[31m##vso[x].json";
    stage.write(name, "");
    stage.write("later", format!("{{ \"format_version\": {} }}", json!(bad)));
    for (files, code) in [
        (&[FILES[0], FILES[1], name][..], 1),
        (&[FILES[0], FILES[2]], 65),
        (&[FILES[1]], 1),
        (&["later"], 65),
    ] {
        for more in [&[][..], &["--format", "json"]] {
            let run = merge(&stage, &[files, more].concat());
            let told = run.told();
            assert_eq!(run.code, code, "{told}");
            for dangerous in ["\u{1b}", "\u{202e}", "\n::", "##"] {
                assert!(!told.contains(dangerous), "{dangerous:?} in {told}");
            }
        }
    }
}

#[test]
fn merge_refuses_what_show_prints_of_the_run_of_a_shard() {
    let stage = stage(&[(A, ""), (B, "")]);
    apply(&stage, "1/2");
    apply(&stage, "2/2");
    let runs = stage.run(&["runs", "--format", "json"]);
    assert_eq!(runs.json()["runs"].as_array().unwrap().len(), 2);
    let run = crate::harness::run_logs::names(&stage).pop_first().unwrap();
    let shown = stage.run(&["show", &run, "--format", "json"]);
    assert_eq!(shown.code, 0);
    stage.write("shown.json", shown.out);
    let merged = merge(&stage, &["shown.json", FILES[1]]);
    assert_eq!((merged.code, &*merged.out), (65, ""));
    let why = "error: `shown.json` is what `hookfleet show` printed of a run, and not what that run printed\n";
    assert!(merged.err.starts_with(why), "{}", merged.err);
}
