//! A schedule, played to its end and beyond: its own run, and two more once everything has calmed down.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookfleet::emulator::{By, World};
use hookfleet::plan::Guard;
use hookfleet::report::Report;

use crate::simulation::draw::{Schedule, TOKENS};
use crate::simulation::model::Held;
use crate::simulation::network::Network;
use crate::simulation::record::Record;
use crate::simulation::run::{Loaded, Means, run};

/// Everything that happened.
pub struct Story {
    pub schedule: Arc<Schedule>,
    pub record: Record,
    /// Every state of every instance of the world, and who made it.
    pub histories: BTreeMap<String, Vec<(Held, By)>>,
    /// The schedule's own run, and the two after everything has calmed down.
    pub reports: Vec<Report>,
}

const ALL_GUARDS: [Guard; 6] = [
    Guard::Prune,
    Guard::Empty,
    Guard::Removals,
    Guard::Changes,
    Guard::SystemOff,
    Guard::Masked,
];

impl Story {
    /// Plays a schedule on a paused clock of its own.
    pub fn play(schedule: Schedule) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(play(Arc::new(schedule)))
    }
}

/// The run of the schedule, and two more once nothing goes wrong any longer.
async fn play(schedule: Arc<Schedule>) -> Story {
    let loaded = Loaded::from_yaml(&schedule.manifest.yaml);
    let world = World::from_yaml(&schedule.world.yaml).unwrap();
    let network = Network {
        schedule: schedule.clone(),
        world: Arc::new(Mutex::new(world)),
        record: Arc::new(Mutex::new(Record::starting_now())),
    };
    network.start_clockwork();
    let mut reports = Vec::new();
    for number in 0..3 {
        let rotated = schedule.rotation.filter(|_| network.record().has_rotated);
        let mut tokens = TOKENS.map(|[token, _]| token);
        if let (Some((account, _)), 1..) = (rotated, number) {
            tokens[account] = TOKENS[account][1];
        }
        let means = Means {
            loaded: &loaded,
            network: &network,
            tokens,
            allowed: if number == 0 {
                &schedule.allowed
            } else {
                &ALL_GUARDS
            },
            number,
        };
        reports.push(run(means).await);
        // Whatever is still on its way arrives.
        tokio::time::sleep(Duration::from_mins(10)).await;
        for instance in &schedule.world.instances {
            network.world().clear_faults(instance.id);
        }
    }
    let histories = schedule.world.instances.iter().map(|instance| {
        let history = network.world().history(instance.id);
        let states = history
            .iter()
            .map(|version| (Held::from(&version.state), version.by));
        (instance.id.to_owned(), states.collect())
    });
    let histories = histories.collect();
    let record = std::mem::replace(&mut *network.record(), Record::starting_now());
    Story {
        schedule,
        record,
        histories,
        reports,
    }
}
