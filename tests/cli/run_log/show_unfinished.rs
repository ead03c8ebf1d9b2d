//! `show RUN` of a run that has not ended, or whose log is damaged.

use hookfleet::emulator::{Extra, WebhookState};
use rustix::fs::{FlockOperation, flock};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use super::show::{CUT, applied, document, rewritten, show, stage};
use crate::harness::run_logs::{apply, bytes, directory, file, lines, put};

#[test]
fn a_run_that_was_cut_off_says_so_and_names_what_it_never_came_to_and_what_finishes_it() {
    let stage = stage();
    let run = applied(&stage, &[]);
    let log = bytes(&stage, &run);
    let cut = lines(&log)[..3].concat();
    std::fs::remove_file(file(&stage, &run)).unwrap();
    put(&stage, CUT, &cut);
    assert_data_eq!(
        show(&stage, CUT, &[]).told(),
        str![[r#"
exit 0
--- stdout
Run <RUN>: apply, begun <TIME>, cut off.
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

failed: one (00000000000A): the run was cut off while it wrote this: the write may have taken effect
failed: 2 instances: not reached, since the run was cut off, or the end of the log was lost
    00000000000B, 00000000000C

Run cut off: 0 applied, 0 unchanged, 3 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

hint: `hookfleet apply --resume <RUN>` finishes it, `hookfleet rollback <RUN>` puts back what it has overwritten

"#]]
    );
    let document = document(&stage, CUT, &[]);
    assert_eq!(document["exit_code"], 1);
    assert_eq!(document["record"]["state"], "cut_off");
    assert_eq!(document["record"]["exit_code"], Value::Null);
    let told = |id: usize, what: &str| document["instances"][id]["error"][what].clone();
    assert_eq!(told(0, "kind"), "unconfirmed");
    assert_eq!(
        (told(1, "kind"), told(2, "kind")),
        ("interrupted".into(), "interrupted".into())
    );
}

#[test]
fn a_run_that_was_cut_off_and_finished_since_names_the_run_that_finished_it() {
    let stage = crate::harness::stage(&[("00000000000A", ""), ("00000000000B", "")]);
    let run = apply(&stage, &[]);
    let log = lines(&bytes(&stage, &run))[..3].concat();
    std::fs::write(file(&stage, &run), log).unwrap();
    let back = WebhookState {
        url: "https://a.example/hook".to_owned(),
        events: vec!["message".to_owned()],
        is_active: true,
        extra: Extra::default(),
    };
    stage.world().set_webhooks("00000000000B", vec![back]);
    assert_eq!(stage.run(&["apply", "--resume", &run]).code, 0);
    let shown = show(&stage, &run, &[]);
    assert!(
        shown.out.contains(", cut off, finished by <RUN>.\n"),
        "{}",
        shown.told()
    );
    assert_eq!((shown.code, &*shown.err), (0, ""));
}

#[test]
fn a_run_that_is_in_progress_is_shown_and_not_waited_for() {
    let stage = stage();
    let run = applied(&stage, &[]);
    let cut = lines(&bytes(&stage, &run))[..2].concat();
    put(&stage, CUT, &cut);
    let path = directory(&stage).join("lock");
    std::fs::write(&path, format!("1\n{CUT}")).unwrap();
    let lock = std::fs::File::open(path).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let shown = show(&stage, CUT, &[]);
    assert_eq!((shown.code, &*shown.err), (0, ""), "{}", shown.told());
    for part in [
        ": apply, begun <TIME>, in progress.\n",
        "failed: 3 instances: not reached so far: nothing was written\n",
        "\nRun in progress: 0 applied,",
    ] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
}

#[test]
fn a_damaged_log_is_refused_and_so_is_a_state_that_is_not_understood() {
    let stage = stage();
    let run = applied(&stage, &[]);
    let log = bytes(&stage, &run);
    let damaged = String::from_utf8(log.clone())
        .unwrap()
        .replacen("old.example", "odd.example", 1);
    let strange = rewritten(&log, |_, payload| {
        let records = payload["records"].as_array_mut();
        for record in records.into_iter().flatten() {
            if record["intent"].is_object() {
                record["intent"]["answer"] = "{".into();
            }
        }
    });
    for (bytes, why) in [
        (damaged.as_bytes(), "is damaged at line "),
        (&strange, "holds a state that is not understood: "),
        (b"no log\n", "is not a run log"),
        (lines(&log)[0], "ends before it says what was approved"),
    ] {
        put(&stage, CUT, bytes);
        let shown = show(&stage, CUT, &[]);
        assert_eq!((shown.code, &*shown.out), (65, ""), "{}", shown.told());
        assert!(shown.err.contains(why), "{why}: {}", shown.err);
    }
}
