//! The log of a run that writes: its header, its approval, the keys of its records, and its close.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::approval::{approval, writable};
use super::execute::ApplyRequest;
use crate::approval::Approval;
use crate::context::Context;
use crate::output::Failure;
use crate::plan::{PLANNER, Plan};
use crate::problem::ProblemKind;
use crate::runlog::{End, FORMAT, Header, LogKey};
use crate::session::state::LockedState;
use crate::session::{Session, token};
use crate::store::{Journal, JournalError};
use crate::wawp;

/// The log of a run.
pub(super) struct RunLog {
    /// Where its writes are recorded.
    pub(super) journal: Arc<Journal>,
    /// The name of the run.
    pub(super) run: String,
    /// Whether it is encrypted.
    pub(super) is_sealed: bool,
}

impl RunLog {
    /// Begins the log of a run that is to write `count` instances.
    ///
    /// # Errors
    /// When the log can't be made; nothing has been written to the API.
    pub(super) async fn begin(
        request: &ApplyRequest<'_>,
        state: &LockedState,
        count: usize,
        context: &Context<'_>,
    ) -> Result<Self, Failure> {
        let ApplyRequest { session, plan, .. } = request;
        let run = state.name_run(context)?;
        let mut approval = match &request.approval {
            // The whole approval: a resume of this run finishes what can't be read now.
            Some(approval) => approval.clone(),
            None => approval(&run, session, plan, context)?,
        };
        let keys = keys(session, &run, &approval);
        // What the manifest no longer lists has no token, and nothing of it could be authenticated.
        approval.digests.retain(|id, _| keys.contains_key(id));
        // Guards do not check what could not be read.
        let weighed = request.weighed.unwrap_or(approval.digests.len() == count);
        let manifests = request.manifests.iter();
        let manifests = manifests.map(|path| path.to_string_lossy().into_owned());
        let header = Header {
            hookfleet_run: FORMAT,
            run: run.clone(),
            api: wawp::NAME.to_owned(),
            kind: request.kind,
            plan: request.saved.clone(),
            of: request.of.clone(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            started: context.now().to_string(),
            writes: count,
            planner: Some(PLANNER),
            allow: request.allow.texts(),
            weighed,
            sealed_to: state.seal.recipients(),
            base_url: Some(session.base.as_str().to_owned()),
            manifests: manifests.collect(),
            selection: Some(&plan.selection)
                .filter(|selection| !selection.scope.is_whole())
                .cloned(),
        };
        let store = state.create(&run)?;
        let is_sealed = header.sealed_to.is_some();
        let journal = Journal::begin(store, state.seal.clone(), header, approval, &keys).await;
        Ok(Self {
            journal: Arc::new(journal.map_err(|error| unrecorded(&error))?),
            run,
            is_sealed,
        })
    }

    /// Closes the log under the token of one of the instances that were to be written.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) async fn close(
        &self,
        session: &Session,
        plan: &Plan,
        end: End,
    ) -> Result<(), JournalError> {
        let due: BTreeSet<&str> = writable(plan)
            .map(|line| line.subject.id.as_str())
            .collect();
        let by = session.targets.iter().find_map(|target| {
            let id = target.subject.id.as_str();
            let credential = target.goal.credential().filter(|_| due.contains(id))?;
            Some((Arc::from(id), session.accesses.get(credential)?))
        });
        match by {
            Some((id, access)) => self.journal.end(end, id, &access.token).await,
            // A run without an instance that it could write has no log.
            None => Ok(()),
        }
    }
}

/// Makes the keys of the records of each approved instance that has a token.
fn keys(session: &Session, run: &str, approval: &Approval) -> BTreeMap<Arc<str>, LogKey> {
    let keys = session.targets.iter().filter_map(|target| {
        let (id, _) = approval.digests.get_key_value(target.subject.id.as_str())?;
        let token = token(&session.accesses, target)?;
        Some((id.clone(), LogKey::new(token, run)))
    });
    keys.collect()
}

fn unrecorded(error: &JournalError) -> Failure {
    Failure::new(
        ProblemKind::State,
        format!("{error}; nothing was written to the API"),
    )
    .hint("make room, or give --state-dir another place")
}
