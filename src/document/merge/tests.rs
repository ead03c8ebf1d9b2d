//! Tests of merged documents.

mod files;

use serde_json::{Value, json};

use super::*;
use crate::document::{findings::RunErrorV1, shard_report::read};

fn part(file: &str, document: &Value) -> ShardReport {
    let document = read(document.to_string().as_bytes()).unwrap();
    let file = file.to_owned();
    ShardReport { file, document }
}

fn lost(file: &str) -> ShardReport {
    let error = RunErrorV1 {
        kind: "no_document".to_owned(),
        message: "the file is empty".to_owned(),
        hint: None,
    };
    let document = Document::Failed(error, ExitCode::Failure);
    let file = file.to_owned();
    ShardReport { file, document }
}

fn shard(index: u32, count: u32, of: usize) -> Value {
    json!({ "shard": { "index": index, "count": count }, "of": of })
}

/// The ids of two instances of a shard.
fn ids(index: u32, count: u32) -> [String; 2] {
    let shard: Shard = format!("{index}/{count}").parse().unwrap();
    let mut ids = (0..)
        .map(|id| format!("{id:04}"))
        .filter(|id| shard.has(id));
    std::array::from_fn(|_| ids.next().unwrap())
}

/// An instance of a plan: unchanged, or with a webhook to create.
fn instance(id: &str, is_changed: bool) -> Value {
    let after = json!({ "url": "https://a.example/", "events": ["message"], "is_active": true });
    let change = json!({ "action": "create", "before": null, "after": after });
    let (status, webhooks) = if is_changed {
        ("changed", json!([change]))
    } else {
        ("unchanged", json!([]))
    };
    json!({ "id": id, "name": null, "labels": {}, "status": status, "webhooks": webhooks, "system": null, "error": null })
}

/// A shard's plan of one changed instance, and of one that is unchanged and has a webhook.
fn plan(selection: &Value, exit: u8) -> Value {
    let ids = ids_of(selection);
    json!({
        "format_version": "1",
        "summary": {
            "instances": 2, "unchanged": 1, "changed": 1, "failed": 0, "blocked": 0, "skipped": 0,
            "webhooks": { "create": 1, "update": 0, "delete": 0, "unchanged": 1 }, "system": { "update": 0 }
        },
        "selection": selection,
        "instances": [instance(&ids[0], true), instance(&ids[1], false)],
        "notices": [],
        "guards": [],
        "exit_code": exit
    })
}

/// The ids of two instances of the shard that was selected.
fn ids_of(selection: &Value) -> [String; 2] {
    let number = |key: &str| {
        let number = selection["shard"][key].as_u64().unwrap_or(1);
        u32::try_from(number).unwrap()
    };
    ids(
        number("index").clamp(1, 4096),
        number("count").clamp(1, 4096).max(number("index")),
    )
}

/// A shard's report of an apply to one instance.
fn report(selection: &Value, status: &str, exit: u8) -> Value {
    let [id, _] = ids_of(selection);
    let mut summary = json!({ "instances": 1, "applied": 0, "unchanged": 0, "failed": 0, "stale": 0, "blocked": 0, "skipped": 0 });
    summary[status] = json!(1);
    let outcome = json!({ "id": id, "name": null, "labels": {}, "status": status, "verified": status == "applied", "error": null });
    json!({
        "format_version": "1", "summary": summary, "selection": selection, "instances": [outcome],
        "notices": [], "guards": [], "run": format!("run-{id}"), "exit_code": exit
    })
}

/// Merges documents, and returns the result as JSON.
fn joined(parts: Vec<ShardReport>) -> Value {
    match merge(parts).unwrap() {
        Merged::Plan(plan) => serde_json::to_value(plan).unwrap(),
        Merged::Report(report) => serde_json::to_value(report).unwrap(),
    }
}

/// Returns the error message of merging documents.
fn wrong(parts: Vec<ShardReport>) -> String {
    merge(parts).unwrap_err().to_string()
}

#[test]
fn plans_are_merged_in_shard_order_if_files_are_in_any_order() {
    let ([a, b], [c, d]) = (ids(1, 2), ids(2, 2));
    let mut first = plan(&shard(1, 2, 4), 2);
    let mut second = plan(&shard(2, 2, 4), 3);
    let remark = |id: &str| json!({ "kind": "kept_fields", "message": "kept", "instances": [id] });
    let host =
        |many| json!({ "kind": "new_host", "message": format!("new on {many}"), "instances": [] });
    first["notices"] = json!([host(1), remark(&a)]);
    second["notices"] = json!([host(1), host(2), remark(&c)]);
    first["guards"] = json!([{ "guard": "empty", "instance": b, "message": "own" }]);
    second["guards"] = json!([{ "guard": "removals", "instance": null, "message": "4 of 10" }]);
    let whole = joined(vec![part("two", &second), part("one", &first)]);
    assert_eq!(
        whole,
        json!({
            "format_version": "1",
            "summary": {
                "instances": 4, "unchanged": 2, "changed": 2, "failed": 0, "blocked": 0, "skipped": 0,
                "webhooks": { "create": 2, "update": 0, "delete": 0, "unchanged": 2 }, "system": { "update": 0 }
            },
            "joined": { "shards": 2 },
            "instances": [instance(&a, true), instance(&b, false), instance(&c, true), instance(&d, false)],
            "notices": [
                { "kind": "new_host", "message": "shards 1 and 2 of 2, each: new on 1", "instances": [] },
                { "kind": "new_host", "message": "shard 2 of 2: new on 2", "instances": [] },
                { "kind": "kept_fields", "message": "kept", "instances": [a, c] },
            ],
            "guards": [
                { "guard": "removals", "instance": null, "message": "shard 2 of 2: 4 of 10" },
                { "guard": "empty", "instance": b, "message": "own" },
            ],
            "exit_code": 3
        })
    );
}

#[test]
fn report_lists_missing_shard_and_fails_if_a_file_is_empty() {
    let selection = |index| {
        let mut selection = shard(index, 3, 9);
        selection["selector"] = json!("env=prod");
        selection
    };
    let parts = vec![
        part("one", &report(&selection(1), "applied", 0)),
        lost("two"),
        part("three", &report(&selection(3), "applied", 0)),
    ];
    let ([a, _], [c, _]) = (ids(1, 3), ids(3, 3));
    let outcome = |id: &str| json!({ "id": id, "name": null, "labels": {}, "status": "applied", "verified": true, "error": null });
    assert_eq!(
        joined(parts),
        json!({
            "format_version": "1",
            "summary": { "instances": 2, "applied": 2, "unchanged": 0, "failed": 0, "stale": 0, "blocked": 0, "skipped": 0 },
            "selection": { "selector": "env=prod", "of": 9 },
            "joined": {
                "shards": 3,
                "missing_shards": [2],
                "failed_parts": [{
                    "file": "two",
                    "error": { "kind": "no_document", "message": "the file is empty", "hint": null },
                    "exit_code": 1
                }],
                "runs": [{ "shard": 1, "run": format!("run-{a}") }, { "shard": 3, "run": format!("run-{c}") }]
            },
            "instances": [outcome(&a), outcome(&c)],
            "notices": [],
            "guards": [],
            "exit_code": 1
        })
    );
}

#[test]
fn exit_code_is_the_worst_of_all_shards_and_missing_ones() {
    let code = |codes: [u8; 2], more: Vec<ShardReport>| {
        let status = |code| match code {
            0 => "applied",
            3 => "blocked",
            4 => "stale",
            _ => "failed",
        };
        let parts = codes.into_iter().zip(1..).map(|(code, index)| {
            let id = format!("{index}");
            part(&id, &report(&shard(index, 2, 2), status(code), code))
        });
        joined(parts.chain(more).collect())["exit_code"].clone()
    };
    let invalid = json!({ "format_version": "1", "error": { "kind": "k", "message": "m", "hint": null }, "findings": [], "exit_code": 65 });
    let of_nothing = |code: u8| {
        let mut failed = invalid.clone();
        failed["exit_code"] = json!(code);
        part("failed", &failed)
    };
    assert_eq!(code([0, 0], vec![]), 0);
    assert_eq!(code([0, 4], vec![]), 4);
    assert_eq!(code([3, 4], vec![]), 3);
    assert_eq!(code([1, 3], vec![]), 1);
    assert_eq!(code([1, 130], vec![]), 130);
    // All shards are there, and one more run has no result.
    assert_eq!(code([0, 0], vec![of_nothing(65)]), 65);
    assert_eq!(code([0, 0], vec![of_nothing(0)]), 1);
    assert_eq!(code([0, 0], vec![of_nothing(77)]), 1);
    assert_eq!(code([0, 0], vec![lost("x")]), 1);
    assert_eq!(code([130, 0], vec![lost("x")]), 130);
}

#[test]
fn single_shard_is_whole_and_empty_shard_is_not_missing() {
    let mut alone = plan(&shard(1, 1, 2), 0);
    alone["guards"] = json!([{ "guard": "changes", "instance": null, "message": "1 of 2" }]);
    let mut whole = alone.clone();
    whole.as_object_mut().unwrap().remove("selection");
    whole["joined"] = json!({ "shards": 1 });
    whole["guards"][0]["message"] = json!("shard 1 of 1: 1 of 2");
    assert_eq!(joined(vec![part("one", &alone)]), whole);

    let mut empty = plan(&shard(2, 2, 2), 0);
    empty["instances"] = json!([]);
    empty["summary"]["webhooks"] = json!({ "create": 0, "update": 0, "delete": 0, "unchanged": 0 });
    for sum in ["instances", "changed", "unchanged"] {
        empty["summary"][sum] = json!(0);
    }
    let first = plan(&shard(1, 2, 2), 0);
    let whole = joined(vec![part("one", &first), part("two", &empty)]);
    assert_eq!(whole["joined"], json!({ "shards": 2 }));
    assert_eq!(whole["exit_code"], 0);
}

#[test]
fn sums_saturate_if_they_overflow() {
    let parts = [1, 2].map(|index| {
        let mut plan = plan(&shard(index, 2, 4), 0);
        plan["summary"]["webhooks"]["unchanged"] = json!(usize::MAX - 1);
        part("x", &plan)
    });
    let whole = joined(parts.into());
    assert_eq!(whole["summary"]["webhooks"]["unchanged"], json!(usize::MAX));
}

#[test]
fn shards_are_refused_if_they_have_more_or_fewer_instances_than_the_manifest() {
    let parts = |of, count| {
        vec![
            part("one", &plan(&shard(1, count, of), 0)),
            part("two", &plan(&shard(2, count, of), 0)),
        ]
    };
    let message = |listed, of| {
        format!(
            "the files have {listed} instances, and the manifest has {of}; they are not of one manifest"
        )
    };
    assert_eq!(wrong(parts(5, 2)), message(4, 5));
    assert_eq!(wrong(parts(3, 2)), message(4, 3));
    assert_eq!(wrong(parts(3, 3)), message(4, 3));
    // The rest is in the third, of which there is not even an empty file.
    let whole = joined(parts(5, 3));
    assert_eq!(
        whole["joined"],
        json!({ "shards": 3, "missing_shards": [3] })
    );
    assert_eq!(whole["exit_code"], 1);
}
