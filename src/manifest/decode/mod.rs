//! Decodes a file's bytes into manifests: every value with its location, and every finding at once.

mod instances;
mod sections;
mod webhooks;

pub(crate) use sections::is_variable_name;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fields::{Decoder, Fields};
use super::parse::parse;
use super::tree::{Node, Span, ValueKind};
use super::{Code, Findings, Located, Manifest, Reveal, SourceFile};

/// Decodes every document of `file` as far as possible; mistakes go to `findings`.
pub fn decode(file: &SourceFile, findings: &mut Findings) -> Vec<Manifest> {
    let mut documents = parse(file, findings);
    let several = documents.len() > 1;
    // A trailing `---` makes an empty document.
    documents.retain(|node| !(several && node.value.kind() == ValueKind::Null));
    let null = documents
        .pop_if(|node| node.value.kind() == ValueKind::Null)
        .filter(|node| node.span.start < node.span.end);
    if let Some(node) = null {
        let message = "the manifest is null; a manifest starts with `version: 1`";
        let place = node.span.in_file(&file.name);
        findings.add(Code::NullValue, &place, Reveal::Text, message);
    } else if documents.is_empty() && findings.errors() == 0 {
        let message = "the file is empty; a manifest starts with `version: 1`";
        let place = Span::START.in_file(&file.name);
        findings.add(Code::Syntax, &place, Reveal::Nothing, message);
    }
    let mut decoder = Decoder {
        file: file.name.clone(),
        findings,
        nothing_set: Arc::default(),
    };
    documents
        .into_iter()
        .filter_map(|node| decoder.manifest(node))
        .collect()
}

impl Decoder<'_> {
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
        self.required(&mut fields, "version", Self::version);
        let mut broken = BTreeSet::new();
        Some(Manifest {
            version: (),
            api: self.section(&mut fields, "api", Self::api),
            credentials: self.sources(fields.take("credentials"), "credentials", &mut broken),
            secrets: self.secrets(fields.take("secrets"), &mut broken),
            broken,
            webhook_sets: self.webhook_sets(fields.take("webhook_sets")),
            defaults: self.section(&mut fields, "defaults", Self::defaults),
            safety: self.section(&mut fields, "safety", Self::safety),
            instances: self
                .optional(&mut fields, "instances", Self::instances)
                .unwrap_or_default(),
        })
    }

    fn section<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        read: impl FnOnce(&mut Self, Node) -> T,
    ) -> Option<Located<T>> {
        let node = fields.take(key)?;
        let span = node.span;
        let value = read(self, node);
        Some(self.located(span, value))
    }

    fn version(&mut self, node: Node, what: &str) -> Option<()> {
        match (node.value.kind(), node.value.text()) {
            (ValueKind::Number, "1") => Some(()),
            (ValueKind::Number, other) => {
                let message =
                    format!("version {other} is not known; this hookfleet reads version 1");
                self.add(Code::UnsupportedVersion, node.span, Reveal::Text, message);
                None
            }
            _ => self.wrong_type(node, what, "the number 1"),
        }
    }
}
