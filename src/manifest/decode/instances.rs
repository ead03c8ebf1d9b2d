//! Decodes instances, and the settings that they share with `defaults`.

use std::collections::HashSet;
use std::sync::Arc;

use crate::manifest::fields::{Decoder, Fields};
use crate::manifest::shape::{Instance, Prune, Settings, System, SystemFields, Webhooks};
use crate::manifest::tree::{Node, ValueKind};
use crate::manifest::{Code, Located, LocatedText, Reveal, quoted, quoted_id, reveal_id};

const SETTINGS: [&str; 7] = [
    "credential",
    "prune",
    "ignore",
    "drop_fields",
    "system",
    "webhook_sets",
    "webhooks",
];

/// The fields of an entry that hookfleet knows, the server's echo `enabled` included.
const MANAGED_FIELDS: [&str; 4] = ["url", "events", "is_active", "enabled"];

impl Decoder<'_> {
    pub(super) fn defaults(&mut self, node: Node) -> Settings {
        let fields = self.fields(node, "defaults", &SETTINGS);
        fields
            .map(|mut fields| self.settings(&mut fields))
            .unwrap_or_default()
    }

    fn settings(&mut self, fields: &mut Fields) -> Settings {
        Settings {
            credential: self.optional(fields, "credential", Self::own_text),
            prune: self.optional(fields, "prune", Self::prune),
            ignore: self.optional(fields, "ignore", Self::patterns),
            drop_fields: self.optional(fields, "drop_fields", Self::drop_fields),
            system: self.optional(fields, "system", Self::system),
            webhook_sets: self
                .optional(fields, "webhook_sets", Self::names_of_sets)
                .map(|names| names.value),
            webhooks: self.optional(fields, "webhooks", Self::webhooks),
        }
    }

    fn webhooks(&mut self, node: Node, what: &str) -> Option<Webhooks> {
        if node.value.kind() == ValueKind::Text {
            return self.word(node, what, "keep or a list", &[("keep", Webhooks::Keep)]);
        }
        Some(Webhooks::List(self.webhook_list(node, what)))
    }

    fn patterns(&mut self, node: Node, what: &str) -> Option<Located<Vec<LocatedText>>> {
        self.texts(node, what, "a pattern")
    }

    fn drop_fields(&mut self, node: Node, what: &str) -> Option<Vec<LocatedText>> {
        let items = self.list(node, what)?.into_iter();
        let mut names: Vec<LocatedText> = items
            .filter_map(|node| self.string(node, "a field's name"))
            .collect();
        let mut seen = HashSet::new();
        names.retain(|name| {
            if !seen.insert(name.value.clone()) {
                let message = format!("field {} is listed twice; remove one", quoted(&name.value));
                self.findings
                    .add(Code::DuplicateName, &name.place, Reveal::Text, message);
            }
            let is_known = MANAGED_FIELDS.contains(&&*name.value);
            if is_known {
                let message = format!(
                    "drop_fields has {}, which hookfleet compares and writes itself; it is for fields that hookfleet does not know",
                    quoted(&name.value)
                );
                let code = Code::InvalidValue;
                self.findings.add(code, &name.place, Reveal::Text, message);
            }
            !is_known
        });
        Some(names)
    }

    fn names_of_sets(&mut self, node: Node, what: &str) -> Option<Located<Vec<LocatedText>>> {
        let names = self.texts(node, what, "a set's name")?;
        let mut seen = HashSet::new();
        for Located { value, place } in &names.value {
            if !seen.insert(value.clone()) {
                let message = format!("set {} is listed twice; remove one", quoted_id(value));
                self.findings
                    .add(Code::DuplicateName, place, reveal_id(value), message);
            }
        }
        Some(names)
    }

    fn texts(&mut self, node: Node, what: &str, item: &str) -> Option<Located<Vec<LocatedText>>> {
        let span = node.span;
        let items = self.list(node, what)?.into_iter();
        let texts = items.filter_map(|node| self.own_text(node, item)).collect();
        Some(self.located(span, texts))
    }

    fn prune(&mut self, node: Node, what: &str) -> Option<Prune> {
        match node.value.kind() {
            ValueKind::Bool(every) => Some(Prune::Every(every)),
            ValueKind::List => self.patterns(node, what).map(Prune::Matching),
            _ => self.wrong_type(node, what, "true, false or a list of patterns"),
        }
    }

    fn system(&mut self, node: Node, what: &str) -> Option<System> {
        let expected = "keep or a mapping such as { is_active: false }";
        match node.value.kind() {
            ValueKind::Text => self.word(node, what, expected, &[("keep", System::Keep)]),
            ValueKind::Map => {
                let span = node.span;
                let mut fields = self.fields(node, "system", &["is_active", "events"])?;
                let is_active = self.optional(&mut fields, "is_active", Self::flag);
                let events = self.optional(&mut fields, "events", |decoder, node, key| {
                    // The guard `system-off` decides whether that may be applied.
                    let if_empty = "so the system webhook, which feeds the chat inbox, would deliver nothing; leave the key out to keep what is live";
                    decoder.events(node, key, if_empty)
                });
                let fields = SystemFields { is_active, events };
                Some(System::Set(self.located(span, fields)))
            }
            _ => self.wrong_type(node, what, expected),
        }
    }

    pub(super) fn instances(&mut self, node: Node, what: &str) -> Option<Vec<Instance>> {
        let items = self.list(node, what)?.into_iter();
        Some(items.filter_map(|item| self.instance(item)).collect())
    }

    fn instance(&mut self, node: Node) -> Option<Instance> {
        let known: Vec<&str> = ["id", "name", "labels", "suspend", "reason"]
            .into_iter()
            .chain(SETTINGS)
            .collect();
        let mut fields = self.fields(node, "an instance", &known)?;
        let id = self.required(&mut fields, "id", Self::own_text);
        if let Some(id) = &id
            && id.value.trim() != &*id.value
        {
            // An HTTP header loses it, and would name another instance.
            let message = "id begins or ends with white space; remove it";
            self.findings
                .add(Code::InvalidValue, &id.place, reveal_id(&id.value), message);
        }
        let labels = self.map(fields.take("labels"), "labels").into_iter();
        Some(Instance {
            labels: labels
                .filter_map(|(key, node)| Some((key.value, self.own_text(node, "a label")?.value)))
                .collect(),
            name: self.optional(&mut fields, "name", Self::own_text),
            suspend: self.optional(&mut fields, "suspend", Self::boolean),
            reason: self.optional(&mut fields, "reason", Self::own_text),
            settings: if SETTINGS.iter().any(|key| fields.has(key)) {
                Arc::new(self.settings(&mut fields))
            } else {
                self.nothing_set.clone()
            },
            id: id?,
        })
    }
}
