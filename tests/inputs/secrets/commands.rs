//! Commands as sources: no shell, bounded, and only where they are allowed.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use hookfleet::desired::SourceKind;

use super::{command, open_with, shell};

#[tokio::test]
async fn a_command_gives_its_output_without_one_final_line_end() {
    assert_eq!(command(&["printf", "s3cr3t\\n"]).await, "gave \"s3cr3t\"");
    assert_eq!(command(&["printf", "a\\n\\n"]).await, "gave \"a\\n\"");
}

#[tokio::test]
async fn no_shell_sees_a_command() {
    let dir = tempfile::tempdir().unwrap();
    let mark = dir.path().join("mark");
    let script = format!(
        "$(touch {0}); `touch {0}` > {0} | tee {0} && * ~ $HOME",
        mark.display()
    );
    assert_eq!(
        command(&["printf", "%s", &script]).await,
        format!("gave {script:?}")
    );
    assert!(!mark.exists());
    let line = format!("touch {}", mark.display());
    assert_eq!(
        command(&[&line]).await,
        format!("command `{line}` can't be run: No such file or directory (os error 2)")
    );
    assert!(!mark.exists());
}

#[tokio::test]
async fn a_command_runs_only_where_that_is_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let mark = dir.path().join("mark");
    let words = ["touch", mark.to_str().unwrap()].map(Arc::from).to_vec();
    assert_eq!(
        open_with(false, SourceKind::Command(words)).await,
        "command sources run only with --allow-commands"
    );
    assert!(!mark.exists());
}

#[tokio::test]
async fn a_failing_command_gives_nothing_and_its_stderr_is_withheld() {
    assert_eq!(
        shell("printf s3%s cr3t; printf s3%s cr3t >&2; exit 3").await,
        "command `sh` failed with exit status: 3; its stderr is withheld"
    );
    assert_eq!(
        shell("kill -9 $$").await,
        "command `sh` failed with signal: 9 (SIGKILL); its stderr is withheld"
    );
}

#[tokio::test]
async fn a_command_that_is_not_there_or_may_not_run_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tool");
    let path = path.to_str().unwrap();
    assert_eq!(
        command(&[path]).await.replace(path, "PATH"),
        "command `PATH` can't be run: No such file or directory (os error 2)"
    );
    std::fs::write(path, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(
        command(&[path]).await.replace(path, "PATH"),
        "command `PATH` can't be run: Permission denied (os error 13)"
    );
}

#[tokio::test]
async fn a_commands_output_is_limited_even_when_it_never_ends() {
    assert_eq!(
        command(&["yes"]).await,
        "the output of command `yes` is larger than 64 KiB"
    );
}

#[tokio::test]
async fn a_command_without_output_or_without_text_gives_nothing() {
    assert_eq!(
        command(&["true"]).await,
        "the output of command `true` is empty"
    );
    assert_eq!(
        command(&["printf", "s3%s\\377", "cr3t"]).await,
        "the output of command `printf` is not UTF-8"
    );
}

#[tokio::test]
async fn a_command_reads_nothing_from_standard_input() {
    assert_eq!(
        command(&["cat"]).await,
        "the output of command `cat` is empty"
    );
}

#[tokio::test(start_paused = true)]
async fn a_command_that_takes_too_long_is_ended() {
    assert_eq!(
        command(&["sleep", "100000"]).await,
        "command `sleep` took longer than 30 seconds"
    );
}
