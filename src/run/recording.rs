//! The log of a run that writes: its header, its approval, the keys of its records, and its close.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::approval::approval;
use super::execute::ApplyRequest;
use crate::approval::Approval;
use crate::context::Context;
use crate::output::Failure;
use crate::plan::PLANNER;
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
            root: request.root.clone(),
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

    /// Closes the log under the tokens of the instances that were approved.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) async fn close(&self, session: &Session, end: End) -> Result<(), JournalError> {
        let tokens = session.targets.iter().filter_map(|target| {
            let credential = target.goal.credential()?;
            Some((credential, token(&session.accesses, target)?))
        });
        let tokens: BTreeMap<_, _> = tokens.collect();
        let keys = tokens.values().map(|token| LogKey::new(token, &self.run));
        self.journal.end(end, keys.collect()).await
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

pub(super) fn unrecorded(error: &JournalError) -> Failure {
    Failure::new(
        ProblemKind::State,
        format!("{error}; nothing was written to the API"),
    )
    .hint("make room, or give --state-dir another place")
}
