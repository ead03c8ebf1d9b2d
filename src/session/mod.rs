//! What `plan`, `drift` and `apply` share: from a loaded manifest to a selection that can be read.

pub mod ca;
pub mod client;
pub mod load;
pub mod selection;
pub mod sources;
pub mod state;

use std::collections::BTreeSet;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::api::limit::workers;
use crate::api::{Access, BaseUrl, Client, Reader, Writer};
use crate::cancel::CancelToken;
use crate::cli::ApiArgs;
use crate::consent::Consent;
use crate::context::Context;
use crate::desired::bind::Needs;
use crate::desired::{Selection, Target, bind};
use crate::exit::ExitCode;
use crate::fetch::{Accesses, Approve, fetch};
use crate::manifest::Findings;
use crate::output::Failure;
use crate::output::progress::{ProgressCounts, ProgressDisplay, ProgressMode};
use crate::plan::{Guard, InstancePlan, Notice, Plan, Policy};
use crate::ports::Entropy;
use crate::problem::{ProblemKind, StopReason};
use crate::webhook::Fingerprints;
use client::{client, fingerprints, route};
use load::Loaded;

/// A selection with its secrets bound, and the means to read it.
pub struct Session {
    /// The selected instances, in manifest order.
    pub targets: Arc<[Target]>,
    /// Their tokens.
    pub accesses: Arc<Accesses>,
    client: Arc<Client>,
    fingerprints: Fingerprints,
    /// Where requests go.
    pub base: BaseUrl,
    /// How many instances are worked on at a time, for each credential.
    pub parallel: usize,
    show: ProgressMode,
    policy: Policy,
    manifest_hosts: BTreeSet<String>,
    selection: Selection,
    /// What is said first of every plan.
    tokens_in_urls: Vec<Notice>,
}

/// What a session is about.
pub struct RunRequest {
    /// Instances of the manifest, by index.
    pub indices: Vec<usize>,
    /// What narrowed them down, which a plan says.
    pub selection: Selection,
    /// Other goals, of which only the credential is still to be opened.
    pub goals: Vec<Target>,
    /// What guards let pass.
    pub policy: Policy,
    /// What fingerprints depend on beside the tokens; without it they are of this run alone.
    pub salt: Option<String>,
    /// Whether what it is about was settled before, so that `-i` can't narrow it.
    pub is_fixed: bool,
}

impl RunRequest {
    /// A run over instances of the manifest; guards let pass what `policy` says.
    pub fn over(indices: Vec<usize>, selection: Selection, policy: Policy) -> Self {
        Self {
            indices,
            selection,
            goals: Vec::new(),
            policy,
            salt: None,
            is_fixed: false,
        }
    }
}

impl Session {
    /// Opens what the order needs and binds it; no request is sent.
    ///
    /// # Errors
    /// When there is no way to the API that may be used, a source gives nothing, or a URL is none once its secrets are known.
    pub async fn open(
        loaded: Loaded,
        request: RunRequest,
        api: &ApiArgs,
        context: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        let route = route(api, context)?;
        if let Some(deadline) = api.deadline {
            context.end_after(deadline);
        }
        let desired = &loaded.desired;
        let mut needs = Needs::of(desired, &request.indices);
        let others = request
            .goals
            .iter()
            .filter_map(|target| target.goal.credential());
        needs.credentials.extend(others.cloned());
        let opened = sources::open(&loaded, &needs, request.is_fixed, api, context).await?;
        let tokens_in_urls = sources::tokens_in_urls(&opened, &loaded);
        let mut findings = Findings::default();
        let mut targets = bind(desired, &request.indices, &opened.secrets, &mut findings).targets;
        if findings.errors() > 0 {
            return Err(load::invalid(&findings, &loaded.files));
        }
        targets.extend(request.goals);
        let accesses: Accesses = opened
            .credentials
            .into_iter()
            .map(|(credential, token)| (credential.clone(), Access { credential, token }))
            .collect();
        let concurrency = api.concurrency.unwrap_or(desired.api.concurrency);
        let fingerprints = fingerprints(request.salt, &accesses, context)?
            .for_readers_of(loaded.desired.words.clone());
        Ok(Self {
            show: context.output.show,
            selection: request.selection,
            targets: targets.into(),
            base: route.base.clone(),
            client: client(route, &loaded, api, concurrency, context)?,
            fingerprints,
            accesses: Arc::new(accesses),
            parallel: workers(concurrency),
            policy: request.policy,
            manifest_hosts: loaded.desired.hosts,
            tokens_in_urls,
        })
    }

    /// Reads.
    pub fn reader(&self) -> Reader {
        Reader::new(self.client.clone())
    }

    /// Writes: only for whoever has consent.
    pub fn writer(&self, _: &Consent) -> Writer {
        Writer::new(self.client.clone())
    }

    /// How often what fails for a passing reason is sent again.
    pub fn retries(&self) -> u32 {
        self.client.options.retries
    }

    /// Chance.
    pub fn entropy(&self) -> Arc<dyn Entropy> {
        self.client.entropy.clone()
    }

    /// Whether the run has been asked to end.
    pub fn interrupt(&self) -> &CancelToken {
        &self.client.interrupt
    }

    /// Reads and plans the order. It has no writer.
    pub async fn plan(&self) -> Plan {
        self.plan_approved(Arc::new(|_, _, plan| plan)).await
    }

    /// The same, with what `approve` makes of each plan.
    pub async fn plan_approved(&self, approve: Arc<Approve>) -> Plan {
        let counts = Arc::new(ProgressCounts::default());
        let is_read = |target: &&Target| target.goal.credential().is_some();
        let total = self.targets.iter().filter(is_read).count();
        let shown = self.shows("reading", total, &counts);
        let approve: Arc<Approve> = Arc::new(move |target, reading, plan| {
            if reading.is_some() {
                counts.add(matches!(plan, InstancePlan::Failed(_)));
            }
            approve(target, reading, plan)
        });
        let reader = self.reader();
        let (accesses, targets) = (&self.accesses, &self.targets);
        let fold = fetch(&reader, accesses, targets, self.parallel, approve).await;
        drop(shown);
        let mut plan = fold.finish(&self.policy, &self.manifest_hosts);
        plan.notices
            .splice(..0, self.tokens_in_urls.iter().cloned());
        plan.selection = self.selection.clone();
        plan
    }

    /// Shows how far work has come, until what is returned is dropped.
    pub fn shows(
        &self,
        what: &'static str,
        total: usize,
        counts: &Arc<ProgressCounts>,
    ) -> ProgressDisplay {
        ProgressDisplay::begin(self.show, what, total, counts, &self.client)
    }

    /// The run's fingerprints.
    pub fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// What the run comes to, an interrupt included.
    pub fn exit(&self, exit: ExitCode) -> ExitCode {
        // What a deadline left undone has failed, and tells so itself.
        if self.interrupt().reason() == Some(StopReason::Interrupted) {
            exit.merge(ExitCode::Interrupted)
        } else {
            exit
        }
    }
}

/// The token that an instance is read with.
pub(crate) fn token<'a>(accesses: &'a Accesses, target: &Target) -> Option<&'a str> {
    let access = accesses.get(target.goal.credential()?)?;
    Some(access.token.expose_secret())
}

/// What guards let pass: what the manifest says, and `allowed` beside it.
pub fn policy(loaded: &Loaded, allowed: impl IntoIterator<Item = Guard>) -> Policy {
    let safety = &loaded.desired.safety;
    Policy {
        max_removed_percent: safety.max_removed_percent,
        max_changed_percent: safety.max_changed_percent,
        allowed: allowed
            .into_iter()
            .chain(safety.allow_empty.then_some(Guard::Empty))
            .collect(),
        noticed: BTreeSet::new(),
    }
}

/// Random text for salts and names, two characters a byte.
///
/// # Errors
/// When there is no randomness.
pub fn random(bytes: usize, context: &Context<'_>) -> Result<String, Failure> {
    let mut random = vec![0; bytes];
    context
        .entropy
        .fill(&mut random)
        .map_err(|error| Failure::from_error(ProblemKind::Setup, &error))?;
    Ok(hex::encode(random))
}
