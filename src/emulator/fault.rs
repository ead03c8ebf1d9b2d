//! Faults, and which of them apply to a request. Pure: it does not carry them out.

use std::collections::BTreeMap;
use std::num::{NonZeroU64, NonZeroUsize};

use schemars::JsonSchema;
use serde::Deserialize;

use super::file::{ScalarText, WorldFileError};
use super::{Form, InstanceState, RequestCounts, SystemState, Verb, WebhookState};

/// The headers that frame a body.
const FRAMING: [&str; 3] = ["content-length", "transfer-encoding", "connection"];

/// A fault of some requests of one instance. Several faults may apply to one request: they are merged, and the first
/// that sets a field wins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests are counted.
    #[serde(default)]
    pub on: On,
    /// Which of the counted requests it applies to, the first being 1; by default every one.
    #[serde(default)]
    pub nth: Nth,
    /// The response in place of the true one.
    pub answer: Option<FaultAnswer>,
    /// Whether a POST takes effect although its response is replaced.
    pub effect: Option<Effect>,
    /// Whether the connection closes without a response.
    #[serde(default)]
    pub drop: bool,
    /// The delay before the request is handled, in milliseconds.
    pub delay_ms: Option<u64>,
    /// The delay between its effect and its response, in milliseconds.
    pub answer_delay_ms: Option<u64>,
    /// A GET returns the state from before this number of writes.
    pub stale: Option<NonZeroUsize>,
    /// Whether a POST reports success and changes nothing.
    #[serde(default)]
    pub ignore_write: bool,
    /// The number of body bytes sent before the connection closes.
    pub cut: Option<usize>,
    /// A write by another writer just before the request.
    pub meanwhile: Option<Meanwhile>,
}

/// Which requests a fault counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum On {
    /// GETs.
    Get,
    /// POSTs.
    Post,
    /// Both, in one count.
    #[default]
    Any,
}

/// Which of the counted requests a fault applies to; the first one is 1, counted from the start of the world.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "`nth` is a number from 1, a list of such numbers, or `from` and `to`"
)]
pub enum Nth {
    /// This one.
    One(NonZeroU64),
    /// These.
    Each(#[schemars(length(min = 1))] Vec<NonZeroU64>),
    /// All of a range, both ends included.
    Range {
        /// The first.
        from: NonZeroU64,
        /// The last, if there is one.
        to: Option<NonZeroU64>,
    },
}

/// The effect of a write whose response is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing is written.
    None,
    /// It took effect.
    Written,
}

/// The response in place of the true one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultAnswer {
    /// The HTTP status code.
    #[schemars(range(min = 200, max = 599))]
    pub status: u16,
    /// The format of the error body; by default `json`.
    pub body: Option<Form>,
    /// The body itself, in place of `body` and `message`.
    pub raw: Option<String>,
    /// The message of the error body; by default the vendor's text for the status.
    pub message: Option<String>,
    /// Headers, in place of the usual ones of the same name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, ScalarText>")]
    pub headers: BTreeMap<String, String>,
}

/// A write by another writer; fields that are left out keep their value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meanwhile {
    /// The custom webhooks after it.
    pub webhooks: Option<Vec<WebhookState>>,
    /// The system webhook after it.
    pub system: Option<SystemState>,
}

impl Fault {
    /// Parses one fault, as in a world file.
    ///
    /// # Errors
    ///
    /// When it is not YAML, or its fields contradict each other.
    pub fn from_yaml(text: &str) -> Result<Self, WorldFileError> {
        let fault: Self = serde_yaml::from_str(text)?;
        fault.check().map_err(WorldFileError::Invalid)?;
        Ok(fault)
    }

    /// Checks that the fields do not contradict each other.
    pub(super) fn check(&self) -> Result<(), String> {
        let has_effect = self.effect.is_some();
        let wrong = if self.drop && (self.answer.is_some() || self.cut.is_some()) {
            "`drop` is given with `answer` or `cut`"
        } else if has_effect && !self.replaces() {
            "`effect` is given with neither `answer` nor `drop`"
        } else if self.ignore_write && self.effect == Some(Effect::Written) {
            "both `ignore_write` and `effect: written` are given"
        } else if self.on == On::Post && self.stale.is_some() {
            "`stale` is for reads, and `on` is `post`"
        } else if self.on == On::Get && (self.ignore_write || has_effect) {
            "`ignore_write` and `effect` are for writes, and `on` is `get`"
        } else if self.nth.is_empty() {
            "`nth` means no request"
        } else if self.meanwhile == Some(Meanwhile::default()) {
            "meanwhile: neither `webhooks` nor `system` is given"
        } else {
            return self.answer.as_ref().map_or(Ok(()), FaultAnswer::check);
        };
        Err(wrong.to_owned())
    }

    /// Merges the faults that apply to a request; `counts` include it.
    pub(super) fn merged(faults: &[Self], verb: Verb, counts: RequestCounts) -> Self {
        let mut all = Self::default();
        for fault in faults.iter().filter(|fault| fault.applies_to(verb, counts)) {
            all.merge(fault);
        }
        all
    }

    /// Whether a POST changes anything.
    pub(super) fn lets_write(&self) -> bool {
        !self.ignore_write && (!self.replaces() || self.effect == Some(Effect::Written))
    }

    /// Whether it applies to a request; `counts` include it.
    fn applies_to(&self, verb: Verb, counts: RequestCounts) -> bool {
        let count = match (self.on, verb) {
            (On::Get, Verb::Get) => counts.gets,
            (On::Post, Verb::Post) => counts.posts,
            (On::Any, Verb::Get | Verb::Post) => counts.gets + counts.posts,
            _ => 0,
        };
        NonZeroU64::new(count).is_some_and(|count| self.nth.includes(count))
    }

    /// Whether it replaces the true response.
    fn replaces(&self) -> bool {
        self.drop || self.answer.is_some()
    }

    /// Takes the fields from `later` that this fault does not set.
    fn merge(&mut self, later: &Self) {
        if !self.replaces() {
            self.answer.clone_from(&later.answer);
            self.drop = later.drop;
            self.effect = later.effect;
        }
        self.delay_ms = self.delay_ms.or(later.delay_ms);
        self.answer_delay_ms = self.answer_delay_ms.or(later.answer_delay_ms);
        self.stale = self.stale.or(later.stale);
        self.ignore_write |= later.ignore_write;
        self.cut = self.cut.or(later.cut);
        if self.meanwhile.is_none() {
            self.meanwhile.clone_from(&later.meanwhile);
        }
    }
}

impl FaultAnswer {
    fn check(&self) -> Result<(), String> {
        if !(200..=599).contains(&self.status) {
            return Err(format!(
                "answer.status: {} is not within 200..=599",
                self.status
            ));
        }
        if self.raw.is_some() && (self.body.is_some() || self.message.is_some()) {
            return Err("answer: `raw` is given with `body` or `message`".to_owned());
        }
        match self
            .headers
            .iter()
            .find(|(name, value)| !is_header(name, value))
        {
            Some((name, _)) => Err(format!(
                "answer.headers: `{name}` is no header, has not the value of one, or is the server's own to set"
            )),
            None => Ok(()),
        }
    }
}

fn is_header(name: &str, value: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_value = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    name.bytes().all(is_name)
        && value.bytes().all(is_value)
        && !FRAMING.iter().any(|own| own.eq_ignore_ascii_case(name))
}

impl Default for Nth {
    fn default() -> Self {
        Self::Range {
            from: NonZeroU64::MIN,
            to: None,
        }
    }
}

impl Nth {
    fn includes(&self, count: NonZeroU64) -> bool {
        match self {
            Self::One(one) => *one == count,
            Self::Each(counts) => counts.contains(&count),
            Self::Range { from, to } => *from <= count && to.is_none_or(|to| count <= to),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::One(_) => false,
            Self::Each(counts) => counts.is_empty(),
            Self::Range { from, to } => to.is_some_and(|to| to < *from),
        }
    }
}

impl Meanwhile {
    /// Applies this write to a state.
    pub(super) fn over(self, state: &InstanceState) -> InstanceState {
        InstanceState {
            webhooks: self.webhooks.unwrap_or_else(|| state.webhooks.clone()),
            system: self.system.unwrap_or_else(|| state.system.clone()),
        }
    }
}

#[cfg(test)]
mod tests;
