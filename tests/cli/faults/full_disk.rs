//! A disk that takes no more: what can't be recorded is not sent.

use std::fs;
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{apply, bytes, directory, names, records};
use crate::harness::{Run, Stage, stage};

/// An apply whose files may hold so many blocks each, as on a full disk.
fn apply_within(stage: &Stage, blocks: usize, more: &[&str]) -> Run {
    let like = stage.command(&[]);
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_hookfleet")])
        .args(["apply", "--auto-approve", "--concurrency", "1"])
        .args(more)
        .current_dir(stage.dir.path())
        .env_clear()
        .stdin(Stdio::null());
    for (name, value) in like.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    Run::of(&command.output().unwrap())
}

#[test]
fn apply_that_cannot_create_its_log_writes_nothing() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply_within(&stage, 0, &["-q"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: cannot use the state directory `.hookfleet`: File too large (os error 27)

"#]]
    );
    assert_eq!((run.code, stage.requests()), (1, (1, 0)));
    let json = apply_within(&stage, 0, &["--format", "json"]);
    assert_data_eq!(
        json.told(),
        str![[r#"
exit 1
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "state",
    "message": "cannot use the state directory `.hookfleet`: File too large (os error 27)",
    "hint": "make room, or give --state-dir another place; nothing is written without a log"
  },
  "findings": [],
  "exit_code": 1
}
--- stderr

"#]]
    );
    assert_eq!((json.code, stage.requests()), (1, (2, 0)));
}

#[test]
fn gitignore_of_the_state_directory_exists_even_after_a_full_disk() {
    let stage = stage(&[("00000000000A", "")]);
    apply_within(&stage, 0, &[]);
    apply(&stage, &[]);
    let ignore = fs::read_to_string(directory(&stage).join(".gitignore")).unwrap();
    assert_eq!(ignore, "*\n");
}

#[test]
fn a_disk_that_fills_up_stops_what_can_not_be_recorded_and_a_resume_does_the_rest() {
    let ids: Vec<String> = (0..12).map(|number| format!("{number:012}")).collect();
    let pairs: Vec<(&str, &str)> = ids.iter().map(|id| (&**id, "")).collect();
    let mut written = 0;
    for blocks in [9, 12, 16] {
        let stage = stage(&pairs);
        let run = apply_within(&stage, blocks, &["--format", "json"]);
        let json = run.json();
        assert_eq!(run.code, 1);
        let posts = stage.requests().1;
        written = written.max(posts);
        assert!(posts < 12, "{}", run.outcomes());
        let name = names(&stage).pop_first().unwrap();
        let log = bytes(&stage, &name);
        let whole = log.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        let intents = records(&log[..whole], "intent");
        // None but the last line can be in part there; a write whose intent is there may not have been sent.
        assert!(posts <= intents.len() as u64 && intents.len() as u64 <= posts + 1);
        for instance in json["instances"].as_array().unwrap() {
            let id = instance["id"].as_str().unwrap();
            let is_written = stage.world().webhooks(id)[0].events.len() == 2;
            assert_eq!(is_written, instance["status"] == "applied", "{id}");
            assert!(
                is_written || instance["error"]["kind"] == "unrecorded",
                "{instance}"
            );
        }
        let resumed = stage.run(&["apply", "--resume", &name, "--format", "json"]);
        assert_eq!(resumed.code, 0, "{}", resumed.told());
        assert_eq!(stage.requests().1, 12);
    }
    assert!(written > 0);
}
