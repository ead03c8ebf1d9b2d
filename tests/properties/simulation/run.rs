//! One run of the product over a network: reads, plans, is approved after a while, applies. As `command::session` puts
//! the rooms together, so does this.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hookfleet::api::limit::{Limits, workers};
use hookfleet::api::{Access, Budget, Client, Options, Reader, Transport, Writer};
use hookfleet::apply::Applier;
use hookfleet::approval::Approval;
use hookfleet::cancel::CancelToken;
use hookfleet::desired::bind::Values;
use hookfleet::desired::{Desired, SourceKind, Target, bind, resolve};
use hookfleet::fetch::{Accesses, fetch};
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::plan::{Allowance, Guard, Policy};
use hookfleet::report::Report;
use hookfleet::runlog::{FORMAT, Header, RunKind};
use hookfleet::store::{DiscardedLog, Journal, Seal};
use hookfleet::webhook::Fingerprints;

use crate::simulation::draw::manifest::SOURCES;
use crate::simulation::network::Network;
use crate::simulation::port::{Paused, Seeded};

/// A manifest, loaded and bound.
pub struct Loaded {
    desired: Desired,
    targets: Arc<[Target]>,
}

/// How one run is done.
pub struct Means<'a> {
    pub loaded: &'a Loaded,
    pub network: &'a Network,
    /// The tokens of the credentials `default` and `other`.
    pub tokens: [&'static str; 2],
    pub allowed: &'a [Guard],
    /// The number of the run.
    pub number: usize,
}

impl Loaded {
    pub fn from_yaml(yaml: &str) -> Self {
        let mut findings = Findings::default();
        let file = SourceFile {
            name: Arc::from("manifest.yaml"),
            bytes: yaml.as_bytes().into(),
        };
        let desired = resolve(&decode(&file, &mut findings), &mut findings);
        let sources = SOURCES.into_iter();
        let used = desired.secrets.get("s").map(|source| &source.from);
        let sources = sources.filter(|source| {
            let from = SourceKind::Env(Arc::from(source.variable));
            used == Some(&from)
        });
        let secrets: Values = sources
            .map(|source| (Arc::from("s"), source.value.to_owned().into()))
            .collect();
        let all: Vec<usize> = (0..desired.instances.len()).collect();
        let targets = bind(&desired, &all, &secrets, &mut findings);
        assert_eq!(findings.errors(), 0, "{findings:?}\n{yaml}");
        let targets = targets.into();
        Self { desired, targets }
    }
}

/// Plans, waits for the approval, and applies.
pub async fn run(means: Means<'_>) -> Report {
    let Means {
        loaded,
        network,
        tokens,
        allowed,
        number,
    } = means;
    let Desired { api, safety, .. } = &loaded.desired;
    let parallel = workers(api.concurrency);
    let schedule = &network.schedule;
    let entropy = Arc::new(Seeded::from(schedule.seed));
    let transport: Arc<dyn Transport> = Arc::new(network.clone());
    let client = Arc::new(Client {
        transport,
        clock: Arc::new(Paused::starting_now()),
        entropy: entropy.clone(),
        limits: Limits::new(api.concurrency, api.max_requests_per_second),
        budget: Budget::default(),
        interrupt: CancelToken::never(),
        options: Options {
            auth: api.auth,
            write: api.write,
            timeout: Duration::from_secs(30),
            retries: schedule.retries,
        },
    });
    let accesses = accesses(tokens);
    let any = |guard: &Guard| Allowance {
        guard: *guard,
        most: None,
    };
    let policy = Policy::new(*safety, allowed.iter().map(any).collect());
    enter(network, number, false);
    let reader = Reader::new(client.clone());
    let fold = fetch(
        &reader,
        &accesses,
        &loaded.targets,
        parallel,
        Arc::new(|_, _, plan| plan),
    )
    .await;
    let plan = Arc::new(fold.finish(&policy, &loaded.desired.hosts, &Fingerprints::new([7; 32])));
    if number == 0 && !schedule.approval.is_zero() {
        tokio::time::sleep(schedule.approval).await;
    }
    enter(network, number, true);
    let applier = Applier {
        reader,
        writer: Writer::new(client.clone()),
        accesses,
        journal: journal().await,
        interrupt: CancelToken::never(),
        retries: schedule.retries,
        entropy,
        parallel,
        sinks: [].into(),
    };
    applier.apply(&plan, &loaded.targets).await
}

/// A log that nobody keeps. What the log is for is shown by whole verbs, which are cut off.
pub async fn journal() -> Arc<Journal> {
    let header = Header {
        hookfleet_run: FORMAT,
        run: "simulated".to_owned(),
        api: "wawp".to_owned(),
        kind: RunKind::Apply,
        plan: None,
        of: None,
        root: None,
        tool: String::new(),
        planner: None,
        started: String::new(),
        writes: 1,
        allow: Vec::new(),
        weighed: true,
        sealed_to: None,
        base_url: None,
        manifests: Vec::new(),
        selection: None,
    };
    let approval = Approval {
        salt: String::new(),
        shown: String::new(),
        digests: BTreeMap::new(),
    };
    let store = Box::new(DiscardedLog);
    let journal = Journal::begin(store, Seal::None, header, approval, &BTreeMap::new()).await;
    Arc::new(journal.unwrap())
}

fn enter(network: &Network, run: usize, applies: bool) {
    let mut record = network.record();
    record.phase.run = run;
    record.phase.applies = applies;
}

fn accesses(tokens: [&'static str; 2]) -> Arc<Accesses> {
    let access = |(credential, token): (&str, &str)| {
        let credential: Arc<str> = Arc::from(credential);
        let access = Access {
            credential: credential.clone(),
            token: token.to_owned().into(),
        };
        (credential, access)
    };
    ["default", "other"]
        .into_iter()
        .zip(tokens)
        .map(access)
        .collect::<Accesses>()
        .into()
}
