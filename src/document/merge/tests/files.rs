//! Tests of refused files: truncated, foreign, forged, or of different runs.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::document::shard_report::ShardFileError;

#[test]
fn file_is_cut_if_truncated_and_foreign_if_something_else() {
    let whole = plan(&shard(1, 1, 2), 0).to_string();
    assert!(read(whole.as_bytes()).is_ok());
    for cut in 1..whole.len() {
        assert_eq!(
            read(&whole.as_bytes()[..cut]),
            Err(ShardFileError::Cut),
            "{cut}"
        );
    }
    for empty in ["", " \n"] {
        assert_eq!(read(empty.as_bytes()), Err(ShardFileError::Empty));
    }
    let later = whole.replace("\"format_version\":\"1\"", "\"format_version\":\"2\"");
    assert_eq!(
        read(later.as_bytes()),
        Err(ShardFileError::Future("2".to_owned()))
    );
    let validated = r#"{ "format_version": "1", "error": null, "findings": [], "exit_code": 0 }"#;
    let runs = r#"{ "format_version": "1", "runs": [], "exit_code": 0 }"#;
    let twice = format!("{whole}{whole}");
    for foreign in ["Plan: 1", "{}", "[]", "1", "\u{0}", validated, runs, &twice] {
        assert_eq!(
            read(foreign.as_bytes()),
            Err(ShardFileError::Foreign),
            "{foreign}"
        );
    }
}

#[test]
fn documents_of_different_runs_are_refused_with_both_files() {
    let of = |selection: &Value| part("a.json", &plan(selection, 0));
    let first = || part("b.json", &plan(&shard(1, 2, 4), 0));
    let mut selected = shard(2, 2, 4);
    selected["selector"] = json!("env in (a)");
    selected["instances"] = json!(["x"]);
    let other = |selection: &Value| wrong(vec![first(), of(selection)]);
    assert_eq!(
        other(&shard(2, 3, 4)),
        "`b.json` is of 2 shards, and `a.json` is of 3 shards; they can't be one"
    );
    assert_eq!(
        other(&shard(2, 2, 5)),
        "`b.json` is of a manifest of 4 instances, and `a.json` is of a manifest of 5 instances; they can't be one"
    );
    assert_eq!(
        other(&selected),
        "`b.json` is of the whole manifest, and `a.json` is of `-i x -l env in (a)`; they can't be one"
    );
    assert_eq!(
        other(&shard(1, 2, 4)),
        "`b.json` and `a.json` are both of shard 1 of 2"
    );
    let outcome = part("c.json", &report(&shard(2, 2, 4), "applied", 0));
    assert_eq!(
        wrong(vec![outcome, first()]),
        "`b.json` is a plan, and `c.json` is a report of an apply; they can't be one"
    );
}

#[test]
fn document_is_refused_if_it_has_no_valid_shard() {
    let of = |selection: &Value| wrong(vec![part("a", &plan(selection, 0))]);
    let unsharded = "`a` is not of a shard: its run was without --shard, or it is joined already";
    assert_eq!(of(&Value::Null), unsharded);
    assert_eq!(of(&json!({ "of": 2 })), unsharded);
    for (index, count) in [(0, 2), (3, 2), (1, 0), (1, 4097)] {
        assert_eq!(
            of(&shard(index, count, 2)),
            format!("`a` is of shard {index} of {count}, and there is no such shard")
        );
    }
    let mut stranger = plan(&shard(1, 2, 2), 0);
    let [id, _] = ids(2, 2);
    stranger["instances"][1]["id"] = json!(id);
    assert_eq!(
        wrong(vec![part("a", &stranger)]),
        format!("`a` has the instance `{id}`, which is not in shard 1 of 2")
    );
    assert_eq!(
        wrong(vec![lost("a"), lost("b")]),
        "no file has a plan or a report of a shard: `a`: the file is empty; `b`: the file is empty"
    );
    let parts = joined(vec![part("a", &plan(&shard(1, 4096, 9), 0))]);
    let missing = parts["joined"]["missing_shards"].as_array().unwrap();
    assert_eq!(missing.len(), 4095);
}

proptest! {
    #[test]
    fn forged_file_never_panics_or_hides_a_missing_shard(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), length in 0..8_usize, is_report in any::<bool>(),
    ) {
        let mut selection = shard(1, 2, 9);
        selection["selector"] = json!("a");
        let whole = if is_report {
            report(&selection, "applied", 0)
        } else {
            plan(&selection, 0)
        };
        let mut bytes = whole.to_string().into_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + length);
        bytes.splice(at..end, [byte]);
        let Ok(document) = read(&bytes) else {
            return Ok(());
        };
        let part = ShardReport { file: "x".to_owned(), document };
        let code = match merge(vec![part]) {
            Ok(Merged::Plan(plan)) => plan.exit_code,
            Ok(Merged::Report(report)) => report.exit_code,
            Err(_) => return Ok(()),
        };
        // A shard of one is whole.
        prop_assert!(code != 0 || bytes.windows(9).any(|is| is == b"\"count\":1"));
    }
}
