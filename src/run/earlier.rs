//! The earlier runs of a saved plan: on which instances they carried it out.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::approval::Approval;
use crate::output::Failure;
use crate::runlog::{Header, RunKind, RunRecord};
use crate::session::history::History;
use crate::session::{Session, token};

/// The runs here that carried out a saved plan, and the rollbacks of them, oldest first.
#[derive(Default)]
pub(super) struct Earlier {
    runs: Vec<RunRecord>,
    /// Whether one of them was cut off, and no other one has finished it or rolled it back.
    pub(super) is_unsettled: bool,
}

impl Earlier {
    /// Reads the logs of the runs that carried out `approval`. An encrypted log tells what is asked of it without its key.
    ///
    /// # Errors
    /// When such a log can't be read.
    pub(super) fn of(approval: &Approval, history: &History<'_>) -> Result<Self, Failure> {
        let (runs, is_unsettled) = history.of_plan(&approval.shown)?;
        Ok(Self { runs, is_unsettled })
    }

    /// Returns why an instance is not written again, by id: a run of this plan wrote it.
    pub(super) fn carried_out(&self, session: &Session) -> BTreeMap<Arc<str>, String> {
        let written = session.targets.iter().filter_map(|target| {
            let id = target.subject.id.as_str();
            let token = token(&session.accesses, target)?;
            let mut runs = self.runs.iter();
            let by = runs.find(|run| run.has_applied(id, token))?;
            let Header { run, kind, .. } = &by.header;
            let why = match kind {
                RunKind::Rollback => {
                    format!("a run carried this plan out on it, and rollback {run} has put it back")
                }
                RunKind::Apply | RunKind::Resume => {
                    format!("run {run} carried this plan out on it, and it was put back since")
                }
            };
            Some((Arc::from(id), why))
        });
        written.collect()
    }
}
