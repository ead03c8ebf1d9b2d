//! A tale: an apply that is cut off, what finishes it, and what puts it back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use hookfleet::emulator::{InstanceState, WebhookState, World};
use hookfleet::runlog::RunRecord;

use super::disk::Disk;
use super::process::{Ended, Fate, Machine};
use crate::simulation::draw::manifest::Instance;
use crate::simulation::draw::world::InstanceDraft;
use crate::simulation::draw::{IDS, Schedule, chance, one_of};
use crate::simulation::model::Held;
use crate::simulation::network::Network;
use crate::simulation::port::Paused;
use crate::simulation::record::Record;
use crate::simulation::rules::Comparison;
use crate::simulation::tally::Tally;

/// What came of a tale.
pub struct CutOff {
    pub tally: Tally,
    pub broken: Vec<String>,
}

impl CutOff {
    /// Plays the tale of a seed on a paused clock of its own.
    pub fn play(seed: u64) -> Self {
        Self::told(seed, async |teller| teller.tell().await)
    }

    /// Lets a tale be told on a paused clock of its own.
    pub(super) fn told(seed: u64, tell: impl AsyncFnOnce(&mut Teller)) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(async {
            let mut teller = Teller::of(seed);
            tell(&mut teller).await;
            let Machine { witness, .. } = teller.machine;
            let Ok(witness) = Arc::try_unwrap(witness) else {
                panic!("somebody still looks on");
            };
            let (tally, broken) = witness.told();
            Self { tally, broken }
        })
    }
}

/// Plays a tale.
pub(super) struct Teller {
    pub(super) rng: Rng,
    pub(super) machine: Machine,
    /// What every instance held in the beginning.
    first: BTreeMap<&'static str, Held>,
    /// How many processes there have been.
    pub(super) processes: usize,
}

/// Whether what a schedule wants can be reached, and nobody else writes while a process runs: what others do is told
/// elsewhere.
pub fn suits(schedule: &Schedule) -> bool {
    let world = &schedule.world;
    let is_reachable = |instance: &Instance| {
        let place = IDS.iter().position(|id| *id == instance.id);
        place.is_some_and(|place| place < world.instances.len())
            && instance.account == usize::from(place == Some(3))
            && (instance.account == 0 || world.second_pays)
    };
    let instances = &schedule.manifest.instances;
    instances.iter().any(|instance| !instance.suspended)
        && instances.iter().all(is_reachable)
        && world.instances.iter().all(InstanceDraft::is_plain)
        && !world.yaml.contains("meanwhile")
}

impl Teller {
    fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut schedule = loop {
            let schedule = Schedule::draw(rng.u64(..));
            if suits(&schedule) {
                break schedule;
            }
        };
        schedule.meddlings.clear();
        schedule.rotation = None;
        let schedule = Arc::new(schedule);
        let world = World::from_yaml(&schedule.world.yaml).unwrap();
        let network = Network {
            schedule,
            world: Arc::new(Mutex::new(world)),
            record: Arc::new(Mutex::new(Record::starting_now())),
        };
        let mut teller = Self {
            rng,
            machine: Machine {
                network,
                disk: Disk::default(),
                witness: Arc::default(),
                clock: Arc::new(Paused::starting_now()),
            },
            first: BTreeMap::new(),
            processes: 0,
        };
        teller.first = teller.ids().map(|id| (id, teller.held(id))).collect();
        teller
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        let network = self.machine.network.clone();
        let count = network.schedule.world.instances.len();
        (0..count).map(move |place| network.schedule.world.instances[place].id)
    }

    pub(super) fn held(&self, id: &str) -> Held {
        let world = self.machine.network.world();
        let state = InstanceState {
            webhooks: world.webhooks(id),
            system: world.system(id),
        };
        Held::from(&state).read()
    }

    fn listed(&self, id: &str) -> Option<&Instance> {
        let mut listed = self.machine.network.schedule.manifest.instances.iter();
        listed.find(|instance| instance.id == id)
    }

    pub(super) fn is_as_wanted(&self, id: &str) -> bool {
        let now = self.held(id);
        self.listed(id)
            .is_some_and(|instance| !Comparison::of(instance, &now).differs)
    }

    pub(super) fn count(&self, what: &str) {
        self.machine.witness.count(what, 1);
    }

    pub(super) fn ensure(&self, holds: bool, broken: impl FnOnce() -> String) {
        self.machine.witness.ensure(holds, broken);
    }

    /// A random end, or none.
    pub(super) fn fate(&mut self, likely: u8) -> Fate {
        if !chance(&mut self.rng, likely) {
            return Fate::NONE;
        }
        if chance(&mut self.rng, 70) {
            let longest = one_of(&mut self.rng, &[8, 30, 80]);
            return Fate {
                dies_after: self.rng.u64(0..longest),
                ..Fate::NONE
            };
        }
        let longest = one_of(&mut self.rng, &[200, 2_000, 60_000]);
        Fate {
            interrupted_after: Some(Duration::from_millis(self.rng.u64(0..longest))),
            ..Fate::NONE
        }
    }

    pub(super) fn trouble_the_disk(&mut self) {
        let rng = &mut self.rng;
        let room = chance(rng, 15).then(|| rng.usize(0..6_000));
        let slowness = Duration::from_millis(one_of(rng, &[0, 0, 1, 20]));
        let syncs = chance(rng, 8).then(|| rng.u32(0..8));
        self.machine.disk.troubled_by(room, slowness, syncs);
    }

    /// Nothing goes wrong any longer.
    pub(super) fn calm_down(&self) {
        self.machine.disk.troubled_by(None, Duration::ZERO, None);
        for id in self.ids() {
            self.machine.network.world().clear_faults(id);
        }
    }

    async fn tell(&mut self) {
        self.trouble_the_disk();
        let fate = self.fate(80);
        self.process(&["apply", "--auto-approve"], fate, true).await;
        let stranger = self.somebody_else();
        let approved = self.finish(stranger.as_deref()).await;
        for id in &approved {
            let is_strangers = stranger.as_deref() == Some(id);
            self.ensure(is_strangers || self.is_as_wanted(id), || {
                format!("finished: {id} is not as wanted but {:?}", self.held(id))
            });
        }
        let left = stranger.as_deref().map(|id| (id.to_owned(), self.held(id)));
        self.put_back().await;
        for id in self.ids() {
            let now = self.held(id).sorted();
            let expected = match &left {
                Some((strangers, held)) if strangers == id => held.clone().sorted(),
                _ => self.first[id].clone().sorted(),
            };
            self.ensure(now == expected, || {
                format!("put back: {id} holds {now:?}, and it held {expected:?}")
            });
        }
    }

    /// Runs one verb; what it has sent lands before anything else happens.
    pub(super) async fn process(&mut self, words: &[&str], fate: Fate, applies: bool) -> Ended {
        let number = self.processes;
        self.processes += 1;
        let before: BTreeSet<String> = self.machine.disk.runs().into_iter().collect();
        let ended = self.machine.run(number, words, fate).await;
        match &ended {
            Ended::Killed => {
                self.count("killed");
                self.machine.disk.crash(&mut self.rng);
            }
            Ended::Exited {
                code,
                report,
                said,
                was_interrupted,
            } => self.exited(*code, report.as_ref(), said, *was_interrupted, applies),
        }
        let new: Vec<String> = self.machine.disk.runs();
        let new: Vec<&String> = new.iter().filter(|run| !before.contains(*run)).collect();
        let is_recorded = new.iter().any(|run| self.history(run).is_some());
        let posts = self.posts(number).count();
        self.ensure(is_recorded || posts == 0, || {
            format!("a log for every write: process {number} wrote, and left none")
        });
        tokio::time::sleep(Duration::from_mins(10)).await;
        ended
    }

    /// Somebody writes to an instance while no process runs. Not where a cache may hide it from a plan and from every
    /// read after: against that nobody can do anything, and stories count it.
    fn somebody_else(&mut self) -> Option<String> {
        let (_, history) = self.newest()?;
        let yaml = &self.machine.network.schedule.world.yaml;
        if !chance(&mut self.rng, 30) || yaml.contains("stale") {
            return None;
        }
        let ids: Vec<String> = history
            .approval?
            .record
            .approval
            .digests
            .keys()
            .map(ToString::to_string)
            .collect();
        let id = ids.get(self.rng.usize(0..ids.len().max(1)))?.clone();
        let mut world = self.machine.network.world();
        let mut webhooks = world.webhooks(&id);
        webhooks.push(WebhookState {
            url: "https://somebody-else.example/".to_owned(),
            events: vec!["message".to_owned()],
            is_active: true,
            extra: hookfleet::emulator::Extra::default(),
        });
        world.set_webhooks(&id, webhooks);
        drop(world);
        self.count("somebody else wrote between two processes");
        Some(id)
    }

    /// Resumes until it has run to its end with nothing going wrong; says what was approved in the first place.
    async fn finish(&mut self, stranger: Option<&str>) -> Vec<String> {
        let approved = |history: &RunRecord| -> Vec<String> {
            let digests = history
                .approval
                .iter()
                .flat_map(|approval| &approval.record.approval.digests);
            digests.map(|(id, _)| id.to_string()).collect()
        };
        let mut first: Option<Vec<String>> = None;
        for round in 0..3 {
            let is_last = round == 2;
            let fate = if is_last {
                self.calm_down();
                Fate::NONE
            } else {
                self.trouble_the_disk();
                self.fate(50)
            };
            let number = self.processes;
            let Some((run, history)) = self.newest() else {
                self.count("nothing to resume");
                self.process(&["apply", "--auto-approve"], fate, true).await;
                continue;
            };
            first.get_or_insert_with(|| approved(&history));
            let done: Vec<&str> = history
                .instances
                .iter()
                .filter(|(_, work)| work.is_done())
                .map(|(id, _)| &**id)
                .collect();
            self.count("resumed");
            let ended = self.process(&["apply", "--resume", &run], fate, true).await;
            for id in self.posts(number) {
                self.ensure(!done.contains(&id.as_str()), || {
                    format!("exactly the rest: {id} was verified, and is written again")
                });
                self.ensure(Some(id.as_str()) != stranger, || {
                    format!("somebody else's: {id} is written over")
                });
            }
            if let (true, Ended::Exited { code, report, .. }) = (is_last, &ended) {
                let expected = [0, if stranger.is_some() { 4 } else { 0 }];
                self.ensure(expected.contains(code), || {
                    format!("finished: exit {code}: {report:?}")
                });
            }
        }
        first.unwrap_or_default()
    }

    /// Rolls every run back, newest first; some of that is cut off, and begun again.
    async fn put_back(&mut self) {
        for run in self.machine.disk.runs().into_iter().rev() {
            if self.history(&run).is_none() {
                continue;
            }
            let words = ["rollback", &*run, "--auto-approve"];
            if chance(&mut self.rng, 40) {
                let fate = self.fate(100);
                self.process(&words, fate, false).await;
            }
            self.process(&words, Fate::NONE, false).await;
            self.count("rolled back");
        }
    }
}
