//! The arguments as they were typed, before clap sees them: which of them are options of any command, and which is the
//! command. Options that stand before the command are moved behind it.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::os::unix::ffi::OsStrExt as _;

use clap::Command;

/// The options of every command.
pub(super) struct Options {
    /// Whether an option takes a value, by its name as it is typed.
    takes_value: HashMap<String, bool>,
}

/// One or two arguments that belong together.
pub(super) struct Unit {
    /// The arguments.
    pub(super) at: Range<usize>,
    /// What they are.
    pub(super) kind: Kind,
}

/// What an argument is.
pub(super) enum Kind {
    /// Options of some command, each with its value.
    Options(Vec<(String, Option<OsString>)>),
    /// Neither an option of a command nor a word.
    Unknown,
    /// A command, or a value that belongs to no option.
    Word,
    /// `--`: what follows are words.
    Escape,
}

impl Options {
    /// Collects the options of a command and of those below it.
    pub(super) fn of(command: &Command) -> Self {
        let mut takes_value = HashMap::new();
        collect(command, &mut takes_value);
        Self { takes_value }
    }

    /// Returns the names of all options.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.takes_value.keys().map(String::as_str)
    }

    /// Whether an option takes a value.
    pub(super) fn takes_value(&self, name: &str) -> bool {
        self.takes_value.get(name) == Some(&true)
    }

    /// Splits arguments, the name of the program aside.
    pub(super) fn scan(&self, arguments: &[OsString]) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut next = 1;
        let mut is_escaped = false;
        while let Some(argument) = arguments.get(next) {
            let (kind, takes_next) = match argument.to_str() {
                _ if is_escaped => (Kind::Word, false),
                Some("--") => {
                    is_escaped = true;
                    (Kind::Escape, false)
                }
                _ if !is_option(argument) => (Kind::Word, false),
                _ => self.option(argument, arguments.get(next + 1)),
            };
            let end = next + 1 + usize::from(takes_next);
            units.push(Unit {
                at: next..end,
                kind,
            });
            next = end;
        }
        units
    }

    /// Reads an argument that looks like an option, and tells whether the next argument is its value.
    fn option(&self, argument: &OsStr, next: Option<&OsString>) -> (Kind, bool) {
        let next = next.filter(|next| !is_option(next));
        let text = argument.to_string_lossy();
        if text.starts_with("--") {
            let (name, value) = match text.split_once('=') {
                // No option of a command has a name that is not UTF-8, so the value begins at the same byte.
                Some((name, _)) => (name, Some(rest_of(argument, name.len() + 1))),
                None => (&*text, None),
            };
            return match self.takes_value.get(name) {
                None => (Kind::Unknown, false),
                Some(takes) => {
                    let next = next.filter(|_| *takes && value.is_none());
                    let option = (name.to_owned(), value.or(next.cloned()));
                    (Kind::Options(vec![option]), next.is_some())
                }
            };
        }
        let mut options = Vec::new();
        for (at, letter) in text.char_indices().skip(1) {
            let name = format!("-{letter}");
            match self.takes_value.get(&name) {
                None => return (Kind::Unknown, false),
                Some(false) => options.push((name, None)),
                Some(true) => {
                    let rest = &text[at + letter.len_utf8()..];
                    let next = next.filter(|_| rest.is_empty());
                    let start = at + letter.len_utf8() + usize::from(rest.starts_with('='));
                    let value = next.cloned().unwrap_or_else(|| rest_of(argument, start));
                    let is_given = next.is_some() || at + letter.len_utf8() < text.len();
                    options.push((name, is_given.then_some(value)));
                    return (Kind::Options(options), next.is_some());
                }
            }
        }
        (Kind::Options(options), false)
    }
}

/// Returns what follows the first `start` bytes of an argument.
fn rest_of(argument: &OsStr, start: usize) -> OsString {
    let bytes = argument.as_bytes().get(start..).unwrap_or_default();
    OsStr::from_bytes(bytes).to_owned()
}

fn collect(command: &Command, takes_value: &mut HashMap<String, bool>) {
    for argument in command.get_arguments().filter(|arg| !arg.is_positional()) {
        let takes = argument.get_action().takes_values();
        let long = argument.get_long_and_visible_aliases().unwrap_or_default();
        let short = argument.get_short().map(|letter| format!("-{letter}"));
        let names = long
            .into_iter()
            .map(|name| format!("--{name}"))
            .chain(short);
        takes_value.extend(names.map(|name| (name, takes)));
    }
    for below in command.get_subcommands() {
        collect(below, takes_value);
    }
}

/// Returns what is typed of an argument that clap names with its value, such as `--out <FILE>`.
pub(super) fn option_name(argument: &str) -> &str {
    argument.split([' ', '=']).next().unwrap_or(argument)
}

/// Whether an argument looks like an option; `-` is a value.
fn is_option(argument: &OsStr) -> bool {
    let bytes = argument.as_encoded_bytes();
    bytes.starts_with(b"-") && bytes.len() > 1
}

/// The arguments in the order that clap takes, and the command that they name.
pub(super) struct Arranged {
    /// The arguments.
    pub(super) arguments: Vec<OsString>,
    /// The names of the command, such as `report` and `merge`.
    pub(super) command: Vec<String>,
    /// Whether there are options, and nothing else.
    pub(super) is_without_command: bool,
}

/// Moves the options that stand before a command behind it.
pub(super) fn arrange(arguments: &[OsString], root: &Command, options: &Options) -> Arranged {
    let mut command = root;
    let mut names = Vec::new();
    let (mut before, mut moved) = (Vec::<OsString>::new(), Vec::<OsString>::new());
    let mut rest = arguments.len();
    let units = options.scan(arguments);
    let names_command = |unit: &Unit, above: &Command| {
        let word = arguments[unit.at.start].to_str();
        word.is_some_and(|name| above.find_subcommand(name).is_some())
    };
    for (index, Unit { at, kind }) in units.iter().enumerate() {
        let words = &arguments[at.clone()];
        match kind {
            Kind::Options(given) if !given.iter().any(|(name, _)| is_builtin(name)) => {
                moved.extend_from_slice(words);
            }
            // Its command can say more of it, unless the next word may be its value.
            Kind::Unknown
                if next_word(&units[index..]).is_some_and(|unit| names_command(unit, command)) =>
            {
                moved.extend_from_slice(words);
            }
            Kind::Word => {
                let word = words[0].to_str();
                let below = word.and_then(|name| command.find_subcommand(name));
                before.extend_from_slice(words);
                command = below.unwrap_or(command);
                // All the words of `help` name commands, and options may stand between them.
                let is_help = names.first().is_some_and(|name| name == "help");
                let name = below.filter(|_| !is_help).map(Command::get_name);
                let is_help = is_help || name == Some("help");
                names.extend(name.map(str::to_owned));
                if !is_help && !below.is_some_and(Command::has_subcommands) {
                    rest = at.end;
                    break;
                }
            }
            Kind::Options(_) | Kind::Unknown | Kind::Escape => {
                rest = at.start;
                break;
            }
        }
    }
    let rest = &arguments[rest..];
    let is_without_command = before.is_empty() && rest.is_empty() && !moved.is_empty();
    let (ahead, behind) = match names.first().map(String::as_str) {
        // There is nothing that they could belong to.
        None => (Vec::new(), Vec::new()),
        // It takes the names of commands alone; clap checks what stands ahead of it.
        Some("help") => (moved, Vec::new()),
        Some(_) => (Vec::new(), moved),
    };
    let program = arguments.iter().take(1).cloned();
    let words = program.chain(ahead).chain(before).chain(behind);
    Arranged {
        arguments: words.chain(rest.iter().cloned()).collect(),
        command: names,
        is_without_command,
    }
}

fn next_word(units: &[Unit]) -> Option<&Unit> {
    units.iter().find(|unit| matches!(unit.kind, Kind::Word))
}

/// Whether clap answers an option itself, wherever it stands.
fn is_builtin(name: &str) -> bool {
    ["-h", "--help", "-V", "--version"].contains(&name)
}
