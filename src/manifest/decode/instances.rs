//! Instances, and the settings that they share with `defaults`.

use std::sync::Arc;

use crate::manifest::fields::{Fields, Reader};
use crate::manifest::finding::Code;
use crate::manifest::location::Located;
use crate::manifest::quote::reveal_id;
use crate::manifest::shape::{Instance, Prune, Settings, System, SystemFields, Webhooks};
use crate::manifest::tree::{Kind, Node, Value};

const SETTINGS: [&str; 6] = [
    "credential",
    "prune",
    "ignore",
    "system",
    "webhook_sets",
    "webhooks",
];

impl Reader<'_> {
    pub(super) fn defaults(&mut self, node: Node) -> Settings {
        let fields = self.fields(node, "defaults", &SETTINGS);
        fields
            .map(|mut fields| self.settings(&mut fields))
            .unwrap_or_default()
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
                .word(
                    node,
                    "system",
                    "keep or a mapping such as { is_active: false }",
                    &[("keep", ())],
                )
                .map(|()| System::Keep);
        }
        if !matches!(node.value, Value::Map(_)) {
            self.wrong_type(
                &node,
                "system",
                "keep or a mapping such as { is_active: false }",
            );
            return None;
        }
        let place = self.place(node.span);
        let mut fields = self.fields(node, "system", &["is_active", "events"])?;
        let value = SystemFields {
            is_active: fields
                .take("is_active")
                .and_then(|node| self.flag(&node, "is_active")),
            events: fields
                .take("events")
                .and_then(|node| self.system_events(node)),
        };
        Some(System::Set(Located { value, place }))
    }

    pub(super) fn instances(&mut self, node: Node) -> Vec<Instance> {
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
        if let Some(id) = &id
            && id.value.trim() != &*id.value
        {
            // A header loses it on its way, and would name another instance.
            let message = "id begins or ends with white space; remove it";
            self.findings
                .add(Code::InvalidValue, &id.place, reveal_id(&id.value), message);
        }
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
            settings: if SETTINGS.iter().any(|key| fields.has(key)) {
                Arc::new(self.settings(&mut fields))
            } else {
                self.nothing_set.clone()
            },
            id: id?,
        };
        Some(instance)
    }
}
