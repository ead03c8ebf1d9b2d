//! Which live entry each wanted one is, by the steps of the design page, written a second time.

use crate::simulation::draw::manifest::{Instance, Prune};
use crate::simulation::model::Entry;

/// The pairs of one instance.
pub struct Pairing {
    /// The live entry that each wanted one is.
    pub sources: Vec<Option<usize>>,
    /// The live entries that another webhook takes the place of.
    pub replaced: Vec<usize>,
}

/// A step: what two URLs have in common, and whether the one takes the other's place.
struct Step {
    key: fn(&str) -> String,
    replaces: bool,
}

const STEPS: [Step; 4] = [
    Step {
        key: |url| masked(&normal(url)),
        replaces: false,
    },
    Step {
        key: normal,
        replaces: false,
    },
    Step {
        key: |url| normal(url).split(['?', '#']).take(1).collect(),
        replaces: true,
    },
    Step {
        key: |url| normal(url).split('/').take(3).collect(),
        replaces: true,
    },
];

impl Pairing {
    pub fn of(instance: &Instance, wanted: &[Entry], live: &[Entry]) -> Self {
        let by_url = |own: &Entry| {
            live.iter()
                .position(|entry| !is_ignored(instance, entry) && entry.url == own.url)
        };
        let mut pairing = Self {
            sources: wanted.iter().map(by_url).collect(),
            replaced: Vec::new(),
        };
        let is_managed = |entry: &Entry| wanted.iter().any(|own| own.url == entry.url);
        for step in STEPS {
            let is_open = |(index, entry): &(usize, &Entry)| {
                let is_candidate = !step.replaces || is_pruned(instance, entry);
                is_candidate
                    && !is_ignored(instance, entry)
                    && !is_managed(entry)
                    && !pairing.sources.contains(&Some(*index))
            };
            let candidates: Vec<(usize, &Entry)> =
                live.iter().enumerate().filter(is_open).collect();
            let open = wanted.iter().enumerate();
            let open: Vec<(usize, &Entry)> = open
                .filter(|(at, _)| pairing.sources[*at].is_none())
                .collect();
            for (at, own) in &open {
                let is_alike =
                    |(_, other): &&(usize, &Entry)| (step.key)(&other.url) == (step.key)(&own.url);
                let alike: Vec<_> = candidates.iter().filter(is_alike).collect();
                if let [(index, _)] = alike.as_slice()
                    && open.iter().filter(is_alike).count() == 1
                {
                    pairing.sources[*at] = Some(*index);
                    pairing.replaced.extend(step.replaces.then_some(*index));
                }
            }
        }
        pairing
    }
}

pub fn is_ignored(instance: &Instance, entry: &Entry) -> bool {
    let mut globs = instance.ignore.iter();
    globs.any(|glob| (glob.matches)(&entry.url))
}

/// Whether a write removes it where the manifest does not have it.
pub fn is_pruned(instance: &Instance, entry: &Entry) -> bool {
    match &instance.prune {
        Prune::Unwritten | Prune::All => true,
        Prune::Nothing => false,
        Prune::Matching(globs) => globs.iter().any(|glob| (glob.matches)(&entry.url)),
    }
}

/// One spelling for all: of the URLs here only the host's case and the port vary.
fn normal(url: &str) -> String {
    url.replace("https://C.example:443/", "https://c.example/")
}

/// Without the value of the key that is secret by name.
fn masked(url: &str) -> String {
    match url.split_once("?secret=") {
        Some((address, _)) => format!("{address}?secret=***"),
        None => url.to_owned(),
    }
}
