//! The logs of earlier runs for commands: finding a run and its chain, and opening their logs. It writes nothing.

use std::path::{Path, PathBuf};

use super::authentic::Verification;
use super::state::{ambiguous, damaged, unusable};
use crate::cli::StateDirArgs;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{Link, LogError, Outline, RunChain, RunRecord, meant, members};
use crate::store::{Identities, LogEnds, RunReader, StateError};
use crate::wawp;

/// A reader of the logs in a state directory.
pub struct History<'a> {
    logs: &'a dyn RunReader,
    /// The path of the directory, as it was given.
    directory: PathBuf,
    /// The option or the variable that names it.
    setting: &'static str,
    identities: Option<Identities>,
}

impl<'a> History<'a> {
    /// Makes a reader; an identity file that is given is read.
    ///
    /// # Errors
    /// When the identity file can't be used.
    pub fn new(
        logs: &'a dyn RunReader,
        args: &StateDirArgs,
        identity: Option<&Path>,
    ) -> Result<Self, Failure> {
        let identities = identity.map(Identities::read).transpose();
        let identities = identities.map_err(|error| {
            Failure::from_error(ProblemKind::Identity, &error)
                .hint("`age-keygen` writes such a file; --identity takes its path")
        })?;
        let state_dir = &args.state_dir;
        Ok(Self {
            logs,
            directory: state_dir.directory(),
            setting: state_dir.name,
            identities,
        })
    }

    /// The keys of the identity file.
    pub fn into_identities(self) -> Option<Identities> {
        self.identities
    }

    /// Returns the one run whose name starts with `asked`.
    ///
    /// # Errors
    /// When no run has that name, or several have.
    pub fn find(&self, asked: &str) -> Result<String, Failure> {
        let runs = self.runs()?;
        let usage = |message: String| Failure::new(ProblemKind::Usage, message);
        match meant(asked, &runs).as_slice() {
            _ if asked.is_empty() => Err(usage("the run has no name".to_owned())),
            [run] => Ok((*run).to_owned()),
            [] => {
                let setting = self.setting;
                let message = format!(
                    "there is no run `{asked}` in `{}`",
                    self.directory.display()
                );
                Err(usage(message).hint(format!(
                    "`hookfleet runs` lists them; {setting} says where they are"
                )))
            }
            several => Err(ambiguous(asked, several.len())),
        }
    }

    fn runs(&self) -> Result<Vec<String>, Failure> {
        let runs = self.logs.runs();
        runs.map_err(|error| unusable(&error, self.setting))
    }

    /// Reads the log of a run, whose whole name is given.
    ///
    /// # Errors
    /// When its log can't be read or opened.
    pub fn record(&self, run: &str) -> Result<RunRecord, Failure> {
        let record = self.record_if_open(run)?;
        if record.is_closed {
            let recipient = record.header.sealed_to.unwrap_or_default();
            let message = format!("the log of run {run} is encrypted to {recipient}");
            return Err(Failure::new(ProblemKind::Identity, message)
                .hint("pass --identity with the file that holds its secret key"));
        }
        Ok(record)
    }

    /// Reads the log of a run, whose whole name is given; of an encrypted one without an identity, what is in clear.
    ///
    /// # Errors
    /// When its log can't be read, or no identity of the file opens it.
    pub fn record_if_open(&self, run: &str) -> Result<RunRecord, Failure> {
        let bytes = self.logs.read(run);
        let bytes = bytes.map_err(|error| unusable(&error, self.setting))?;
        let identities = self.identities.as_ref();
        let unseal = identities.map(|identities| move |sealed: &str| identities.unseal(sealed));
        let unseal = unseal.as_ref().map(|unseal| unseal as &_);
        let record = RunRecord::read(&bytes, unseal).map_err(|error| damaged(run, &error))?;
        let own = &record.header.run;
        if own != run {
            let message = format!("the log of run {run} is a copy of the log of run {own}");
            return Err(Failure::new(ProblemKind::InvalidLog, message)
                .hint("move it away; nothing was read or written"));
        }
        if record.header.api != wawp::NAME {
            let api = &record.header.api;
            let message = format!("the log of run {run} holds answers of the API `{api}`");
            return Err(Failure::new(ProblemKind::InvalidLog, message)
                .hint("use the hookfleet that wrote it, or a later one"));
        }
        Ok(record)
    }

    /// Whether the log of a run ends before its approval.
    fn is_empty(&self, run: &str) -> Result<bool, Failure> {
        let bytes = self.logs.read(run);
        let bytes = bytes.map_err(|error| unusable(&error, self.setting))?;
        Ok(RunRecord::read(&bytes, None).err() == Some(LogError::Empty))
    }

    /// Reads the logs of the chain of a run, whose whole name is given.
    ///
    /// # Errors
    /// When one of them can't be read or opened, or when a log may be of the chain and can't be read.
    pub fn chain(&self, run: &str, verification: Verification) -> Result<RunChain, Failure> {
        // The run itself first, since its own faults are what was asked about.
        let asked = self.record(run)?;
        let outlines = outlines(self.logs).map_err(|error| unusable(&error, self.setting))?;
        let readable: Vec<(&str, &Outline)> = outlines
            .iter()
            .filter_map(|found| Some((found.run.as_str(), found.outline.as_ref().ok()?)))
            .collect();
        let links: Vec<Link<'_>> = readable
            .iter()
            .map(|(run, outline)| Link::of(run, &outline.header, outline.end.as_ref()))
            .collect();
        let members: Vec<&str> = members(run, &links)
            .into_iter()
            .map(|index| links[index].run)
            .collect();
        let first = members.first().copied().unwrap_or(run);
        let later = outlines.iter().skip_while(|found| found.run != first);
        let unknown = later.filter_map(|found| Some((&found.run, found.outline.as_ref().err()?)));
        let mut unknown = unknown.filter(|(_, error)| **error != Unreadable::Log(LogError::Empty));
        if let (Some((other, error)), Verification::Required) = (unknown.next(), verification) {
            let message = format!(
                "the log of run {other} {error}, so it is not known whether that run is a part of what run {run} began"
            );
            return Err(Failure::new(ProblemKind::InvalidLog, message).hint(
                "move that log away if it is of no run of this chain, or pass --unverified; nothing was read or written",
            ));
        }
        let (mut earlier, mut later) = (Vec::new(), Vec::new());
        let place = members.iter().position(|member| *member == run);
        for (index, member) in members.into_iter().enumerate() {
            // A run that was cut off before its approval wrote nothing.
            if member != run && !self.is_empty(member)? {
                let is_later = place.is_some_and(|place| index > place);
                let side = if is_later { &mut later } else { &mut earlier };
                side.push(self.record(member)?);
            }
        }
        Ok(RunChain::new(earlier, asked, later))
    }
}

impl History<'_> {
    /// Reads the logs of the runs that carried out the saved plan of that digest, and of the rollbacks of them, oldest
    /// first; of encrypted ones without an identity, what is in clear.
    ///
    /// # Errors
    /// When one of them can't be read, or no identity of the file opens it.
    pub fn of_plan(&self, plan: &str) -> Result<Vec<RunRecord>, Failure> {
        let outlines = outlines(self.logs).map_err(|error| unusable(&error, self.setting))?;
        let mut names: Vec<&str> = Vec::new();
        for FoundLog { run, outline } in &outlines {
            let Ok(Outline { header, .. }) = outline else {
                continue;
            };
            let is_of_known = header.of.as_deref().is_some_and(|of| names.contains(&of));
            if header.plan.as_deref() == Some(plan) || is_of_known {
                names.push(run);
            }
        }
        names
            .into_iter()
            .map(|run| self.record_if_open(run))
            .collect()
    }
}

/// Why the outline of a log can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no log, or a damaged one.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The file can't be read; with the reason.
    #[error("can't be read: {0}")]
    File(String),
}

/// A log that is there.
pub struct FoundLog {
    /// The run, by the name of the file.
    pub run: String,
    /// Its outline.
    pub outline: Result<Outline, Unreadable>,
}

/// Reads the outlines of all logs, oldest first.
///
/// # Errors
/// When the directory can't be read.
pub fn outlines(logs: &dyn RunReader) -> Result<Vec<FoundLog>, StateError> {
    let outline = |run: &str| {
        let file = |error: StateError| Unreadable::File(Failure::chain(&error));
        let LogEnds { first, last } = logs.read_ends(run).map_err(file)?;
        if first.len() < LogEnds::FIRST {
            return Ok(Outline::read(&first, &last)?);
        }
        let record = RunRecord::read(&logs.read(run).map_err(file)?, None)?;
        let RunRecord { header, end, .. } = record;
        Ok(Outline { header, end })
    };
    let found = logs.runs()?.into_iter().map(|run| FoundLog {
        outline: outline(&run),
        run,
    });
    Ok(found.collect())
}
