//! Hostile names of files, directories, arguments and variables.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, masked};
use crate::hostile::check::{is_harmless, longest_line, run, run_coloured};
use crate::hostile::scene::stage_of;
use crate::hostile::texts::{few, yaml};

/// What no file and no argument can be called is left out.
fn name_of(text: &str) -> String {
    text.replace(['\0', '/'], "_")
}

#[test]
fn hostile_names_of_files_directories_and_arguments_are_printed_harmlessly() {
    let stage = stage_of(&["x"]);
    for (at, text) in few().iter().enumerate() {
        let name = name_of(text);
        let dir = stage.dir.path().join(format!("{name}.d"));
        std::fs::create_dir(&dir).unwrap();
        std::fs::write(dir.join(format!("{name}.yaml")), "version: 1\nx: 1\n").unwrap();
        let [file, absent, home] = [
            format!("{name}.d"),
            format!("{name}.absent"),
            format!("{name}.state"),
        ];
        for (verb, option) in [
            (&["validate"][..], format!("--file={file}")),
            (&["validate"], format!("--file={absent}")),
            (&["plan"], format!("--instance={name}")),
            (&["plan"], format!("--out={file}")),
            (&["plan"], format!("--out={absent}/{name}")),
            (&["plan"], format!("--base-url={name}")),
            (&["plan"], format!("--concurrency={name}")),
            (&["plan"], format!("--{name}")),
            (&["runs"], format!("--state-dir={home}")),
            (&["apply", "--auto-approve"], format!("--state-dir={file}")),
            (&["apply"], format!("--resume={name}")),
            (
                &["rollback", "--auto-approve", "x"],
                format!("--identity={absent}"),
            ),
            (&["emulate"], format!("--world={absent}")),
            (&["emulate"], format!("--world={file}/{name}.yaml")),
            (&["show"], format!("./{absent}")),
            (&["apply"], format!("./{absent}")),
            (&["schema"], format!("./{name}")),
            (&[], format!("./{name}")),
        ] {
            let args = [verb, &[&*option]].concat();
            run(&stage, &args);
            if at == 0 {
                run_coloured(&stage, &args);
            }
        }
        // The name of the directory in what is said of a run that went well.
        let plan = format!("--out={name}.hfp");
        assert_eq!(run(&stage, &["plan", &plan, "--allow", "removals"]).code, 0);
        let applied = run(
            &stage,
            &["apply", "--auto-approve", &format!("--state-dir={home}")],
        );
        assert_eq!(applied.code, 0, "{}", applied.told());
    }
}

#[test]
fn hostile_variables_are_not_repeated_by_help_or_where_they_are_wrong() {
    for name in [
        "HOOKFLEET_STATE_DIR",
        "HOOKFLEET_BASE_URL",
        "HOOKFLEET_STATE_RECIPIENT",
        "NO_COLOR",
        "COLUMNS",
    ] {
        let stage = stage_of(&["x"]).env(name, "\u{1b}[2J\n::error::\u{202e}");
        for verb in ["apply", "rollback", "runs", "plan", "validate"] {
            let help = stage.run(&[verb, "--help"]);
            assert_eq!(help.code, 0);
            is_harmless(name, &help.out);
            run(&stage, &[verb]);
            run(&stage, &[verb, "--auto-approve"]);
        }
    }
}

#[test]
fn messages_about_hostile_names_in_text() {
    let stage = stage_of(&["x"]);
    let name = "\u{1b}[2J\n::error::##[x]";
    std::fs::create_dir(stage.dir.path().join(name)).unwrap();
    stage.write(&format!("{name}/m.yaml"), "version: 1\nx: 1\n");
    let told = [
        run(&stage, &["validate", "-f", name]),
        run(&stage, &["validate", "-f", &format!("{name}.absent")]),
        run(&stage, &["plan", "-i", name]),
        run(&stage, &["plan", "--out", name]),
        run(&stage, &["runs", "--state-dir", &format!("{name}.state")]),
        run(&stage, &["apply", "--auto-approve", "--state-dir", name]),
        run(&stage, &["show", name]),
        run(&stage, &["--max-rps", name, "plan"]),
    ]
    .map(|run: Run| run.told());
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
exit 65
--- stdout
--- stderr
error[unknown-key]: unknown key `x` in the manifest; the manifest takes version, api, credentials, secrets, webhook_sets, defaults, safety, instances
 --> /u{1b}[2J/u{a}::error::/u{23}#[x]/m.yaml:2:1
  |
2 | x: 1
  | ^

error: the manifest has 1 error

exit 65
--- stdout
--- stderr
error: cannot read manifest `/u{1b}[2J/u{a}::error::/u{23}#[x].absent`: No such file or directory (os error 2)

hint: `-f` says where the manifest is; `hookfleet demo` shows one

exit 64
--- stdout
--- stderr
warning[id-length]: id `x` has 1 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "x"
  |         ^^^

warning[unknown-event]: unknown event `x ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "x ack"] }
  |                                       ^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…" }
   |           ^^^^^^^^^

error: no instance has the id or name `/u{1b}[2J/u{a}::error::/u{23}#[x]`

hint: `-i` takes an id or a name of the manifest

exit 1
--- stdout
--- stderr
error: cannot save the plan to `/u{1b}[2J/u{a}::error::/u{23}#[x]`: it is a directory

hint: --out takes a file in an existing directory

exit 0
--- stdout
No runs in /u{1b}[2J/u{a}::error::/u{23}#[x].state.
--- stderr

exit 1
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: live.example is removed from 1 instance, and occurs nowhere in the manifest
notice: x is removed from 1 instance, and occurs nowhere in the manifest
notice: x (x): https://a.example/hook is written back with fields unknown to hookfleet: x

x (x)
  ~ https://a.example/hook
        events:
      -   x
          message
      +   x ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - https://x/

skipped: suspended is suspended: x

Plan: 0 to create, 1 to update, 2 to delete on 1 of 2 instances.
--- stderr
warning[id-length]: id `x` has 1 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "x"
  |         ^^^

warning[unknown-event]: unknown event `x ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "x ack"] }
  |                                       ^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…" }
   |           ^^^^^^^^^

error: `/u{1b}[2J/u{a}::error::/u{23}#[x]` is not a state directory: it holds `m.yaml`

hint: give --state-dir a directory of your own; nothing is written without a log

exit 65
--- stdout
--- stderr
error: `/u{1b}[2J/u{a}::error::/u{23}#[x]` cannot be read: Is a directory (os error 21)

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

exit 64
--- stdout
--- stderr
error: invalid value '
/u{3a}:error::/u{23}#[x]' for '--max-rps <N>': invalid digit found in string

hint: `hookfleet plan --help` says what `--max-rps` takes

"#]]
    );
}

#[test]
fn an_argument_of_many_kilobytes_is_told_in_bounds() {
    let (stage, long) = (stage_of(&["x"]), "\u{202e}y".repeat(20_000));
    for option in [
        "--file=",
        "--instance=",
        "--out=",
        "--base-url=",
        "--max-rps=",
        "--state-dir=",
        "--",
    ] {
        let told = run(&stage, &["apply", &format!("{option}{long}")]).told();
        assert!(
            longest_line(&told) < 10_000,
            "{option} {}",
            longest_line(&told)
        );
    }
}

#[test]
fn the_emulators_log_and_its_complaints_are_harmless() {
    let [one, two] = ["::error::\u{1b}[2J", "--- fold"].map(yaml);
    let stage = Stage::new(
        "  - { id: 00000000000A }\n",
        &format!("version: 1\ninstances: [{{ id: {one} }}, {{ id: {two} }}]\n"),
    );
    stage.write("world.yaml", format!("version: 1\naccounts: [{{ token: token-of-a-test }}]\ninstances: [{{ id: {one} }}, {{ id: {two} }}]\n"));
    let mut command: Command = stage.command(&[
        "emulate",
        "--world",
        "world.yaml",
        "--listen",
        "127.0.0.1:0",
    ]);
    let mut emulator = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(emulator.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    let base = first
        .split(' ')
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .trim_end_matches(';');
    let stage = stage.env("HOOKFLEET_BASE_URL", base);
    let plan = run(&stage, &["plan", "--concurrency", "1"]);
    let mut logged = BufReader::new(emulator.stderr.take().unwrap()).lines();
    let lines = [logged.next(), logged.next()].map(|line| line.unwrap().unwrap());
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    assert_eq!(plan.code, 0, "{}", plan.told());
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
GET ::error::/u{1b}[2J 200
GET --- fold 200
"#]]
    );
    for broken in [
        format!("{one}: 1"),
        format!("version: 1\ninstances: [{{ id: x, {one}: 1 }}]"),
        format!("version: 1\ninstances: [{{ id: {one}, token: {two} }}]"),
        format!("version: {one}"),
    ] {
        stage.write("world.yaml", &broken);
        let told = run(&stage, &["emulate", "--world", "world.yaml"]);
        assert_eq!(told.code, 65, "{}", masked(&told.told()));
    }
}
