//! The same verbs over real sockets and the real clock: an apply among faults, a resume, a rollback.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use hookfleet::api::HttpTransport;
use hookfleet::cancel::CancelToken;
use hookfleet::command;
use hookfleet::emulator::{Emulator, InstanceState, World};
use hookfleet::ports::{SystemClock, SystemEntropy};
use serde_json::Value;

use super::cut_off::suits;
use super::disk::Disk;
use super::life::Life;
use super::process::{Outside, Shared, cli};
use crate::simulation::draw::Schedule;
use crate::simulation::model::Held;
use crate::simulation::rules::Comparison;

/// Plays one seed; says what was broken.
pub async fn play(seed: u64) -> Vec<String> {
    let stage = Stage::of(seed).await;
    let first = stage.held();
    let mut broken = Vec::new();
    let applied = stage.run(&["apply", "--auto-approve"], &mut broken).await;
    let held = stage.held();
    for (id, before) in &first {
        let now = &held[id];
        if now.clone().sorted() != before.clone().sorted() && !stage.is_as_wanted(id, now) {
            broken.push(format!("a mixture: {id} holds {now:?}"));
        }
    }
    let instances = applied["instances"].as_array().cloned().unwrap_or_default();
    for instance in instances.iter().filter(|one| one["verified"] == true) {
        let id = instance["id"].as_str().unwrap_or_default();
        if !stage.is_as_wanted(id, &held[id]) {
            broken.push(format!("verified: {id} holds {:?}", held[id]));
        }
    }
    stage.calm_down();
    if let Some(run) = stage.disk.runs().pop() {
        let words = ["apply", "--resume", &run];
        let resumed = stage.run(&words, &mut broken).await;
        if resumed["exit_code"] != 0 {
            broken.push(format!("resumed: {resumed}"));
        }
    }
    for run in stage.disk.runs().into_iter().rev() {
        let words = ["rollback", &run, "--auto-approve"];
        stage.run(&words, &mut broken).await;
    }
    for (id, before) in first {
        let now = stage.held().remove(&id).unwrap();
        if now.clone().sorted() != before.clone().sorted() {
            broken.push(format!(
                "put back: {id} holds {now:?}, and it held {before:?}"
            ));
        }
    }
    stage.emulator.shutdown().await;
    broken
}

struct Stage {
    schedule: Schedule,
    emulator: Emulator,
    disk: Disk,
}

impl Stage {
    async fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        // On the real clock nobody waits for long, and a cache is only one on the paused one.
        let is_quick = |schedule: &Schedule| {
            let slow = [
                "delay_ms",
                "retry-after",
                "stale",
                "max_requests_per_second",
                "effect_after_ms: 3",
            ];
            let yaml = [&schedule.world.yaml, &schedule.manifest.yaml];
            !slow
                .iter()
                .any(|word| yaml.iter().any(|yaml| yaml.contains(word)))
        };
        let schedule = loop {
            let schedule = Schedule::draw(rng.u64(..));
            if suits(&schedule) && is_quick(&schedule) {
                break schedule;
            }
        };
        let world = World::from_yaml(&schedule.world.yaml).unwrap();
        let anywhere = ([127, 0, 0, 1], 0).into();
        Self {
            emulator: Emulator::start(world, anywhere).await.unwrap(),
            schedule,
            disk: Disk::default(),
        }
    }

    fn held(&self) -> BTreeMap<String, Held> {
        let world = self.emulator.shared_world();
        let world = world.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |id: &str| {
            let state = InstanceState {
                webhooks: world.webhooks(id),
                system: world.system(id),
            };
            (id.to_owned(), Held::from(&state).read())
        };
        world.instances().map(held).collect()
    }

    fn is_as_wanted(&self, id: &str, now: &Held) -> bool {
        let mut listed = self.schedule.manifest.instances.iter();
        listed
            .find(|instance| instance.id == id)
            .is_some_and(|instance| !Comparison::of(instance, now).differs)
    }

    fn calm_down(&self) {
        let world = self.emulator.shared_world();
        let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
        for instance in &self.schedule.world.instances {
            world.clear_faults(instance.id);
        }
    }

    /// Runs one verb to its end; its document.
    async fn run(&self, words: &[&str], broken: &mut Vec<String>) -> Value {
        let cli = cli(words, &self.emulator.base_url(), "1");
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let outside = Outside {
            connect: Arc::new(|route| Ok(Arc::new(HttpTransport::new(route)?))),
            backend: Arc::new(self.disk.of(&Life::of(u64::MAX))),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            interrupt: CancelToken::never(),
        };
        let mut edge = outside.edge(&self.schedule.manifest.yaml, &stdout, &stderr);
        let limit = Duration::from_mins(5);
        let code = tokio::time::timeout(limit, command::run(&cli, &mut edge)).await;
        let report: Value = serde_json::from_str(&stdout.text()).unwrap_or_default();
        match code {
            Ok(code) if report["exit_code"] == code.code() => {}
            code => broken.push(format!(
                "{words:?} ended with {code:?}, and says {report} {}",
                stderr.text()
            )),
        }
        report
    }
}
