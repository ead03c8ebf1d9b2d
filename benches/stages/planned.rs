//! A fleet that is bound and read, ready to be planned.

use hookfleet::desired::bind::Values;
use hookfleet::desired::{Target, bind, resolve};
use hookfleet::live::Reading;
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::plan::{Fold, Plan, Policy, plan_goal};
use hookfleet::wawp;
use hookfleet::webhook::Fingerprints;

use crate::fleet::{Fleet, Start};

/// What planning starts from.
pub(crate) struct Bound {
    targets: Vec<Target>,
    readings: Vec<Reading>,
    hosts: hookfleet::desired::ManifestHosts,
}

impl Bound {
    /// Binds and reads a fleet.
    pub(crate) fn new(fleet: Fleet, start: Start) -> Self {
        let file = SourceFile {
            name: "hookfleet.yaml".into(),
            bytes: fleet.manifest().into_bytes().into(),
        };
        let mut findings = Findings::default();
        let manifests = decode(&file, &mut findings);
        let desired = resolve(&manifests, &mut findings);
        let selection: Vec<usize> = (0..desired.instances.len()).collect();
        let targets = bind(&desired, &selection, &Values::new(), &mut findings);
        assert_eq!((findings.errors(), targets.len()), (0, fleet.size));
        let read = |index| wawp::decode(fleet.answer(index, start).as_bytes());
        let readings =
            (0..fleet.size).map(|index| Reading::Seen(read(index).expect("it is understood")));
        Self {
            readings: readings.collect(),
            targets,
            hosts: desired.hosts,
        }
    }

    /// Plans every instance and folds the plans, as a run does.
    pub(crate) fn plan(&self) -> Plan {
        let mut fold = Fold::of(&self.targets);
        let both = self.targets.iter().zip(&self.readings).enumerate();
        for (index, (target, reading)) in both {
            let plan = plan_goal(&target.goal, Some(reading));
            fold.add(index, target, Some(reading), plan);
        }
        fold.finish(&Policy::default(), &self.hosts, &fingerprints())
    }
}

/// Fingerprints as a run has them.
pub(crate) fn fingerprints() -> Fingerprints {
    Fingerprints::new([7; 32])
}
