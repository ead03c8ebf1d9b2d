//! Kills at random moments, and resumes: nothing is ever half done, nothing is done twice, and all of it can be put
//! back. `KILLS=1000` kills more often; `KILL_SEED=7` replays one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use hookfleet::emulator::{Fault, InstanceState};
use serde_json::Value;

use crate::harness::Stage;
use crate::harness::running::{Running, name, runs, until};

const SIZE: usize = 12;
const APPLY: [&str; 6] = [
    "apply",
    "--auto-approve",
    "--allow",
    "removals",
    "--concurrency",
    "3",
];
/// Trouble that keeps a write going, slows it, or leaves it in doubt.
const FAULTS: [&str; 7] = [
    "{ answer_delay_ms: 15 }",
    "{ on: post, answer_delay_ms: 40 }",
    "{ on: post, nth: 1, answer: { status: 502, body: html }, effect: written }",
    "{ on: post, nth: 1, drop: true, effect: written }",
    "{ on: post, nth: 1, answer: { status: 429, headers: { retry-after: '0' } } }",
    "{ on: get, nth: [2, 3], answer: { status: 503 } }",
    "{ on: get, nth: 3, stale: 1 }",
];

/// Instances that each need something else, by turns: an update, a creation, a deletion, another system webhook,
/// nothing, and several of these at once.
fn mixed() -> Stage {
    let own = [
        (
            "webhooks: [{ url: 'https://a.example/hook', events: [message], extra: { retries: { attempts: 3 } } }]",
            "webhooks: [{ url: 'https://a.example/hook', events: [message, message.ack] }]",
        ),
        (
            "webhooks: []",
            "webhooks: [{ url: 'https://b.example/${instance.id}', events: [call.received] }]",
        ),
        (
            "webhooks: [{ url: 'https://a.example/hook', events: [message] }, { url: 'https://old.example/in', events: [message], is_active: 0 }]",
            "webhooks: [{ url: 'https://a.example/hook', events: [message] }]",
        ),
        (
            "webhooks: [{ url: 'https://c.example/in', events: [message] }]",
            "system: { events: [message, message.ack] }",
        ),
        (
            "webhooks: [{ url: 'https://a.example/hook', events: [message] }]",
            "webhooks: [{ url: 'https://a.example/hook', events: [message] }]",
        ),
        (
            "webhooks: [{ url: 'https://d.example/in?key=last', events: [message] }, { url: 'https://old.example/in', events: [message] }]",
            "webhooks: [{ url: 'https://d.example/in?key=${secret.key}', events: [message] }, { url: 'https://new.example/in', events: [message.any] }]",
        ),
    ];
    let (mut world, mut manifest) = (
        String::new(),
        "version: 1\ndefaults: { prune: true }\nsecrets: { key: { env: HOOK_KEY } }\ninstances:\n"
            .to_owned(),
    );
    for number in 0..SIZE {
        let (live, wanted) = own[number % own.len()];
        let id = format!("{number:012}");
        let system = "system: { url: 'https://app.wawp.net/api/webhook/k', events: [message] }";
        write!(world, "  - id: {id}\n    {live}\n    {system}\n").unwrap();
        write!(manifest, "  - id: {id}\n    {wanted}\n").unwrap();
    }
    Stage::new(&world, &manifest).env("HOOK_KEY", "this-years-key")
}

/// Every instance as it is.
fn states(stage: &Stage) -> BTreeMap<String, InstanceState> {
    let world = stage.world();
    let last = |id: &str| (id.to_owned(), world.history(id).pop().unwrap().state);
    world.instances().map(last).collect()
}

/// What a run that nobody kills makes of it, and how many requests that takes.
fn whole() -> &'static (BTreeMap<String, InstanceState>, u64) {
    static WHOLE: OnceLock<(BTreeMap<String, InstanceState>, u64)> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let stage = mixed();
        let run = stage.run(&APPLY);
        assert_eq!(run.code, 0, "{}", run.told());
        let (gets, posts) = stage.requests();
        assert_eq!((gets, posts), (12 + 2 * 10, 10));
        (states(&stage), gets + posts)
    })
}

/// A sequence of numbers that a seed decides.
struct Chance(u64);

impl Chance {
    /// Below `limit` (splitmix64).
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Runs, and kills it (SIGKILL) when so many more requests have arrived, unless it has ended before.
fn kill(stage: &Stage, args: &[&str], after: u64) {
    let arrived = || {
        let (gets, posts) = stage.requests();
        gets + posts
    };
    let last = arrived() + after;
    let mut running = Running::start(stage, args);
    until(
        || arrived() >= last || running.is_over(),
        || "nothing arrives".to_owned(),
    );
    drop(running);
    // What has arrived takes effect, whoever is dead.
    let handled = || stage.world().log().len() as u64;
    until(|| handled() == arrived(), || "the API hangs".to_owned());
}

/// Every instance has only ever been what it was or what was wanted, and nothing between.
fn is_never_mixed(stage: &Stage, first: &BTreeMap<String, InstanceState>) {
    let (wanted, _) = whole();
    let world = stage.world();
    for (id, first) in first {
        for state in world.history(id).into_iter().map(|version| version.state) {
            assert!(
                state == *first || state == wanted[id],
                "{id} was in between: {state:?}"
            );
        }
    }
}

/// The runs whose logs can be read, in the order in which they came to be known.
#[derive(Default)]
struct Known(Vec<String>);

impl Known {
    fn look(&mut self, stage: &Stage) {
        // One that was cut off before it said what was approved wrote nothing, and there is nothing to finish.
        let is_usable = |run: &&Value| run["state"] != "unreadable" && run["state"] != "empty";
        for run in runs(stage).iter().filter(is_usable) {
            if !self.0.iter().any(|known| known == name(run)) {
                self.0.push(name(run).to_owned());
            }
        }
        assert!(self.0.len() <= 4, "there are other runs: {:?}", self.0);
    }

    /// What finishes the newest run; where there is none, a new one.
    fn rest(&self) -> Vec<&str> {
        match self.0.last() {
            Some(run) => vec!["apply", "--resume", run, "--concurrency", "3"],
            None => APPLY.to_vec(),
        }
    }

    /// The instances that some log says are verified.
    fn verified(&self, stage: &Stage) -> BTreeSet<String> {
        let mut verified = BTreeSet::new();
        for run in &self.0 {
            let log = stage.dir.path().join(format!(".hookfleet/{run}.run"));
            let log = String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
            let payloads = log.lines().filter_map(|line| line.split_once(' '));
            // The last line may never have been finished.
            let batches = payloads.filter_map(|(_, json)| serde_json::from_str::<Value>(json).ok());
            for batch in batches {
                let records = batch["records"].as_array().into_iter().flatten();
                let outcomes = records.map(|record| &record["outcome"]);
                let done = outcomes.filter(|outcome| outcome["verified"] == true);
                verified.extend(done.map(|done| done["instance"].as_str().unwrap().to_owned()));
            }
        }
        verified
    }
}

fn survives(seed: u64) {
    let (wanted, requests) = whole();
    let mut chance = Chance(seed);
    let stage = mixed();
    let (first, live) = (states(&stage), stage.live());
    for id in first.keys() {
        if chance.below(2) == 0 {
            let fault = FAULTS[usize::try_from(chance.below(FAULTS.len() as u64)).unwrap()];
            stage
                .world()
                .add_fault(id, Fault::from_yaml(fault).unwrap());
        }
    }
    kill(&stage, &APPLY, 1 + chance.below(*requests));
    is_never_mixed(&stage, &first);
    let mut known = Known::default();
    known.look(&stage);
    for _ in 0..chance.below(3) {
        kill(&stage, &known.rest(), 1 + chance.below(*requests / 2));
        is_never_mixed(&stage, &first);
        known.look(&stage);
    }

    let verified = known.verified(&stage);
    let posts: Vec<u64> = verified.iter().map(|id| stage.posts_of(id)).collect();
    for id in first.keys() {
        stage.world().clear_faults(id);
    }
    let run = stage.run(&known.rest());
    assert_eq!(run.code, 0, "{}", run.told());
    assert_eq!(states(&stage), *wanted, "{}", run.told());
    is_never_mixed(&stage, &first);
    for (id, posts) in verified.iter().zip(posts) {
        assert_eq!(stage.posts_of(id), posts, "{id} was written again");
    }
    known.look(&stage);

    for run in known.0.iter().rev() {
        let run = stage.run(&["rollback", run, "--auto-approve"]);
        assert_eq!(run.code, 0, "{}", run.told());
    }
    assert_eq!(stage.live(), live);
    is_never_mixed(&stage, &first);
}

#[test]
fn killed_run_is_finished_by_resume_and_restored_by_rollback() {
    let number = |name| {
        let text = std::env::var(name).ok()?;
        Some(text.parse::<u64>().unwrap())
    };
    let seeds = match number("KILL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("KILLS").unwrap_or(25),
    };
    whole();
    let next = AtomicU64::new(seeds.start);
    let failed = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !seeds.contains(&seed) {
                        return;
                    }
                    if catch_unwind(AssertUnwindSafe(|| survives(seed))).is_err() {
                        failed.lock().unwrap().insert(seed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "KILL_SEED={} cargo test --test cli recovery::kills replays one of the seeds {failed:?}",
        failed.first().copied().unwrap_or_default()
    );
}
