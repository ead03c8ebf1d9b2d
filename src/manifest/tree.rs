//! A YAML document as a tree of nodes with positions.

use std::sync::Arc;

use super::location::{Location, Origin};

/// A range of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    /// The beginning of a file.
    pub(super) const START: Self = Self {
        line: 1,
        column: 1,
        start: 0,
        end: 0,
    };

    pub(super) fn in_file(self, file: &Arc<str>) -> Location {
        let origin = Origin {
            file: file.clone(),
            line: self.line,
            column: self.column,
        };
        Location {
            origin,
            start: self.start,
            end: self.end.max(self.start),
        }
    }
}

/// A value and its position.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Value,
}

/// The value of a node. A scalar is kept as text; the decoder interprets it.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Scalar {
        text: Arc<str>,
        plain: bool,
        /// Whether it goes on over several lines.
        lines: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A mapping's key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) text: Arc<str>,
    pub(super) span: Span,
}

/// The type of a value in the YAML 1.2 core schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Null,
    Bool(bool),
    Number,
    Text,
    List,
    Map,
}

impl ValueKind {
    /// The name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Map => "a mapping",
        }
    }
}

impl Value {
    /// The text of a scalar; empty for a list or mapping.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Scalar { text, .. } => text,
            Self::List(_) | Self::Map(_) => "",
        }
    }

    pub(super) fn kind(&self) -> ValueKind {
        match self {
            Self::List(_) => ValueKind::List,
            Self::Map(_) => ValueKind::Map,
            Self::Scalar { plain: false, .. } => ValueKind::Text,
            Self::Scalar {
                text, plain: true, ..
            } => match &**text {
                "" | "~" | "null" | "Null" | "NULL" => ValueKind::Null,
                "true" | "True" | "TRUE" => ValueKind::Bool(true),
                "false" | "False" | "FALSE" => ValueKind::Bool(false),
                text if is_number(text) => ValueKind::Number,
                _ => ValueKind::Text,
            },
        }
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let radix = |prefix, radix| {
        unsigned.strip_prefix(prefix).is_some_and(|digits: &str| {
            !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix))
        })
    };
    radix("0x", 16)
        || radix("0o", 8)
        || matches!(
            unsigned,
            ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN"
        )
        || (unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && unsigned.parse::<f64>().is_ok())
}
