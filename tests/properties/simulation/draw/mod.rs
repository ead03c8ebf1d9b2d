//! Everything of one schedule, drawn from one seed: the world, the manifest, what goes wrong, who else writes.

pub mod fault;
pub mod glob;
pub mod manifest;
pub mod meddling;
pub mod world;

use std::time::Duration;

use fastrand::Rng;
use hookfleet::plan::Guard;

use manifest::Manifest;
use meddling::{Meddling, Moment};
use world::WorldDraft;

/// The instances that a world may have.
pub const IDS: [&str; 4] = [
    "8D30ABB1E6DA",
    "1F20CC41A9B3",
    "2A31DD52BAC4",
    "3B42EE63CBD5",
];
/// An instance that no world has, and a manifest may list.
pub const STRANGER: &str = "9F99FF99FF99";
/// The tokens of the accounts, and what they are rotated to.
pub const TOKENS: [[&str; 2]; 2] = [["t0ken", "t0ken-two"], ["0ther", "0ther-two"]];
/// The system webhook's URL.
pub const SYSTEM_URL: &str = "https://app.wawp.net/api/webhook/x";
/// Few enough for overlaps; some differ in nothing but a secret, a query or the spelling, one delivers to the vendor.
pub const URLS: [&str; 12] = [
    "https://a.example/x?secret=new",
    "https://a.example/x?secret=old",
    "https://a.example/x",
    "https://b.example/y?secret=old",
    "https://b.example/y?secret=new",
    "https://b.example/y?team=a",
    "https://b.example/y?team=b",
    "https://C.example:443/z",
    "https://c.example/z",
    "https://c.example/z/deep",
    "https://t1.ngrok.app/in?k=1",
    "https://app.wawp.net/custom",
];
/// A URL that a server with a form of its own stores otherwise; no manifest wants it.
pub const ODD_URL: &str = "https://D.example";
/// Event names.
pub const EVENTS: [&str; 4] = ["message", "message.ack", "call.received", "poll.vote"];

/// One whole schedule.
pub struct Schedule {
    pub seed: u64,
    pub world: WorldDraft,
    pub manifest: Manifest,
    pub meddlings: Vec<Meddling>,
    /// Which account's token is rotated, and when.
    pub rotation: Option<(usize, Moment)>,
    /// Which requests of which instance find no connection.
    pub unreached: Vec<(usize, u32)>,
    /// The percentage of the connections that something between client and server closes.
    pub closes: u8,
    /// How often what passes by itself is sent again.
    pub retries: u32,
    /// The guards that are switched off.
    pub allowed: Vec<Guard>,
    /// How long the approval takes.
    pub approval: Duration,
}

impl Schedule {
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let rng = &mut rng;
        // From nothing going wrong to nearly everything.
        let mood = one_of(rng, &[0, 1, 2, 2, 3, 4, 6]);
        let world = WorldDraft::draw(rng, mood);
        let count = world.instances.len();
        let meddlings = if chance(rng, 50) { rng.usize(1..=3) } else { 0 };
        let guards = [
            Guard::Prune,
            Guard::Empty,
            Guard::Removals,
            Guard::Changes,
            Guard::SystemOff,
            Guard::Masked,
        ];
        let manifest = Manifest::draw(rng, count);
        Self {
            seed,
            meddlings: (0..meddlings)
                .map(|_| Meddling::draw(rng, count, &manifest))
                .collect(),
            manifest,
            rotation: chance(rng, 6).then(|| (usize::from(chance(rng, 25)), Moment::draw(rng))),
            unreached: match mood {
                0 => Vec::new(),
                _ => (0..rng.usize(0..3))
                    .map(|_| (rng.usize(0..count), rng.u32(1..8)))
                    .collect(),
            },
            closes: match mood {
                0 | 1 => 0,
                _ => one_of(rng, &[0, 0, 0, 10, 30]),
            },
            retries: rng.u32(0..=4),
            allowed: some_of(rng, &guards, 55),
            approval: Duration::from_millis(one_of(rng, &[0, 0, 0, 3_000, 60_000])),
            world,
        }
    }

    /// How long the `nth` request of an instance takes there and back again, in milliseconds.
    pub fn latency(&self, instance: &str, nth: u32) -> [u64; 2] {
        let mut rng = self.chance_of(instance, nth);
        [rng.u64(0..40), rng.u64(0..40)]
    }

    /// Whether the connection of the `nth` request of an instance is closed, and on which way.
    pub fn closing(&self, instance: &str, nth: u32) -> Option<Way> {
        let mut rng = self.chance_of(instance, nth);
        let way = one_of(&mut rng, &[Way::There, Way::Back]);
        chance(&mut rng, self.closes).then_some(way)
    }

    fn chance_of(&self, instance: &str, nth: u32) -> Rng {
        let text = format!("{}/{instance}/{nth}", self.seed);
        Rng::with_seed(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }
}

/// The way of a request, and that of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    There,
    Back,
}

/// Whether something of that many percent happens.
pub fn chance(rng: &mut Rng, percent: u8) -> bool {
    rng.u8(0..100) < percent
}

/// One of several.
pub fn one_of<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(0..all.len())]
}

/// Each with that many percent.
pub fn some_of<T: Clone>(rng: &mut Rng, all: &[T], percent: u8) -> Vec<T> {
    let some = all.iter().filter(|_| chance(rng, percent));
    some.cloned().collect()
}
