//! A plan says that a run here was cut off, and how it is finished or put back.

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, directory, lines, place, rollback};
use crate::harness::{Stage, stage};

const IDS: [&str; 2] = ["00000000000A", "00000000000B"];

/// A run that was killed before it wrote the second instance.
fn cut_off() -> (Stage, String) {
    let stage = stage(&IDS.map(|id| (id, "")));
    let before = stage.world().webhooks(IDS[1]);
    let run = apply(&stage, &[]);
    place(&stage, &run, &lines(&bytes(&stage, &run))[..4].concat());
    stage.world().set_webhooks(IDS[1], before);
    (stage, run)
}

/// The notices about unfinished runs in what a command prints as JSON.
fn noticed(stage: &Stage, args: &[&str]) -> Vec<String> {
    let run = stage.run(&[args, &["--format", "json"]].concat());
    let json = run.json();
    let notices = json["notices"].as_array().unwrap();
    let own = notices
        .iter()
        .filter(|notice| notice["kind"] == "unfinished_run");
    own.map(|notice| notice["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn plan_drift_and_apply_name_the_newest_run_that_was_cut_off_and_its_commands() {
    let (stage, run) = cut_off();
    for args in [&["plan"][..], &["drift"]] {
        let said = noticed(&stage, args);
        let said = said.join("\n").replace(&run, "<RUN>");
        assert_data_eq!(
            said,
            str![
                "run <RUN> was cut off: `hookfleet apply --resume <RUN>` finishes it, `hookfleet rollback <RUN>` puts back what it has overwritten"
            ]
        );
    }
    let plan = stage.run(&["plan"]).told().replace(&run, "<RUN>");
    assert_data_eq!(
        plan,
        str![[r#"
exit 0
--- stdout
notice: run <RUN> was cut off: `hookfleet apply --resume <RUN>` finishes it, `hookfleet rollback <RUN>` puts back what it has overwritten

00000000000B
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances.
--- stderr

"#]]
    );
    // The printed commands work as they are.
    let asked = stage.run(&["apply", "--resume", &run]);
    assert_eq!(asked.code, 0, "{}", asked.told());
    assert!(noticed(&stage, &["plan"]).is_empty());
}

#[test]
fn printed_commands_carry_the_state_directory_and_the_manifest() {
    let (stage, run) = cut_off();
    let elsewhere = stage.dir.path().join("logs");
    std::fs::rename(directory(&stage), elsewhere).unwrap();
    let manifest = stage.dir.path().join("hookfleet.yaml");
    std::fs::rename(manifest, stage.dir.path().join("m.yaml")).unwrap();
    let said = noticed(&stage, &["plan", "-f", "m.yaml", "--state-dir", "logs"]);
    assert_data_eq!(
        said.join("\n").replace(&run, "<RUN>"),
        str![
            "run <RUN> was cut off: `hookfleet apply --resume <RUN> -f m.yaml --state-dir logs` finishes it, `hookfleet rollback <RUN> -f m.yaml --state-dir logs` puts back what it has overwritten"
        ]
    );
    assert!(noticed(&stage, &["plan", "-f", "m.yaml"]).is_empty());
}

#[test]
fn a_run_that_was_rolled_back_or_is_running_is_no_notice() {
    let (stage, run) = cut_off();
    let lock = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(directory(&stage).join("lock"))
        .unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    std::io::Write::write_all(&mut (&lock), format!("1\n{run}").as_bytes()).unwrap();
    lock.set_len(format!("1\n{run}").len() as u64).unwrap();
    assert!(noticed(&stage, &["plan"]).is_empty(), "it is running");
    drop(lock);
    assert_eq!(noticed(&stage, &["plan"]).len(), 1);
    assert_eq!(rollback(&stage, &run, &[]).0.code, 0);
    assert!(noticed(&stage, &["plan"]).is_empty());
    let runs = stage.run(&["runs"]);
    assert_eq!(runs.err, "", "{}", runs.told());
    assert!(runs.out.contains("rolled back by"), "{}", runs.out);
}

#[test]
fn a_rollback_of_some_instances_does_not_settle_a_run() {
    let (stage, run) = cut_off();
    assert_eq!(rollback(&stage, &run, &["-i", IDS[0]]).0.code, 0);
    assert_eq!(noticed(&stage, &["plan"]).len(), 1);
}

#[test]
fn untrusted_reads_no_state_directory() {
    let (stage, _) = cut_off();
    let args = ["plan", "--untrusted", "--allow-env", "WAWP_ACCESS_TOKEN"];
    assert!(noticed(&stage, &args).is_empty());
}

#[test]
fn a_state_directory_that_cannot_be_used_is_a_warning_and_the_plan_stands() {
    let (stage, _) = cut_off();
    let directory = run_logs::directory(&stage);
    std::fs::rename(&directory, stage.dir.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", &directory).unwrap();
    let plan = stage.run(&["plan"]);
    assert_eq!(plan.code, 0, "{}", plan.told());
    assert_data_eq!(
        plan.err,
        str![[r#"
warning: whether a run here was cut off is not known: the state directory `.hookfleet` is a link, and links are not followed

"#]]
    );
}
