//! Faults as they stand in a world file, and which combinations make no sense. PURE; it befalls no request.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::nth::NthSchema;
use super::scalar::{Text, given};
use super::webhook::{SystemFile, WebhookFile};
use crate::emulator::error::Form;
use crate::emulator::fault::{
    Effect, Ending, Fault, FaultAnswer, FaultBody, Meanwhile, Nth, On, Trouble,
};

/// Trouble for some requests of one instance. Several faults may meet one request: they combine, and the first that
/// gives a field wins.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fault")]
pub(super) struct FaultFile {
    /// Which requests are counted.
    #[serde(default)]
    on: On,
    /// Which of the counted requests meet it, the first being 1; by default every one.
    #[serde(default)]
    #[schemars(with = "NthSchema")]
    nth: Nth,
    /// The answer in place of the true one.
    answer: Option<AnswerFile>,
    /// What a POST does although it is not answered truly.
    effect: Option<Effect>,
    /// Whether the connection is closed without an answer.
    #[serde(default)]
    drop: bool,
    /// A pause before the request is looked at, in milliseconds.
    delay_ms: Option<u64>,
    /// A pause after it took effect, before the answer, in milliseconds.
    answer_delay_ms: Option<u64>,
    /// A GET answers the state from before that many writes.
    stale: Option<NonZeroUsize>,
    /// Whether a POST answers success and changes nothing.
    #[serde(default)]
    ignore_write: bool,
    /// How many bytes of the body are sent before the connection closes.
    cut: Option<usize>,
    /// What another writer does just before.
    meanwhile: Option<MeanwhileFile>,
}

/// The answer in place of the true one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnswerFile {
    /// The HTTP status code.
    #[schemars(range(min = 200, max = 599))]
    status: u16,
    /// The format of the error body; by default `json`.
    body: Option<Form>,
    /// The body itself, in place of `body` and `message`.
    raw: Option<String>,
    /// The message of the error body; by default the vendor's text for the status.
    message: Option<String>,
    /// Headers, in place of the usual ones of the same name.
    #[serde(default)]
    headers: BTreeMap<Text, Text>,
}

/// A write by someone else; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MeanwhileFile {
    /// The custom webhooks after it.
    #[serde(default, deserialize_with = "given")]
    webhooks: Option<Vec<WebhookFile>>,
    /// The system webhook after it.
    #[serde(default, deserialize_with = "given")]
    system: Option<SystemFile>,
}

/// What makes a fault senseless.
#[derive(Debug, thiserror::Error)]
pub(super) enum Nonsense {
    #[error("both `answer` and `drop` are given")]
    AnswerAndDrop,
    #[error("both `cut` and `drop` are given")]
    CutAndDrop,
    #[error("`effect` is given with neither `answer` nor `drop`")]
    EffectOfNothing,
    #[error("both `ignore_write` and `effect: written` are given")]
    IgnoredAndWritten,
    #[error("`stale` is for reads, and `on` is `post`")]
    StalePost,
    #[error("`{0}` is for writes, and `on` is `get`")]
    WritingGet(&'static str),
    #[error("answer.status: {0} is not within 200..=599")]
    Status(u16),
    #[error("answer: both `{0}` and `raw` are given")]
    TwoBodies(&'static str),
    #[error("answer.headers: `{0}` is the server's own to set")]
    FramingHeader(String),
    #[error("answer.headers: `{0}` is not the name or has not the value of a header")]
    Header(String),
    #[error("meanwhile: neither `webhooks` nor `system` is given")]
    EmptyMeanwhile,
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FaultVisitor)
    }
}

/// Only an error from within a visitor is given the place of its own mapping.
struct FaultVisitor;

impl<'de> Visitor<'de> for FaultVisitor {
    type Value = Fault;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a fault")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Fault, A::Error> {
        let file = FaultFile::deserialize(MapAccessDeserializer::new(map))?;
        Fault::try_from(file).map_err(A::Error::custom)
    }
}

impl TryFrom<FaultFile> for Fault {
    type Error = Nonsense;

    fn try_from(file: FaultFile) -> Result<Self, Nonsense> {
        file.check()?;
        let effect = file.effect.unwrap_or_default();
        let ending = match file.answer {
            Some(answer) => Some(Ending::Answer {
                answer: answer.try_into()?,
                effect,
            }),
            None => file.drop.then_some(Ending::Drop { effect }),
        };
        let trouble = Trouble {
            delay: file.delay_ms.map(Duration::from_millis),
            answer_delay: file.answer_delay_ms.map(Duration::from_millis),
            ending,
            stale: file.stale,
            ignore_write: file.ignore_write,
            cut: file.cut,
            meanwhile: file.meanwhile.map(Meanwhile::try_from).transpose()?,
        };
        Ok(Self {
            on: file.on,
            nth: file.nth,
            trouble,
        })
    }
}

impl FaultFile {
    fn check(&self) -> Result<(), Nonsense> {
        let wrong = [
            (self.answer.is_some() && self.drop, Nonsense::AnswerAndDrop),
            (self.cut.is_some() && self.drop, Nonsense::CutAndDrop),
            (
                self.effect.is_some() && self.answer.is_none() && !self.drop,
                Nonsense::EffectOfNothing,
            ),
            (
                self.ignore_write && self.effect == Some(Effect::Written),
                Nonsense::IgnoredAndWritten,
            ),
            (
                self.stale.is_some() && self.on == On::Post,
                Nonsense::StalePost,
            ),
            (
                self.ignore_write && self.on == On::Get,
                Nonsense::WritingGet("ignore_write"),
            ),
            (
                self.effect.is_some() && self.on == On::Get,
                Nonsense::WritingGet("effect"),
            ),
        ];
        wrong
            .into_iter()
            .find(|(holds, _)| *holds)
            .map_or(Ok(()), |(_, nonsense)| Err(nonsense))
    }
}

impl TryFrom<AnswerFile> for FaultAnswer {
    type Error = Nonsense;

    fn try_from(file: AnswerFile) -> Result<Self, Nonsense> {
        if !(200..=599).contains(&file.status) {
            return Err(Nonsense::Status(file.status));
        }
        let body = match (file.raw, file.body, file.message) {
            (Some(_), Some(_), _) => return Err(Nonsense::TwoBodies("body")),
            (Some(_), _, Some(_)) => return Err(Nonsense::TwoBodies("message")),
            (Some(raw), None, None) => FaultBody::Raw(raw),
            (None, form, message) => FaultBody::Error {
                form: form.unwrap_or_default(),
                message,
            },
        };
        let headers = file
            .headers
            .into_iter()
            .map(|(name, value)| header(&name.0, value.0))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            status: file.status,
            headers,
            body,
        })
    }
}

fn header(name: &str, value: String) -> Result<(String, String), Nonsense> {
    let name = name.to_ascii_lowercase();
    if ["content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
        return Err(Nonsense::FramingHeader(name));
    }
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    let is_value = value
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_name && is_value {
        Ok((name, value))
    } else {
        Err(Nonsense::Header(name))
    }
}

impl TryFrom<MeanwhileFile> for Meanwhile {
    type Error = Nonsense;

    fn try_from(file: MeanwhileFile) -> Result<Self, Nonsense> {
        if file.webhooks.is_none() && file.system.is_none() {
            return Err(Nonsense::EmptyMeanwhile);
        }
        Ok(Self {
            webhooks: file
                .webhooks
                .map(|webhooks| webhooks.into_iter().map(Into::into).collect()),
            system: file.system.map(Into::into),
        })
    }
}
