//! A random manifest, its YAML, and what each of its instances wants by the rules of the design page.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use fastrand::Rng;
use hookfleet::webhook::percent_encoded;

use super::glob::{GLOBS, Glob, patterns};
use super::{EVENTS, IDS, STRANGER, SYSTEM_URL, URLS, chance, one_of, some_of};
use crate::simulation::model::Entry;

/// What the YAML says.
pub struct Manifest {
    pub yaml: String,
    pub instances: Vec<Instance>,
    pub safety: Safety,
}

/// The limits that the manifest sets.
pub struct Safety {
    pub max_removed_percent: u8,
    pub max_changed_percent: u8,
    pub allow_empty: bool,
}

/// One listed instance.
pub struct Instance {
    pub id: &'static str,
    /// The place of its credential among the accounts.
    pub account: usize,
    pub suspended: bool,
    /// What its lists and sets come to; `None` leaves what is live.
    pub wanted: Option<Vec<Entry>>,
    pub prune: Prune,
    pub ignore: Vec<Glob>,
    /// `None` keeps it.
    pub system: Option<SystemFields>,
}

/// What becomes of live webhooks that the manifest does not have.
pub enum Prune {
    Unwritten,
    All,
    Nothing,
    Matching(Vec<Glob>),
}

/// What is set of the system webhook.
pub struct SystemFields {
    pub is_active: Option<bool>,
    pub events: Option<BTreeSet<String>>,
}

/// A source of `secrets.s`.
#[derive(Clone, Copy)]
pub struct Source {
    /// The variable's name.
    pub variable: &'static str,
    /// What it holds.
    pub holds: &'static str,
    /// What of that counts.
    pub value: &'static str,
}

/// The sources of `secrets.s`: with one final line end, which never counts, and with what counts although it is odd.
pub const SOURCES: [Source; 6] = [
    source("S", "new", "new"),
    source("S_LINE", "new\n", "new"),
    source("S_CRLF", "new\r\n", "new"),
    source("S_LINES", "new\n\n", "new\n"),
    source("S_BLANKS", " new ", " new "),
    source("S_QUOTES", "\"new\"", "\"new\""),
];

const fn source(variable: &'static str, holds: &'static str, value: &'static str) -> Source {
    Source {
        variable,
        holds,
        value,
    }
}

impl Source {
    /// A URL of the table with this secret in it.
    fn fill(self, url: &str) -> String {
        url.replace("=new", &format!("={}", percent_encoded(self.value)))
    }

    /// The same as the manifest has it.
    fn template(self, url: &str) -> String {
        url.replace(&format!("={}", percent_encoded(self.value)), "=${secret.s}")
    }
}

impl Manifest {
    pub fn draw(rng: &mut Rng, instances: usize) -> Self {
        let has_secret = rng.bool();
        // What is drawn for it leaves the rest as it was.
        let source = one_of(&mut rng.clone(), &SOURCES);
        let secret = has_secret.then_some(source);
        let (sets, mut yaml) = header(rng, secret);
        let safety = Safety {
            max_removed_percent: one_of(rng, &[0, 30, 60, 100, 100]),
            max_changed_percent: one_of(rng, &[30, 100, 100, 100, 100]),
            allow_empty: chance(rng, 30),
        };
        write!(
            yaml,
            "safety: {{ max_removed_percent: {}, max_changed_percent: {}, allow_empty: {} }}\ninstances:",
            safety.max_removed_percent, safety.max_changed_percent, safety.allow_empty
        )
        .unwrap();
        let mut ids: Vec<&'static str> = IDS[..instances]
            .iter()
            .copied()
            .filter(|_| chance(rng, 90))
            .collect();
        if chance(rng, 4) {
            ids.push(STRANGER);
        }
        rng.shuffle(&mut ids);
        if ids.is_empty() {
            yaml.push_str(" []\n");
        } else {
            yaml.push('\n');
        }
        let instances = ids
            .into_iter()
            .map(|id| Instance::draw(rng, id, &sets, secret, &mut yaml))
            .collect();
        Self {
            yaml,
            instances,
            safety,
        }
    }
}

/// Everything above the instances. All sets say the same of one URL, as the rules ask for.
fn header(rng: &mut Rng, secret: Option<Source>) -> (Vec<Vec<Entry>>, String) {
    let table = draw_list(rng, 100, secret);
    let sets: Vec<Vec<Entry>> = (0..2).map(|_| some_of(rng, &table, 40)).collect();
    let mut yaml = format!(
        "version: 1\napi: {{ auth: {}, write: {}, concurrency: {}",
        one_of(rng, &["query", "header"]),
        one_of(rng, &["body", "query"]),
        rng.u32(1..=4)
    );
    if chance(rng, 20) {
        let rate = one_of(rng, &[1, 5, 50]);
        write!(yaml, ", max_requests_per_second: {rate}").unwrap();
    }
    let variable = secret.map_or("S", |source| source.variable);
    writeln!(
        yaml,
        " }}\ncredentials: {{ other: {{ env: OTHER }} }}\nsecrets: {{ s: {{ env: {variable} }} }}"
    )
    .unwrap();
    yaml.push_str("webhook_sets:\n");
    for (number, set) in sets.iter().enumerate() {
        writeln!(yaml, "  set{number}: {}", list(set, secret)).unwrap();
    }
    (sets, yaml)
}

/// One entry each for some of the URLs.
fn draw_list(rng: &mut Rng, percent: u8, secret: Option<Source>) -> Vec<Entry> {
    some_of(rng, &URLS, percent)
        .into_iter()
        .map(|url| Entry {
            url: secret.map_or_else(|| url.to_owned(), |source| source.fill(url)),
            events: draw_events(rng),
            is_active: chance(rng, 85),
            extra: Vec::new(),
        })
        .collect()
}

fn draw_events(rng: &mut Rng) -> BTreeSet<String> {
    if chance(rng, 50) {
        return BTreeSet::from(["message".to_owned()]);
    }
    let events = some_of(rng, &EVENTS, 45);
    events.into_iter().map(str::to_owned).collect()
}

impl Instance {
    fn draw(
        rng: &mut Rng,
        id: &'static str,
        sets: &[Vec<Entry>],
        secret: Option<Source>,
        yaml: &mut String,
    ) -> Self {
        write!(yaml, "  - {{ id: {id}").unwrap();
        let account = usize::from(IDS.iter().position(|known| *known == id) == Some(3))
            ^ usize::from(chance(rng, 3));
        if account == 1 {
            yaml.push_str(", credential: other");
        }
        let suspended = chance(rng, 8);
        if suspended {
            yaml.push_str(", suspend: true, reason: being ported");
        }
        let wanted = draw_wanted(rng, sets, secret, yaml);
        let is_wanted = |glob: &Glob| {
            let mut urls = wanted.iter().flatten().map(|entry| entry.url.as_str());
            urls.any(glob.matches)
        };
        let mut ignore = some_of(rng, &GLOBS, 30);
        ignore.retain(|glob| !is_wanted(glob));
        if !ignore.is_empty() {
            write!(yaml, ", ignore: {}", patterns(&ignore)).unwrap();
        }
        let prune = match rng.u8(0..10) {
            0..3 => Prune::Unwritten,
            3..6 => {
                yaml.push_str(", prune: true");
                Prune::All
            }
            6..8 => {
                yaml.push_str(", prune: false");
                Prune::Nothing
            }
            _ => {
                let globs = some_of(rng, &GLOBS, 50);
                write!(yaml, ", prune: {}", patterns(&globs)).unwrap();
                Prune::Matching(globs)
            }
        };
        let system = draw_system(rng, yaml);
        yaml.push_str(" }\n");
        Self {
            id,
            account,
            suspended,
            wanted,
            prune,
            ignore,
            system,
        }
    }
}

/// An own entry replaces a set's with the same URL; neither list nor sets leave what is live.
fn draw_wanted(
    rng: &mut Rng,
    sets: &[Vec<Entry>],
    secret: Option<Source>,
    yaml: &mut String,
) -> Option<Vec<Entry>> {
    if chance(rng, 8) {
        if rng.bool() {
            yaml.push_str(", webhooks: keep");
        }
        return None;
    }
    let mut own = match rng.u8(0..10) {
        0 => Vec::new(),
        1..7 => draw_list(rng, 25, secret),
        _ => draw_list(rng, 8, secret),
    };
    if chance(rng, 3) {
        let url = SYSTEM_URL.to_owned();
        own.push(Entry {
            url,
            events: draw_events(rng),
            is_active: true,
            extra: Vec::new(),
        });
    }
    let used: Vec<usize> = some_of(rng, &[0, 1], 30);
    if !used.is_empty() {
        let names: Vec<String> = used.iter().map(|number| format!("set{number}")).collect();
        write!(yaml, ", webhook_sets: [{}]", names.join(", ")).unwrap();
    }
    if used.is_empty() || !own.is_empty() || rng.bool() {
        write!(yaml, ", webhooks: {}", list(&own, secret)).unwrap();
    }
    for entry in used.iter().flat_map(|number| &sets[*number]) {
        if !own.iter().any(|known| known.url == entry.url) {
            own.push(entry.clone());
        }
    }
    Some(own)
}

fn draw_system(rng: &mut Rng, yaml: &mut String) -> Option<SystemFields> {
    if chance(rng, 70) {
        if rng.bool() {
            yaml.push_str(", system: keep");
        }
        return None;
    }
    let is_active = chance(rng, 60).then(|| chance(rng, 60));
    let events = (is_active.is_none() || rng.bool()).then(|| draw_events(rng));
    let mut fields = Vec::new();
    fields.extend(is_active.map(|flag| format!("is_active: {flag}")));
    fields.extend(events.iter().map(|set| format!("events: {}", names(set))));
    write!(yaml, ", system: {{ {} }}", fields.join(", ")).unwrap();
    Some(SystemFields { is_active, events })
}

fn names(events: &BTreeSet<String>) -> String {
    let names: Vec<&str> = events.iter().map(String::as_str).collect();
    format!("[{}]", names.join(", "))
}

fn list(entries: &[Entry], secret: Option<Source>) -> String {
    let entries = entries.iter().map(|entry| {
        let url = secret.map_or_else(|| entry.url.clone(), |source| source.template(&entry.url));
        let (events, flag) = (names(&entry.events), entry.is_active);
        format!("{{ url: '{url}', events: {events}, is_active: {flag} }}")
    });
    format!("[{}]", entries.collect::<Vec<_>>().join(", "))
}
