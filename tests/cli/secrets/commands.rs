//! Commands as sources, as a whole run sees them: where they run, with what, and that they end with it.

use std::io::{BufRead, BufReader};
use std::sync::mpsc::{RecvTimeoutError, channel};

use snapbox::{assert_data_eq, str};

use crate::harness::running::{Running, Signal};
use crate::harness::{HANGS, Stage, TOKEN};

/// A manifest whose token is what a command says, in `sub`, away from where the run is.
fn stage(command: &str) -> Stage {
    let stage = Stage::new("  - id: 00000000000A\n", "");
    std::fs::create_dir(stage.dir.path().join("sub")).unwrap();
    stage.write(
        "sub/hookfleet.yaml",
        format!(
            "version: 1\ncredentials: {{ default: {{ command: {command} }} }}\ninstances:\n  - {{ id: 00000000000A, webhooks: [] }}\n"
        ),
    );
    stage
}

const PLAN: [&str; 4] = ["plan", "-f", "sub/hookfleet.yaml", "--allow-commands"];

#[test]
fn a_command_is_found_from_where_the_run_is_and_has_its_environment() {
    let stage = stage("[./bin/token, '-field=token']").env("MINE", TOKEN);
    std::fs::create_dir(stage.dir.path().join("bin")).unwrap();
    stage.write(
        "bin/token",
        "#!/bin/sh\n[ \"$#$1\" = 1-field=token ] && cat here.txt && printf %s \"$MINE\"\n",
    );
    stage.write("here.txt", "");
    let made = std::process::Command::new("chmod")
        .args(["+x", "bin/token"])
        .current_dir(stage.dir.path())
        .status();
    assert!(made.unwrap().success());
    let run = stage.run(&PLAN);
    assert_eq!((run.code, stage.requests()), (0, (1, 0)), "{}", run.told());
}

#[test]
fn stderr_of_a_source_command_is_printed_nowhere() {
    let stage = stage("[sh, -c, 'printf LEA%s KED >&2; exit 7']");
    assert_data_eq!(
        stage.run(&[&PLAN[..], &["-vv"]].concat()).told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: credential `default`: command `sh` failed with exit status: 7; its stderr is withheld
 --> sub/hookfleet.yaml:2:36
  |
2 | credentials: { default: { command: [sh, -c, 'printf LEA%s KED >&2; exit 7'] } }
  |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error: 1 source gave no value, so nothing was sent

hint: set it, or narrow the selection with -i; only what the selection needs is opened

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn a_signal_while_a_command_runs_ends_it_and_the_run_before_anything_is_sent() {
    for signal in [Signal::INT, Signal::TERM] {
        let stage =
            stage("[sh, -c, 'trap \"\" INT TERM HUP; exec 9>line; sleep 300 & echo up >&9; wait']");
        let line = stage.dir.path().join("line");
        let made = std::process::Command::new("mkfifo").arg(&line).status();
        assert!(made.unwrap().success());
        let (say, said) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(std::fs::File::open(line).unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
        let running = Running::start(&stage, &PLAN);
        assert_eq!(said.recv_timeout(HANGS).unwrap(), "up");
        running.signal(signal);
        let (_, run) = running.ends();
        assert_data_eq!(
            run.told(),
            str![[r#"
exit 130
--- stdout
--- stderr

interrupted: what is in flight is finished; once more leaves at once
error: the run was interrupted while the manifest's sources were opened, so nothing was sent

"#]]
        );
        // Nobody holds the line any more: what the command started has ended too.
        assert_eq!(
            said.recv_timeout(HANGS),
            Err(RecvTimeoutError::Disconnected)
        );
        assert_eq!(stage.requests(), (0, 0));
    }
}
