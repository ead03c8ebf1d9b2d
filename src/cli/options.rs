//! Options that several commands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::setting::{BaseUrl, CaCert, Setting, StateDir, StateRecipient};
use super::{time, values};
use crate::desired::{Scope, Selector, Shard};
use crate::plan::Allowance;
use crate::render::Format;

/// The manifest of a command that names none.
pub const DEFAULT_MANIFEST: &str = "hookfleet.yaml";

/// The help of `--identity`. A test runs its command.
pub(super) const IDENTITY_HELP: &str = "The age identity file that opens an encrypted log\n
Each record of a log is an age file of its own, in base64. By hand, this opens a log:\n
  sed -nE 's/.*\"(sealed|age)\":\"([^\"]*)\".*/\\2/p' .hookfleet/RUN.run |
  while read -r record; do
    echo \"$record\" | base64 -d | age -d -i FILE; echo
  done";

/// Which manifests.
#[derive(Debug, Args)]
pub struct ManifestArgs {
    /// A manifest, a directory of manifests, or - for standard input; repeatable.
    #[arg(
        short,
        long = "file",
        value_name = "PATH",
        default_value = DEFAULT_MANIFEST
    )]
    pub files: Vec<PathBuf>,
}

/// Which instances.
#[derive(Debug, Args)]
pub struct SelectArgs {
    /// Only the instance with this id or name; repeatable.
    #[arg(short, long = "instance", value_name = "ID|NAME")]
    pub instances: Vec<String>,
    /// Only instances whose labels match, as kubectl has it: env=prod,tier!=free,region in (eu, us),!legacy.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<Selector>,
    /// Only the K-th of N parts, from 1; an instance's part depends on its id alone.
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
}

impl SelectArgs {
    /// Returns the scope that they narrow a run to.
    pub fn scope(&self) -> Scope {
        Scope {
            instances: self.instances.clone(),
            selector: self.selector.clone(),
            shard: self.shard,
        }
    }
}

/// How to talk to the API.
#[derive(Debug, Args)]
#[command(next_help_heading = "The API")]
pub struct ApiArgs {
    /// Where tokens are sent.
    #[command(flatten)]
    pub base_url: Setting<BaseUrl>,
    /// Allows plain http beyond loopback: tokens travel unencrypted.
    #[arg(long)]
    pub allow_http: bool,
    /// Which authorities are trusted too.
    #[command(flatten)]
    pub ca_cert: Setting<CaCert>,
    /// How many requests may be in flight for each credential: a number, or auto, which finds out and is the default.
    #[arg(long, value_name = "N|auto", value_parser = values::concurrency)]
    pub concurrency: Option<crate::desired::Concurrency>,
    /// Requests per second and credential at the most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_rps: Option<u32>,
    /// How long one request may take, such as 30s, 500ms or 2m.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time::time)]
    pub timeout: Duration,
    /// How long the whole run may take, such as 90s, 10m or 2h: nothing new begins after it, and a write under way is
    /// finished and read back. Waiting for a pipe in the place of a file ends with it too.
    #[arg(long, value_name = "TIME", value_parser = time::time)]
    pub deadline: Option<Duration>,
    /// How often a request is repeated after a temporary failure.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(0..=20))]
    pub retries: u32,
    /// Lets `command` sources of credentials and secrets run.
    #[arg(long)]
    pub allow_commands: bool,
    /// For a manifest of an untrusted author, as in a pull request: refuses `command` and `file` sources, every
    /// environment variable but those of --allow-env, and paths of manifests, plans, reports and state directories of
    /// which a part is a link; reads no manifest or plan from a pipe, but from standard input as -; ignores what its
    /// `safety` lifts, and reads no state directory.
    #[arg(long, conflicts_with = "allow_commands")]
    pub untrusted: bool,
    /// With --untrusted, an environment variable that the manifest may name; repeatable.
    #[arg(long, value_name = "NAME", requires = "untrusted", value_parser = values::variable)]
    pub allow_env: Vec<String>,
}

/// What may pass guards.
#[derive(Debug, Args)]
#[command(next_help_heading = "Guards")]
pub struct AllowArgs {
    /// Lets a guard pass, with =N up to that number, such as removals=12: the run's number for removals and changes, each
    /// instance's for the others; repeatable.
    #[arg(long = "allow", value_name = "GUARD[=N]", value_parser = super::allow::allowance())]
    pub guards: Vec<Allowance>,
}

impl AllowArgs {
    /// Returns what may pass.
    pub fn allowances(&self) -> impl Iterator<Item = Allowance> {
        self.guards.iter().copied()
    }
}

/// In which form.
#[derive(Debug, Args)]
#[command(next_help_heading = "Printing")]
pub struct FormatArgs {
    /// The format of what is printed to stdout.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub format: Format,
}

/// Where else what is printed goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Printing")]
pub struct ReportFilesArgs {
    /// Writes the output to a file too, in a format of its own, such as json=report.json; repeatable. It replaces an
    /// earlier report, and no other file.
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = values::report)]
    pub reports: Vec<ReportTo>,
}

/// A file and the form of what is written to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTo {
    /// The form.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

/// Where the run logs are.
#[derive(Debug, Args)]
#[command(next_help_heading = "The run log")]
pub struct StateDirArgs {
    /// The directory.
    #[command(flatten)]
    pub state_dir: Setting<StateDir>,
}

/// How runs are recorded, and read again.
#[derive(Debug, Args)]
#[command(next_help_heading = "The run log")]
pub struct StateArgs {
    /// Where the logs are.
    #[command(flatten)]
    pub directory: StateDirArgs,
    /// To whom logs are encrypted.
    #[command(flatten)]
    pub recipient: Setting<StateRecipient>,
    /// The age identity file that opens an encrypted log.
    #[arg(long, value_name = "FILE", long_help = IDENTITY_HELP)]
    pub identity: Option<PathBuf>,
}
