//! Logs that are encrypted to several recipients, and opening one by hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookfleet::store::Identities;
use snapbox::{assert_data_eq, str};

use super::encrypted::{drifted, key, refused, sealed};
use crate::harness::run_logs::{self, apply, bytes, rollback};
use crate::harness::{Stage, Validator};

/// A run whose log is encrypted to the keys of the files `one` and `other`.
fn sealed_to_two(stage: &Stage) -> (String, [String; 2]) {
    let recipients = ["one", "other"].map(|file| key(stage, file));
    let [one, other] = &recipients;
    let run = apply(
        stage,
        &["--state-recipient", one, "--state-recipient", other],
    );
    (run, recipients)
}

#[test]
fn each_recipient_of_a_log_opens_it_and_a_rollback_encrypts_its_log_to_the_same() {
    for identity in ["one", "other"] {
        let stage = drifted();
        let before = stage.live();
        let (run, recipients) = sealed_to_two(&stage);
        let (_, back) = rollback(&stage, &run, &["--identity", identity]);
        assert_eq!(stage.live(), before);
        for run in [run, back.unwrap()] {
            let header = &run_logs::payloads(&bytes(&stage, &run))[0];
            assert_eq!(header["sealed_to"], recipients.join(", "));
        }
    }
}

#[test]
fn a_log_without_an_identity_of_any_of_its_recipients_is_refused_and_they_are_all_named() {
    let stage = drifted();
    let (run, [one, other]) = sealed_to_two(&stage);
    key(&stage, "third");
    let back = ["rollback", &run, "--auto-approve"];
    let both = format!("{one}, {other}");
    assert_data_eq!(
        refused(
            &stage,
            &both,
            &[&back[..], &["--identity", "third"]].concat()
        ),
        str![[r#"
error: the log of run <RUN> is encrypted to <RECIPIENT>, and no identity of the file opens it

hint: pass --identity with the file that holds its secret key

"#]]
    );
    let json = stage.run(&["runs", "--format", "json"]).json();
    let runs = &json["runs"][0];
    assert_eq!(Validator::named("runs").errors(&json), "");
    assert_eq!(runs["sealed_to"], one);
    assert_eq!(runs["sealed_to_all"], serde_json::json!([one, other]));
}

#[test]
fn the_command_that_the_help_gives_opens_every_record_of_a_log() {
    let stage = drifted();
    let (run, _) = sealed(&stage);
    let help = stage.run(&["rollback", "--help"]).out;
    let command = help.split("this opens a log:\n").nth(1).unwrap();
    let command = command.replace("RUN", &run).replace("FILE", "key");
    // It has the arguments of age, and keeps what it is given.
    stage.write(
        "bin/age",
        "#!/bin/sh\n[ \"$*\" = '-d -i key' ] && cat > \"opened.$$\"\n",
    );
    let script = format!("PATH=\"$PWD/bin:$PATH\"; chmod +x bin/age\n{command}");
    let mut shell = std::process::Command::new("sh");
    let shell = shell.args(["-c", &script]).current_dir(stage.dir.path());
    assert!(shell.status().unwrap().success());
    let identities = Identities::read(&stage.dir.path().join("key")).unwrap();
    let files = std::fs::read_dir(stage.dir.path()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let files = files.filter(|path| path.to_string_lossy().contains("/opened."));
    let mut opened: Vec<String> = files
        .map(|path| STANDARD.encode(std::fs::read(path).unwrap()))
        .map(|sealed| identities.unseal(&sealed).unwrap())
        .collect();
    opened.sort_unstable();
    let log = bytes(&stage, &run);
    let sealed = run_logs::payloads(&log).into_iter();
    let sealed = sealed.filter_map(|line| Some(line["sealed"].as_str()?.to_owned()));
    let mut records: Vec<String> = sealed
        .map(|sealed| identities.unseal(&sealed).unwrap())
        .collect();
    records.sort_unstable();
    assert_eq!(opened, records);
    assert_eq!(opened.len(), 6);
}
