//! Label selectors as `kubectl -l` takes them (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::iter::Peekable;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The longest name or value, in characters.
const LONGEST: usize = 63;
/// The longest prefix of a key, in characters.
const LONGEST_PREFIX: usize = 253;

/// A label selector: requirements that all have to match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Selector {
    text: String,
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

/// The test of a label. As Kubernetes documents, `!=` and `notin` match an instance without the label.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Absent,
    In(BTreeSet<String>),
    NotIn(BTreeSet<String>),
    Greater(i64),
    Less(i64),
}

/// An invalid selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; a selector is written as `env=prod,tier!=free,region in (eu, us),!legacy`")]
pub struct SelectorError {
    what: String,
}

impl Selector {
    /// Whether an instance with these labels matches.
    pub fn matches(&self, labels: &BTreeMap<Arc<str>, Arc<str>>) -> bool {
        self.requirements.iter().all(|requirement| {
            let value = labels.get(requirement.key.as_str()).map(AsRef::as_ref);
            requirement.test.holds(value)
        })
    }

    /// Iterates over the keys, except those that have to be absent.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.requirements
            .iter()
            .filter(|requirement| requirement.test != Test::Absent)
            .map(|requirement| requirement.key.as_str())
    }

    /// Iterates over the keys that have to be absent.
    pub fn absent_keys(&self) -> impl Iterator<Item = &str> {
        self.requirements
            .iter()
            .filter(|requirement| requirement.test == Test::Absent)
            .map(|requirement| requirement.key.as_str())
    }

    /// Iterates over the keys with each value that they are compared with.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.requirements.iter().flat_map(|requirement| {
            let values = match &requirement.test {
                Test::In(values) | Test::NotIn(values) => Some(values),
                _ => None,
            };
            let values = values.into_iter().flatten();
            values.map(|value| (requirement.key.as_str(), value.as_str()))
        })
    }

    /// The selector as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
            Self::In(values) => value.is_some_and(|value| values.contains(value)),
            Self::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Self::Greater(than) => number().is_some_and(|number| number > *than),
            Self::Less(than) => number().is_some_and(|number| number < *than),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.text
    }
}

impl TryFrom<String> for Selector {
    type Error = SelectorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parser = Parser(tokens(text).into_iter().peekable());
        let requirements = parser.requirements()?;
        Ok(Self {
            text: text.trim().to_owned(),
            requirements,
        })
    }
}

/// Splits a selector into words and operators.
fn tokens(text: &str) -> Vec<&str> {
    let is_sign = |c: char| "=!(),<>".contains(c);
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("==") || rest.starts_with("!=") {
            2
        } else if is_sign(first) {
            1
        } else {
            let end = |c: char| is_sign(c) || c.is_whitespace();
            rest.find(end).unwrap_or(rest.len())
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

struct Parser<'a>(Peekable<std::vec::IntoIter<&'a str>>);

impl Parser<'_> {
    fn requirements(&mut self) -> Result<Vec<Requirement>, SelectorError> {
        let mut requirements = Vec::new();
        if self.0.peek().is_none() {
            // For kubectl it selects everything; an unset variable must not.
            return Err(wrong("it is empty"));
        }
        loop {
            requirements.push(self.requirement()?);
            match self.0.next() {
                None => return Ok(requirements),
                Some(",") => {}
                Some(other) => {
                    return Err(wrong(format!("`{other}` stands where a comma belongs")));
                }
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, SelectorError> {
        let is_negated = self.0.next_if_eq(&"!").is_some();
        let key = self.key()?;
        if is_negated {
            let test = Test::Absent;
            return Ok(Requirement { key, test });
        }
        let test = match self.0.next_if(|token| *token != ",") {
            None => Test::Exists,
            Some("=" | "==") => Test::In([self.value()?].into()),
            Some("!=") => Test::NotIn([self.value()?].into()),
            Some("in") => Test::In(self.values()?),
            Some("notin") => Test::NotIn(self.values()?),
            Some(">") => Test::Greater(self.number()?),
            Some("<") => Test::Less(self.number()?),
            Some(other) => {
                return Err(wrong(format!(
                    "`{other}` follows `{key}`, and =, ==, !=, in, notin, < or > can"
                )));
            }
        };
        Ok(Requirement { key, test })
    }

    fn key(&mut self) -> Result<String, SelectorError> {
        let key = self.0.next().unwrap_or_default();
        let (prefix, name) = match key.split_once('/') {
            Some((prefix, name)) => (Some(prefix), name),
            None => (None, key),
        };
        if prefix.is_none_or(is_prefix) && !name.is_empty() && is_word(name) {
            return Ok(key.to_owned());
        }
        Err(match key {
            "" => wrong("it ends where a label's key belongs"),
            _ => wrong(format!(
                "`{key}` is no label key: up to {LONGEST} letters, digits, `-`, `_` and `.`, a letter or digit at both \
                 ends, and before it a DNS name with `/` if need be"
            )),
        })
    }

    /// Parses a value, which may be empty.
    fn value(&mut self) -> Result<String, SelectorError> {
        let value = self.0.next_if(|token| !matches!(*token, "," | ")"));
        let value = value.unwrap_or_default();
        if is_word(value) {
            return Ok(value.to_owned());
        }
        Err(wrong(format!(
            "`{value}` is no label value: up to {LONGEST} letters, digits, `-`, `_` and `.`, a letter or digit \
             at both ends"
        )))
    }

    fn values(&mut self) -> Result<BTreeSet<String>, SelectorError> {
        if self.0.next() != Some("(") {
            return Err(wrong("in and notin take values in parentheses"));
        }
        let mut values = BTreeSet::new();
        loop {
            values.insert(self.value()?);
            match self.0.next() {
                Some(",") => {}
                Some(")") => return Ok(values),
                None => return Err(wrong("a parenthesis is not closed")),
                Some(other) => {
                    return Err(wrong(format!(
                        "`{other}` stands where a comma or `)` belongs"
                    )));
                }
            }
        }
    }

    fn number(&mut self) -> Result<i64, SelectorError> {
        let number = self.0.next().unwrap_or_default();
        let wrong = |_| wrong(format!("< and > take a whole number, and not `{number}`"));
        number.parse().map_err(wrong)
    }
}

fn wrong(what: impl Into<String>) -> SelectorError {
    SelectorError { what: what.into() }
}

/// Whether a text is a name or value (`IsValidLabelValue` of Kubernetes).
fn is_word(word: &str) -> bool {
    let is_end = |c: u8| c.is_ascii_alphanumeric();
    word.len() <= LONGEST && is_made_of(word, |c| is_end(c) || b"-_.".contains(&c), is_end)
}

/// Whether a text is a DNS subdomain (RFC 1123), as Kubernetes has it before a `/`.
fn is_prefix(prefix: &str) -> bool {
    let is_end = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_label =
        |label: &str| !label.is_empty() && is_made_of(label, |c| is_end(c) || c == b'-', is_end);
    prefix.len() <= LONGEST_PREFIX && prefix.split('.').all(is_label)
}

/// Whether all bytes match `is_inside`, and the first and last match `is_end`.
fn is_made_of(text: &str, is_inside: impl Fn(u8) -> bool, is_end: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    let ends = [text.bytes().next(), text.bytes().next_back()];
    bytes.all(is_inside) && ends.into_iter().flatten().all(is_end)
}

#[cfg(test)]
mod tests;
