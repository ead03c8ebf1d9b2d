//! A story as the promises look at it: instance by instance and run by run, beside what the rules say.

use hookfleet::emulator::By;
use hookfleet::plan::Guard;
use hookfleet::report::Outcome;
use hookfleet::wire::Method;

use crate::simulation::draw::manifest::Instance;
use crate::simulation::draw::world::InstanceDraft;
use crate::simulation::model::Held;
use crate::simulation::record::Exchange;
use crate::simulation::rules::{Comparison, is_held, shown};
use crate::simulation::story::Story;

/// A story and its lines.
pub struct Review<'a> {
    pub story: &'a Story,
    /// By run, every listed instance in manifest order.
    pub runs: Vec<Vec<Line<'a>>>,
}

/// One instance in one run.
pub struct Line<'a> {
    pub number: usize,
    pub instance: &'a Instance,
    /// Its habits, where the world has it.
    pub habits: Option<&'a InstanceDraft>,
    pub history: &'a [(Held, By)],
    /// Its requests in this run, in their order.
    pub exchanges: Vec<&'a Exchange>,
    /// What the plan was made from.
    pub reading: Option<&'a Held>,
    /// The rules, applied to that.
    pub comparison: Option<Comparison>,
    pub outcome: &'a Outcome,
}

impl<'a> Review<'a> {
    pub fn of(story: &'a Story) -> Self {
        let runs = story.reports.iter().enumerate().map(|(number, report)| {
            let instances = story.schedule.manifest.instances.iter();
            let outcomes = report.lines.iter().map(|line| &line.outcome);
            assert_eq!(instances.len(), outcomes.len());
            let lines = instances.zip(outcomes);
            lines
                .map(|(instance, outcome)| Line::new(story, number, instance, outcome))
                .collect()
        });
        Self {
            runs: runs.collect(),
            story,
        }
    }

    /// The lines of all runs.
    pub fn lines(&self) -> impl Iterator<Item = &Line<'a>> {
        self.runs.iter().flatten()
    }

    /// Every POST of all runs, with its place among the exchanges of its line.
    pub fn posts(&self) -> impl Iterator<Item = (&Line<'a>, usize, &'a Exchange)> {
        self.lines()
            .flat_map(|line| line.posts().map(move |(place, post)| (line, place, post)))
    }

    /// Whether a guard was switched off in that run.
    pub fn allows(&self, run: usize, guard: Guard) -> bool {
        let schedule = &self.story.schedule;
        run > 0
            || schedule.allowed.contains(&guard)
            || (guard == Guard::Empty && schedule.manifest.safety.allow_empty)
    }

    /// The guard over the whole run that holds it.
    pub fn fleet_guard(&self, run: usize) -> Option<Guard> {
        let plans = self.runs[run].iter();
        let all: Vec<&Comparison> = plans.filter_map(|line| line.comparison.as_ref()).collect();
        let manifest = &self.story.schedule.manifest;
        is_held(manifest, &all, |guard| self.allows(run, guard))
    }
}

impl<'a> Line<'a> {
    fn new(story: &'a Story, run: usize, instance: &'a Instance, outcome: &'a Outcome) -> Self {
        let exchanges = story.record.exchanges.iter();
        let exchanges: Vec<&Exchange> = exchanges
            .filter(|exchange| exchange.phase.run == run && exchange.instance == instance.id)
            .collect();
        let mut reads = exchanges.iter().filter(|read| !read.phase.applies);
        let reading = reads.next_back().and_then(|read| read.redacted());
        let mut world = story.schedule.world.instances.iter();
        Self {
            number: run,
            instance,
            habits: world.find(|known| known.id == instance.id),
            history: story.histories.get(instance.id).map_or(&[], Vec::as_slice),
            comparison: reading.map(|reading| Comparison::of(instance, reading)),
            reading,
            exchanges,
            outcome,
        }
    }

    pub fn id(&self) -> &'a str {
        self.instance.id
    }

    /// Its POSTs, each with its place among the exchanges.
    pub fn posts(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Exchange)> {
        let all = self.exchanges.iter().copied().enumerate();
        all.filter(|(_, exchange)| exchange.method == Method::Post)
    }

    /// The read directly before the POST at that place, if the client got a state from it.
    pub fn recheck_of(&self, place: usize) -> Option<(&'a Exchange, &'a Held)> {
        let before = *self.exchanges.get(place.checked_sub(1)?)?;
        before.redacted().map(|shown| (before, shown))
    }

    /// The state at the moment when the server looked at a read.
    pub fn truth_at(&self, read: &Exchange) -> Option<Held> {
        let (held, _) = self.history.get(read.handled?.state)?;
        Some(self.shown(held))
    }

    /// How a client reads a state of the server's.
    pub fn shown(&self, held: &Held) -> Held {
        shown(self.habits, held).read()
    }

    /// The state that a POST overwrote, and the one it made.
    pub fn written(&self, post: &Exchange) -> Option<[&'a Held; 2]> {
        let state = post.handled.filter(|handled| handled.wrote)?.state;
        let (after, by) = &self.history[state];
        assert_eq!(*by, By::Post);
        Some([&self.history[state - 1].0, after])
    }
}
