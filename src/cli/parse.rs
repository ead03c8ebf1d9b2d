//! Parsing of the arguments into clap's types. clap's error messages quote arguments, so they are made harmless.

use std::io::Write as _;

use clap::{Command, CommandFactory, FromArgMatches, Parser};

use super::Cli;
use crate::escape::truncate;
use crate::exit::ExitCode;

/// Reads the arguments of this process.
///
/// # Errors
/// The exit code, when help, the version or an error has been printed.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        // A closed stream cannot be reported anywhere.
        if error.use_stderr() {
            let _ = std::io::stderr().write_all(harmless(&error).as_bytes());
            ExitCode::Usage
        } else {
            let _ = error.print();
            ExitCode::Success
        }
    })
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

/// A name that no variable has: clap can't remove the variable of an argument.
const NO_VARIABLE: &str = "=";

fn without_environment(command: Command) -> Command {
    let command = command.mut_args(|argument| match argument.get_env() {
        Some(_) => argument.env(NO_VARIABLE),
        None => argument,
    });
    command.mut_subcommands(without_environment)
}

/// Returns clap's message without colours and escapes: an argument can come from a pull request.
fn harmless(error: &clap::Error) -> String {
    let message = error.to_string();
    let lines: Vec<_> = message.split('\n').map(truncate::message).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_quotes_argument_without_terminal_or_ci_commands() {
        // What strips clap's colours takes escapes and controls along.
        let argument = "\u{1b}[31m\u{202e}\n::error::x";
        let error = Cli::try_parse_from(["hookfleet", "plan", "--concurrency", argument]);
        let message = harmless(&error.unwrap_err());
        assert_eq!(
            message.lines().take(2).collect::<Vec<_>>(),
            [
                "error: invalid value '\\u{202e}",
                "\\u{3a}:error::x' for '--concurrency <N|auto>': takes auto, or a whole number from 1 to 1024",
            ]
        );
    }
}
