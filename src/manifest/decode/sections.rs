//! Decodes the sections `api`, `safety`, `credentials` and `secrets`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::manifest::fields::{Decoder, Fields};
use crate::manifest::shape::{
    Api, Authentication, Concurrency, NamedEntries, Safety, Secret, Source, WriteVia,
};
use crate::manifest::tree::{Node, ValueKind};
use crate::manifest::{Code, Located, LocatedText, Reveal};

/// The keys of a source.
const SOURCES: [&str; 3] = ["env", "file", "command"];

impl Decoder<'_> {
    pub(super) fn api(&mut self, node: Node) -> Api {
        let known = ["auth", "write", "concurrency", "max_requests_per_second"];
        let Some(mut fields) = self.fields(node, "api", &known) else {
            return Api::default();
        };
        let auth = [
            ("query", Authentication::Query),
            ("header", Authentication::Header),
        ];
        let write = [("body", WriteVia::Body), ("query", WriteVia::Query)];
        Api {
            auth: self.optional(&mut fields, "auth", |decoder, node, key| {
                decoder.word(node, key, "query or header", &auth)
            }),
            write: self.optional(&mut fields, "write", |decoder, node, key| {
                decoder.word(node, key, "body or query", &write)
            }),
            concurrency: self.optional(&mut fields, "concurrency", Self::concurrency),
            max_requests_per_second: self.optional(
                &mut fields,
                "max_requests_per_second",
                |decoder, node, key| decoder.number(node, key, 1..=100_000),
            ),
        }
    }

    fn concurrency(&mut self, node: Node, what: &str) -> Option<Concurrency> {
        if node.value.kind() == ValueKind::Text {
            let expected = "auto or a whole number from 1 to 1024";
            return self.word(node, what, expected, &[("auto", Concurrency::Auto)]);
        }
        self.number(node, what, 1..=1024).map(Concurrency::Exactly)
    }

    pub(super) fn safety(&mut self, node: Node) -> Safety {
        let known = ["max_removed_percent", "max_changed_percent", "allow_empty"];
        let Some(mut fields) = self.fields(node, "safety", &known) else {
            return Safety::default();
        };
        Safety {
            max_removed_percent: self.optional(&mut fields, "max_removed_percent", Self::percent),
            max_changed_percent: self.optional(&mut fields, "max_changed_percent", Self::percent),
            allow_empty: self.optional(&mut fields, "allow_empty", Self::boolean),
        }
    }

    fn percent(&mut self, node: Node, what: &str) -> Option<u8> {
        self.number(node, what, 0..=100)
    }

    /// Decodes secrets; names of invalid ones go to `broken`.
    pub(super) fn secrets(
        &mut self,
        node: Option<Node>,
        broken: &mut BTreeSet<Arc<str>>,
    ) -> NamedEntries<Secret> {
        let mut secrets = Vec::new();
        for (name, node) in self.map(node, "secrets") {
            match self.secret(node) {
                Some(secret) => secrets.push((name, secret)),
                None => {
                    broken.insert(name.value);
                }
            }
        }
        secrets
    }

    /// Decodes the sources of a section; names of invalid ones go to `broken`.
    pub(super) fn sources(
        &mut self,
        node: Option<Node>,
        section: &'static str,
        broken: &mut BTreeSet<Arc<str>>,
    ) -> NamedEntries<Located<Source>> {
        let mut sources = Vec::new();
        for (name, node) in self.map(node, section) {
            match self.source(node, section, &SOURCES) {
                Some((source, _)) => sources.push((name, source)),
                None => {
                    broken.insert(name.value);
                }
            }
        }
        sources
    }

    fn secret(&mut self, node: Node) -> Option<Secret> {
        let known = [&SOURCES[..], &["hosts"]].concat();
        let (source, mut fields) = self.source(node, "secrets", &known)?;
        let hosts = match fields.take("hosts") {
            Some(node) => Some(self.hosts(node)?),
            None => None,
        };
        Some(Secret { source, hosts })
    }

    fn hosts(&mut self, node: Node) -> Option<Vec<LocatedText>> {
        let span = node.span;
        let entries = self.list(node, "hosts")?;
        if entries.is_empty() {
            let message = "hosts is empty, so the secret may go nowhere; name its hosts, or leave the key out if it may go anywhere";
            self.add(Code::InvalidValue, span, Reveal::Nothing, message);
            return None;
        }
        let entries = entries.into_iter();
        let hosts: Vec<_> = entries.map(|node| self.string(node, "a host")).collect();
        hosts.into_iter().collect()
    }

    /// Decodes a source, and returns what else it has of the `known` keys.
    fn source(
        &mut self,
        node: Node,
        section: &'static str,
        known: &[&str],
    ) -> Option<(Located<Source>, Fields)> {
        if matches!(
            node.value.kind(),
            ValueKind::Text | ValueKind::Number | ValueKind::Bool(_)
        ) {
            let message = format!(
                "a value may not stand in the manifest's {section}; say where it comes from: {{ env: NAME }}, {{ file: PATH }} or {{ command: [PROGRAM, …] }}"
            );
            self.add(Code::LiteralSecret, node.span, Reveal::Nothing, message);
            return None;
        }
        let span = node.span;
        let mut fields = self.fields(node, "a source", known)?;
        let nodes = SOURCES.map(|key| fields.take(key));
        let given = nodes.iter().flatten().count();
        if given == 0 && fields.has_unknown {
            return None;
        }
        if given != 1 {
            let found = if given == 0 { "none" } else { "several" };
            let message =
                format!("a source has exactly one of env, file and command; this has {found}");
            self.add(Code::InvalidValue, span, Reveal::Nothing, message);
            return None;
        }
        let source = match nodes {
            [Some(node), ..] => self.variable(node),
            [_, Some(node), _] => Some(self.string(node, "file")?.map(Source::File)),
            [.., node] => self.command(node?),
        };
        Some((source?, fields))
    }

    fn variable(&mut self, node: Node) -> Option<Located<Source>> {
        let name = self.string(node, "env")?;
        if !is_variable_name(&name.value) {
            let message = "env takes the name of an environment variable (letters, digits and `_`, without `$`), not a value";
            self.findings
                .add(Code::LiteralSecret, &name.place, Reveal::Nothing, message);
            return None;
        }
        Some(name.map(Source::Env))
    }

    fn command(&mut self, node: Node) -> Option<Located<Source>> {
        let span = node.span;
        let words = self.list(node, "command")?;
        let words = words
            .into_iter()
            .filter_map(|word| Some(self.own_text(word, "a word of command")?.value));
        let words: Vec<Arc<str>> = words.collect();
        if words.is_empty() {
            let message = "command is empty; write [PROGRAM, ARGUMENT, …]";
            self.add(Code::InvalidValue, span, Reveal::Nothing, message);
            return None;
        }
        Some(self.located(span, Source::Command(words)))
    }
}

/// Whether a text is the name of an environment variable.
pub(crate) fn is_variable_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        && !text.starts_with(|c: char| c.is_ascii_digit())
}
