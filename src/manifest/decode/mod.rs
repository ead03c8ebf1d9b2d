//! From a file's bytes to what it says: every finding at once, and every value with its place.

mod instances;
mod sections;
mod webhooks;

pub(crate) use sections::is_variable_name;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::SourceFile;
use super::fields::{Fields, Reader};
use super::finding::{Code, Findings, Reveal};
use super::location::{Located, Location, Origin};
use super::parse::parse;
use super::shape::Manifest;
use super::tree::{Kind, Node, Value};

/// What every document of `file` says, as far as it can be read; what is wrong with it goes to `findings`.
pub fn decode(file: &SourceFile, findings: &mut Findings) -> Vec<Manifest> {
    let mut documents = parse(file, findings);
    let several = documents.len() > 1;
    // A trailing `---` makes an empty document.
    documents.retain(|node| !(several && node.value.kind() == Kind::Null));
    if documents.is_empty() && findings.errors() == 0 {
        let origin = Origin {
            file: file.name.clone(),
            line: 1,
            column: 1,
        };
        let message = "the file is empty; a manifest starts with `version: 1`";
        findings.add(
            Code::Syntax,
            &Location {
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
        nothing_set: Arc::default(),
    };
    documents
        .into_iter()
        .filter_map(|node| reader.manifest(node))
        .collect()
}

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
        let mut broken = BTreeSet::new();
        Some(Manifest {
            version: (),
            api: fields.take("api").map(|node| self.located(node, Self::api)),
            credentials: fields
                .take("credentials")
                .map(|node| self.sources(node, "credentials", &mut broken))
                .unwrap_or_default(),
            secrets: fields
                .take("secrets")
                .map(|node| self.sources(node, "secrets", &mut broken))
                .unwrap_or_default(),
            broken,
            webhook_sets: fields
                .take("webhook_sets")
                .map(|node| self.webhook_sets(node))
                .unwrap_or_default(),
            defaults: fields
                .take("defaults")
                .map(|node| self.located(node, Self::defaults)),
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
}
