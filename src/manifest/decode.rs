//! From a file's bytes to what it says: every finding at once, and every value with its place.

use std::sync::Arc;

use super::SourceFile;
use super::document::{
    Api, Authentication, Concurrency, Instance, Manifest, Named, Prune, Safety, Settings, Source,
    System, SystemFields, Webhook, Webhooks, WriteVia,
};
use super::fields::{Fields, Reader};
use super::finding::{Code, Findings, Reveal};
use super::parse::parse;
use super::place::{Located, Place};
use super::quote::{quoted, reveal};
use super::tree::{Kind, Node, Value};
use crate::webhook::events::KNOWN_EVENTS;

/// What every document of `file` says, as far as it can be read; what is wrong with it goes to `findings`.
pub fn decode(file: &SourceFile, findings: &mut Findings) -> Vec<Manifest> {
    let mut documents = parse(file, findings);
    let several = documents.len() > 1;
    // A trailing `---` makes an empty document.
    documents.retain(|node| !(several && node.value.kind() == Kind::Null));
    if documents.is_empty() && findings.errors() == 0 {
        let origin = super::place::Origin {
            file: file.name.clone(),
            line: 1,
            column: 1,
        };
        let message = "the file is empty; a manifest starts with `version: 1`";
        findings.add(
            Code::Syntax,
            &Place {
                origin,
                start: 0,
                end: 0,
            },
            Reveal::Nothing,
            message,
        );
    }
    let mut reader = Reader {
        file: file.name.clone(),
        findings,
    };
    documents
        .into_iter()
        .filter_map(|node| reader.manifest(node))
        .collect()
}

const SETTINGS: [&str; 6] = [
    "credential",
    "prune",
    "ignore",
    "system",
    "webhook_sets",
    "webhooks",
];

impl Reader<'_> {
    fn manifest(&mut self, node: Node) -> Option<Manifest> {
        let known = [
            "version",
            "api",
            "credentials",
            "secrets",
            "webhook_sets",
            "defaults",
            "safety",
            "instances",
        ];
        let mut fields = self.fields(node, "the manifest", &known)?;
        self.version(&mut fields);
        Some(Manifest {
            version: (),
            api: fields.take("api").map(|node| self.located(node, Self::api)),
            credentials: fields
                .take("credentials")
                .map(|node| self.sources(node, "credentials"))
                .unwrap_or_default(),
            secrets: fields
                .take("secrets")
                .map(|node| self.sources(node, "secrets"))
                .unwrap_or_default(),
            webhook_sets: fields
                .take("webhook_sets")
                .map(|node| self.webhook_sets(node))
                .unwrap_or_default(),
            defaults: fields.take("defaults").map(|node| {
                self.located(node, |reader, node| {
                    reader
                        .fields(node, "defaults", &SETTINGS)
                        .map(|mut fields| reader.settings(&mut fields))
                        .unwrap_or_default()
                })
            }),
            safety: fields
                .take("safety")
                .map(|node| self.located(node, Self::safety)),
            instances: fields
                .take("instances")
                .map(|node| self.instances(node))
                .unwrap_or_default(),
        })
    }

    fn located<T>(&mut self, node: Node, read: impl FnOnce(&mut Self, Node) -> T) -> Located<T> {
        let place = self.place(node.span);
        Located {
            value: read(self, node),
            place,
        }
    }

    fn version(&mut self, fields: &mut Fields) {
        let Some(node) = fields.take("version") else {
            self.missing(fields, "version");
            return;
        };
        match &node.value {
            Value::Scalar { text, plain: true } if &**text == "1" => {}
            Value::Scalar { text, plain: true } if node.value.kind() == Kind::Number => {
                let message =
                    format!("version {text} is not known; this hookfleet reads version 1");
                self.add(Code::UnsupportedVersion, node.span, Reveal::Text, message);
            }
            _ => self.wrong_type(&node, "version", "the number 1"),
        }
    }

    fn api(&mut self, node: Node) -> Api {
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

    fn safety(&mut self, node: Node) -> Safety {
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

    fn sources(&mut self, node: Node, section: &'static str) -> Named<Source> {
        let entries = self.map(node, section);
        Named(
            entries
                .into_iter()
                .filter_map(|(name, node)| Some((name, self.source(node, section)?)))
                .collect(),
        )
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
        let is_name = name
            .value
            .chars()
            .all(|c| c == '_' || c.is_ascii_alphanumeric())
            && !name.value.starts_with(|c: char| c.is_ascii_digit());
        if !is_name {
            let message = "env takes the name of an environment variable (letters, digits and `_`), not a value";
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

    fn webhook_sets(&mut self, node: Node) -> Named<Vec<Webhook>> {
        let entries = self.map(node, "webhook_sets");
        Named(
            entries
                .into_iter()
                .map(|(name, node)| (name, self.webhook_list(node, "a webhook set")))
                .collect(),
        )
    }

    fn webhook_list(&mut self, node: Node, what: &str) -> Vec<Webhook> {
        let items = self.list(node, what).unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| self.webhook(item))
            .collect()
    }

    fn webhook(&mut self, node: Node) -> Option<Webhook> {
        let mut fields = self.fields(node, "a webhook", &["url", "events", "is_active"])?;
        let url = self.required(&mut fields, "url", |reader, node| {
            reader.string(node, "url")
        });
        let events = self.required(&mut fields, "events", Self::events);
        let is_active = fields
            .take("is_active")
            .and_then(|node| self.flag(&node, "is_active"));
        Some(Webhook {
            url: url?,
            events: events?,
            is_active,
        })
    }

    fn required<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        read: impl FnOnce(&mut Self, Node) -> Option<T>,
    ) -> Option<T> {
        let Some(node) = fields.take(key) else {
            self.missing(fields, key);
            return None;
        };
        read(self, node)
    }

    fn events(&mut self, node: Node) -> Option<Located<Vec<Arc<str>>>> {
        let events = self.event_names(node)?;
        if events.value.is_empty() {
            let message =
                "events is empty, so this webhook receives nothing; list events, or remove it";
            self.findings
                .add(Code::EmptyEvents, &events.place, Reveal::Text, message);
        }
        Some(events)
    }

    /// The system webhook's, which may be none: what that means is a guard's to say.
    fn system_events(&mut self, node: Node) -> Option<Located<Vec<Arc<str>>>> {
        let events = self.event_names(node)?;
        if events.value.is_empty() {
            let message = "events is empty, so the system webhook, which feeds the chat inbox, would deliver nothing; leave the key out to keep what is live";
            self.findings
                .add(Code::EmptyEvents, &events.place, Reveal::Text, message);
        }
        Some(events)
    }

    fn event_names(&mut self, node: Node) -> Option<Located<Vec<Arc<str>>>> {
        let place = self.place(node.span);
        let items = self.list(node, "events")?;
        let mut names = Vec::with_capacity(items.len());
        for item in items {
            // What is no event is said, and counts as one: the list is not empty.
            let Some(name) = self.string(item, "an event") else {
                names.push(Arc::from(""));
                continue;
            };
            let known = KNOWN_EVENTS.iter().map(|event| event.name);
            if !known.clone().any(|event| event == &*name.value) {
                let advice = super::nearest(&name.value, known).map_or_else(
                    || "`hookfleet events` lists the published ones".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("unknown event {}; {advice}", quoted(&name.value));
                self.findings.add(
                    Code::UnknownEvent,
                    &name.place,
                    reveal(&name.value),
                    message,
                );
            }
            names.push(name.value);
        }
        Some(Located {
            value: names,
            place,
        })
    }

    fn settings(&mut self, fields: &mut Fields) -> Settings {
        Settings {
            credential: fields
                .take("credential")
                .and_then(|node| self.own_text(node, "credential")),
            prune: fields.take("prune").and_then(|node| self.prune(node)),
            ignore: fields
                .take("ignore")
                .and_then(|node| self.texts(node, "ignore", "a pattern")),
            system: fields.take("system").and_then(|node| self.system(node)),
            webhook_sets: fields
                .take("webhook_sets")
                .and_then(|node| self.texts(node, "webhook_sets", "a set's name"))
                .map(|names| names.value),
            webhooks: fields
                .take("webhooks")
                .and_then(|node| match node.value.kind() {
                    Kind::Text => self
                        .word(node, "webhooks", "keep or a list", &[("keep", ())])
                        .map(|()| Webhooks::Keep),
                    _ => Some(Webhooks::List(self.webhook_list(node, "webhooks"))),
                }),
        }
    }

    fn texts(
        &mut self,
        node: Node,
        what: &str,
        item: &str,
    ) -> Option<Located<Vec<Located<Arc<str>>>>> {
        let place = self.place(node.span);
        let items = self.list(node, what)?;
        let value = items
            .into_iter()
            .filter_map(|node| self.own_text(node, item))
            .collect();
        Some(Located { value, place })
    }

    fn prune(&mut self, node: Node) -> Option<Prune> {
        match node.value.kind() {
            Kind::Bool(every) => Some(Prune::Every(every)),
            Kind::List => self.texts(node, "prune", "a pattern").map(Prune::Matching),
            _ => {
                self.wrong_type(&node, "prune", "true, false or a list of patterns");
                None
            }
        }
    }

    fn system(&mut self, node: Node) -> Option<System> {
        if node.value.kind() == Kind::Text {
            return self
                .word(node, "system", "keep or a mapping", &[("keep", ())])
                .map(|()| System::Keep);
        }
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(&node, "system", "keep or a mapping");
            return None;
        }
        let mut fields = self.fields(node, "system", &["is_active", "events"])?;
        Some(System::Set(SystemFields {
            is_active: fields
                .take("is_active")
                .and_then(|node| self.flag(&node, "is_active")),
            events: fields
                .take("events")
                .and_then(|node| self.system_events(node)),
        }))
    }

    fn instances(&mut self, node: Node) -> Vec<Instance> {
        let items = self.list(node, "instances").unwrap_or_default();
        items
            .into_iter()
            .filter_map(|item| self.instance(item))
            .collect()
    }

    fn instance(&mut self, node: Node) -> Option<Instance> {
        let known: Vec<&str> = ["id", "name", "labels", "suspend", "reason"]
            .into_iter()
            .chain(SETTINGS)
            .collect();
        let mut fields = self.fields(node, "an instance", &known)?;
        let id = self.required(&mut fields, "id", |reader, node| {
            reader.own_text(node, "id")
        });
        let labels = fields
            .take("labels")
            .map(|node| self.map(node, "labels"))
            .unwrap_or_default();
        let instance = Instance {
            name: fields
                .take("name")
                .and_then(|node| self.own_text(node, "name")),
            labels: labels
                .into_iter()
                .filter_map(|(key, node)| Some((key, self.own_text(node, "a label")?.value)))
                .collect(),
            suspend: fields
                .take("suspend")
                .and_then(|node| self.boolean(&node, "suspend")),
            reason: fields
                .take("reason")
                .and_then(|node| self.own_text(node, "reason")),
            settings: self.settings(&mut fields),
            id: id?,
        };
        Some(instance)
    }
}
