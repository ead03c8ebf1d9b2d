//! What mistakes in the arguments are answered with.

use super::*;

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn words_of_other_tools_are_answered_with_the_word_here() {
    for (line, error, hint) in [
        (
            "apply|--dry-run",
            "`apply` does not take `--dry-run`",
            "that is `hookfleet plan`",
        ),
        (
            "--dry-run|apply",
            "`apply` does not take `--dry-run`",
            "that is `hookfleet plan`",
        ),
        (
            "--nope|x|apply",
            "`hookfleet` does not take `--nope`",
            "hint: ",
        ),
        (
            "apply|-n",
            "`apply` does not take `-n`",
            "that is `hookfleet plan`",
        ),
        (
            "rollback|r|--dry-run",
            "`rollback` does not take `--dry-run`",
            "that is `hookfleet rollback RUN --plan`",
        ),
        (
            "apply|-y",
            "`apply` does not take `-y`",
            "`--auto-approve` skips",
        ),
        (
            "apply|--yes",
            "`apply` does not take `--yes`",
            "`--auto-approve` skips",
        ),
        (
            "apply|--force",
            "`apply` does not take `--force`",
            "`--auto-approve` skips",
        ),
        (
            "rollback|r|--approve",
            "`rollback` does not take `--approve`",
            "`--auto-approve` skips",
        ),
        (
            "apply|-auto-approve",
            "`apply` does not take `-auto-approve`",
            "two hyphens",
        ),
        (
            "plan|-target=x",
            "`plan` does not take `-target=x`",
            "`-i ID|NAME`",
        ),
        (
            "plan|--target|x",
            "`plan` does not take `--target`",
            "`-i ID|NAME`",
        ),
        (
            "plan|--output|json",
            "`plan` does not take `--output`",
            "`--out FILE` saves",
        ),
        (
            "plan|-o|json",
            "`plan` does not take `-o`",
            "`--format FORMAT`",
        ),
        (
            "drift|-o|json",
            "`drift` does not take `-o`",
            "`--format FORMAT`",
        ),
        (
            "plan|x.yaml",
            "`plan` takes no argument `x.yaml`",
            "`-f x.yaml` names a manifest",
        ),
        (
            "plan|--timeot|5s",
            "`plan` does not take `--timeot`",
            "did you mean `--timeout`?",
        ),
        (
            "plan|--timeout|-5s",
            "`--timeout` has no value",
            "`--timeout=VALUE`",
        ),
        (
            "plan|--timeout|--untrusted",
            "a value is required for '--timeout",
            "",
        ),
        (
            "aply",
            "there is no command `aply`",
            "did you mean `apply`?",
        ),
        (
            "-f|x|aply",
            "there is no command `aply`",
            "did you mean `apply`?",
        ),
        (
            "diff",
            "there is no command `diff`",
            "`hookfleet plan` shows",
        ),
        ("sync", "there is no command `sync`", "`hookfleet apply`"),
        (
            "check",
            "there is no command `check`",
            "`hookfleet validate`",
        ),
        (
            "report|marge|x",
            "`report` has no command `marge`",
            "did you mean `merge`?",
        ),
        (
            "plan|--nope",
            "`plan` does not take `--nope`",
            "`hookfleet plan --help` lists",
        ),
        ("-f|plan", "no command was given", "`hookfleet --help`"),
    ] {
        let told = error_of(line);
        let (first, rest) = told.split_once('\n').unwrap();
        assert!(first.contains(error), "{line}: {told}");
        assert!(rest.contains(hint), "{line}: {told}");
        assert!(
            !told.contains("use '--") && !told.contains("tip:"),
            "{line}: {told}"
        );
    }
}

#[test]
fn an_empty_value_is_an_error_for_every_option() {
    let root = root();
    for (path, values) in COMMANDS {
        for argument in command(&root, path).get_arguments() {
            let Some(long) = argument.get_long() else {
                continue;
            };
            if argument.get_action().takes_values() {
                for spelled in [format!("--{long}|∅"), format!("--{long}=")] {
                    let error = error_of(&format!("{path}{values}|{spelled}"));
                    let empty = format!("error: the value of `--{long}` is empty\n");
                    assert!(error.starts_with(&empty), "{path} {spelled}: {error}");
                }
            }
        }
    }
    for line in ["plan|-f|∅", "plan|-i=", "-f|∅|plan", "plan|-l|∅"] {
        assert!(error_of(line).contains("is empty"), "{line}");
    }
    for line in [
        "apply|∅",
        "show|∅",
        "rollback|∅",
        "report|merge|a|∅",
        "plan|∅",
    ] {
        assert!(
            error_of(line).starts_with("error: an argument is empty\n"),
            "{line}"
        );
    }
}

#[test]
fn every_option_that_takes_a_time_has_the_one_grammar() {
    let root = root();
    let mut seen = std::collections::BTreeSet::new();
    for (path, values) in COMMANDS {
        for argument in command(&root, path).get_arguments() {
            let is_time = argument
                .get_value_names()
                .is_some_and(|names| names.iter().any(|name| name == "TIME"));
            let Some(long) = argument.get_long().filter(|_| is_time) else {
                continue;
            };
            seen.insert(long.to_owned());
            for good in ["500ms", "30s", "5m", "2h", "7d", "1h30m"] {
                let line = format!("{path}{values}|--{long}|{good}");
                assert!(parsed(&line).is_ok(), "{line}");
            }
            for bad in ["30", "0s", "1.5h", "-5s", "5 s", "99999999999d", "1w"] {
                let error = error_of(&format!("{path}{values}|--{long}={bad}"));
                assert!(
                    error.contains("a time is written like 500ms, 30s,"),
                    "{error}"
                );
            }
        }
    }
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["deadline", "max-age", "timeout"]
    );
}

#[test]
fn error_quotes_argument_without_terminal_or_ci_commands() {
    // What strips clap's colours takes escapes and controls along.
    let error = error_of("plan|--concurrency|\u{1b}[31m\u{202e}\n::error::x");
    assert_eq!(
        error.lines().take(2).collect::<Vec<_>>(),
        [
            "error: invalid value '\\u{202e}",
            "\\u{3a}:error::x' for '--concurrency <N|auto>': takes auto, or a whole number from 1 to 1024",
        ]
    );
    let error = error_of("plan|--\u{1b}[31m\u{202e}\n::error::x");
    let start = "error: `plan` does not take `--\\u{1b}[31m\\u{202e}\\u{a}::error::x`\n";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn help_takes_what_every_command_takes_and_nothing_else() {
    for line in [
        "help|plan|--no-color",
        "help|--color|never|plan",
        "--no-color|help|report|merge",
        "-q|help",
    ] {
        assert!(error_of(line).contains("Usage: hookfleet"), "{line}");
    }
    for line in ["help|plan|--timeout|5s", "--timeout|5s|help|plan"] {
        let error = error_of(line);
        assert!(error.contains("`help` does not take `--timeout`"), "{line}");
    }
}
