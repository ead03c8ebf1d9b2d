//! Single cases, worked out by hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hookfleet::api::limit::Limits;
use hookfleet::api::transport::Pending;
use hookfleet::api::{Access, Budget, Client, Options, Reader, Transport, Writer};
use hookfleet::apply::Applier;
use hookfleet::cancel::CancelToken;
use hookfleet::desired::bind::Values;
use hookfleet::desired::{
    Authentication, Concurrency, ManifestHosts, Target, WriteVia, bind, resolve,
};
use hookfleet::emulator::{Fault, InMemory, WebhookState, World};
use hookfleet::fetch::{Accesses, fetch};
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::plan::{Fold, Plan, Policy};
use hookfleet::report::{Outcome, Report};
use hookfleet::webhook::Fingerprints;
use hookfleet::wire::Request;
use proptest::prelude::*;

use crate::simulation::port::{Paused, Seeded};
use crate::simulation::run::journal;

const ID: &str = "8D30ABB1E6DA";
const MANIFEST: &str = "
version: 1
defaults: { prune: true }
instances:
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: https://a.example/x?secret=new, events: [message, message.ack] }
      - { url: https://b.example/y, events: [message] }
";
const WORLD: &str = "
version: 1
accounts: [{ token: t0ken }]
instances:
  - id: 8D30ABB1E6DA
    webhooks:
      - { url: https://a.example/x?secret=old, events: [message], extra: { retries: { attempts: 3 } } }
      - { url: https://c.example/z, events: [message] }
    system: { url: https://app.wawp.net/api/webhook/x, events: [message] }
";

fn targets() -> Arc<[Target]> {
    targets_of(MANIFEST, 1)
}

/// The plan of what was read.
fn finished(fold: Fold) -> Plan {
    let fingerprints = Fingerprints::new([7; 32]);
    fold.finish(&Policy::default(), &ManifestHosts::default(), &fingerprints)
}

fn targets_of(manifest: &str, count: usize) -> Arc<[Target]> {
    let mut findings = Findings::default();
    let file = SourceFile {
        name: Arc::from("m"),
        bytes: manifest.as_bytes().into(),
    };
    let desired = resolve(&decode(&file, &mut findings), &mut findings);
    let targets = bind(
        &desired,
        &(0..count).collect::<Vec<_>>(),
        &Values::new(),
        &mut findings,
    );
    assert_eq!(findings, Findings::default());
    targets.into()
}

fn client(transport: Arc<dyn Transport>) -> Arc<Client> {
    Arc::new(Client {
        transport,
        clock: Arc::new(Paused::starting_now()),
        entropy: Arc::new(Seeded::from(7)),
        limits: Limits::new(Concurrency::Exactly(16), None),
        budget: Budget::default(),
        interrupt: CancelToken::never(),
        options: Options {
            auth: Authentication::Query,
            write: WriteVia::Body,
            timeout: Duration::from_secs(30),
            retries: 4,
        },
    })
}

fn accesses() -> Arc<Accesses> {
    let credential: Arc<str> = Arc::from("default");
    let access = Access {
        credential: credential.clone(),
        token: "t0ken".to_owned().into(),
    };
    Arc::new(BTreeMap::from([(credential, access)]))
}

/// Plans and applies once.
async fn run(world: &InMemory) -> Report {
    run_over(Arc::new(world.clone()), MANIFEST, 1).await
}

/// The same over any transport, for a manifest of so many instances.
async fn run_over(transport: Arc<dyn Transport>, manifest: &str, count: usize) -> Report {
    let client = client(transport);
    let accesses = accesses();
    let targets = targets_of(manifest, count);
    let reader = Reader::new(client.clone());
    let fold = fetch(
        &reader,
        &accesses,
        &targets,
        16,
        Arc::new(|_, _, plan| plan),
    )
    .await;
    let plan = Arc::new(finished(fold));
    let applier = Applier {
        reader,
        writer: Writer::new(client.clone()),
        accesses,
        journal: journal().await,
        interrupt: CancelToken::never(),
        retries: 4,
        entropy: Arc::new(Seeded::from(7)),
        parallel: 16,
        sinks: [].into(),
    };
    applier.apply(&plan, &targets).await
}

fn on_a_paused_clock<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(work)
}

/// What the world holds, without unknown fields.
fn held(world: &InMemory) -> Vec<(String, Vec<String>)> {
    let told = |webhook: WebhookState| (webhook.url, webhook.events);
    world.world().webhooks(ID).into_iter().map(told).collect()
}

fn wanted() -> Vec<(String, Vec<String>)> {
    let told = |url: &str, events: &[&str]| {
        (
            url.to_owned(),
            events.iter().map(|event| (*event).to_owned()).collect(),
        )
    };
    vec![
        told(
            "https://a.example/x?secret=new",
            &["message", "message.ack"],
        ),
        told("https://b.example/y", &["message"]),
    ]
}

#[test]
fn without_faults_an_apply_is_one_write_that_reads_back() {
    on_a_paused_clock(async {
        let world = InMemory::new(World::from_yaml(WORLD).unwrap());
        let report = run(&world).await;
        assert!(
            matches!(&report.lines[0].outcome, Outcome::Verified { lost_fields } if lost_fields.is_empty())
        );
        assert_eq!(held(&world), wanted());
        let counts = world.world().counts();
        assert_eq!(
            (counts.gets, counts.posts),
            (3, 1),
            "plan, recheck, verification"
        );
        assert!(matches!(
            run(&world).await.lines[0].outcome,
            Outcome::Unchanged
        ));
        assert_eq!(world.world().counts().posts, 1);
    });
}

/// Answers nobody before so many have asked.
struct Together {
    world: InMemory,
    all_here: tokio::sync::Barrier,
}

impl Transport for Together {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(async move {
            self.all_here.wait().await;
            self.world.send(request).await
        })
    }
}

#[test]
fn as_many_requests_as_allowed_are_in_flight_at_once() {
    on_a_paused_clock(async {
        let world = InMemory::new(World::from_yaml(WORLD).unwrap());
        let transport = Together {
            world: world.clone(),
            all_here: tokio::sync::Barrier::new(16),
        };
        let client = client(Arc::new(transport));
        let many: Arc<[Target]> = (0..64).map(|_| targets()[0].clone()).collect();
        let (reader, accesses) = (Reader::new(client), accesses());
        let fold = fetch(&reader, &accesses, &many, 16, Arc::new(|_, _, plan| plan)).await;
        let plan = finished(fold);
        assert_eq!(
            plan.totals.changed, 64,
            "with fewer at once nobody is ever answered"
        );
    });
}

/// Two instances of one credential: while the second is between its read and its write, the server asks the first to
/// wait, and somebody else writes to the second.
struct Meddler {
    world: InMemory,
    wrote: std::sync::atomic::AtomicBool,
}

const SECOND: &str = "1F20CC41A9B3";

impl Transport for Meddler {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(async move {
            let is_second = request.target.contains(SECOND);
            let is_recheck = request
                .headers
                .iter()
                .any(|(name, _)| *name == "cache-control");
            let answer = self.world.send(request).await;
            if is_second && is_recheck {
                // Long enough for the first one's 429 to come in meanwhile.
                tokio::time::sleep(Duration::from_secs(1)).await;
                if !self.wrote.swap(true, std::sync::atomic::Ordering::Relaxed) {
                    tokio::spawn(somebody_else(self.world.clone()));
                }
            }
            answer
        })
    }
}

/// Writes to the second instance two seconds later: after its read, and before the pause is over.
async fn somebody_else(world: InMemory) {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut webhooks = world.world().webhooks(SECOND);
    "https://somebody-else.example/".clone_into(&mut webhooks[0].url);
    world.world().set_webhooks(SECOND, webhooks);
}

#[test]
fn nothing_is_waited_for_between_a_read_and_its_write() {
    on_a_paused_clock(async {
        let world = format!(
            "{WORLD}  - id: {SECOND}\n    webhooks: [{{ url: https://c.example/z, events: [message] }}]\n    system: none\n"
        );
        let world = InMemory::new(World::from_yaml(&world).unwrap());
        let slow = "{ on: post, nth: 1, answer: { status: 429, body: json, headers: { retry-after: '30' } } }";
        world.world().add_fault(ID, Fault::from_yaml(slow).unwrap());
        let manifest = format!(
            "{MANIFEST}  - id: {SECOND}\n    webhooks: [{{ url: https://a.example/x, events: [message] }}]\n"
        );
        let transport = Meddler {
            world: world.clone(),
            wrote: false.into(),
        };
        let report = run_over(Arc::new(transport), &manifest, 2).await;
        assert!(matches!(report.lines[0].outcome, Outcome::Verified { .. }));
        assert!(
            matches!(report.lines[1].outcome, Outcome::Stale(_)),
            "what somebody else wrote is seen"
        );
        assert_eq!(
            world.world().webhooks(SECOND)[0].url,
            "https://somebody-else.example/"
        );
        assert_eq!(world.world().counts_of(SECOND).posts, 0);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_unlisted_instance_is_never_named(listed in proptest::sample::subsequence(vec![0, 1, 2, 3, 4, 5], 0..=6)) {
        on_a_paused_clock(async {
            let id = |number: &i32| format!("00000000000{number}");
            let entry = |number: &i32| format!("  - {{ id: '{}', webhooks: [{{ url: https://a.example/x, events: [message] }}] }}\n", id(number));
            let all: String = (0..6).map(|number| entry(&number)).collect();
            let world = format!("version: 1\naccounts: [{{ token: t0ken }}]\ninstances:\n{all}");
            let world = InMemory::new(World::from_yaml(&world).unwrap());
            let instances: String = listed.iter().map(|number| entry(number).replace("x,", "y,")).collect();
            let none = if listed.is_empty() { " []" } else { "" };
            let manifest = format!("version: 1
defaults: {{ prune: true }}
instances:{none}
{instances}");
            let report = run_over(Arc::new(world.clone()), &manifest, listed.len()).await;
            let named: Vec<String> = report.lines.iter().map(|line| line.subject.id.to_string()).collect();
            prop_assert_eq!(named, listed.iter().map(id).collect::<Vec<_>>());
            for number in 0..6 {
                let counts = world.world().counts_of(&id(&number));
                let asked = if listed.contains(&number) { (3, 1) } else { (0, 0) };
                prop_assert_eq!((counts.gets, counts.posts), asked);
            }
            Ok(())
        })?;
    }
}
