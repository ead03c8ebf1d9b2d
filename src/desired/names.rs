//! The names that a manifest defines, their values, and which of them are used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::manifest::shape::{Secret, Source};
use crate::manifest::{
    Code, Findings, Located, LocatedText, Location, Reveal, did_you_mean, foreign_sign, quoted_id,
    quoted_word, reveal,
};

/// The largest number of defined names in a message.
const SOME: usize = 10;

/// The defined credentials.
pub(super) type CredentialDefinitions<'a> = Definitions<&'a Located<Source>>;
/// The defined secrets.
pub(super) type SecretDefinitions<'a> = Definitions<&'a Secret>;

/// The defined names of one kind, and which of them are used.
pub(super) struct Definitions<T> {
    kind: &'static str,
    known: BTreeMap<Arc<str>, (Location, T)>,
    used: BTreeSet<Arc<str>>,
    /// Names with invalid values: their use is not another finding.
    broken: BTreeSet<Arc<str>>,
}

impl<'a, T: 'a> Definitions<&'a T> {
    pub(super) fn new(
        kind: &'static str,
        entries: impl Iterator<Item = &'a (LocatedText, T)>,
        findings: &mut Findings,
    ) -> Self {
        let mut known: BTreeMap<Arc<str>, (Location, &'a T)> = BTreeMap::new();
        for (name, value) in entries {
            if let Some((first, _)) = known.get(&name.value) {
                let message = format!(
                    "{kind} {} is defined twice, first at {}; rename or remove one",
                    quoted_id(&name.value),
                    first.origin
                );
                findings.add(Code::DuplicateName, &name.place, Reveal::Text, message);
            } else {
                known.insert(name.value.clone(), (name.place.clone(), value));
            }
        }
        Self {
            kind,
            known,
            used: BTreeSet::new(),
            broken: BTreeSet::new(),
        }
    }
}

impl<T> Definitions<T> {
    /// Sets the names with invalid values.
    pub(super) fn with_broken<'b>(mut self, broken: impl Iterator<Item = &'b Arc<str>>) -> Self {
        self.broken.extend(broken.cloned());
        self
    }

    /// Iterates over names and values, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &T)> {
        self.known.iter().map(|(name, (_, value))| (name, value))
    }

    /// Marks `name` as used and returns its value; adds a finding at `place` when there is none.
    pub(super) fn get(
        &mut self,
        name: &str,
        place: &Location,
        findings: &mut Findings,
    ) -> Option<&T> {
        if let Some((known, (_, value))) = self.known.get_key_value(name) {
            self.used.insert(known.clone());
            return Some(value);
        }
        if self.broken.contains(name) {
            return None;
        }
        let kind = self.kind;
        let near = self.near(name, findings);
        if reveal(name) == Reveal::Nothing && (near.is_none() || name.is_ascii()) {
            let message = format!(
                "{kind} takes a name from `{}`, and this looks like a token itself; move it to a source",
                self.section()
            );
            findings.add(Code::LiteralSecret, place, Reveal::Nothing, message);
            return None;
        }
        let advice = match near {
            Some(near) => did_you_mean(name, near),
            None => self.advice(name),
        };
        let message = format!("unknown {kind} {}; {advice}", quoted_word(name));
        let reveal = match reveal(name) {
            Reveal::Nothing => Reveal::Nothing,
            _ => Reveal::Url,
        };
        findings.add(Code::UnknownReference, place, reveal, message);
        None
    }

    /// The known name nearest to an unknown one.
    fn near<'n>(&'n self, name: &str, findings: &Findings) -> Option<&'n str> {
        // The credential that exists without being written.
        let default = (self.kind == "credential").then_some("default");
        let names = self.known.keys().map(AsRef::as_ref);
        findings.suggest(name, names.chain(default))
    }

    /// The advice for an unknown name without a near one.
    fn advice(&self, name: &str) -> String {
        if let Some(sign) = foreign_sign(name) {
            return sign;
        }
        if self.known.is_empty() && self.kind == "credential" {
            return "only `default` exists; add it under `credentials`".to_owned();
        }
        if self.known.is_empty() {
            let section = self.section();
            return format!("no {} is defined; add it under `{section}`", self.kind);
        }
        let some: Vec<&str> = self.known.keys().take(SOME).map(AsRef::as_ref).collect();
        let more = if self.known.len() > SOME { ", …" } else { "" };
        format!("defined are {}{more}", some.join(", "))
    }

    /// Marks a name as used.
    pub(super) fn mark_used(&mut self, name: &str) {
        if let Some((known, _)) = self.known.get_key_value(name) {
            self.used.insert(known.clone());
        }
    }

    fn section(&self) -> String {
        format!("{}s", self.kind.replace(' ', "_"))
    }

    /// Iterates over the unused values.
    pub(super) fn unused_values(&self) -> impl Iterator<Item = &T> {
        self.unused().map(|(_, (_, value))| value)
    }

    /// Reports unused names.
    pub(super) fn check_used(&self, findings: &mut Findings) {
        for (name, (place, _)) in self.unused() {
            let (kind, name) = (self.kind, quoted_id(name));
            let message = format!("{kind} {name} is used nowhere; remove it, or use it");
            findings.add(Code::Unused, place, Reveal::Text, message);
        }
    }

    fn unused(&self) -> impl Iterator<Item = (&Arc<str>, &(Location, T))> {
        let known = self.known.iter();
        known.filter(|(name, _)| !self.used.contains(*name))
    }
}
