//! Commands that hookfleet prints, with the options that they need, quoted for a shell.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::Command;

use super::scan::{Kind, Options};
use crate::escape::sanitize;

/// The options that a printed command needs where they were typed, because they say what it is about.
const NEEDED: [&str; 9] = [
    "file",
    "base-url",
    "allow-http",
    "ca-cert",
    "allow-commands",
    "untrusted",
    "allow-env",
    "state-dir",
    "identity",
];
/// Those of them that take a path.
const PATHS: [&str; 4] = ["file", "ca-cert", "state-dir", "identity"];
/// The options that narrow it. A run is finished or rolled back over what it was over.
const NARROWING: [&str; 3] = ["instance", "selector", "shard"];

/// The options about trust in the manifest's author. No run of the state directory is rolled back or finished with them.
const TRUST: [&str; 2] = ["untrusted", "allow-env"];

/// The length of the longest options that are printed, in characters.
const LONGEST: usize = 500;

/// What stands in a command for an identity file that was not given.
const IDENTITY: &str = " --identity FILE";

/// Returns what a command about a run needs if its log is encrypted; the file that was typed takes its place.
pub fn identity(is_sealed: bool) -> &'static str {
    if is_sealed { IDENTITY } else { "" }
}

/// The options that were typed, for the commands that are printed.
#[derive(Debug, Clone, Default)]
pub struct CommandsToPaste(Vec<Typed>);

/// An option as it was typed.
#[derive(Debug, Clone)]
struct Typed {
    /// The option and its value, quoted; `None` if they can't be printed as they were typed.
    words: Option<String>,
    /// Whether it is `--identity`.
    is_identity: bool,
    /// Whether it is about trust.
    is_about_trust: bool,
    /// The commands that need it.
    commands: Vec<String>,
}

impl CommandsToPaste {
    /// Collects the options that commands need from arguments.
    pub(super) fn of(root: &Command, options: &Options, arguments: &[OsString]) -> Self {
        let units = options.scan(arguments).into_iter();
        let given = units.flat_map(|unit| match unit.kind {
            Kind::Options(options) => options,
            _ => Vec::new(),
        });
        let typed = given.filter_map(|(name, value)| {
            let long = long_name(root, &name)?;
            let is_narrowing = NARROWING.contains(&&*long);
            if !is_narrowing && !NEEDED.contains(&&*long) {
                return None;
            }
            let takes = |command: &&Command| {
                let is_over_less = ["plan", "drift"].contains(&command.get_name());
                takes(command, &long) && (is_over_less || !is_narrowing)
            };
            let commands = root.get_subcommands().filter(takes);
            Some(Typed {
                words: words(&name, &long, value.as_deref()),
                is_identity: long == "identity",
                is_about_trust: TRUST.contains(&&*long),
                commands: commands
                    .map(|command| command.get_name().to_owned())
                    .collect(),
            })
        });
        Self(typed.collect())
    }

    /// Adds to each command in backquotes the options that it needs.
    pub fn complete(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let parts = text.split('`').enumerate().map(|(index, part)| {
            let verb = part
                .strip_prefix("hookfleet ")
                .map(|rest| rest.split(' ').next());
            let Some(Some(verb)) = verb.filter(|_| index % 2 == 1) else {
                return part.to_owned();
            };
            let part = if self.0.iter().any(|typed| typed.is_identity) {
                part.replace(IDENTITY, "")
            } else {
                part.to_owned()
            };
            let is_about_a_run = verb == "rollback" || part.contains(" --resume ");
            let needed = self.0.iter().filter(|typed| {
                let is_there = |words: &String| part.contains(&**words);
                typed.commands.iter().any(|command| command == verb)
                    && !(is_about_a_run && typed.is_about_trust)
                    && !typed.words.as_ref().is_some_and(is_there)
            });
            let needed: Option<Vec<&str>> = needed.map(|typed| typed.words.as_deref()).collect();
            let needed = needed.map(|needed| needed.join(" "));
            match needed {
                _ if part.ends_with('…') => part,
                Some(needed) if needed.is_empty() => part,
                Some(needed) if needed.chars().count() <= LONGEST => format!("{part} {needed}"),
                // A command without them would be another one.
                _ => format!("{part} …"),
            }
        });
        parts.collect::<Vec<_>>().join("`")
    }
}

fn takes(command: &Command, long: &str) -> bool {
    command
        .get_arguments()
        .any(|argument| argument.get_long() == Some(long))
}

/// Returns the long name of an option.
fn long_name(root: &Command, name: &str) -> Option<String> {
    if let Some(long) = name.strip_prefix("--") {
        return Some(long.to_owned());
    }
    let letter = name.chars().nth(1)?;
    let mut arguments = root.get_subcommands().flat_map(Command::get_arguments);
    let argument = arguments.find(|argument| argument.get_short() == Some(letter))?;
    argument.get_long().map(str::to_owned)
}

/// Whether a value may hold a secret that was given by mistake.
fn may_be_secret(long: &str, value: &str) -> bool {
    match long {
        "base-url" => value.contains(['@', '?', '#']),
        "identity" => value
            .trim()
            .to_ascii_uppercase()
            .starts_with("AGE-SECRET-KEY-"),
        _ => false,
    }
}

/// Formats an option and its value, if that can be printed.
fn words(name: &str, long: &str, value: Option<&OsStr>) -> Option<String> {
    let Some(value) = value else {
        return Some(name.to_owned());
    };
    let value = value.to_str()?;
    if may_be_secret(long, value) {
        return None;
    }
    if PATHS.contains(&long) {
        return Some(format!("{name} {}", path(Path::new(value))?));
    }
    let word = shell(value)?;
    Some(if value.starts_with('-') {
        // A value that looks like an option belongs to the same word.
        format!("{name}={word}")
    } else {
        format!("{name} {word}")
    })
}

/// Quotes a path for a POSIX shell, so that no command takes it for an option; `-` is a stream. `None` if it can't be
/// printed as it is.
pub fn path(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    if path.starts_with('-') && path != "-" {
        shell(&format!("./{path}"))
    } else {
        shell(path)
    }
}

/// Quotes a word for a POSIX shell, where it needs quotes; `None` if it would not be harmless.
fn shell(word: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    // What is not UTF-8 may have been replaced before.
    if sanitize::terminal(word) != word || word.contains(char::REPLACEMENT_CHARACTER) {
        return None;
    }
    if !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('=') {
        return Some(word.to_owned());
    }
    // A backquote would end the command where it is printed.
    (!word.contains('`')).then(|| format!("'{}'", word.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    fn of(line: &str) -> CommandsToPaste {
        let mut root = Cli::command();
        root.build();
        let arguments: Vec<OsString> = line.split('|').map(OsString::from).collect();
        CommandsToPaste::of(&root, &Options::of(&root), &arguments)
    }

    #[test]
    fn a_command_gets_what_it_takes_of_what_was_typed() {
        let typed = of(
            "hookfleet|apply|-f|m 1.yaml|--state-dir=st|-i|it's|--timeout|5s|--untrusted|--allow-env|A|-q",
        );
        for (text, complete) in [
            (
                "`hookfleet rollback R` puts it back",
                "`hookfleet rollback R -f 'm 1.yaml' --state-dir st` puts it back",
            ),
            (
                "see `hookfleet plan`",
                "see `hookfleet plan -f 'm 1.yaml' --state-dir st -i 'it'\\''s' --untrusted --allow-env A`",
            ),
            (
                "`hookfleet runs` and `hookfleet demo`, `hookfleet runs --state-dir st`",
                "`hookfleet runs --state-dir st` and `hookfleet demo`, `hookfleet runs --state-dir st`",
            ),
            ("hookfleet plan, `-f`", "hookfleet plan, `-f`"),
        ] {
            assert_eq!(typed.complete(text), complete);
        }
        let long = of(&format!("hookfleet|apply|-f|{}", "x".repeat(LONGEST)));
        let complete = long.complete("`hookfleet plan`");
        assert_eq!(complete, "`hookfleet plan …`");
        assert_eq!(long.complete(&complete), complete);
        assert_eq!(
            of("hookfleet|apply").complete("`hookfleet plan`"),
            "`hookfleet plan`"
        );
    }

    #[test]
    fn a_command_about_an_encrypted_log_names_the_identity_file_or_its_place() {
        let text = format!("`hookfleet rollback R{}`", identity(true));
        for (typed, complete) in [
            (
                "--state-dir=s",
                "`hookfleet rollback R --identity FILE --state-dir s`",
            ),
            ("--identity=key", "`hookfleet rollback R --identity key`"),
        ] {
            let typed = of(&format!("hookfleet|rollback|R|{typed}"));
            assert_eq!(typed.complete(&text), complete);
        }
    }

    #[test]
    fn a_path_is_never_taken_for_an_option() {
        for (typed, printed) in [
            ("-f=--auto-approve", "-f ./--auto-approve"),
            ("--file=-", "--file -"),
            ("--state-dir=-s t", "--state-dir './-s t'"),
            ("--identity=-i", "--identity ./-i"),
            ("--ca-cert=--x", "--ca-cert ./--x"),
        ] {
            let complete = of(&format!("hookfleet|rollback|R|{typed}"));
            let complete = complete.complete("`hookfleet rollback R`");
            assert_eq!(complete, format!("`hookfleet rollback R {printed}`"));
        }
        assert_eq!(
            path(Path::new("--auto-approve")).as_deref(),
            Some("./--auto-approve")
        );
        assert_eq!(path(Path::new("a/-b")).as_deref(), Some("a/-b"));
        let instance = of("hookfleet|plan|-i=--x").complete("`hookfleet plan`");
        assert_eq!(instance, "`hookfleet plan -i=--x`");
    }

    #[test]
    fn a_command_that_cannot_be_printed_as_it_was_typed_is_visibly_not_whole() {
        use std::os::unix::ffi::OsStringExt as _;

        for typed in [
            "-fa\nb",
            "--file=a\u{1b}[31m",
            "--state-dir=a\u{202e}b",
            "-f=a`b",
        ] {
            let complete = of(&format!("hookfleet|rollback|R|{typed}"));
            let complete = complete.complete("`hookfleet rollback R`");
            assert_eq!(complete, "`hookfleet rollback R …`");
        }
        let mut root = Cli::command();
        root.build();
        for typed in [&b"--file=\xff"[..], b"-f\xff", b"-f=\xff"] {
            let typed = OsString::from_vec(typed.to_vec());
            let arguments = ["hookfleet".into(), "plan".into(), typed];
            let commands = CommandsToPaste::of(&root, &Options::of(&root), &arguments);
            assert_eq!(commands.complete("`hookfleet plan`"), "`hookfleet plan …`");
        }
        assert_eq!(path(Path::new("a\nb")), None);
        assert_eq!(path(Path::new("a\u{fffd}b")), None);
    }

    #[test]
    fn no_value_that_may_be_secret_is_printed() {
        for line in [
            "hookfleet|plan|--base-url|https://user:hunter2@a.example",
            "hookfleet|plan|--base-url=https://a.example?token=hunter2",
            "hookfleet|rollback|R|--identity|AGE-SECRET-KEY-HUNTER2",
        ] {
            let complete = of(line).complete("`hookfleet rollback R`");
            assert_eq!(complete, "`hookfleet rollback R …`");
        }
        let complete = of("hookfleet|apply|--state-recipient|AGE-SECRET-KEY-HUNTER2");
        let command = "`hookfleet rollback R`";
        assert_eq!(complete.complete(command), command);
    }
}
