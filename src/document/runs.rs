//! `runs` as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FORMAT_VERSION;
use super::selection::SelectionV1;
use crate::exit::ExitCode;
use crate::runlog::{End, Header, Link, LogError, RunRecord, Settled, settled};

/// What `runs` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunsV1 {
    /// `1`.
    pub format_version: String,
    /// Every run whose log is there, oldest first.
    pub runs: Vec<RunV1>,
    /// The exit code of the process.
    pub exit_code: u8,
}

/// One run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunV1 {
    /// Its name.
    pub run: String,
    /// The state of the run.
    pub state: RunStateV1,
    /// `apply`, `resume` or `rollback`; null where the log can't be read.
    pub kind: Option<String>,
    /// The run that it resumes or rolls back.
    pub of: Option<String>,
    /// The later run that finished this one.
    pub finished_by: Option<String>,
    /// The later rollback that has put back what this one and its resumes wrote; left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_by: Option<String>,
    /// When it began (RFC 3339).
    pub started: Option<String>,
    /// When it ended.
    pub ended: Option<String>,
    /// The exit code that it ended with.
    pub exit_code: Option<u8>,
    /// How many instances it was to write.
    pub writes: Option<usize>,
    /// How many of them are known to be as wanted; null where the log is encrypted and the run was cut off.
    pub done: Option<usize>,
    /// The age recipient that it is encrypted to; of several the first.
    pub sealed_to: Option<String>,
    /// The age recipients that it is encrypted to; left out where there are not several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed_to_all: Vec<String>,
    /// Why the log can't be read.
    pub error: Option<String>,
    /// Where its requests went; left out where the log does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The paths of its manifests, as they were given; left out where the log does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<String>,
    /// How its instances were selected; left out for the whole manifest, and where the log does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionV1>,
    /// The version of hookfleet that made it; left out where the log can't be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// What it let pass, as `--allow` takes it; left out where that is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// The number of the planner that made its plan; left out where the log does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planner: Option<u32>,
}

/// The state of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStateV1 {
    /// It is finished.
    Finished,
    /// It was interrupted: it finished what was in flight and wrote its report.
    Interrupted,
    /// It is in progress: its process holds the lock.
    Running,
    /// It was cut off: its process or its machine was killed.
    CutOff,
    /// Its log ends before the approval: the run was cut off before it wrote anything, or the log was truncated since.
    Empty,
    /// Its log can't be read.
    #[default]
    Unreadable,
}

impl RunStateV1 {
    /// Returns the state for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Running => "running",
            Self::CutOff => "cut off",
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The reason why a log can't be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It ends before the approval.
    Empty,
    /// It can't be read; with the message.
    Log(String),
}

impl From<LogError> for Unreadable {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Empty => Self::Empty,
            _ => Self::Log(format!("the log {error}")),
        }
    }
}

/// What a list has of the log of one run.
pub struct ListedRun {
    /// The header.
    pub header: Header,
    /// The end.
    pub end: Option<End>,
    /// How many instances are known to be as wanted; `None` where the log is encrypted.
    done: Option<usize>,
    /// Whether its records are encrypted.
    is_sealed: bool,
}

impl ListedRun {
    /// Keeps what a list has of a log, which may hold much more.
    pub fn of(record: RunRecord) -> Self {
        let done = record.instances.values().filter(|work| work.is_done());
        Self {
            done: (!record.is_closed).then(|| done.count()),
            is_sealed: record.is_closed,
            header: record.header,
            end: record.end,
        }
    }

    /// Makes the document of the run; other runs are not known to it.
    pub fn document(&self, is_running: bool) -> RunV1 {
        let Self { header, end, .. } = self;
        let run = RunV1::of_outline(header.run.clone(), header, end.as_ref(), is_running);
        RunV1 {
            done: run.done.or(self.done),
            // Whether a log is encrypted is seen in its lines, whatever its header says.
            sealed_to: run.sealed_to.or(self.is_sealed.then(|| UNNAMED.to_owned())),
            ..run
        }
    }
}

/// The recipient of a log that is encrypted and does not say to whom.
const UNNAMED: &str = "unknown";

impl RunsV1 {
    /// Makes the document of runs; `running` is the run in progress.
    pub fn of(listed: &[(String, Result<ListedRun, Unreadable>)], running: Option<&str>) -> Self {
        let links = listed.iter().filter_map(|(run, listed)| {
            let listed = listed.as_ref().ok()?;
            Some(Link::of(run, &listed.header, listed.end.as_ref()))
        });
        let links: Vec<Link<'_>> = links.collect();
        let mut readable = 0..links.len();
        let runs = listed.iter().map(|(run, listed)| match listed {
            Ok(listed) => {
                let settled = readable.next().and_then(|place| settled(place, &links));
                let made = listed.document(running == Some(&**run));
                made.settled(settled, &links)
            }
            Err(error) => unreadable(run.clone(), error.clone()),
        });
        let runs: Vec<RunV1> = runs.collect();
        let is_unreadable = |run: &RunV1| run.state == RunStateV1::Unreadable;
        let exit = if runs.iter().any(is_unreadable) {
            ExitCode::Failure
        } else {
            ExitCode::Success
        };
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            runs,
            exit_code: exit.code(),
        }
    }
}

impl RunV1 {
    /// Whether it was cut off or interrupted.
    fn is_open(&self) -> bool {
        [RunStateV1::CutOff, RunStateV1::Interrupted].contains(&self.state)
    }

    /// Whether no other run has finished it or rolled it back.
    pub fn is_unfinished(&self) -> bool {
        self.is_open() && self.finished_by.is_none() && self.rolled_back_by.is_none()
    }

    /// The same with what became of it since.
    #[must_use]
    pub fn settled(self, settled: Option<Settled>, links: &[Link<'_>]) -> Self {
        let name = |place: usize| links.get(place).map(|link| link.run.to_owned());
        match settled {
            Some(Settled::RolledBackBy(place)) => Self {
                rolled_back_by: name(place),
                ..self
            },
            Some(Settled::FinishedBy(place)) if self.is_open() => Self {
                finished_by: name(place),
                ..self
            },
            _ => self,
        }
    }

    /// Makes the document of one run from its header and its end.
    pub fn of_outline(run: String, header: &Header, end: Option<&End>, is_running: bool) -> Self {
        let recipients = header.recipients();
        let interrupted = ExitCode::Interrupted.code();
        RunV1 {
            run,
            state: match end {
                Some(end) if end.exit_code == interrupted => RunStateV1::Interrupted,
                Some(_) => RunStateV1::Finished,
                None if is_running => RunStateV1::Running,
                None => RunStateV1::CutOff,
            },
            kind: Some(header.kind.as_str().to_owned()),
            of: header.of.clone(),
            started: Some(header.started.clone()),
            ended: end.map(|end| end.at.clone()),
            exit_code: end.map(|end| end.exit_code),
            writes: Some(header.writes),
            done: end.map(|end| end.done),
            sealed_to: recipients.first().cloned(),
            sealed_to_all: if recipients.len() > 1 {
                recipients
            } else {
                Vec::new()
            },
            base_url: header.base_url.clone(),
            manifests: header.manifests.clone(),
            selection: header.selection.as_ref().and_then(SelectionV1::of),
            tool: Some(header.tool.clone()),
            allow: header.allow.clone(),
            planner: header.planner,
            ..RunV1::default()
        }
    }
}

fn unreadable(run: String, error: Unreadable) -> RunV1 {
    let (state, error) = match error {
        Unreadable::Empty => (RunStateV1::Empty, None),
        Unreadable::Log(error) => (RunStateV1::Unreadable, Some(error)),
    };
    RunV1 {
        run,
        state,
        error,
        ..RunV1::default()
    }
}
