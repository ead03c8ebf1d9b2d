//! The keys of mappings while they are built: plain texts, none of them null or twice.

use std::collections::HashMap;
use std::sync::Arc;

use super::tree::{Key, Node, Value, ValueKind};
use super::{Code, Findings, Reveal, quoted, reveal};

/// The number of keys up to which a linear search is used; more are hashed.
pub(super) const FEW_KEYS: usize = 16;

/// Makes a mapping's key of a node; `None`, with a finding, when it can't be one.
pub(super) fn key(
    node: Node,
    before: &[(Key, Node)],
    seen: &mut HashMap<Arc<str>, u32>,
    file: &Arc<str>,
    findings: &mut Findings,
) -> Option<Key> {
    let place = node.span.in_file(file);
    let kind = node.value.kind();
    let Value::Scalar { text, .. } = node.value else {
        let message = match kind {
            ValueKind::Map => {
                "a key must be plain text, and not a mapping; quote a value such as `{{ x }}`"
            }
            _ => "a key must be plain text, and not a list; is a quote missing?",
        };
        findings.add(Code::WrongType, &place, Reveal::Nothing, message);
        return None;
    };
    if kind == ValueKind::Null {
        let message = "a key is null; write a name, or quote it where it is one";
        findings.add(Code::NullValue, &place, Reveal::Text, message);
        return None;
    }
    let few = before.len() < FEW_KEYS;
    if !few && seen.is_empty() {
        seen.extend(
            before
                .iter()
                .map(|(key, _)| (key.text.clone(), key.span.line)),
        );
    }
    let first = if few {
        let same = before.iter().find(|(key, _)| key.text == text);
        same.map(|(key, _)| key.span.line)
    } else {
        seen.get(&text).copied()
    };
    if let Some(line) = first {
        let message = format!(
            "key {} stands twice in this mapping, first on line {line}; remove one, or is a `- ` missing before it?",
            quoted(&text)
        );
        findings.add(Code::DuplicateKey, &place, reveal(&text), message);
        return None;
    }
    if !few {
        seen.insert(text.clone(), node.span.line);
    }
    Some(Key {
        text,
        span: node.span,
    })
}
