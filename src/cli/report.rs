//! The arguments of `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::options::FormatArgs;

/// `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// What to do with them.
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// The commands of `report`.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Joins the plans or reports of shards into one, with one exit code, and says which shard is missing.
    Merge(MergeArgs),
}

/// `report merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// What `plan`, `drift` or `apply` printed as JSON, each with `--shard K/N`; one that is empty or not there counts
    /// as that of a shard that died.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// In which form.
    #[command(flatten)]
    pub format: FormatArgs,
}
