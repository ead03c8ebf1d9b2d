//! The arguments of each command.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};

use super::options::{
    AllowArgs, ApiArgs, FormatArgs, IDENTITY_HELP, ManifestArgs, ReportFilesArgs, SelectArgs,
    StateArgs, StateDirArgs,
};
use super::{time, values};

/// `validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Treats warnings as errors.
    #[arg(long)]
    pub strict: bool,
    /// Leaves warnings with this code warnings, such as id-length; repeatable.
    #[arg(long, value_name = "CODE", requires = "strict", value_parser = super::except::warning)]
    pub except: Vec<crate::manifest::Code>,
    /// For a manifest of an untrusted author, as in a pull request: no part of a path may be a link, and no manifest
    /// is read from a pipe, but from standard input as -.
    #[arg(long)]
    pub untrusted: bool,
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
    /// Exits with 2 if there are changes.
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Saves the plan for `apply FILE`: an approval record without secrets, safe to publish; - is stdout. An older plan
    /// there is removed first.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What other commands that read the API take too.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where the logs of runs are that were cut off.
    #[command(flatten)]
    pub directory: StateDirArgs,
}

/// `drift`.
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// What other commands that read the API take too.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Where the logs of runs are that were cut off.
    #[command(flatten)]
    pub directory: StateDirArgs,
}

/// What commands that read the API share.
#[derive(Debug, Args)]
pub struct ReadArgs {
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
    /// Where else it goes.
    #[command(flatten)]
    pub reports: ReportFilesArgs,
}

/// `apply`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("approved").args(["saved", "resume"]))]
pub struct ApplyArgs {
    /// A plan that `plan --out` saved, a pipe of one, or - for standard input: exactly what it approves is applied, without prompting.
    #[arg(value_name = "FILE", conflicts_with_all = ["resume", "instances", "selector", "shard"])]
    pub saved: Option<PathBuf>,
    /// Finishes an interrupted run's approved changes without prompting.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["instances", "selector", "shard", "untrusted"])]
    pub resume: Option<String>,
    /// Refuses a saved plan that is older, such as 30m, 12h or 7d, or that is dated ahead of this machine's clock.
    #[arg(long, value_name = "TIME", requires = "saved", value_parser = time::time)]
    pub max_age: Option<Duration>,
    /// Skips the confirmation prompt.
    #[arg(long)]
    pub auto_approve: bool,
    /// Writes again what an earlier run of this plan wrote and what was put back since.
    #[arg(long, requires = "approved")]
    pub again: bool,
    /// Relies on the log of --resume although it is not authenticated: changed since, or of another token. It always asks.
    #[arg(long, requires = "resume", conflicts_with_all = ["auto_approve", "saved"])]
    pub unverified: bool,
    /// What `plan` takes too.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The run log.
    #[command(flatten)]
    pub state: StateArgs,
}

/// `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A saved plan (a pipe of one, or - for standard input), or a run, as `runs` lists it; the beginning of a run's name is enough where
    /// no other run has it.
    #[arg(value_name = "FILE|RUN")]
    pub shown: PathBuf,
    /// Where the logs are.
    #[command(flatten)]
    pub directory: StateDirArgs,
    /// The age identity file that opens an encrypted log.
    #[arg(long, value_name = "FILE", long_help = IDENTITY_HELP, help_heading = "The run log")]
    pub identity: Option<PathBuf>,
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// Where the logs are.
    #[command(flatten)]
    pub directory: StateDirArgs,
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}

/// `rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The run, as `runs` lists it; the beginning of its name is enough where no other run has it.
    #[arg(value_name = "RUN", conflicts_with = "untrusted")]
    pub run: String,
    /// Skips the confirmation prompt.
    #[arg(long)]
    pub auto_approve: bool,
    /// Only shows what would be put back; nothing is written.
    #[arg(long, conflicts_with = "auto_approve")]
    pub plan: bool,
    /// Relies on a log that is not authenticated: of 0.1, changed since, or of another token. It always asks.
    #[arg(long, conflicts_with = "auto_approve")]
    pub unverified: bool,
    /// What `plan` takes too, but for --untrusted; of the manifest only the credentials count.
    #[command(flatten)]
    pub read: ReadArgs,
    /// The run log.
    #[command(flatten)]
    pub state: StateArgs,
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
    /// What `runs` prints with `--format json`.
    Runs,
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
    /// The world file: instances, webhooks, habits and faults; - is standard input.
    #[arg(long, value_name = "FILE")]
    pub world: PathBuf,
    /// Allows listening beyond loopback: every client that reaches the address can read and write the world.
    #[arg(long)]
    pub allow_remote: bool,
}
