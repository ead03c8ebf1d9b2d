//! Every option of every command, before and behind it.

mod mistakes;

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
            "except" => "id-length",
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
            // A rollback reads logs, so it has no untrusted manifest.
            if path == "rollback" && ["untrusted", "allow_env"].contains(&id) {
                continue;
            }
            // What else the option needs, or cannot stand with.
            let values = match id {
                "resume" | "unverified" | "instances" | "selector" | "shard" => {
                    values.replace("|saved", "")
                }
                _ => values.to_owned(),
            };
            let more = match id {
                "allow_env" => "|--untrusted",
                "except" => "|--strict",
                "unverified" if path == "apply" => "|--resume|r",
                _ => "",
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
                        let is_known = [
                            "is an option of: ",
                            "so the option is not needed",
                            "that is `hookfleet plan`",
                        ]
                        .iter()
                        .any(|known| error.contains(known));
                        assert!(is_known, "{line}: {error}");
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
