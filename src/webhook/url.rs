//! Webhook URLs that record the provenance of each byte.

use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::expose::ExposeUrl;
use super::parts::{self, Parts};
use crate::wawp;

/// The provenance of a stretch of a URL, which decides how it is redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    /// Written in the manifest: not redacted.
    Manifest,
    /// Filled in from `secrets.NAME`: always redacted.
    Secret(Arc<str>),
    /// Read from the API and not in the manifest: redacted by position.
    Live,
}

/// A stretch of a URL with one provenance; it ends (exclusively) at byte `end`.
#[derive(Clone)]
pub(super) struct Stretch {
    pub(super) end: usize,
    pub(super) from: Provenance,
}

/// A webhook URL: exact bytes, and the provenance of each.
///
/// It may carry secrets, so it has no `Display`, `Debug` or `Serialize`: renderers take its [redacted form](Self::redacted).
/// Code that needs its bytes imports [`ExposeUrl`], which no renderer may. Equality, order and hash use the bytes alone.
#[derive(Clone)]
pub struct HookUrl(Arc<Written>);

/// The data that all clones of a URL share.
struct Written {
    text: String,
    stretches: Vec<Stretch>,
}

impl HookUrl {
    /// Makes a URL of live state.
    pub fn live(text: impl Into<String>) -> Self {
        let text = text.into();
        let stretch = Stretch {
            end: text.len(),
            from: Provenance::Live,
        };
        Self(Arc::new(Written {
            stretches: Vec::from_iter((!text.is_empty()).then_some(stretch)),
            text,
        }))
    }

    /// Joins pieces, left to right.
    pub fn from_pieces(pieces: impl IntoIterator<Item = (impl AsRef<str>, Provenance)>) -> Self {
        let mut text = String::new();
        let mut stretches: Vec<Stretch> = Vec::new();
        for (piece, from) in pieces {
            text.push_str(piece.as_ref());
            let end = text.len();
            match stretches.last_mut() {
                Some(last) if last.from == from => last.end = end,
                _ => stretches.push(Stretch { end, from }),
            }
        }
        Self(Arc::new(Written { text, stretches }))
    }

    /// The bytes.
    pub(super) fn text(&self) -> &str {
        &self.0.text
    }

    /// The ranges of the parts; `None` when this is not an http(s) URL, which live state may hold.
    pub fn parts(&self) -> Option<Parts> {
        parts::split(self.text())
    }

    /// Whether it delivers to the vendor, as the system webhook does; its path then ends in a token.
    pub fn is_vendors(&self) -> bool {
        let host = self.host().unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        wawp::is_vendors_host(name)
    }

    /// Iterates over the stretches inside `range`, cut to it.
    pub(crate) fn stretches_in(
        &self,
        range: Range<usize>,
    ) -> impl Iterator<Item = (Range<usize>, &Provenance)> {
        let mut start = 0;
        self.0.stretches.iter().filter_map(move |stretch| {
            let own = start.max(range.start)..stretch.end.min(range.end);
            start = stretch.end;
            (own.start < own.end).then_some((own, &stretch.from))
        })
    }

    /// The names of the secrets in `range`, each once.
    pub fn secrets_in(&self, range: Range<usize>) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for (_, from) in self.stretches_in(range) {
            if let Provenance::Secret(name) = from
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// The whole stretch of the secret that holds byte `at`.
    pub(super) fn secret_around(&self, at: usize) -> Option<Range<usize>> {
        let mut all = self.stretches_in(0..self.text().len());
        let found = all.find(|(range, _)| range.contains(&at));
        let (range, from) = found?;
        matches!(from, Provenance::Secret(_)).then_some(range)
    }

    /// This live URL with the provenance of `wanted` for every part that both have.
    ///
    /// A diff then redacts only parts that the manifest does not have. Only whole parts count: scheme, userinfo,
    /// authority, path, each `key=value` of the query, fragment. One whose authority is not plainly one has no parts.
    #[must_use]
    pub fn explained_by(&self, wanted: &Self) -> Self {
        if self == wanted {
            return wanted.clone();
        }
        let (Some(own), Some(theirs)) = (self.plain_parts(), wanted.parts()) else {
            return self.clone();
        };
        let mut known: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let mut pair = |mine: Option<Range<usize>>, other: Option<Range<usize>>| {
            if let (Some(mine), Some(other)) = (mine, other)
                && self.text()[mine.clone()] == wanted.text()[other.clone()]
            {
                known.push((mine, other));
            }
        };
        pair(Some(own.scheme), Some(theirs.scheme));
        pair(own.userinfo, theirs.userinfo);
        pair(Some(own.authority), Some(theirs.authority));
        pair(Some(own.path), Some(theirs.path));
        if let (Some(mine), Some(other)) = (own.query, theirs.query) {
            // One to one, by key: of many items with one key, each could be a guess.
            let mut others = items_by_key(wanted.text(), other);
            for item in parts::between(self.text(), mine, &['&']) {
                let (key, _) = parts::key_and_value(self.text(), item.clone());
                let same = others.get_mut(&self.text()[key]);
                pair(Some(item), same.and_then(VecDeque::pop_front));
            }
        }
        pair(own.fragment, theirs.fragment);
        self.with_provenance_of(wanted, &known)
    }

    /// Copies provenance from `other`; `known` pairs ranges of this URL, ascending, with equal ranges of `other`.
    fn with_provenance_of(&self, other: &Self, known: &[(Range<usize>, Range<usize>)]) -> Self {
        let mut pieces: Vec<(&str, Provenance)> = Vec::new();
        let mut done = 0;
        for (mine, theirs) in known {
            pieces.push((&self.text()[done..mine.start], Provenance::Live));
            for (range, from) in other.stretches_in(theirs.clone()) {
                pieces.push((&other.text()[range], from.clone()));
            }
            done = mine.end;
        }
        pieces.push((&self.text()[done..], Provenance::Live));
        Self::from_pieces(pieces.into_iter().filter(|(piece, _)| !piece.is_empty()))
    }
}

/// The items of a query by their keys, in their order.
fn items_by_key(text: &str, query: Range<usize>) -> HashMap<&str, VecDeque<Range<usize>>> {
    let mut items: HashMap<&str, VecDeque<Range<usize>>> = HashMap::new();
    for item in parts::between(text, query, &['&']) {
        let (key, _) = parts::key_and_value(text, item.clone());
        items.entry(&text[key]).or_default().push_back(item);
    }
    items
}

impl PartialEq for HookUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for HookUrl {}

impl PartialOrd for HookUrl {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for HookUrl {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text().cmp(other.text())
    }
}

impl Hash for HookUrl {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}
