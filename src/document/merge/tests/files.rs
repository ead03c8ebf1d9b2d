//! Files that are no parts: cut off, something else, or changed since they were printed.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::document::shard_report::PartError;

#[test]
fn a_file_that_is_cut_off_is_told_from_one_that_is_something_else() {
    let whole = plan(&shard(1, 1, 2), 0).to_string();
    assert!(read(whole.as_bytes()).is_ok());
    for cut in 1..whole.len() {
        assert_eq!(read(&whole.as_bytes()[..cut]), Err(PartError::Cut), "{cut}");
    }
    for empty in ["", " \n"] {
        assert_eq!(read(empty.as_bytes()), Err(PartError::Empty));
    }
    let later = whole.replace("\"format_version\":\"1\"", "\"format_version\":\"2\"");
    assert_eq!(
        read(later.as_bytes()),
        Err(PartError::Future("2".to_owned()))
    );
    let validated = r#"{ "format_version": "1", "error": null, "findings": [], "exit_code": 0 }"#;
    let runs = r#"{ "format_version": "1", "runs": [], "exit_code": 0 }"#;
    let twice = format!("{whole}{whole}");
    for foreign in ["Plan: 1", "{}", "[]", "1", "\u{0}", validated, runs, &twice] {
        assert_eq!(
            read(foreign.as_bytes()),
            Err(PartError::Foreign),
            "{foreign}"
        );
    }
}

#[test]
fn a_document_that_cannot_be_what_was_printed_is_not_believed() {
    let whole = plan(&shard(1, 1, 2), 0);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut plan = whole.clone();
        change(&mut plan);
        read(plan.to_string().as_bytes()).map(|_| ())
    };
    let refused = |why| Err(PartError::Contradicts(why));
    let summary = "its summary does not count its instances";
    for sum in [
        "instances",
        "unchanged",
        "changed",
        "failed",
        "blocked",
        "skipped",
    ] {
        assert_eq!(
            changed(&|plan| plan["summary"][sum] = json!(7)),
            refused(summary)
        );
    }
    for sum in ["create", "update", "delete"] {
        let change = |plan: &mut Value| plan["summary"]["webhooks"][sum] = json!(7);
        assert_eq!(changed(&change), refused(summary));
    }
    assert_eq!(
        changed(&|plan| plan["summary"]["system"]["update"] = json!(7)),
        refused(summary)
    );
    assert_eq!(
        changed(&|plan| plan["instances"][1]["id"] = plan["instances"][0]["id"].clone()),
        refused("it lists an instance twice")
    );
    let exit = "its exit code is none that its instances can come to";
    let ends = |status: &str, code: u8| {
        changed(&|plan| {
            plan["instances"][1]["status"] = json!(status);
            plan["summary"]["unchanged"] = json!(0);
            let of = &mut plan["summary"][status];
            *of = json!(of.as_u64().unwrap() + 1);
            plan["exit_code"] = json!(code);
        })
    };
    for (status, codes) in [
        ("unchanged", &[0, 1, 2, 3, 4, 130][..]),
        ("skipped", &[0, 1, 2, 3, 4, 130]),
        ("blocked", &[1, 2, 3, 4, 130]),
        ("failed", &[1, 130]),
    ] {
        for code in 0..=u8::MAX {
            let told = if codes.contains(&code) {
                Ok(())
            } else {
                refused(exit)
            };
            assert_eq!(ends(status, code), told, "{status} {code}");
        }
    }
}

#[test]
fn a_report_that_cannot_be_what_was_printed_is_not_believed() {
    let said = |status: &str, verified: bool, code: u8| {
        let mut report = report(&shard(1, 1, 1), status, code);
        report["instances"][0]["verified"] = json!(verified);
        read(report.to_string().as_bytes()).is_ok()
    };
    assert!(said("applied", true, 0) && said("unchanged", false, 0) && said("skipped", false, 0));
    assert!(!said("applied", false, 0) && !said("applied", false, 4) && said("applied", false, 1));
    assert!(!said("failed", false, 0) && !said("failed", false, 3) && said("failed", false, 130));
    for held in ["stale", "blocked"] {
        assert!(!said(held, false, 0) && said(held, false, 3) && said(held, false, 4));
    }
    let mut forged = report(&shard(1, 1, 1), "failed", 1);
    forged["summary"]["failed"] = json!(0);
    forged["summary"]["applied"] = json!(1);
    let contradicts = PartError::Contradicts("its summary does not count its instances");
    assert_eq!(read(forged.to_string().as_bytes()), Err(contradicts));
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_file_nothing_breaks_and_what_is_missing_is_never_a_success(
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
        let code = match join(vec![part]) {
            Ok(Merged::Plan(plan)) => plan.exit_code,
            Ok(Merged::Report(report)) => report.exit_code,
            Err(_) => return Ok(()),
        };
        // A shard of one is whole.
        prop_assert!(code != 0 || bytes.windows(9).any(|is| is == b"\"count\":1"));
    }
}
