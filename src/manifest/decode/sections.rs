//! The sections beside instances: how to talk to the API, the guards' limits, and where secrets come from.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::manifest::fields::Reader;
use crate::manifest::finding::{Code, Reveal};
use crate::manifest::location::Located;
use crate::manifest::shape::{Api, Authentication, Concurrency, Named, Safety, Source, WriteVia};
use crate::manifest::tree::{Kind, Node};

impl Reader<'_> {
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
            auth: fields
                .take("auth")
                .and_then(|node| self.word(node, "auth", "query or header", &auth)),
            write: fields
                .take("write")
                .and_then(|node| self.word(node, "write", "body or query", &write)),
            concurrency: fields
                .take("concurrency")
                .and_then(|node| match node.value.kind() {
                    Kind::Text => self.word(
                        node,
                        "concurrency",
                        "auto or a whole number from 1 to 1024",
                        &[("auto", Concurrency::Auto)],
                    ),
                    _ => self
                        .number(&node, "concurrency", 1..=1024)
                        .map(Concurrency::Exactly),
                }),
            max_requests_per_second: fields
                .take("max_requests_per_second")
                .and_then(|node| self.number(&node, "max_requests_per_second", 1..=100_000)),
        }
    }

    pub(super) fn safety(&mut self, node: Node) -> Safety {
        let known = ["max_removed_percent", "max_changed_percent", "allow_empty"];
        let mut fields = self.fields(node, "safety", &known);
        let mut take = |key| fields.as_mut().and_then(|fields| fields.take(key));
        Safety {
            max_removed_percent: take("max_removed_percent")
                .and_then(|node| self.number(&node, "max_removed_percent", 0..=100)),
            max_changed_percent: take("max_changed_percent")
                .and_then(|node| self.number(&node, "max_changed_percent", 0..=100)),
            allow_empty: take("allow_empty").and_then(|node| self.boolean(&node, "allow_empty")),
        }
    }

    /// The sources of a section; names of those that can't be used go to `broken`.
    pub(super) fn sources(
        &mut self,
        node: Node,
        section: &'static str,
        broken: &mut BTreeSet<Arc<str>>,
    ) -> Named<Source> {
        let mut sources = Vec::new();
        for (name, node) in self.map(node, section) {
            match self.source(node, section) {
                Some(source) => sources.push((name, source)),
                None => {
                    broken.insert(name.value);
                }
            }
        }
        Named(sources)
    }

    fn source(&mut self, node: Node, section: &'static str) -> Option<Source> {
        if matches!(node.value.kind(), Kind::Text | Kind::Number | Kind::Bool(_)) {
            let message = format!(
                "a value may not stand in the manifest's {section}; say where it comes from: {{ env: NAME }}, {{ file: PATH }} or {{ command: [PROGRAM, …] }}"
            );
            self.add(Code::LiteralSecret, node.span, Reveal::Nothing, message);
            return None;
        }
        let span = node.span;
        let mut fields = self.fields(node, "a source", &["env", "file", "command"])?;
        let nodes = ["env", "file", "command"].map(|key| fields.take(key));
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
        match nodes {
            [Some(node), ..] => self.variable(node),
            [_, Some(node), _] => self.string(node, "file").map(Source::File),
            [.., node] => self.command(node?),
        }
    }

    fn variable(&mut self, node: Node) -> Option<Source> {
        let name = self.string(node, "env")?;
        let is_name = is_variable_name(&name.value);
        if !is_name {
            let message = "env takes the name of an environment variable (letters, digits and `_`, without `$`), not a value";
            self.findings
                .add(Code::LiteralSecret, &name.place, Reveal::Nothing, message);
        }
        is_name.then_some(Source::Env(name))
    }

    fn command(&mut self, node: Node) -> Option<Source> {
        let place = self.place(node.span);
        let words = self.list(node, "command")?;
        let words: Vec<Arc<str>> = words
            .into_iter()
            .filter_map(|word| Some(self.own_text(word, "a word of command")?.value))
            .collect();
        if words.is_empty() {
            self.findings.add(
                Code::InvalidValue,
                &place,
                Reveal::Nothing,
                "command is empty; write [PROGRAM, ARGUMENT, …]",
            );
            return None;
        }
        Some(Source::Command(Located {
            value: words,
            place,
        }))
    }
}

/// Whether a text is the name of an environment variable: it is taken exactly as it is written.
pub(crate) fn is_variable_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        && !text.starts_with(|c: char| c.is_ascii_digit())
}
