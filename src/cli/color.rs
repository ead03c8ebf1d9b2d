//! The one rule of colour, for data, messages, help and usage errors. It must not read the environment itself.

use std::ffi::OsString;

use clap::ValueEnum;

use crate::render::Colors;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// Returns whether a stream is coloured. What was typed comes first, then the variables
    /// (<https://no-color.org>, <https://bixense.com/clicolors>), then whether the stream is a terminal.
    pub fn colors(
        self,
        environment: impl Fn(&str) -> Option<OsString>,
        is_terminal: bool,
    ) -> Colors {
        let value = |name| environment(name).filter(|value| !value.is_empty());
        let is_coloured = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                if value("NO_COLOR").is_some() {
                    false
                } else if value("CLICOLOR_FORCE").is_some_and(|force| force != "0") {
                    true
                } else {
                    let is_off = value("CLICOLOR").is_some_and(|on| on == "0");
                    is_terminal && !is_off && !is_dumb(&environment)
                }
            }
        };
        if is_coloured {
            Colors::Coloured
        } else {
            Colors::Plain
        }
    }
}

/// Whether the terminal can't move its cursor or change colours.
pub fn is_dumb(environment: impl Fn(&str) -> Option<OsString>) -> bool {
    environment("TERM").is_some_and(|term| term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_the_option_then_the_variables_in_their_order_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        let all = "NO_COLOR=1 CLICOLOR_FORCE=1 CLICOLOR=0 TERM=dumb";
        for (choice, variables, on_terminal, elsewhere) in [
            (Auto, "", true, false),
            (Auto, "TERM=xterm", true, false),
            (Auto, "TERM=dumb", false, false),
            (Auto, "CLICOLOR=0", false, false),
            (Auto, "CLICOLOR=1", true, false),
            (Auto, "CLICOLOR_FORCE=1 CLICOLOR=0 TERM=dumb", true, true),
            (Auto, "CLICOLOR_FORCE=0 CLICOLOR=0", false, false),
            (Auto, "CLICOLOR_FORCE=0", true, false),
            (Auto, "NO_COLOR=1 CLICOLOR_FORCE=1", false, false),
            (
                Auto,
                "NO_COLOR= CLICOLOR_FORCE= CLICOLOR= TERM=",
                true,
                false,
            ),
            (Auto, all, false, false),
            (Always, all, true, true),
            (Never, "CLICOLOR_FORCE=1", false, false),
        ] {
            let environment = |name: &str| {
                let variables = variables.split(' ').filter_map(|pair| pair.split_once('='));
                let mut values = variables.filter(|(known, _)| *known == name);
                values.next().map(|(_, value)| OsString::from(value))
            };
            let coloured = [true, false]
                .map(|is_terminal| choice.colors(environment, is_terminal) == Colors::Coloured);
            assert_eq!(coloured, [on_terminal, elsewhere], "{choice:?} {variables}");
        }
    }
}
