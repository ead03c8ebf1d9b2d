//! Every option of every command, before and behind it.

use clap::Arg;

use super::*;

/// What a line of arguments, separated by `|`, parses to.
fn parsed(line: &str) -> Result<Cli, String> {
    let words = std::iter::once("hookfleet").chain(line.split('|').filter(|word| !word.is_empty()));
    let arguments: Vec<OsString> = words.map(|word| word.replace('∅', "").into()).collect();
    read(without_environment(Cli::command()), &arguments).map_err(|stopped| match stopped {
        Stopped::Wrong(error) => error.render(Colors::Plain),
        Stopped::Help(help) | Stopped::HelpAsError(help) => help.to_string(),
    })
}

fn error_of(line: &str) -> String {
    parsed(line).expect_err(line)
}

/// The commands that do something, with the values that they cannot do without.
const COMMANDS: [(&str, &str); 12] = [
    ("validate", ""),
    ("plan", ""),
    ("drift", ""),
    ("apply", "|saved"),
    ("show", "|saved"),
    ("runs", ""),
    ("rollback", "|20260101"),
    ("report|merge", "|a.json"),
    ("events", ""),
    ("schema", "|plan"),
    ("emulate", "|--world|w.yaml"),
    ("demo", ""),
];

fn root() -> Command {
    let mut root = Cli::command();
    root.build();
    root
}

fn command<'a>(root: &'a Command, path: &str) -> &'a Command {
    path.split('|')
        .fold(root, |command, name| command.find_subcommand(name).unwrap())
}

/// The spellings of an option, each with a value that it takes.
fn spellings(argument: &Arg) -> Vec<String> {
    let value = match argument.get_possible_values().first() {
        Some(value) => value.get_name().to_owned(),
        None => match argument.get_id().as_str() {
            "timeout" | "deadline" | "max_age" => "5s",
            "shard" => "1/2",
            "reports" => "json=x",
            "selector" => "a=b",
            "listen" => "127.0.0.1:0",
            "concurrency" | "max_rps" | "retries" => "3",
            _ => "x",
        }
        .to_owned(),
    };
    let takes = argument.get_action().takes_values();
    let mut all = Vec::new();
    if let Some(long) = argument.get_long() {
        all.push(if takes {
            format!("--{long}|{value}")
        } else {
            format!("--{long}")
        });
        all.extend(takes.then(|| format!("--{long}={value}")));
    }
    if let Some(short) = argument.get_short() {
        all.push(if takes {
            format!("-{short}|{value}")
        } else {
            format!("-{short}")
        });
        all.extend(takes.then(|| format!("-{short}{value}")));
        all.extend(takes.then(|| format!("-q{short}={value}")));
    }
    all
}

#[test]
fn every_option_means_the_same_before_and_behind_its_command() {
    let root = root();
    let mut tried = 0;
    for (path, values) in COMMANDS {
        let options = command(&root, path).get_arguments();
        for argument in options.filter(|argument| !argument.is_positional()) {
            let id = argument.get_id().as_str();
            if ["help", "version", "world"].contains(&id) {
                continue;
            }
            // What else the option needs, or cannot stand with.
            let values = match id {
                "resume" | "instances" | "selector" | "shard" => values.replace("|saved", ""),
                _ => values.to_owned(),
            };
            let more = if id == "allow_env" {
                "|--untrusted"
            } else {
                ""
            };
            for spelled in spellings(argument) {
                let behind = parsed(&format!("{path}{values}|{spelled}{more}"));
                let behind = format!("{:?}", behind.unwrap());
                let before = parsed(&format!("{spelled}|{path}{values}{more}"));
                assert_eq!(format!("{:?}", before.unwrap()), behind, "{spelled} {path}");
                if let Some((first, second)) = path.split_once('|') {
                    let between = parsed(&format!("{first}|{spelled}|{second}{values}{more}"));
                    assert_eq!(
                        format!("{:?}", between.unwrap()),
                        behind,
                        "{spelled} {path}"
                    );
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried} spellings are few");
}

#[test]
fn an_option_that_its_command_does_not_use_is_named_wherever_it_stands() {
    let root = root();
    let own = |path: &str| -> Vec<String> {
        let options = command(&root, path).get_arguments();
        options
            .filter_map(|argument| argument.get_long().map(str::to_owned))
            .collect()
    };
    let mut tried = 0;
    for (path, values) in COMMANDS {
        for (other, _) in COMMANDS {
            for argument in command(&root, other).get_arguments() {
                let Some(long) = argument.get_long() else {
                    continue;
                };
                if own(path).iter().any(|own| own == long) || long == "version" {
                    continue;
                }
                for spelled in spellings(argument) {
                    for line in [
                        format!("{spelled}|{path}{values}"),
                        format!("{path}{values}|{spelled}"),
                    ] {
                        let error = error_of(&line);
                        let verb = path.replace('|', " ");
                        let start = format!("error: `{verb}` does not take `-");
                        assert!(error.starts_with(&start), "{line}: {error}");
                        assert!(error.contains("is an option of: "), "{line}: {error}");
                        tried += 1;
                    }
                }
            }
        }
    }
    assert!(tried > 1000, "{tried} lines are few");
}

#[test]
fn repeated_options_join_and_single_ones_are_given_once() {
    let Ok(Cli {
        command: super::super::Command::Plan(plan),
        ..
    }) = parsed("-f|a|-i|x|plan|-f|b|-i|y")
    else {
        panic!("it is a plan")
    };
    let joined = format!(
        "{:?} {:?}",
        plan.read.manifest.files, plan.read.select.instances
    );
    assert_eq!(joined, r#"["a", "b"] ["x", "y"]"#);
    for line in [
        "--timeout|5s|plan|--timeout|6s",
        "--color|never|plan|--color|always",
        "--no-color|plan|--color|always",
        "--color|always|plan|--no-color",
        "-q|plan|-q",
    ] {
        let error = error_of(line);
        assert!(error.contains("cannot be used"), "{line}: {error}");
    }
}

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
            "asks before it writes",
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
