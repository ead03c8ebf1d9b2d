//! The earlier runs of a saved plan: on which instances they carried it out.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::approval::Approval;
use crate::output::Failure;
use crate::runlog::RunRecord;
use crate::session::history::History;
use crate::session::{Session, token};

/// The runs here that carried out a saved plan, and the rollbacks of them, oldest first.
#[derive(Default)]
pub(super) struct Earlier(Vec<RunRecord>);

impl Earlier {
    /// Reads the logs of the runs that carried out `approval`. An encrypted log tells what is asked of it without its key.
    ///
    /// # Errors
    /// When such a log can't be read.
    pub(super) fn of(approval: &Approval, history: &History<'_>) -> Result<Self, Failure> {
        let records = history.of_plan(&approval.shown)?;
        Ok(Self(records))
    }

    /// Returns why an instance is not written again, by id: a run of this plan wrote it.
    pub(super) fn carried_out(&self, session: &Session) -> BTreeMap<Arc<str>, String> {
        let written = session.targets.iter().filter_map(|target| {
            let id = target.subject.id.as_str();
            let token = token(&session.accesses, target)?;
            let mut runs = self.0.iter();
            let run = runs.find(|run| run.has_applied(id, token))?;
            let why = format!(
                "run {} carried this plan out on it, and it was put back since",
                run.header.run
            );
            Some((Arc::from(id), why))
        });
        written.collect()
    }
}
