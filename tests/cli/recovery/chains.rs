//! A run and its resumes are one chain: what one of them wrote is put back with the others, or it is said that it is not.

use snapbox::{assert_data_eq, str};

use crate::apply::prompt::typed;
use crate::harness::run_logs::{self, apply, bytes, file, lines, place, rollback};
use crate::harness::{Run, Stage, Validator, stage};

const IDS: [&str; 3] = ["00000000000A", "00000000000B", "00000000000C"];

fn fleet() -> Stage {
    stage(&IDS.map(|id| (id, "")))
}

/// A run that was killed after its first instance: its log ends there, and the others are as they were.
fn cut_off(stage: &Stage) -> String {
    let before = IDS.map(|id| stage.world().webhooks(id));
    let run = apply(stage, &[]);
    place(stage, &run, &lines(&bytes(stage, &run))[..4].concat());
    for (id, webhooks) in IDS.into_iter().zip(before).skip(1) {
        stage.world().set_webhooks(id, webhooks);
    }
    run
}

fn resume(stage: &Stage, run: &str, more: &[&str]) -> (Run, Option<String>) {
    let args = [
        "apply",
        "--resume",
        run,
        "--concurrency",
        "1",
        "--format",
        "json",
    ];
    run_logs::run(stage, &[&args[..], more].concat())
}

const ALL_BACK: &str = "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n00000000000C applied, verified\n";

#[test]
fn rollback_of_any_run_of_a_chain_puts_back_what_all_of_them_wrote() {
    for of_which in [0, 1] {
        let stage = fleet();
        let before = stage.live();
        let first = cut_off(&stage);
        let (resumed, second) = resume(&stage, &first, &[]);
        assert_eq!(
            resumed.outcomes(),
            "exit 0\n00000000000B applied, verified\n00000000000C applied, verified\n"
        );
        let run = [first, second.unwrap()][of_which].clone();
        assert_eq!(rollback(&stage, &run, &[]).0.outcomes(), ALL_BACK);
        assert_eq!(stage.live(), before);
        // A second time there is nothing to do, and that is so.
        assert_eq!(
            rollback(&stage, &run, &[]).0.outcomes(),
            "exit 0\n00000000000A unchanged\n00000000000B unchanged\n00000000000C unchanged\n"
        );
    }
}

#[test]
fn rollback_of_a_chain_that_was_rolled_back_in_part_and_resumed_puts_all_of_it_back() {
    let stage = fleet();
    let before = stage.live();
    let first = cut_off(&stage);
    let (back, _) = rollback(&stage, &first, &[]);
    assert_eq!(back.outcomes(), "exit 0\n00000000000A applied, verified\n");
    // What was put back is not written again unasked; the rest is.
    let (resumed, second) = resume(&stage, &first, &[]);
    let by = run_logs::names(&stage).into_iter().nth(1).unwrap();
    assert_eq!(
        resumed.outcomes().replace(&by, "<RUN>"),
        "exit 4\n00000000000A stale: stale null it was written, and rollback <RUN> has put it back\n00000000000B applied, verified\n00000000000C applied, verified\n"
    );
    assert!(
        resumed.err.contains("hint: --again writes"),
        "{}",
        resumed.told()
    );
    let (again, third) = resume(&stage, &second.unwrap(), &["--again"]);
    assert_eq!(again.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_eq!(
        rollback(&stage, &third.unwrap(), &[]).0.outcomes(),
        ALL_BACK
    );
    assert_eq!(stage.live(), before);
}

#[test]
fn what_another_client_changed_between_a_run_and_its_resume_is_left_and_said() {
    let stage = fleet();
    let first = cut_off(&stage);
    let theirs = stage.world().webhooks(IDS[1]);
    let mut theirs = theirs;
    theirs[0].events = vec!["poll.vote".to_owned()];
    stage.world().set_webhooks(IDS[1], theirs.clone());
    let (resumed, _) = resume(&stage, &first, &[]);
    assert_eq!(resumed.code, 4);
    let (back, _) = rollback(&stage, &first, &[]);
    assert_eq!(
        back.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000C applied, verified\n"
    );
    assert_eq!(
        stage.world().webhooks(IDS[1]),
        theirs,
        "the chain never wrote it"
    );
}

#[test]
fn rollback_that_stops_at_another_clients_change_says_which_runs_it_lies_between_and_exits_with_4()
{
    let stage = stage(&[(IDS[0], "")]);
    let first = apply(&stage, &[]);
    let (_, second) = rollback(&stage, &first, &[]);
    let second = second.unwrap();
    // As if the rollback had overwritten a state that another client had set.
    let log = String::from_utf8(bytes(&stage, &second)).unwrap();
    let theirs = run_logs::records(log.as_bytes(), "intent")[0]["answer"].clone();
    let theirs = theirs.as_str().unwrap().replace("message.ack", "poll.vote");
    assert!(theirs.contains("poll.vote"));
    let log = run_logs::resigned_with(log.as_bytes(), |record| {
        if record["intent"].is_object() {
            record["intent"]["answer"] = theirs.clone().into();
        }
    });
    place(&stage, &second, &log);
    let shown = stage.run(&["rollback", &first, "--plan"]);
    let mask = |text: &str| text.replace(&first, "<FIRST>").replace(&second, "<SECOND>");
    assert_data_eq!(
        mask(&shown.told()),
        str![[r#"
exit 4
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: 00000000000A: another client changed it after run <RUN> and before run <RUN>; the rollback goes back to that state, and not to the one before the runs

00000000000A
  ~ https://a.example/hook
        events:
          message
      +   poll.vote

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
    let (back, _) = rollback(&stage, &first, &[]);
    assert_data_eq!(
        mask(&back.outcomes()),
        str![[r#"
exit 4
00000000000A applied, verified: stale null another client changed it after run <RUN> and before run <RUN>; the rollback goes back to that state, and not to the one before the runs

"#]]
    );
    assert_eq!(
        stage.world().webhooks(IDS[0])[0].events,
        ["message", "poll.vote"]
    );
    let again = stage.run(&["rollback", &first, "--auto-approve"]);
    assert_data_eq!(
        mask(&again.told()),
        str![[r#"
exit 4
--- stdout
stale: 00000000000A: another client changed it after run <RUN> and before run <RUN>; the rollback goes back to that state, and not to the one before the runs

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

stale: 00000000000A: another client changed it after run <RUN> and before run <RUN>; the rollback goes back to that state, and not to the one before the runs

Apply complete: 0 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

hint: another client has changed it since; to change it all the same, change the manifest, and apply that

"#]]
    );
}

#[test]
fn a_log_that_may_be_of_the_chain_and_cannot_be_read_is_in_the_way() {
    let stage = fleet();
    let first = cut_off(&stage);
    let (_, second) = resume(&stage, &first, &[]);
    let second = second.unwrap();
    let log = bytes(&stage, &second);
    place(&stage, &second, &log[10..]);
    let written = stage.world().webhooks(IDS[0]);
    let (live, requests) = (stage.live(), stage.requests());
    let (back, _) = rollback(&stage, &first, &[]);
    assert_eq!((back.code, stage.requests()), (65, requests));
    assert_eq!(stage.live(), live);
    let told = back
        .told()
        .replace(&first, "<FIRST>")
        .replace(&second, "<SECOND>");
    assert_data_eq!(
        told,
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "invalid_log",
    "message": "the log of run <RUN> is damaged at line 1, so it is not known what that run wrote as a part of what run <RUN> began",
    "hint": "put that log back, or move it away if it is of no run of this chain; --unverified passes over it; nothing was read or written"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]]
    );
    // A run that began after it is another chain.
    stage.world().set_webhooks(IDS[0], Vec::new());
    let third = apply(&stage, &[]);
    assert_eq!(rollback(&stage, &third, &[]).0.code, 0);
    stage.world().set_webhooks(IDS[0], written);
    let (code, screen, _) = typed(
        &stage,
        &["rollback", &first, "--unverified"],
        b"yes\n",
        false,
    );
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("is damaged at line 1, so what that run wrote is not put back"));
}

#[test]
fn rollback_plan_shows_what_would_be_put_back_and_writes_nothing_and_takes_no_lock() {
    let stage = fleet();
    let first = cut_off(&stage);
    let (logs, live, posts) = (run_logs::names(&stage), stage.live(), stage.requests().1);
    let lock = std::fs::OpenOptions::new()
        .read(true)
        .open(run_logs::directory(&stage).join("lock"))
        .unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let shown = stage.run(&["rollback", &first, "--plan"]);
    assert_data_eq!(
        shown.told().replace(&first, "<FIRST>"),
        str![[r#"
exit 0
--- stdout
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again

00000000000A
  ~ https://a.example/hook
        events:
          message
      -   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
    let json = stage.run(&["rollback", &first, "--plan", "--format", "json"]);
    assert_eq!(Validator::named("plan").errors(&json.json()), "");
    assert_eq!(json.json()["summary"]["changed"], 1);
    assert_eq!((run_logs::names(&stage), stage.live()), (logs, live));
    assert_eq!(stage.requests().1, posts);
    let both = stage.run(&["rollback", &first, "--plan", "--auto-approve"]);
    assert_eq!(both.code, 64);
}

#[test]
fn a_log_of_the_chain_that_is_not_there_is_in_the_way_and_unverified_passes_over_it() {
    for removed in [0, 1] {
        let stage = fleet();
        let first = cut_off(&stage);
        let before = stage.world().webhooks(IDS[2]);
        let (_, second) = resume(&stage, &first, &[]);
        let second = second.unwrap();
        // As if the resume had been killed before it wrote the last instance, and had been resumed.
        place(
            &stage,
            &second,
            &lines(&bytes(&stage, &second))[..4].concat(),
        );
        stage.world().set_webhooks(IDS[2], before);
        let (_, third) = resume(&stage, &second, &[]);
        let logs = [first, second, third.unwrap()];
        std::fs::remove_file(file(&stage, &logs[removed])).unwrap();
        for asked in logs.iter().filter(|run| **run != logs[removed]) {
            let refused = stage.run(&["rollback", asked, "--auto-approve"]);
            let named = "the log of run <RUN> is not here";
            assert!(refused.err.contains(named), "{}", refused.told());
            assert_eq!((refused.code, refused.out.as_str()), (65, ""));
        }
        let (code, screen, _) = typed(
            &stage,
            &["rollback", &logs[2], "--unverified"],
            b"yes\n",
            false,
        );
        // It is not all that the chain wrote, so that it is no 0 and settles nothing.
        assert_eq!(code, 1, "{screen}");
        assert!(screen.contains("is not here, so what that run wrote is not put back"));
        let left = stage.world().webhooks(IDS[removed]);
        assert_eq!(left[0].events, ["message", "message.ack"]);
        let runs = stage.run(&["runs"]).out;
        assert!(!runs.contains("rolled back by"), "{runs}");
    }
}

#[test]
fn a_run_that_was_cut_off_when_all_was_done_is_settled_by_what_finds_it_so() {
    for verb in ["resume", "rollback", "apply"] {
        let stage = stage(&[(IDS[0], "")]);
        let before = stage.world().webhooks(IDS[0]);
        let run = apply(&stage, &[]);
        place(&stage, &run, &lines(&bytes(&stage, &run))[..3].concat());
        let args: &[&str] = match verb {
            "resume" => &["apply", "--resume", &run],
            "apply" => &["apply", "--auto-approve"],
            _ => {
                stage.world().set_webhooks(IDS[0], before);
                &["rollback", &run, "--auto-approve"]
            }
        };
        let is_noticed = |stage: &Stage| stage.run(&["plan"]).out.contains("was cut off");
        assert!(is_noticed(&stage));
        let posts = stage.requests().1;
        let settling = stage.run(args);
        assert_eq!(
            (settling.code, stage.requests().1),
            (0, posts),
            "{}",
            settling.told()
        );
        assert!(!is_noticed(&stage), "{verb}");
        assert_eq!(stage.run(&["runs"]).err, "");
    }
}

#[test]
fn a_suspended_instance_that_the_run_wrote_is_named_and_the_exit_code_is_4() {
    let stage = fleet();
    let run = apply(&stage, &[]);
    let manifest = std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap();
    let suspended = manifest.replace("id: 00000000000C", "{ id: 00000000000C, suspend: true }");
    assert_ne!(suspended, manifest);
    stage.write("hookfleet.yaml", suspended);
    let (back, _) = rollback(&stage, &run, &[]);
    assert_eq!(
        back.outcomes(),
        "exit 4\n00000000000A applied, verified\n00000000000B applied, verified\n00000000000C stale: stale null the manifest suspends it, so what was written to it stays\n"
    );
    let runs = stage.run(&["runs"]).out;
    assert!(!runs.contains("rolled back by"), "{runs}");
}

#[test]
fn what_another_client_made_again_after_a_rollback_is_left_alone() {
    let stage = fleet();
    let run = apply(&stage, &[]);
    let again = stage.world().webhooks(IDS[1]);
    assert_eq!(rollback(&stage, &run, &[]).0.code, 0);
    stage.world().set_webhooks(IDS[1], again.clone());
    let (back, _) = rollback(&stage, &run, &[]);
    assert_eq!(back.code, 4, "{}", back.outcomes());
    assert_eq!(stage.world().webhooks(IDS[1]), again);
}

#[test]
fn a_rollback_that_was_rolled_back_makes_the_changes_again_and_settles_nothing() {
    let stage = fleet();
    let run = apply(&stage, &[]);
    let (_, back) = rollback(&stage, &run, &[]);
    let back = back.unwrap();
    assert!(stage.run(&["runs"]).out.contains("rolled back by"));
    let (redone, _) = rollback(&stage, &back, &[]);
    assert_eq!(redone.outcomes(), ALL_BACK);
    let runs = stage.run(&["runs", "--format", "json"]).json();
    assert!(runs["runs"][0].get("rolled_back_by").is_none());
    assert_eq!(runs["runs"][1]["rolled_back_by"], "<RUN>");
}

#[test]
fn the_hint_for_a_rollback_that_was_cut_off_carries_its_selection_and_the_same_one_settles_it() {
    let stage = fleet();
    let run = apply(&stage, &[]);
    let (_, back) = rollback(&stage, &run, &["-i", IDS[0], "-i", IDS[1]]);
    let back = back.unwrap();
    place(&stage, &back, &lines(&bytes(&stage, &back))[..4].concat());
    let hint = stage.run(&["runs"]).err;
    let command = format!("`hookfleet rollback <RUN> -i {} -i {}`", IDS[0], IDS[1]);
    assert!(hint.contains(&command), "{hint}");
    let (again, _) = rollback(&stage, &run, &["-i", IDS[0], "-i", IDS[1]]);
    assert_eq!(again.code, 0);
    assert_eq!(stage.run(&["runs"]).err, "");
}
