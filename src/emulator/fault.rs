//! The faults, and which ones a request meets. PURE: it carries none of them out.

use std::collections::BTreeSet;
use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Form;
use super::log::Counts;
use super::request::Verb;
use super::webhook::{State, SystemState, WebhookState};

/// Trouble for some requests of one instance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    /// Which requests are counted.
    pub on: On,
    /// Which of the counted ones meet it.
    pub nth: Nth,
    /// What happens to those.
    pub trouble: Trouble,
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

/// Which of the counted requests are meant; the first one is 1, counted from the start of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nth {
    /// These.
    Each(BTreeSet<NonZeroU64>),
    /// All of a range, both ends included.
    Range {
        /// The first.
        from: NonZeroU64,
        /// The last, if there is one.
        to: Option<NonZeroU64>,
    },
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trouble {
    /// A pause before the request is looked at.
    pub delay: Option<Duration>,
    /// A pause after it took effect, before the answer.
    pub answer_delay: Option<Duration>,
    /// What replaces the true answer.
    pub ending: Option<Ending>,
    /// A GET answers the state from before that many writes.
    pub stale: Option<NonZeroUsize>,
    /// A POST answers success and changes nothing.
    pub ignore_write: bool,
    /// Only so many bytes of the body are sent.
    pub cut: Option<usize>,
    /// What another writer did just before.
    pub meanwhile: Option<Meanwhile>,
}

/// What replaces the true answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// This answer.
    Answer {
        /// The answer.
        answer: FaultAnswer,
        /// What a POST does all the same.
        effect: Effect,
    },
    /// No answer: the connection is closed.
    Drop {
        /// What a POST does all the same.
        effect: Effect,
    },
}

/// What becomes of the write whose answer is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing is written.
    #[default]
    None,
    /// It took effect.
    Written,
}

/// An answer that is not the true one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultAnswer {
    /// The HTTP status code, 200 to 599.
    pub status: u16,
    /// Lower-case header names and their values; they replace the usual ones.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: FaultBody,
}

/// The body of a [`FaultAnswer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultBody {
    /// An error body.
    Error {
        /// Its format.
        form: Form,
        /// Its message; by default the vendor's text for the status.
        message: Option<String>,
    },
    /// This text.
    Raw(String),
}

/// A write by someone else: what is given replaces what was there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meanwhile {
    /// The custom webhooks.
    pub webhooks: Option<Vec<WebhookState>>,
    /// The system webhook.
    pub system: Option<SystemState>,
}

impl Fault {
    /// Reads one fault as it stands in a world file.
    ///
    /// # Errors
    ///
    /// When it is no YAML, or no fault that makes sense.
    pub fn from_yaml(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }

    /// Whether it befalls a request, given the counts that include this request.
    fn befalls(&self, verb: Verb, counts: Counts) -> bool {
        let count = match (self.on, verb) {
            (On::Get, Verb::Get) => counts.gets,
            (On::Post, Verb::Post) => counts.posts,
            (On::Any, Verb::Get | Verb::Post) => counts.gets + counts.posts,
            _ => 0,
        };
        NonZeroU64::new(count).is_some_and(|count| self.nth.includes(count))
    }
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
            Self::Each(counts) => counts.contains(&count),
            Self::Range { from, to } => *from <= count && to.is_none_or(|to| count <= to),
        }
    }
}

impl Trouble {
    /// What all the faults together do to a request, given the counts that include it.
    pub(super) fn of(faults: &[Fault], verb: Verb, counts: Counts) -> Self {
        faults
            .iter()
            .filter(|fault| fault.befalls(verb, counts))
            .fold(Self::default(), |all, fault| all.or(&fault.trouble))
    }

    /// Whether a POST changes anything.
    pub(super) fn lets_write(&self) -> bool {
        let effect = match &self.ending {
            None => Effect::Written,
            Some(Ending::Answer { effect, .. } | Ending::Drop { effect }) => *effect,
        };
        effect == Effect::Written && !self.ignore_write
    }

    fn or(self, later: &Self) -> Self {
        let Self {
            delay,
            answer_delay,
            ending,
            stale,
            ignore_write,
            cut,
            meanwhile,
        } = later;
        Self {
            delay: self.delay.or(*delay),
            answer_delay: self.answer_delay.or(*answer_delay),
            ending: self.ending.or_else(|| ending.clone()),
            stale: self.stale.or(*stale),
            ignore_write: self.ignore_write || *ignore_write,
            cut: self.cut.or(*cut),
            meanwhile: self.meanwhile.or_else(|| meanwhile.clone()),
        }
    }
}

impl Meanwhile {
    /// The state after this write.
    pub(super) fn over(self, state: &State) -> State {
        State {
            webhooks: self.webhooks.unwrap_or_else(|| state.webhooks.clone()),
            system: self.system.unwrap_or_else(|| state.system.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn befallen(fault: &str, verb: Verb, requests: &[Verb]) -> Vec<u64> {
        let fault = Fault::from_yaml(fault).unwrap();
        let mut counts = Counts::default();
        let mut met = Vec::new();
        for request in requests {
            counts.add(*request);
            if *request == verb && fault.befalls(verb, counts) {
                met.push(counts.gets + counts.posts);
            }
        }
        met
    }

    #[test]
    fn a_selector_counts_only_its_own_method() {
        let requests = [Verb::Get, Verb::Post, Verb::Get, Verb::Post];
        assert_eq!(befallen("{on: get, nth: 2}", Verb::Get, &requests), [3]);
        assert_eq!(befallen("{on: get, nth: 2}", Verb::Post, &requests), [0; 0]);
        assert_eq!(befallen("{on: post, nth: 1}", Verb::Post, &requests), [2]);
        assert_eq!(befallen("{nth: 4}", Verb::Post, &requests), [4]);
    }

    #[test]
    fn nth_is_one_or_a_list_or_a_range_or_every() {
        let requests = [Verb::Get; 6];
        assert_eq!(befallen("{nth: 3}", Verb::Get, &requests), [3]);
        assert_eq!(befallen("{nth: [5, 1]}", Verb::Get, &requests), [1, 5]);
        assert_eq!(befallen("{nth: {from: 5}}", Verb::Get, &requests), [5, 6]);
        assert_eq!(
            befallen("{nth: {from: 2, to: 4}}", Verb::Get, &requests),
            [2, 3, 4]
        );
        assert_eq!(befallen("{}", Verb::Get, &requests), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn of_several_faults_the_first_giving_a_field_wins() {
        let faults = [
            "{delay_ms: 1}",
            "{delay_ms: 2, drop: true}",
            "{cut: 4, delay_ms: 3, ignore_write: true, on: post}",
        ]
        .map(|text| Fault::from_yaml(text).unwrap());
        let met = |verb| Trouble::of(&faults, verb, Counts { gets: 1, posts: 1 });
        let both = Trouble {
            delay: Some(Duration::from_millis(1)),
            ending: Some(Ending::Drop {
                effect: Effect::None,
            }),
            ..Trouble::default()
        };
        assert_eq!(met(Verb::Get), both);
        assert_eq!(
            met(Verb::Post),
            Trouble {
                ignore_write: true,
                cut: Some(4),
                ..both
            }
        );
    }
}
