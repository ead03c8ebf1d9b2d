//! What can be typed: clap's types, and nothing else.

mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::api::DEFAULT_BASE_URL;
use crate::plan::Guard;
use crate::render::Paint;

/// Makes the webhooks of every Wawp instance be what one YAML manifest says.
///
/// It shows the difference before it changes anything, and never loses what it did not mean to touch.
#[derive(Debug, Parser)]
#[command(name = "hookfleet", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// How to print.
    #[command(flatten)]
    pub print: PrintArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done or in sync, 1 something failed, 2 changes are pending (drift, plan \
--detailed-exitcode), 3 a guard held something, 4 live state moved since the plan, 64 usage, 65 invalid manifest or \
world, 130 interrupted.\n\nThe token is read from WAWP_ACCESS_TOKEN, unless the manifest's `credentials` say otherwise.";

/// How to print, whatever the command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Printing")]
pub struct PrintArgs {
    /// Colours: auto means on a terminal, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", display_order = 901)]
    pub color: ColorChoice,
    /// Set to anything, it stands for `--color never`.
    #[arg(long, env = "NO_COLOR", hide = true, global = true)]
    pub no_color: Option<String>,
    /// No notes, warnings or hints on stderr.
    #[arg(short, long, global = true, display_order = 902)]
    pub quiet: bool,
    /// Logs on stderr; twice for every request.
    #[arg(short, long, global = true, action = clap::ArgAction::Count, display_order = 903)]
    pub verbose: u8,
}

impl PrintArgs {
    /// Whether a stream is coloured (<https://no-color.org>).
    pub fn paint(&self, is_terminal: bool) -> Paint {
        let coloured = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && self.no_color.as_deref().is_none_or(str::is_empty),
        };
        if coloured {
            Paint::Coloured
        } else {
            Paint::Plain
        }
    }
}

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

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks manifests offline; opens no secret.
    Validate(ValidateArgs),
    /// Reads live state and prints what an apply would change.
    Plan(PlanArgs),
    /// Plans, asks, writes what differs, and reads it back.
    Apply(ApplyArgs),
    /// A plan that cannot write and exits with 2 where live state has drifted.
    Drift(DriftArgs),
    /// Lists the published events.
    Events(EventsArgs),
    /// Prints a JSON Schema.
    Schema(SchemaArgs),
    /// Serves an emulator of the API from a world file.
    Emulate(EmulateArgs),
    /// Shows the whole loop against an embedded emulator: no account, no network.
    Demo(DemoArgs),
}

/// Which manifests.
#[derive(Debug, Args)]
pub struct ManifestArgs {
    /// A manifest, a directory of manifests, or - for standard input; repeatable.
    #[arg(
        short,
        long = "file",
        value_name = "PATH",
        default_value = "hookfleet.yaml"
    )]
    pub files: Vec<PathBuf>,
}

/// Which instances.
#[derive(Debug, Args)]
pub struct SelectArgs {
    /// Only the instance with this id or name; repeatable.
    #[arg(short, long = "instance", value_name = "ID|NAME")]
    pub instances: Vec<String>,
}

/// How to talk to the API.
#[derive(Debug, Args)]
#[command(next_help_heading = "The API")]
pub struct ApiArgs {
    /// Where tokens are sent; http only to loopback.
    #[arg(long, env = "HOOKFLEET_BASE_URL", hide_env_values = true, default_value = DEFAULT_BASE_URL, value_name = "URL")]
    pub base_url: String,
    /// Allows plain http beyond loopback: tokens travel unencrypted.
    #[arg(long)]
    pub allow_http: bool,
    /// How many requests may be in flight: a number, or auto (16).
    #[arg(long, value_name = "N|auto", value_parser = values::concurrency)]
    pub concurrency: Option<crate::desired::Concurrency>,
    /// Requests per second and credential at the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_rps: Option<u32>,
    /// How long one request may take, such as 30s, 500ms or 2m.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = values::duration)]
    pub timeout: Duration,
    /// How often a request that failed for a passing reason is sent again.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Lets `command` sources of credentials and secrets run.
    #[arg(long)]
    pub allow_commands: bool,
}

/// What may pass guards.
#[derive(Debug, Args)]
#[command(next_help_heading = "Guards")]
pub struct AllowArgs {
    /// Lets a guard pass; repeatable.
    #[arg(long = "allow", value_enum, value_name = "GUARD")]
    pub guards: Vec<GuardArg>,
}

/// A guard, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuardArg {
    /// An instance may end without webhooks.
    Empty,
    /// Any part of the live webhooks may be removed.
    Removals,
    /// Any part of the instances may change.
    Changes,
    /// A system webhook may stop delivering.
    SystemOff,
}

impl From<GuardArg> for Guard {
    fn from(guard: GuardArg) -> Self {
        match guard {
            GuardArg::Empty => Self::Empty,
            GuardArg::Removals => Self::Removals,
            GuardArg::Changes => Self::Changes,
            GuardArg::SystemOff => Self::SystemOff,
        }
    }
}

/// In which form.
#[derive(Debug, Args)]
#[command(next_help_heading = "Printing")]
pub struct FormatArgs {
    /// The form of what goes to stdout.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub format: Format,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; `hookfleet schema` describes it.
    Json,
}

/// `validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Warnings are errors.
    #[arg(long)]
    pub strict: bool,
    /// Which manifests.
    #[command(flatten)]
    pub manifest: ManifestArgs,
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Exits with 2 where there are changes.
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// What `drift` takes too.
    #[command(flatten)]
    pub read: DriftArgs,
}

/// `drift`.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// Which manifests.
    #[command(flatten)]
    pub manifest: ManifestArgs,
    /// Which instances.
    #[command(flatten)]
    pub select: SelectArgs,
    /// How to talk to the API.
    #[command(flatten)]
    pub api: ApiArgs,
    /// What may pass guards.
    #[command(flatten)]
    pub allow: AllowArgs,
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// Does not ask.
    #[arg(long)]
    pub auto_approve: bool,
    /// What `plan` takes too.
    #[command(flatten)]
    pub read: DriftArgs,
}

/// `events`.
#[derive(Debug, Args)]
pub struct EventsArgs {
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which schema.
    #[arg(value_enum, value_name = "NAME")]
    pub name: SchemaName,
}

/// The schemas there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// A manifest.
    Manifest,
    /// What `plan` and `drift` print with `--format json`.
    Plan,
    /// What `apply` prints with `--format json`.
    Report,
    /// What `--format json` prints where there is no list of instances, and what `validate` prints.
    Findings,
    /// A world of `emulate`.
    World,
}

/// `emulate`.
#[derive(Debug, Args)]
pub struct EmulateArgs {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", value_parser = values::address)]
    pub listen: SocketAddr,
    /// The world: instances, webhooks, habits and faults.
    #[arg(long, value_name = "FILE")]
    pub world: PathBuf,
    /// Allows listening beyond loopback: whoever reaches the address can read and write the world.
    #[arg(long)]
    pub allow_remote: bool,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
