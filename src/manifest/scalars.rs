//! Decodes scalars: texts, flags, numbers and words.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::fields::Decoder;
use super::oddity;
use super::tree::{Node, Span, Value, ValueKind};
use super::{Code, LocatedText, Reveal, did_you_mean, nearest, quoted, reveal};

impl Decoder<'_> {
    /// Warns about what can't be seen in a text, and about quotes that are none to YAML.
    pub(super) fn check_oddity(&mut self, what: &str, span: Span, text: &str) {
        if let Some(message) = oddity::of(what, text) {
            let reveal = match what {
                "url" | "a pattern" => Reveal::Url,
                _ => reveal(text),
            };
            self.add(Code::OddText, span, reveal, message);
        }
    }

    /// Decodes a scalar as text, quoted or not, as for ids, names and labels.
    pub(super) fn own_text(&mut self, node: Node, what: &str) -> Option<LocatedText> {
        match node.value.kind() {
            ValueKind::Bool(_) | ValueKind::Number | ValueKind::Text => self.scalar(node, what),
            ValueKind::Null | ValueKind::List | ValueKind::Map => {
                self.wrong_type(node, what, "text")
            }
        }
    }

    /// Decodes a string; a bare number or boolean is a finding.
    pub(super) fn string(&mut self, node: Node, what: &str) -> Option<LocatedText> {
        match node.value.kind() {
            ValueKind::Text => self.scalar(node, what),
            _ => self.wrong_type(node, what, "a string"),
        }
    }

    fn scalar(&mut self, node: Node, what: &str) -> Option<LocatedText> {
        let Value::Scalar { text, .. } = node.value else {
            return None;
        };
        if text.is_empty() {
            let message = format!("{what} is empty");
            self.add(Code::InvalidValue, node.span, Reveal::Text, message);
            return None;
        }
        self.check_oddity(what, node.span, &text);
        Some(self.located(node.span, text))
    }

    /// Decodes `true` or `false`.
    pub(super) fn boolean(&mut self, node: Node, what: &str) -> Option<bool> {
        match node.value.kind() {
            ValueKind::Bool(value) => Some(value),
            _ => self.wrong_type(node, what, "true or false"),
        }
    }

    /// Decodes `true`, `false`, `1` or `0`, as the API answers flags.
    pub(super) fn flag(&mut self, node: Node, what: &str) -> Option<bool> {
        match (node.value.kind(), node.value.text()) {
            (ValueKind::Bool(value), _) => Some(value),
            (ValueKind::Number, "1") => Some(true),
            (ValueKind::Number, "0") => Some(false),
            _ => self.wrong_type(node, what, "true, false, 1 or 0"),
        }
    }

    /// Decodes a whole number within `range`.
    pub(super) fn number<N: FromStr + PartialOrd + Display>(
        &mut self,
        node: Node,
        what: &str,
        range: RangeInclusive<N>,
    ) -> Option<N> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        if node.value.kind() != ValueKind::Number {
            return self.wrong_type(node, what, &expected);
        }
        let number = node.value.text().parse().ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("{what} must be {expected}");
            self.add(Code::InvalidValue, node.span, Reveal::Text, message);
        }
        number
    }

    /// Decodes one of a few words; `expected` names all allowed values.
    pub(super) fn word<T: Clone>(
        &mut self,
        node: Node,
        what: &str,
        expected: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        if node.value.kind() != ValueKind::Text {
            return self.wrong_type(node, what, expected);
        }
        let text = self.scalar(node, what)?;
        let found = words.iter().find(|(word, _)| **word == *text.value);
        if found.is_none() {
            let words = words.iter().map(|(word, _)| *word);
            let near = nearest(&text.value, words).filter(|_| !text.value.is_ascii());
            let advice = near.map(|near| format!("; {}", did_you_mean(&text.value, near)));
            let message = format!(
                "{what} must be {expected}, not {}{}",
                quoted(&text.value),
                advice.unwrap_or_default()
            );
            self.findings.add(
                Code::InvalidValue,
                &text.place,
                reveal(&text.value),
                message,
            );
        }
        found.map(|(_, value)| value.clone())
    }
}
