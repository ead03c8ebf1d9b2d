//! Decodes mappings and lists of a tree and collects every finding.

use std::sync::Arc;

use super::neighbours;
use super::oddity;
use super::shape::Settings;
use super::tree::{Key, Node, Span, Value, ValueKind};
use super::{
    Code, Findings, Located, LocatedText, Location, Reveal, did_you_mean, quoted, quoted_word,
    reveal,
};
use crate::escape::characters::named;
use crate::escape::lookalike::as_read;

/// The decoder of one file's tree.
pub(super) struct Decoder<'a> {
    pub(super) file: Arc<str>,
    pub(super) findings: &'a mut Findings,
    /// The empty settings, shared by all instances without settings of their own.
    pub(super) nothing_set: Arc<Settings>,
}

/// The entries of a mapping whose keys have been checked.
pub(super) struct Fields {
    /// The first key, where missing keys are reported.
    first: (Span, Reveal),
    what: &'static str,
    entries: Vec<(Key, Node)>,
    /// The known keys that unknown ones are likely misspellings of.
    meant: Vec<String>,
    /// Whether there were unknown keys.
    pub(super) has_unknown: bool,
}

/// The advice for a value of the wrong type; empty when there is none.
fn remedy(value: &Value, expected: &str) -> &'static str {
    let Value::Scalar { text, .. } = value else {
        return match value {
            Value::Map(_) if expected == "a list" => {
                "; put it in [brackets], or `- ` in front of its first key"
            }
            _ => "",
        };
    };
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" if expected.contains("true") => {
            "; YAML 1.2 reads that as text, write true"
        }
        "no" | "off" | "n" if expected.contains("false") => {
            "; YAML 1.2 reads that as text, write false"
        }
        _ if expected == "a list" => {
            "; put it in [brackets], or behind a `- ` on a line of its own"
        }
        _ => "",
    }
}

/// Names the character that makes a text of what looks like a number or a boolean.
fn lookalike(value: &Value) -> Option<String> {
    let Value::Scalar { text, .. } = value else {
        return None;
    };
    let read = as_read(text);
    let meant = Value::Scalar {
        text: Arc::from(&*read),
        plain: true,
        lines: false,
    };
    let is_one = matches!(meant.kind(), ValueKind::Bool(_) | ValueKind::Number);
    (is_one && *read != **text).then(|| format!("; {}", did_you_mean(text, &read)))
}

/// The text of a scalar, or of a mapping's first key.
fn first_text(value: &Value) -> &str {
    match value {
        Value::Map(entries) => entries.first().map_or("", |(key, _)| &key.text),
        other => other.text(),
    }
}

impl Fields {
    /// Whether there is a value of `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(own, _)| &*own.text == key)
    }

    /// Takes the value of `key` out.
    pub(super) fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(own, _)| &*own.text == key)?;
        Some(self.entries.swap_remove(at).1)
    }
}

impl Decoder<'_> {
    pub(super) fn place(&self, span: Span) -> Location {
        span.in_file(&self.file)
    }

    pub(super) fn located<T>(&self, span: Span, value: T) -> Located<T> {
        let place = self.place(span);
        Located { value, place }
    }

    pub(super) fn add(
        &mut self,
        code: Code,
        span: Span,
        reveal: Reveal,
        message: impl Into<String>,
    ) {
        let place = self.place(span);
        self.findings.add(code, &place, reveal, message);
    }

    /// Reports that `node` is not of the `expected` type, and returns `None`.
    pub(super) fn wrong_type<T>(&mut self, node: Node, what: &str, expected: &str) -> Option<T> {
        let Node { span, value } = node;
        match value.kind() {
            ValueKind::Null => {
                let item = what.starts_with("a ") || what.starts_with("an ");
                let remedy = if item {
                    "remove it"
                } else {
                    "leave the key out"
                };
                let message = format!("{what} is null; write {expected}, or {remedy}");
                self.add(Code::NullValue, span, Reveal::Text, message);
            }
            kind => {
                let sign = oddity::mistaken_sign(first_text(&value)).map(|why| format!("; {why}"));
                let word = lookalike(&value).filter(|_| remedy(&value, expected).is_empty());
                let sign = sign.or(word);
                let remedy = sign.unwrap_or_else(|| remedy(&value, expected).to_owned());
                let message = format!("{what} must be {expected}, not {}{remedy}", kind.name());
                self.add(Code::WrongType, span, Reveal::Nothing, message);
            }
        }
        None
    }

    /// Decodes a mapping with known keys; unknown ones are findings.
    pub(super) fn fields(
        &mut self,
        node: Node,
        what: &'static str,
        known: &[&str],
    ) -> Option<Fields> {
        let whole = (node.span, Reveal::Nothing);
        let entries = self.entries(node, what)?;
        let split = neighbours::split_by_commas(&entries);
        let mut meant = Vec::new();
        let entries = neighbours::without_blameless(entries, known, &mut meant);
        let first = entries.first();
        let first = first.map_or(whole, |(key, _)| (key.span, reveal(&key.text)));
        let (entries, unknown): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|(key, _)| known.contains(&&*key.text));
        let has_unknown = !unknown.is_empty();
        for (key, _) in unknown {
            if self.findings.is_full() {
                self.add(Code::UnknownKey, key.span, Reveal::Nothing, "");
                continue;
            }
            if let Some((odd, plain)) = oddity::hidden_in(&key.text) {
                meant.extend(
                    known
                        .iter()
                        .filter(|known| **known == plain)
                        .map(|known| (*known).to_owned()),
                );
                let why = if key.text.starts_with(odd) && odd.is_whitespace() {
                    format!("it is indented with {}, indent with spaces", named(odd))
                } else {
                    format!("it holds {}, remove it", named(odd))
                };
                // What nobody sees makes a word look like a token.
                let shown = match reveal(&key.text) {
                    Reveal::Nothing => quoted(&plain),
                    _ => quoted(&key.text),
                };
                let message = format!("unknown key {shown} in {what}; {why}");
                self.add(Code::UnknownKey, key.span, reveal(&plain), message);
                continue;
            }
            if let Some(why) = oddity::mistaken_sign(&key.text) {
                let message = format!("unknown key {} in {what}; {why}", quoted(&key.text));
                self.add(Code::UnknownKey, key.span, reveal(&key.text), message);
                continue;
            }
            let near = self.findings.suggest(&key.text, known.iter().copied());
            meant.extend(near.map(str::to_owned));
            let advice = match near {
                _ if &*key.text == "<<" => {
                    "merge keys are not supported; use webhook_sets or defaults".to_owned()
                }
                Some(near) => did_you_mean(&key.text, near),
                None if split.contains(&key.span.start) => {
                    "inside braces a comma ends a value; quote the value before it".to_owned()
                }
                None => format!("{what} takes {}", known.join(", ")),
            };
            let shown = match near {
                Some(_) => quoted_word(&key.text),
                None => quoted(&key.text),
            };
            let message = format!("unknown key {shown} in {what}; {advice}");
            self.add(Code::UnknownKey, key.span, reveal(&key.text), message);
        }
        Some(Fields {
            first,
            what,
            entries,
            meant,
            has_unknown,
        })
    }

    /// Decodes the value of an optional key.
    pub(super) fn optional<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        read: impl FnOnce(&mut Self, Node, &str) -> Option<T>,
    ) -> Option<T> {
        read(self, fields.take(key)?, key)
    }

    /// Decodes the value of a required key.
    pub(super) fn required<T>(
        &mut self,
        fields: &mut Fields,
        key: &str,
        read: impl FnOnce(&mut Self, Node, &str) -> Option<T>,
    ) -> Option<T> {
        // An unknown key that is likely this one has a finding already.
        if !fields.has(key) && !fields.meant.iter().any(|meant| meant == key) {
            let message = format!("{} has no `{key}`, which is required", fields.what);
            let (span, reveal) = fields.first;
            self.add(Code::MissingKey, span, reveal, message);
        }
        let node = fields.take(key)?;
        if node.value.kind() == ValueKind::Null {
            let message = format!(
                "{key} is null, and {} needs it; write its value",
                fields.what
            );
            self.add(Code::NullValue, node.span, Reveal::Text, message);
            return None;
        }
        read(self, node, key)
    }

    /// Decodes a mapping with free keys; empty when it is left out.
    pub(super) fn map(&mut self, node: Option<Node>, what: &str) -> Vec<(LocatedText, Node)> {
        let entries = node.and_then(|node| self.entries(node, what));
        let entries = entries.into_iter().flatten();
        entries
            .filter_map(|(key, node)| {
                if &*key.text == "<<" {
                    let message = format!(
                        "unknown key `<<` in {what}; merge keys are not supported; write the keys out"
                    );
                    self.add(Code::UnknownKey, key.span, Reveal::Text, message);
                    return None;
                }
                let sign = oddity::mistaken_sign(&key.text);
                if let Some(why) = sign.filter(|_| node.value.kind() == ValueKind::Null) {
                    let message = format!("key {} has no value; {why}", quoted(&key.text));
                    self.add(Code::NullValue, key.span, reveal(&key.text), message);
                    return None;
                }
                self.check_oddity("a key", key.span, &key.text);
                Some((self.located(key.span, key.text), node))
            })
            .collect()
    }

    fn entries(&mut self, node: Node, what: &str) -> Option<Vec<(Key, Node)>> {
        match node.value {
            Value::Map(entries) => Some(entries),
            _ => self.wrong_type(node, what, "a mapping"),
        }
    }

    pub(super) fn list(&mut self, node: Node, what: &str) -> Option<Vec<Node>> {
        match node.value {
            Value::List(items) => Some(items),
            _ => self.wrong_type(node, what, "a list"),
        }
    }
}
