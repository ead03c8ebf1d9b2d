//! Files that are no parts: cut off, something else, or changed since they were printed.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::shard_report::ShardFileError;

#[test]
fn a_file_that_is_cut_off_is_told_from_one_that_is_something_else() {
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
        let code = match merge(vec![part]) {
            Ok(Merged::Plan(plan)) => plan.exit_code,
            Ok(Merged::Report(report)) => report.exit_code,
            Err(_) => return Ok(()),
        };
        // A shard of one is whole.
        prop_assert!(code != 0 || bytes.windows(9).any(|is| is == b"\"count\":1"));
    }
}
