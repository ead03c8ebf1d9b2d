//! Parsing of the arguments into clap's types.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Command, CommandFactory, FromArgMatches, ValueEnum};

use super::pasted::CommandsToPaste;
use super::scan::{Kind, Options, arrange};
use super::usage::{Typed, UsageError};
use super::{Cli, ColorChoice};
use crate::exit::ExitCode;
use crate::output::{width, writable};
use crate::render::Colors;
use crate::render::text::layout;

/// The width of help that goes to no terminal, in columns.
const WIDTH_ELSEWHERE: usize = 100;

/// Why there is nothing to run.
enum Stopped {
    /// Help or the version was asked for; the text is clap's.
    Help(clap::Error),
    /// No argument was given, so the help is the error.
    HelpAsError(clap::Error),
    /// The arguments are wrong.
    Wrong(UsageError),
}

/// The end of a process that runs no command: help or the version has been printed, or the arguments are wrong.
pub struct NoCommand {
    exit: ExitCode,
    /// The files of `plan --out`, if the arguments are wrong.
    pub out: Vec<PathBuf>,
    /// Whether `--untrusted` was given, if the arguments are wrong.
    pub is_untrusted: bool,
    /// What is wrong, and whether it is coloured.
    wrong: Option<(UsageError, Colors)>,
}

impl NoCommand {
    /// Prints what is wrong, with what was removed because of that, and returns the exit code.
    pub fn print(self, removed: &[String]) -> ExitCode {
        if let Some((error, colors)) = self.wrong {
            let text = error.and(removed).render(colors);
            match width(io::stderr()) {
                Some(width) => tell(&layout::fit(&text, width)),
                None => tell(&text),
            }
        }
        self.exit
    }
}

fn tell(text: &str) {
    // A closed stderr cannot be reported anywhere.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Reads the arguments of this process.
///
/// # Errors
/// When help or the version has been printed, or the arguments are wrong.
pub fn parse() -> Result<Cli, NoCommand> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let help_width = width(io::stdout()).unwrap_or(WIDTH_ELSEWHERE);
    let command = Cli::command().term_width(help_width);
    read(command, &arguments).map_err(|stopped| {
        let choice = color_choice(&arguments);
        let colors = |is_terminal| choice.colors(|name| std::env::var_os(name), is_terminal);
        let stdout = io::stdout();
        let on_stderr = colors(io::stderr().is_terminal());
        let ended = |exit| NoCommand {
            exit,
            out: Vec::new(),
            is_untrusted: false,
            wrong: None,
        };
        match stopped {
            Stopped::Help(help) => {
                let text = styled(&help, colors(stdout.is_terminal()));
                match print(writable(stdout), &text) {
                    Ok(()) => ended(ExitCode::Success),
                    Err(error) => {
                        let label = on_stderr.red("error:");
                        tell(&format!("{label} cannot write to stdout: {error}\n"));
                        ended(ExitCode::Failure)
                    }
                }
            }
            Stopped::HelpAsError(help) => {
                tell(&styled(&help, on_stderr));
                ended(ExitCode::Usage)
            }
            Stopped::Wrong(error) => NoCommand {
                exit: ExitCode::Usage,
                out: out(&arguments),
                is_untrusted: !typed(&arguments, &["--untrusted"]).is_empty(),
                wrong: Some((error, on_stderr)),
            },
        }
    })
}

/// Returns the files of `plan --out`: no other command has the option, whatever was typed.
fn out(arguments: &[OsString]) -> Vec<PathBuf> {
    let mut root = Cli::command();
    root.build();
    let command = arrange(arguments, &root, &Options::of(&root)).command;
    if command != ["plan"] {
        return Vec::new();
    }
    let files = typed(arguments, &["--out"]).into_iter().flatten();
    files.map(PathBuf::from).collect()
}

/// Parses arguments alone: environment variables do not stand for options that are left out.
///
/// # Errors
/// When clap rejects them.
pub fn parse_without_environment<'a>(
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<Cli, clap::Error> {
    let matches = without_environment(Cli::command()).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn without_environment(command: Command) -> Command {
    let command = command.mut_args(|argument| argument.env(Resettable::Reset));
    command.mut_subcommands(without_environment)
}

fn read(command: Command, arguments: &[OsString]) -> Result<Cli, Stopped> {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    let mut root = command.clone();
    root.build();
    let options = Options::of(&root);
    let arranged = arrange(arguments, &root, &options);
    let typed = Typed {
        root: &root,
        options: &options,
        arranged: &arranged,
    };
    let parsed = command
        .try_get_matches_from(&arranged.arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Err(error) if matches!(error.kind(), DisplayHelp | DisplayVersion) => {
            Err(Stopped::Help(error))
        }
        parsed => {
            typed.check().map_err(Stopped::Wrong)?;
            let to_paste = CommandsToPaste::of(&root, &options, &arranged.arguments);
            parsed
                .map(|cli| Cli { to_paste, ..cli })
                .map_err(|error| match error.kind() {
                    DisplayHelpOnMissingArgumentOrSubcommand => Stopped::HelpAsError(error),
                    _ => Stopped::Wrong(typed.explain(&error)),
                })
        }
    }
}

/// Returns what was typed about colours, however wrong the other arguments are.
fn color_choice(arguments: &[OsString]) -> ColorChoice {
    let given = typed(arguments, &["--color", "--no-color"]).into_iter();
    let mut choices = given.filter_map(|value| match value {
        None => Some(ColorChoice::Never),
        Some(when) => ColorChoice::from_str(when.to_str()?, false).ok(),
    });
    choices.next_back().unwrap_or(ColorChoice::Auto)
}

/// Returns the values of options as they were typed.
fn typed(arguments: &[OsString], names: &[&str]) -> Vec<Option<OsString>> {
    let mut root = Cli::command();
    root.build();
    let units = Options::of(&root).scan(arguments).into_iter();
    let given = units.flat_map(|unit| match unit.kind {
        Kind::Options(options) => options,
        _ => Vec::new(),
    });
    let wanted = given.filter(|(name, _)| names.contains(&&**name));
    wanted.map(|(_, value)| value).collect()
}

fn styled(text: &clap::Error, colors: Colors) -> String {
    match colors {
        Colors::Coloured => text.render().ansi().to_string(),
        Colors::Plain => text.render().to_string(),
    }
}

/// Prints a text; a reader may close a pipe early.
fn print(mut stream: impl Write, text: &str) -> io::Result<()> {
    let printed = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
