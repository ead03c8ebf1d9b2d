//! A tale of a chain: an apply, resumes and rollbacks in any order, each of them killed or not, with somebody else's writes
//! and forged logs in between.

use std::collections::BTreeMap;

use hookfleet::emulator::{By, Extra, WebhookState};
use hookfleet::runlog::{Chain, RunKind};

use super::cut_off::{CutOff, Teller};
use super::process::{Ended, Fate};
use crate::simulation::draw::{chance, one_of};
use crate::simulation::model::Held;

/// Every kind of thing that a few hundred tales of chains have to meet.
pub const NEEDED: [&str; 9] = [
    "a chain is put back",
    "a forged log is refused",
    "a rollback exits with 0",
    "a rollback exits with 4",
    "killed",
    "put back, and not written again unasked",
    "resumed",
    "rolled back",
    "written again",
];

/// The webhook that nobody but somebody else has.
const THEIRS: &str = "https://somebody-else.example/";

impl CutOff {
    /// Plays the tale of a chain on a paused clock of its own.
    pub fn play_chain(seed: u64) -> Self {
        Self::told(seed, async |teller| teller.tell_chain().await)
    }
}

impl Teller {
    async fn tell_chain(&mut self) {
        // A cache that hides what is live hides it from everybody; stories count that.
        if self.machine.network.schedule.world.yaml.contains("stale") {
            return;
        }
        self.trouble_the_disk();
        let fate = self.fate(80);
        self.process(&["apply", "--auto-approve"], fate, true).await;
        for _ in 0..self.rng.usize(1..6) {
            match self.rng.u8(0..10) {
                0..4 => self.resume_some().await,
                4..7 => self.roll_some_back().await,
                7 | 8 => self.forge_some().await,
                _ => self.let_somebody_write(),
            }
        }
        self.calm_down();
        let Some(first) = self.chain().into_iter().next() else {
            return;
        };
        let code = self.roll_back(&first, Fate::NONE).await;
        self.ensure(matches!(code, Some(0 | 4)), || {
            format!("chain: the last rollback exits with {code:?}")
        });
        if code == Some(0) {
            self.count("a chain is put back");
        }
    }

    /// The runs with a readable log that are no rollbacks, oldest first: all of them are one chain.
    fn chain(&self) -> Vec<String> {
        let runs = self.machine.disk.runs().into_iter();
        runs.filter(|run| {
            self.history(run)
                .is_some_and(|history| history.header.kind != RunKind::Rollback)
        })
        .collect()
    }

    fn some_of_the_chain(&mut self) -> Option<String> {
        let chain = self.chain();
        let place = self.rng.usize(0..chain.len().max(1));
        chain.get(place).cloned()
    }

    async fn resume_some(&mut self) {
        let Some(run) = self.some_of_the_chain() else {
            return;
        };
        let (fate, again) = (self.fate(50), chance(&mut self.rng, 40));
        let mut words = vec!["apply", "--resume", &*run];
        words.extend(again.then_some("--again"));
        let ended = self.process(&words, fate, true).await;
        self.count("resumed");
        if let Ended::Exited { code, report, .. } = &ended {
            let told = format!("{report:?}");
            if told.contains("has put it back") {
                self.count("put back, and not written again unasked");
            } else if again && *code == 0 {
                self.count("written again");
            }
        }
    }

    async fn roll_some_back(&mut self) {
        if let Some(run) = self.some_of_the_chain() {
            let fate = self.fate(50);
            self.roll_back(&run, fate).await;
        }
    }

    /// Rolls a run back. What it claims by its exit code is so, and nothing of somebody else's is overwritten.
    async fn roll_back(&mut self, run: &str, fate: Fate) -> Option<i32> {
        let theirs: Vec<(&str, Held)> = self
            .ids()
            .map(|id| (id, self.held(id)))
            .filter(|(_, held)| held.webhooks.iter().any(|entry| entry.url == THEIRS))
            .collect();
        let words = ["rollback", run, "--auto-approve"];
        let ended = self.process(&words, fate, false).await;
        self.count("rolled back");
        for (id, before) in theirs {
            let now = self.held(id);
            self.ensure(now == before, || {
                format!("chain: {id} held {before:?} of somebody else, and holds {now:?}")
            });
        }
        let Ended::Exited { code, .. } = ended else {
            return None;
        };
        self.count(&format!("a rollback exits with {code}"));
        if code == 0 {
            for (id, before) in self.before_the_chain() {
                let now = self.held(id);
                self.ensure(now.agrees_with(&before), || {
                    format!("chain: all is said to be back, and {id} holds {now:?}, not {before:?}")
                });
            }
        }
        Some(code.into())
    }

    /// What each instance that the chain wrote held before it wrote it first.
    fn before_the_chain(&self) -> BTreeMap<&'static str, Held> {
        let world = self.machine.network.world();
        let before = self.ids().filter_map(|id| {
            let history = world.history(id);
            let first = history.iter().position(|version| version.by == By::Post)?;
            Some((id, Held::from(&history[first - 1].state).read()))
        });
        before.collect()
    }

    /// Somebody else writes.
    fn let_somebody_write(&mut self) {
        let ids: Vec<&str> = self.ids().collect();
        let id = ids[self.rng.usize(0..ids.len())];
        let mut world = self.machine.network.world();
        let mut webhooks = world.webhooks(id);
        webhooks.push(WebhookState {
            url: THEIRS.to_owned(),
            events: vec!["message".to_owned()],
            is_active: true,
            extra: Extra::default(),
        });
        world.set_webhooks(id, webhooks);
        drop(world);
        self.count("somebody else wrote in a chain");
    }

    /// Somebody without a token changes a log, with checksums that are right: no run relies on it.
    async fn forge_some(&mut self) {
        let Some(run) = self.some_of_the_chain() else {
            return;
        };
        let log = self.machine.disk.durable(&run);
        let text = String::from_utf8_lossy(&log).into_owned();
        let mut lines: Vec<String> = text
            .lines()
            .filter_map(|line| Some(line.split_once(' ')?.1.to_owned()))
            .collect();
        if lines.len() < 5 {
            return;
        }
        self.forge(&mut lines);
        let mut chain = Chain::default();
        let forged: String = lines.iter().map(|line| chain.line(line)).collect();
        if forged.as_bytes() == log {
            return;
        }
        let logs = self.machine.disk.runs();
        self.machine.disk.replace(&run, forged.into_bytes());
        let words = if chance(&mut self.rng, 50) {
            vec!["rollback", &*run, "--auto-approve"]
        } else {
            vec!["apply", "--resume", &*run]
        };
        let number = self.processes;
        self.processes += 1;
        let ended = self.machine.run(number, &words, Fate::NONE).await;
        let posts: Vec<String> = self.posts(number).collect();
        self.ensure(posts.is_empty(), || {
            format!("chain: a forged log writes {posts:?}")
        });
        if let Ended::Exited { code, .. } = ended {
            self.ensure(code != 0, || {
                format!("chain: a forged log is taken: {words:?}")
            });
            if code == 65 {
                self.count("a forged log is refused");
            }
        }
        assert_eq!(self.machine.disk.runs(), logs, "nothing was recorded");
        self.machine.disk.replace(&run, log);
    }

    /// Changes lines of a log, each without its checksum.
    fn forge(&mut self, lines: &mut Vec<String>) {
        // The last line may hold the end of the run.
        let last = lines.len() - 2;
        match self.rng.u8(0..7) {
            0 => lines.swap(last, last - 1),
            1 => {
                let line = lines[last].clone();
                lines.insert(last, line);
            }
            2 => drop(lines.remove(last - 1)),
            3 => lines[1] = without_digests(&lines[1]),
            4 => {
                let line = without_digests(&lines[1]);
                lines.insert(2, line);
            }
            5 => {
                // The records of an instance, where the run has an end.
                if lines.last().is_some_and(|line| line.contains("\"end\"")) {
                    lines.remove(last);
                } else {
                    lines.swap(last, last - 1);
                }
            }
            _ => {
                let (from, to) = one_of(
                    &mut self.rng,
                    &[
                        ("\"allow\":[]", "\"allow\":[\"removals\",\"empty\"]"),
                        ("\"weighed\":", "\"other\":1,\"weighed\":"),
                        ("\"tool\":\"", "\"tool\":\"9"),
                        ("\"sealed_to\":null", "\"sealed_to\":\"age1x\""),
                    ],
                );
                lines[0] = lines[0].replace(from, to);
            }
        }
    }
}

/// An approval of nothing, with the salt and the name of another one.
fn without_digests(line: &str) -> String {
    let mut approved: serde_json::Value = serde_json::from_str(line).unwrap();
    for part in ["digests", "macs"] {
        approved["records"][0]["approved"][part] = serde_json::json!({});
    }
    approved.to_string()
}
