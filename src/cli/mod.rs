//! The command line: clap's types and their parsing.

mod allow;
mod color;
mod commands;
mod except;
mod files;
mod foreign;
mod options;
mod parse;
mod pasted;
mod remedy;
mod report;
mod scan;
mod setting;
mod time;
mod usage;
mod values;

use std::ffi::OsString;

use clap::{Args, Subcommand};

use crate::output::progress::ProgressMode;
use crate::render::text::Colors;

pub use color::{ColorChoice, is_dumb};
pub use commands::{
    ApplyArgs, DriftArgs, EmulateArgs, EventsArgs, PlanArgs, ReadArgs, RollbackArgs, RunsArgs,
    SchemaArgs, SchemaName, ShowArgs, ValidateArgs,
};
pub use options::{
    AllowArgs, ApiArgs, DEFAULT_MANIFEST, FormatArgs, ManifestArgs, ReportFilesArgs, ReportTo,
    SelectArgs, StateArgs, StateDirArgs,
};
pub use parse::{NoCommand, parse, parse_without_environment};
pub use pasted::{CommandsToPaste, identity as identity_to_paste, path as path_to_paste};
pub use report::{MergeArgs, ReportArgs, ReportCommand};
pub use setting::{BaseUrl, Setting, Variable};

/// Makes the webhooks of every Wawp instance be what one YAML manifest says.
///
/// It shows the difference before it changes anything, and never loses what it did not mean to touch.
#[derive(Debug, clap::Parser)]
#[command(name = "hookfleet", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// How to print.
    #[command(flatten)]
    pub print: PrintArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What was typed, for the commands that are printed.
    #[arg(skip)]
    pub to_paste: CommandsToPaste,
}

const EXIT_CODES: &str = "Options stand before or after the command. A time is written with its units: 500ms, 30s, 5m, 2h, 7d, 1h30m. An \
empty environment variable is unset, and an empty option is an error.\n\nExit codes: 0 done or in sync, 1 something failed, 2 changes are pending (drift, plan \
--detailed-exitcode), 3 a guard blocked something, 4 live state moved since the plan, 64 usage, 65 invalid manifest, \
world, saved plan or run log, 130 interrupted.\n\nThe token is read from WAWP_ACCESS_TOKEN, unless the manifest's `credentials` say otherwise.\n\nAn https API beyond \
loopback is reached through the proxy of HTTPS_PROXY (http://[USER:PASSWORD@]HOST:PORT or https://…), unless NO_PROXY \
names its host: HOST, .HOST, *.HOST or HOST:PORT, which stand for hosts below them too, addresses, networks such as \
10.0.0.0/8, or *, with commas or spaces between. \
The lower-case variables win.";

/// How to print, whatever the command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Printing")]
pub struct PrintArgs {
    /// Colours: auto means on a terminal, unless `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` or `TERM` say otherwise.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", display_order = 901)]
    pub color: ColorChoice,
    /// No colours, as `--color never`.
    #[arg(long, global = true, conflicts_with = "color", display_order = 901)]
    pub no_color: bool,
    /// Prints no notes, warnings or hints on stderr.
    #[arg(short, long, global = true, display_order = 902)]
    pub quiet: bool,
    /// Shows no progress of a long run on stderr; `HOOKFLEET_NO_PROGRESS=1` does the same, and 0 or false is as if it were unset.
    #[arg(long, global = true, display_order = 902)]
    pub no_progress: bool,
    /// Logs the outcome of each instance on stderr; given twice, every request.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, display_order = 903)]
    pub verbose: u8,
}

impl PrintArgs {
    /// Returns how progress is shown on stderr: as lines if there is no terminal, or if log lines would break a bar.
    pub fn progress(&self, can_draw: bool) -> ProgressMode {
        if self.quiet || self.no_progress {
            ProgressMode::Nothing
        } else if can_draw && self.verbose == 0 {
            ProgressMode::Bar
        } else {
            ProgressMode::Lines
        }
    }

    /// Returns whether a stream is coloured.
    pub fn colors(
        &self,
        environment: impl Fn(&str) -> Option<OsString>,
        is_terminal: bool,
    ) -> Colors {
        let choice = if self.no_color {
            ColorChoice::Never
        } else {
            self.color
        };
        choice.colors(environment, is_terminal)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks manifests offline; opens no secret.
    Validate(ValidateArgs),
    /// Reads live state and prints what an apply would change.
    Plan(PlanArgs),
    /// Plans, asks, writes what differs, and reads it back.
    Apply(ApplyArgs),
    /// Prints a saved plan, or what a run did.
    Show(ShowArgs),
    /// Compares live state with the manifest, and exits with 2 if it has drifted; it cannot write.
    Drift(DriftArgs),
    /// Lists what was applied, rolled back and cut off.
    Runs(RunsArgs),
    /// Puts back what a run has overwritten.
    Rollback(RollbackArgs),
    /// Merges the reports of shards.
    Report(ReportArgs),
    /// Lists the published events.
    Events(EventsArgs),
    /// Prints a JSON Schema.
    Schema(SchemaArgs),
    /// Serves an emulator of the API from a world file.
    Emulate(EmulateArgs),
    /// Shows the whole loop against an embedded emulator: no account, no network.
    Demo,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
