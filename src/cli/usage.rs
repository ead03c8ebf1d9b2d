//! Usage errors: what clap refuses, said plainly, with the next step as a hint. Arguments can come from a pull request,
//! so they are made harmless.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use super::foreign;
use super::remedy;
use super::scan::{Arranged, Kind, Options};
use crate::escape::truncate::{self, list, name};
use crate::render::Colors;

/// A mistake in the arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UsageError {
    /// The mistake; it may have several lines.
    message: String,
    /// The next steps.
    hints: Vec<String>,
}

impl UsageError {
    fn new(message: String, hint: impl Into<String>) -> Self {
        Self {
            message,
            hints: vec![hint.into()],
        }
    }

    /// Adds what has been done because of it.
    pub(super) fn and(mut self, done: &[String]) -> Self {
        let gap = if self.message.contains('\n') {
            "\n"
        } else {
            "; "
        };
        for done in done {
            self.message = format!("{}{gap}{}", self.message, truncate::message(done));
        }
        self
    }

    /// Formats the error and its hints.
    pub(super) fn render(&self, colors: Colors) -> String {
        let mut text = format!("{} {}\n", colors.red("error:"), self.message);
        for (index, hint) in self.hints.iter().enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            // Writing into a String can't fail.
            let _ = writeln!(text, "{gap}{} {hint}", colors.bold("hint:"));
        }
        text
    }
}

/// The arguments and what is known of them.
pub(super) struct Typed<'a> {
    /// The root command, built.
    pub(super) root: &'a Command,
    /// The options of every command.
    pub(super) options: &'a Options,
    /// The arguments as clap has them.
    pub(super) arranged: &'a Arranged,
}

impl Typed<'_> {
    /// Finds a mistake that clap does not see.
    pub(super) fn check(&self) -> Result<(), UsageError> {
        let Arranged {
            arguments,
            is_without_command,
            ..
        } = self.arranged;
        for unit in self.options.scan(arguments) {
            match unit.kind {
                Kind::Options(options) => {
                    let is_empty = |value: &Option<OsString>| {
                        value.as_ref().is_some_and(|value| value.is_empty())
                    };
                    if let Some((option, _)) = options.iter().find(|(_, value)| is_empty(value)) {
                        return Err(UsageError::new(
                            format!("the value of `{option}` is empty"),
                            "give it a value, or leave the option out; a variable of the shell may be unset",
                        ));
                    }
                }
                Kind::Word if arguments[unit.at.start].is_empty() => {
                    return Err(UsageError::new(
                        "an argument is empty".to_owned(),
                        "give it a value, or leave it out; a variable of the shell may be unset",
                    ));
                }
                _ => {}
            }
        }
        if *is_without_command {
            return Err(UsageError::new(
                "no command was given".to_owned(),
                "`hookfleet --help` lists the commands; the arguments are options and their values",
            ));
        }
        Ok(())
    }

    /// Says what clap refuses.
    pub(super) fn explain(&self, error: &Error) -> UsageError {
        match error.kind() {
            ErrorKind::UnknownArgument => match context(error, ContextKind::InvalidArg) {
                Some(typed) => self.unknown(&typed),
                None => retold(error),
            },
            ErrorKind::InvalidSubcommand => match context(error, ContextKind::InvalidSubcommand) {
                Some(typed) => self.no_command(&typed),
                None => retold(error),
            },
            _ => self.retold(error),
        }
    }

    /// Returns clap's own message with its tips as hints, or else with the next step.
    fn retold(&self, error: &Error) -> UsageError {
        let mut retold = retold(error);
        if retold.hints.is_empty() {
            let hint = match retold.message.split_once("; a time is written") {
                Some((why, how)) => {
                    let hint = format!("a time is written{how}");
                    retold.message = why.to_owned();
                    hint
                }
                None => remedy::of(error, &path(&self.arranged.command)),
            };
            retold.hints.push(hint);
        }
        retold
    }

    /// The command that the arguments name.
    fn command(&self) -> &Command {
        let names = &self.arranged.command;
        names.iter().fold(self.root, |command, name| {
            command.find_subcommand(name).unwrap_or(command)
        })
    }

    fn unknown(&self, typed: &str) -> UsageError {
        let command = self.command();
        let names = &self.arranged.command;
        if self.is_escaped(typed) {
            return UsageError::new(
                format!(
                    "`{}` stands behind `--`, where nothing is an option",
                    name(typed)
                ),
                "leave `--` out",
            );
        }
        let verb = match names.as_slice() {
            [] => "hookfleet".to_owned(),
            names => names.join(" "),
        };
        if !typed.starts_with('-') || typed == "-" {
            let message = format!("`{verb}` takes no argument `{}`", name(typed));
            let hint = if foreign::has(command, "file") {
                format!("`-f {}` names a manifest", name(typed))
            } else {
                format!("`{} --help` lists what it takes", path(names))
            };
            return UsageError::new(message, hint);
        }
        if let Some(option) = self.without_value(typed) {
            return UsageError::new(
                format!("`{option}` has no value"),
                format!(
                    "`{}` looks like an option; a value that begins with a hyphen is written as `{option}=VALUE`",
                    name(typed)
                ),
            );
        }
        let whole = self.whole(typed);
        let message = format!("`{verb}` does not take `{}`", name(&whole));
        let typed = whole.split('=').next().unwrap_or(&whole);
        let hint = single_hyphen(typed, command)
            .or_else(|| foreign::option(typed, command).map(str::to_owned))
            .or_else(|| self.others_take(typed))
            .or_else(|| self.similar(typed, command))
            .unwrap_or_else(|| format!("`{} --help` lists its options", path(names)));
        UsageError::new(message, hint)
    }

    /// The option before an argument, if it takes a value and has none.
    fn without_value(&self, typed: &str) -> Option<String> {
        let arguments = &self.arranged.arguments;
        let mut before = None;
        for unit in self.options.scan(arguments) {
            if arguments[unit.at.start]
                .to_string_lossy()
                .starts_with(typed)
            {
                return before;
            }
            before = match unit.kind {
                Kind::Options(options) => {
                    let mut valueless = options.into_iter().filter(|(_, value)| value.is_none());
                    let last = valueless.next_back().map(|(name, _)| name);
                    last.filter(|name| self.options.takes_value(name))
                }
                _ => None,
            };
        }
        None
    }

    /// Whether an argument that looks like an option stands behind `--`.
    fn is_escaped(&self, typed: &str) -> bool {
        let arguments = &self.arranged.arguments;
        let escape = arguments.iter().position(|argument| argument == "--");
        let behind = escape.map_or(&[][..], |escape| &arguments[escape + 1..]);
        typed.starts_with('-') && behind.iter().any(|argument| argument == typed)
    }

    /// The argument that clap read as letters of short options.
    fn whole(&self, typed: &str) -> String {
        if typed.starts_with("--") || self.options.names().any(|name| name == typed) {
            return typed.to_owned();
        }
        let arguments = self.arranged.arguments.iter().skip(1);
        let mut texts = arguments.map(|argument| argument.to_string_lossy());
        let letter = &typed[1..];
        let is_it =
            |text: &str| text.starts_with('-') && !text.starts_with("--") && text.contains(letter);
        let found = texts.find(|text| is_it(text));
        match found {
            // Of a cluster such as `-qx` the letter alone is wrong, and `-var` is a word.
            Some(text) if text.starts_with(typed) || text.len() > 3 => text.into_owned(),
            _ => typed.to_owned(),
        }
    }

    /// The commands that take an option which this one does not.
    fn others_take(&self, typed: &str) -> Option<String> {
        let mut taking = Vec::new();
        let mut below: Vec<(&Command, String)> = self
            .root
            .get_subcommands()
            .map(|command| (command, command.get_name().to_owned()))
            .collect();
        while let Some((command, path)) = below.pop() {
            let takes = command.get_arguments().any(|argument| {
                let short = argument.get_short().map(|letter| format!("-{letter}"));
                let long = argument.get_long().map(|long| format!("--{long}"));
                [short, long].contains(&Some(typed.to_owned()))
            });
            if takes {
                taking.push(path.clone());
            }
            let subcommands = command.get_subcommands();
            below.extend(subcommands.map(|below| (below, format!("{path} {}", below.get_name()))));
        }
        taking.sort_unstable();
        taking.dedup();
        let listed = list(taking.iter().map(String::as_str));
        (!taking.is_empty()).then(|| format!("`{typed}` is an option of: {listed}"))
    }

    fn similar(&self, typed: &str, command: &Command) -> Option<String> {
        let takes = |option: &str| {
            let long = option.strip_prefix("--");
            long.is_some_and(|long| foreign::has(command, long) || self.arranged.command.is_empty())
        };
        let names = self.options.names().filter(|name| takes(name));
        let likely = names
            .map(|name| (strsim::osa_distance(typed, name), name))
            .filter(|(distance, _)| *distance <= typed.len() / 4)
            .min();
        likely.map(|(_, name)| format!("did you mean `{name}`?"))
    }

    fn no_command(&self, typed: &str) -> UsageError {
        let is_help = self
            .arranged
            .command
            .first()
            .is_some_and(|name| name == "help");
        if is_help && self.root.find_subcommand(typed).is_some() {
            return UsageError::new(
                "`help` takes one command".to_owned(),
                format!("`hookfleet help {}` explains that one", name(typed)),
            );
        }
        // `help` has the names of all commands.
        let above = self.arranged.command.iter().filter(|name| *name != "help");
        let above: Vec<String> = above.cloned().collect();
        let message = match above.as_slice() {
            [] => format!("there is no command `{}`", name(typed)),
            [verb, ..] => format!("`{verb}` has no command `{}`", name(typed)),
        };
        let is_root = above.is_empty();
        let here = self.command().get_subcommands().map(Command::get_name);
        let near = here.map(|name| (strsim::osa_distance(typed, name), name));
        let near = near.filter(|(distance, _)| *distance <= (typed.len() / 4).max(1));
        let suggested = near.min().map(|(_, name)| name);
        let known = foreign::command(typed, self.root).filter(|_| is_root);
        let hint = known
            .map(str::to_owned)
            .or_else(|| suggested.map(|suggested| format!("did you mean `{suggested}`?")))
            .unwrap_or_else(|| format!("`{} --help` lists the commands", path(&above)));
        UsageError::new(message, hint)
    }
}

/// The command as it is typed.
fn path(below: &[String]) -> String {
    let names: Vec<&str> = std::iter::once("hookfleet")
        .chain(below.iter().map(String::as_str))
        .collect();
    names.join(" ")
}

/// `-auto-approve`, as terraform has it.
fn single_hyphen(typed: &str, command: &Command) -> Option<String> {
    let long = typed.strip_prefix('-').filter(|name| name.len() > 1)?;
    let double = format!("--{long}");
    if foreign::has(command, long) {
        return Some(format!("long options have two hyphens: `{double}`"));
    }
    foreign::option(&double, command).map(str::to_owned)
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Returns clap's own message, with its tips as hints and without its reference to the help.
fn retold(error: &Error) -> UsageError {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let (mut lines, mut hints) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match line.trim_start().strip_prefix("tip: ") {
            Some(tip) => hints.push(truncate::message(tip).into_owned()),
            None if line.starts_with("For more information") => {}
            None => lines.push(truncate::message(line).into_owned()),
        }
    }
    let message = lines.join("\n").replace("\n\n\n", "\n\n");
    UsageError {
        message: message.trim_end().to_owned(),
        hints,
    }
}
