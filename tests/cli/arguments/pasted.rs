//! Commands that hookfleet prints can be pasted into a shell as they are.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use hookfleet::escape::sanitize;
use proptest::prelude::*;

use crate::harness::{Run, Stage, finished, run_logs, stage};

const A: &str = "00000000000A";
const B: &str = "00000000000B";

/// The commands in backquotes that begin with `start`.
fn printed(run: &Run, start: &str) -> Vec<String> {
    let text = format!("{}{}", run.out, run.err);
    let parts = text.split('`').skip(1).step_by(2);
    let commands = parts.filter(|part| part.starts_with(start));
    commands.map(str::to_owned).collect()
}

/// Pastes a command, where `hookfleet` is the binary.
fn paste(stage: &Stage, command: &str) -> Run {
    let binary = stage.command(&[]);
    let mut shell = Command::new("sh");
    let script = format!(
        "hookfleet() {{ '{}' \"$@\"; }}; {command}",
        binary.get_program().display()
    );
    shell
        .args(["-c", &script])
        .stdin(std::process::Stdio::null())
        .current_dir(stage.dir.path())
        .env_clear();
    for (name, value) in binary.get_envs() {
        shell.env(name, value.unwrap());
    }
    finished(shell)
}

/// A stage without default files, whose API is known by an option alone, and the options of its runs.
fn elsewhere() -> (Stage, Vec<String>) {
    let stage = stage(&[(A, ""), (B, "")]);
    let manifest = std::fs::read(stage.path("hookfleet.yaml")).unwrap();
    std::fs::remove_file(stage.path("hookfleet.yaml")).unwrap();
    stage.write("it's here/m.yaml", manifest);
    let base_url = stage.base_url.clone();
    let options = ["-f", "it's here/m.yaml", "--base-url", &base_url].map(str::to_owned);
    (stage.env("HOOKFLEET_BASE_URL", ""), options.to_vec())
}

fn run(stage: &Stage, args: &[&str], options: &[String]) -> Run {
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    // What was printed is masked, and has to be pasted as it was.
    let output = stage.command(&[args, &options].concat()).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_rollback_that_an_apply_prints_rolls_it_back() {
    let (stage, mut options) = elsewhere();
    options.extend(["--state-dir", "st ate", "-i", A].map(str::to_owned));
    let before = stage.live();
    let applied = run(&stage, &["apply", "--auto-approve"], &options);
    assert_eq!(applied.code, 0, "{}", applied.told());
    let [rollback] = &*printed(&applied, "hookfleet rollback ") else {
        panic!("{}", applied.told())
    };
    let pasted = paste(&stage, &format!("{rollback} --auto-approve"));
    assert_eq!(
        (pasted.code, stage.live()),
        (0, before),
        "{}",
        pasted.told()
    );
    let listed = paste(&stage, "hookfleet runs --state-dir 'st ate'");
    assert_eq!(listed.out.lines().count(), 3, "{}", listed.told());
}

#[test]
fn the_apply_that_a_plan_prints_applies_it() {
    let (stage, options) = elsewhere();
    for out in ["saved.plan", "a 'plan'"] {
        let planned = run(&stage, &["plan", "--out", out], &options);
        let [apply] = &*printed(&planned, "hookfleet apply ") else {
            panic!("{}", planned.told())
        };
        assert_eq!(paste(&stage, apply).code, 0, "{apply}");
    }
    assert_eq!(stage.requests().1, 2);
}

#[test]
fn no_file_name_becomes_an_option_of_a_printed_command() {
    let stage = stage(&[(A, ""), (B, "")]);
    let manifest = std::fs::read(stage.path("hookfleet.yaml")).unwrap();
    stage.write("-m.yaml", manifest);
    for name in ["--auto-approve", "-y", "--resume=x"] {
        let out = format!("--out={name}");
        let planned = stage.run(&["plan", &out, "-f=-m.yaml", "-i", A]);
        let apply = printed(&planned, "hookfleet apply ");
        let expected = format!("hookfleet apply ./{name} -f ./-m.yaml");
        assert_eq!(apply, [expected], "{}", planned.told());
    }
    for name in ["a\nb", "a\u{202e}b"] {
        let planned = stage.run(&["plan", "--out", name]);
        assert_eq!(planned.code, 0, "{}", planned.told());
        assert_eq!(printed(&planned, "hookfleet apply"), [""; 0]);
    }
}

#[test]
fn a_hint_names_the_options_of_the_run_that_it_follows() {
    let (stage, mut options) = elsewhere();
    options.extend(["--state-dir", "none", "-l", "a=b"].map(str::to_owned));
    let asked = run(&stage, &["apply"], &options);
    let plan = &printed(&asked, "hookfleet plan")[0];
    assert_eq!(asked.code, 64);
    assert_eq!(paste(&stage, plan).code, 0, "{plan}");
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::create_dir(stage.path("none")).unwrap();
    std::fs::set_permissions(stage.path("none"), private).unwrap();
    let missing = run(&stage, &["rollback", "R", "--auto-approve"], &options);
    assert_eq!(
        printed(&missing, "hookfleet runs"),
        ["hookfleet runs --state-dir none"]
    );
    // JSON has the same hint.
    let json = run(
        &stage,
        &["rollback", "R", "--auto-approve", "--report", "json=a"],
        &options,
    );
    assert_eq!(json.code, 64);
    let report = std::fs::read_to_string(stage.path("a")).unwrap();
    assert!(
        report.contains("`hookfleet runs --state-dir none`"),
        "{report}"
    );
}

/// A run that was cut off after its first write, whose stage and options are [`elsewhere`].
fn cut_off(more: &[&str]) -> (Stage, Vec<String>) {
    let (stage, options) = elsewhere();
    let args = [&["apply", "--auto-approve", "--concurrency", "1"], more].concat();
    let applied = run(&stage, &args, &options);
    assert_eq!(applied.code, 0, "{}", applied.told());
    let [name] = &*run_logs::names(&stage).into_iter().collect::<Vec<_>>() else {
        panic!("{}", applied.told())
    };
    let whole = run_logs::bytes(&stage, name);
    run_logs::put(&stage, name, &run_logs::lines(&whole)[..4].concat());
    (stage, options)
}

#[test]
fn the_commands_that_runs_prints_go_where_the_run_went() {
    let (stage, options) = cut_off(&[]);
    let listed = run(&stage, &["runs"], &[]);
    let (resumes, rollbacks) = (
        printed(&listed, "hookfleet apply --resume "),
        printed(&listed, "hookfleet rollback "),
    );
    let ([resume], [rollback]) = (&*resumes, &*rollbacks) else {
        panic!("{}", listed.told())
    };
    let needed = format!(" --base-url {} -f 'it'\\''s here/m.yaml'", options[3]);
    for command in [resume, rollback] {
        assert!(command.ends_with(&needed), "{command}");
    }
    for command in [resume.clone(), format!("{rollback} --auto-approve")] {
        let pasted = paste(&stage, &command);
        assert_eq!(pasted.code, 0, "{command} {}", pasted.told());
    }
    let document = run(&stage, &["runs", "--format", "json"], &[]).json();
    assert_eq!(document["runs"][0]["base_url"], options[3]);
    assert_eq!(document["runs"][0]["manifests"][0], "it's here/m.yaml");
}

#[test]
fn a_run_is_finished_and_rolled_back_where_it_went_and_nowhere_else() {
    let (stage, options) = cut_off(&[]);
    let name = run_logs::names(&stage).pop_first().unwrap();
    let before = (stage.requests(), stage.live());
    let elsewhere = ["-f", "it's here/m.yaml", "--base-url", "http://127.0.0.1:9"];
    let default = ["-f", "it's here/m.yaml"];
    for options in [&elsewhere[..], &default] {
        for verb in [
            &["apply", "--resume", &name][..],
            &["rollback", &name, "--auto-approve"],
        ] {
            let refused = stage.run(&[verb, options].concat());
            assert_eq!(
                (refused.code, &*refused.out),
                (64, ""),
                "{}",
                refused.told()
            );
            let hint = "hint: pass --base-url http://127.0.0.1:";
            assert!(refused.err.contains(hint), "{}", refused.told());
        }
    }
    assert_eq!((stage.requests(), stage.live()), before);
    // A final slash is not another place.
    let slash = format!("{}/", options[3]);
    let resumed = stage.run(&[
        "apply",
        "--resume",
        &name,
        "-f",
        "it's here/m.yaml",
        "--base-url",
        &slash,
    ]);
    assert_eq!(resumed.code, 0, "{}", resumed.told());
}

#[test]
fn the_commands_of_an_encrypted_log_name_the_identity() {
    let key = age::x25519::Identity::generate();
    let recipient = key.to_public().to_string();
    let (stage, _) = cut_off(&["--state-recipient", &recipient]);
    let listed = run(&stage, &["runs"], &[]);
    for start in ["hookfleet apply --resume ", "hookfleet rollback "] {
        let commands = printed(&listed, start);
        assert!(
            commands[0].contains(" --identity FILE --base-url "),
            "{}",
            listed.told()
        );
    }
    let stage = crate::harness::stage(&[(A, "")]);
    let applied = stage.run(&["apply", "--auto-approve", "--state-recipient", &recipient]);
    let commands = printed(&applied, "hookfleet rollback ");
    assert!(
        commands[0].ends_with(" --identity FILE"),
        "{}",
        applied.told()
    );
}

proptest! {
    #[test]
    fn a_shell_reads_a_word_as_it_was(word in "[ -~é]{0,20}") {
        // Commands of a CI are made harmless first.
        prop_assume!(sanitize::terminal(&word) == word);
        let quoted = hookfleet::cli::path_to_paste(Path::new(&word));
        // A backquote ends a command where it is printed.
        prop_assert_eq!(quoted.is_none(), word.contains('`'));
        let Some(quoted) = quoted else { return Ok(()) };
        let is_option = word.starts_with('-') && word != "-";
        let word = if is_option { format!("./{word}") } else { word };
        let script = format!("printf %s {quoted}");
        let told = Command::new("sh").args(["-c", &script]).output().unwrap();
        prop_assert_eq!(String::from_utf8(told.stdout).unwrap(), word);
    }
}
