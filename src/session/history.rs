//! The logs of earlier runs for commands: finding a run and its chain, and opening their logs. It writes nothing.

use std::path::{Path, PathBuf};

use super::authentic::Verification;
use super::state::{ambiguous, damaged, unusable};
use crate::cli::StateDirArgs;
use crate::live::Live;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{
    Header, Link, LogError, Members, Outline, RunChain, RunRecord, SecretText, meant, members,
    settled,
};
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

    /// Returns the run that another process is writing, if one is.
    pub fn running(&self) -> Option<String> {
        self.logs.running()
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
        opened(self.record_if_open(run)?)
    }

    /// Reads the log of a run, whose whole name is given; of an encrypted one without an identity, what is in clear.
    ///
    /// # Errors
    /// When its log can't be read, or no identity of the file opens it.
    pub fn record_if_open(&self, run: &str) -> Result<RunRecord, Failure> {
        self.read(run)?.map_err(|error| damaged(run, &error))
    }

    fn read(&self, run: &str) -> Result<Result<RunRecord, LogError>, Failure> {
        let bytes = self.logs.read(run);
        let bytes = bytes.map_err(|error| unusable(&error, self.setting))?;
        let identities = self.identities.as_ref();
        let unseal = identities.map(|identities| move |sealed: &str| identities.unseal(sealed));
        let unseal = unseal.as_ref().map(|unseal| unseal as &_);
        let record = match RunRecord::read(&bytes, unseal) {
            Ok(record) => record,
            Err(error) => return Ok(Err(error)),
        };
        let invalid = |message: String| Failure::new(ProblemKind::InvalidLog, message);
        let Header { run: own, api, .. } = &record.header;
        if own != run {
            let message = format!("the log of run {run} is a copy of the log of run {own}");
            return Err(invalid(message).hint("move it away; nothing was read or written"));
        }
        if api != wawp::NAME {
            let message = format!("the log of run {run} holds answers of the API `{api}`");
            return Err(invalid(message).hint("use the hookfleet that wrote it, or a later one"));
        }
        Ok(Ok(record))
    }

    /// Reads the log of a run; `None` if it ends before its approval: a run that was cut off there wrote nothing.
    fn record_unless_empty(&self, run: &str) -> Result<Option<RunRecord>, Failure> {
        match self.read(run)? {
            Err(LogError::Empty) => Ok(None),
            Err(error) => Err(damaged(run, &error)),
            Ok(record) => opened(record).map(Some),
        }
    }

    /// Reads the logs of the chain of a run, whose whole name is given.
    ///
    /// # Errors
    /// When one of them can't be read or opened, or when a log may be of the chain and can't be read.
    pub fn chain(&self, run: &str, verification: Verification) -> Result<FoundChain, Failure> {
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
        let Members { indices, missing } = members(run, &links);
        let mut open = indices.iter().filter(|index| links[**index].is_open());
        let is_unsettled = open.any(|index| settled(*index, &links).is_none());
        let members: Vec<&str> = indices.into_iter().map(|index| links[index].run).collect();
        let first = members.first().copied().unwrap_or(run);
        let unknown = outlines.iter().skip_while(|found| found.run != first);
        let unknown = unknown.filter_map(|found| {
            let why = found.outline.as_ref().err()?;
            // A run that was cut off before its approval wrote nothing.
            let is_empty = *why == Unreadable::Log(LogError::Empty);
            (!is_empty).then(|| (found.run.as_str(), why.to_string()))
        });
        let missing = missing.into_iter();
        let missing = missing.map(|run| (run, "is not here".to_owned()));
        let passed_over: Vec<(&str, String)> = missing.chain(unknown).collect();
        if let (Some((other, why)), Verification::Required) = (passed_over.first(), verification) {
            let message = format!(
                "the log of run {other} {why}, so it is not known what that run wrote as a part of what run {first} began"
            );
            return Err(Failure::new(ProblemKind::InvalidLog, message).hint(
                "put that log back, or move it away if it is of no run of this chain; --unverified passes over it; nothing was read or written",
            ));
        }
        let last = members.last().copied();
        let since = links.iter().rev().find(|link| {
            let is_later = last.is_some_and(|last| link.run > last);
            is_later && !members.contains(&link.run)
        });
        let since = since.map(|link| link.run.to_owned());
        let (mut earlier, mut later) = (Vec::new(), Vec::new());
        let place = members.iter().position(|member| *member == run);
        for (index, member) in members.into_iter().enumerate() {
            let is_later = place.is_some_and(|place| index > place);
            let side = if is_later { &mut later } else { &mut earlier };
            if member != run {
                side.extend(self.record_unless_empty(member)?);
            }
        }
        Ok(FoundChain {
            chain: RunChain::new(earlier, asked, later),
            is_unsettled,
            passed_over: passed_over
                .into_iter()
                .map(|(run, why)| (run.to_owned(), why))
                .collect(),
            since,
            root: first.to_owned(),
        })
    }
}

impl History<'_> {
    /// Reads the logs of the runs that carried out the saved plan of that digest, and of the rollbacks of them, oldest
    /// first; of encrypted ones without an identity, what is in clear. Also returns whether one of them was cut off and is
    /// not settled.
    ///
    /// # Errors
    /// When one of them can't be read, or no identity of the file opens it.
    pub fn of_plan(&self, plan: &str) -> Result<(Vec<RunRecord>, bool), Failure> {
        let outlines = outlines(self.logs).map_err(|error| unusable(&error, self.setting))?;
        let links = outlines.iter().filter_map(|found| {
            let Outline { header, end } = found.outline.as_ref().ok()?;
            Some(Link::of(&found.run, header, end.as_ref()))
        });
        let links: Vec<Link<'_>> = links.collect();
        let Some(first) = links.iter().find(|link| link.plan == Some(plan)) else {
            return Ok((Vec::new(), false));
        };
        let indices = members(first.run, &links).indices;
        let mut open = indices.iter().filter(|index| links[**index].is_open());
        let is_unsettled = open.any(|index| settled(*index, &links).is_none());
        let records = indices
            .into_iter()
            .map(|index| self.record_if_open(links[index].run));
        Ok((records.collect::<Result<_, _>>()?, is_unsettled))
    }
}

/// Refuses a log that is encrypted and was not opened.
fn opened(record: RunRecord) -> Result<RunRecord, Failure> {
    if !record.is_closed {
        return Ok(record);
    }
    let Header { run, sealed_to, .. } = record.header;
    let to = sealed_to.map(|to| format!(" to {to}"));
    let message = format!(
        "the log of run {run} is encrypted{}",
        to.unwrap_or_default()
    );
    Err(Failure::new(ProblemKind::Identity, message)
        .hint("pass --identity with the file that holds its secret key"))
}

/// Decodes a state that the log of `run` holds in the form of an answer.
///
/// # Errors
/// When it is not understood. The run decoded the answer before it recorded it.
pub fn recorded_state(answer: &SecretText, run: &str) -> Result<Live, Failure> {
    wawp::decode(answer.expose().as_bytes()).map_err(|error| {
        let message = format!("the log of run {run} holds a state that is not understood: {error}");
        Failure::new(ProblemKind::InvalidLog, message)
    })
}

/// A chain of runs that was found.
pub struct FoundChain {
    /// The chain.
    pub chain: RunChain,
    /// Whether a run of it was cut off or interrupted, and no other one has finished it or rolled it back.
    pub is_unsettled: bool,
    /// The runs that may be of the chain and whose logs are passed over, each with the reason.
    pub passed_over: Vec<(String, String)>,
    /// The newest run here that was made after the chain and is not of it.
    pub since: Option<String>,
    /// The first run of the chain whose log is there.
    pub root: String,
}

/// Why the outline of a log can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no log, or a damaged one.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It is the log of another run under this name.
    #[error("is a copy of the log of run {0}")]
    Copy(String),
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
        let outline = if first.len() < LogEnds::FIRST {
            Outline::read(&first, &last)?
        } else {
            let record = RunRecord::read(&logs.read(run).map_err(file)?, None)?;
            let RunRecord { header, end, .. } = record;
            Outline { header, end }
        };
        match &outline.header.run {
            own if own == run => Ok(outline),
            own => Err(Unreadable::Copy(own.clone())),
        }
    };
    let found = logs.runs()?.into_iter().map(|run| FoundLog {
        outline: outline(&run),
        run,
    });
    Ok(found.collect())
}
