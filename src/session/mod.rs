//! What the commands that use the API share: from a loaded manifest to a selection with its secrets and a client.

pub mod authentic;
pub mod ca;
pub mod client;
pub mod history;
pub mod load;
pub mod selection;
pub mod sources;
pub mod state;
mod tokens;

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
use crate::desired::{ManifestHosts, Selection, Target, bind, refuse_guesses};
use crate::exit::ExitCode;
use crate::fetch::{Accesses, Approve, fetch};
use crate::manifest::Findings;
use crate::output::Failure;
use crate::output::progress::{ProgressCounts, ProgressDisplay, ProgressMode};
use crate::plan::{Allowance, Allowances, InstancePlan, Notice, Plan, Policy};
use crate::ports::Entropy;
use crate::problem::{ProblemKind, StopReason};
use crate::webhook::Fingerprints;
use client::{client, fingerprints, route};
use load::Loaded;

/// A selection of instances with bound secrets, and the client that reads it.
pub struct Session {
    /// The selected instances, in manifest order.
    pub targets: Arc<[Target]>,
    /// Their tokens.
    pub accesses: Arc<Accesses>,
    client: Arc<Client>,
    fingerprints: Fingerprints,
    /// Where requests go.
    pub base: BaseUrl,
    /// The number of instances in flight for each credential.
    pub parallel: usize,
    show: ProgressMode,
    policy: Policy,
    manifest_hosts: ManifestHosts,
    selection: Selection,
    /// The first notices of a plan.
    tokens_in_urls: Vec<Notice>,
}

/// The subject of a session: instances, goals and guards.
pub struct RunRequest {
    /// Indices of instances of the manifest.
    pub indices: Vec<usize>,
    /// How they were selected, for the plan.
    pub selection: Selection,
    /// Other targets, whose secrets are known; only the credential is opened.
    pub goals: Vec<Target>,
    /// The policy of the guards.
    pub policy: Policy,
    /// The salt of fingerprints, beside the tokens; without it, fingerprints are random for each run.
    pub salt: Option<String>,
    /// Credentials whose tokens are opened too.
    pub credentials: BTreeSet<Arc<str>>,
    /// Whether the instances were approved before, so that `-i` can't narrow them.
    pub is_fixed: bool,
}

impl RunRequest {
    /// Makes a request over instances of the manifest.
    pub fn over(indices: Vec<usize>, selection: Selection, policy: Policy) -> Self {
        Self {
            indices,
            selection,
            goals: Vec::new(),
            policy,
            salt: None,
            credentials: BTreeSet::new(),
            is_fixed: false,
        }
    }
}

impl Session {
    /// Opens and binds the secrets that a request needs; nothing is sent to the API.
    ///
    /// # Errors
    /// When the route is invalid, a source gives no value, or a URL is invalid once its secrets are known.
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
        needs.credentials.extend(request.credentials);
        if api.untrusted {
            let mut findings = Findings::default();
            refuse_guesses(desired, &request.indices, &mut findings);
            if findings.errors() > 0 {
                return Err(load::invalid(&findings, &loaded.files));
            }
        }
        let opened = sources::open(&loaded, &needs, request.is_fixed, api, context).await?;
        let mut tokens_in_urls = tokens::tokens_in_urls(&opened, &loaded);
        let mut findings = Findings::default();
        let mut targets = bind(desired, &request.indices, &opened.secrets, &mut findings);
        if findings.errors() > 0 && api.untrusted {
            return Err(load::unusable());
        }
        if findings.errors() > 0 {
            return Err(load::invalid(&findings, &loaded.files));
        }
        // Whoever wrote an untrusted manifest may read this output, and may guess.
        if !api.untrusted {
            tokens_in_urls.extend(tokens::tokens_written(&opened, &targets));
            load::warn(&findings, &loaded.files, context);
        }
        targets.extend(request.goals);
        let accesses: Accesses = opened
            .credentials
            .into_iter()
            .map(|(credential, token)| (credential.clone(), Access { credential, token }))
            .collect();
        let concurrency = api.concurrency.unwrap_or(desired.api.concurrency);
        let fingerprints = fingerprints(request.salt, &accesses, context)?;
        // The words of a manifest that is not trusted may be guesses at what is live.
        let fingerprints = if api.untrusted {
            fingerprints
        } else {
            fingerprints.for_readers_of(loaded.desired.words.clone())
        };
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

    /// The policy of the guards.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Lets guards pass.
    pub fn allow(&mut self, allowed: Allowances) {
        self.policy.allowed = allowed;
    }

    /// Returns a reader.
    pub fn reader(&self) -> Reader {
        Reader::new(self.client.clone())
    }

    /// Returns a writer; it takes a consent.
    pub fn writer(&self, _: &Consent) -> Writer {
        Writer::new(self.client.clone())
    }

    /// The number of retries after a retryable error.
    pub fn retries(&self) -> u32 {
        self.client.options.retries
    }

    /// The random source.
    pub fn entropy(&self) -> Arc<dyn Entropy> {
        self.client.entropy.clone()
    }

    /// The cancel token of the run.
    pub fn interrupt(&self) -> &CancelToken {
        &self.client.interrupt
    }

    /// Reads and plans the selection.
    pub async fn plan(&self) -> Plan {
        self.plan_approved(Arc::new(|_, _, plan| plan)).await
    }

    /// Reads and plans the selection, and passes each plan through `approve`.
    pub async fn plan_approved(&self, approve: Arc<Approve>) -> Plan {
        let counts = Arc::new(ProgressCounts::default());
        let is_read = |target: &&Target| target.goal.credential().is_some();
        let total = self.targets.iter().filter(is_read).count();
        let display = self.show_progress("reading", total, &counts);
        let approve: Arc<Approve> = Arc::new(move |target, reading, plan| {
            if reading.is_some() {
                counts.add(matches!(plan, InstancePlan::Failed(_)));
            }
            approve(target, reading, plan)
        });
        let reader = self.reader();
        let (accesses, targets) = (&self.accesses, &self.targets);
        let fold = fetch(&reader, accesses, targets, self.parallel, approve).await;
        drop(display);
        let mut plan = fold.finish(&self.policy, &self.manifest_hosts, &self.fingerprints);
        plan.notices
            .splice(..0, self.tokens_in_urls.iter().cloned());
        plan.selection = self.selection.clone();
        plan
    }

    /// Shows progress until the returned value is dropped.
    pub fn show_progress(
        &self,
        what: &'static str,
        total: usize,
        counts: &Arc<ProgressCounts>,
    ) -> ProgressDisplay {
        let client = self.client.clone();
        let load = move || (client.limits.in_flight(), client.limits.pause_left());
        ProgressDisplay::begin(self.show, what, total, counts, Box::new(load))
    }

    /// The run's fingerprints.
    pub fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// Returns the exit code of the run: `exit`, merged with 130 after an interrupt.
    pub fn exit(&self, exit: ExitCode) -> ExitCode {
        // Instances that a deadline left undone have failed by themselves.
        if self.interrupt().reason() == Some(StopReason::Interrupted) {
            exit.merge(ExitCode::Interrupted)
        } else {
            exit
        }
    }
}

/// Returns the token that an instance is read with.
pub(crate) fn token<'a>(accesses: &'a Accesses, target: &Target) -> Option<&'a str> {
    let access = accesses.get(target.goal.credential()?)?;
    Some(access.token.expose_secret())
}

/// Makes the policy of the guards from the manifest's `safety` and the `--allow` flags.
pub fn policy(loaded: &Loaded, allowed: impl IntoIterator<Item = Allowance>) -> Policy {
    Policy::new(loaded.desired.safety, allowed.into_iter().collect())
}

/// Returns random hex text for salts and names, two characters a byte.
///
/// # Errors
/// When the random source fails.
pub fn random(bytes: usize, context: &Context<'_>) -> Result<String, Failure> {
    let mut random = vec![0; bytes];
    context
        .entropy
        .fill(&mut random)
        .map_err(|error| Failure::from_error(ProblemKind::Setup, &error))?;
    Ok(hex::encode(random))
}
