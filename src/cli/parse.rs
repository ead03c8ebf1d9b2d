//! From what was typed to clap's types; what is wrong with it is said by clap, made harmless.

use std::io::Write as _;

use clap::{Command, CommandFactory, FromArgMatches, Parser};

use super::Cli;
use crate::escape::truncate;
use crate::exit::ExitCode;

/// Reads the arguments of this process.
///
/// # Errors
/// With the exit code, when there is nothing to do: help or the version was asked for, or the arguments make no sense.
/// Which of them has been printed.
pub fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|error| {
        // A closed stream leaves nobody to tell.
        if error.use_stderr() {
            let _ = std::io::stderr().write_all(harmless(&error).as_bytes());
            ExitCode::Usage
        } else {
            let _ = error.print();
            ExitCode::Success
        }
    })
}

/// Reads arguments that stand by themselves: no variable of the environment stands for one that is left out.
///
/// # Errors
/// When they make no sense.
pub fn parse_without_environment<'a>(
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<Cli, clap::Error> {
    let matches = without_environment(Cli::command()).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// clap can't take a variable back from an argument, and no variable has this name.
const NO_VARIABLE: &str = "=";

fn without_environment(command: Command) -> Command {
    let command = command.mut_args(|argument| match argument.get_env() {
        Some(_) => argument.env(NO_VARIABLE),
        None => argument,
    });
    command.mut_subcommands(without_environment)
}

/// What clap says, without colours, since an escape in an argument could not be told from them: an argument can come
/// from a pull request too.
fn harmless(error: &clap::Error) -> String {
    let said = error.to_string();
    let lines: Vec<_> = said.split('\n').map(truncate::message).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_is_quoted_commands_no_terminal_and_no_ci() {
        // What strips clap's colours takes escapes and controls along.
        let argument = "\u{1b}[31m\u{202e}\n::error::x";
        let error = Cli::try_parse_from(["hookfleet", "plan", "--concurrency", argument]);
        let said = harmless(&error.unwrap_err());
        assert_eq!(
            said.lines().take(2).collect::<Vec<_>>(),
            [
                "error: invalid value '\\u{202e}",
                "\\u{3a}:error::x' for '--concurrency <N|auto>': takes auto, or a whole number from 1 to 1024",
            ]
        );
    }
}
