//! The types of the manifest format. The JSON Schema is generated from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;

use super::location::{Located, LocatedText};

/// A manifest: the webhooks that Wawp instances should have.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(title = "hookfleet manifest", deny_unknown_fields)]
pub struct Manifest {
    /// The format's version; 1, in every file.
    #[schemars(extend("type" = "integer", "const" = 1))]
    pub version: (),
    /// How to talk to the API; in one file at most.
    pub api: Option<Located<Api>>,
    /// Where tokens come from. `default` exists without being written: the environment's `WAWP_ACCESS_TOKEN`.
    #[schemars(with = "Option<BTreeMap<String, Source>>")]
    pub credentials: NamedEntries<Located<Source>>,
    /// Where values inside webhook URLs come from; used as `${secret.NAME}`.
    #[schemars(with = "Option<BTreeMap<String, Source>>")]
    pub secrets: NamedEntries<Located<Source>>,
    /// Names of credentials and secrets with invalid sources, which have findings already.
    #[schemars(skip)]
    pub broken: BTreeSet<Arc<str>>,
    /// Named lists of webhooks that many instances use.
    #[schemars(with = "Option<BTreeMap<String, Vec<ManifestWebhook>>>")]
    pub webhook_sets: NamedEntries<Vec<ManifestWebhook>>,
    /// The settings of instances that do not set their own; in one file at most.
    pub defaults: Option<Located<Settings>>,
    /// The guards' limits; in one file at most.
    pub safety: Option<Located<Safety>>,
    /// The instances.
    #[schemars(with = "Option<Vec<Instance>>")]
    pub instances: Vec<Instance>,
}

/// How to talk to the API. A manifest can't set the host that tokens are sent to: `--base-url` is a flag.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Api {
    /// Where a request carries its token.
    pub auth: Option<Authentication>,
    /// Where a POST carries the webhooks.
    pub write: Option<WriteVia>,
    /// How many requests may be in flight.
    pub concurrency: Option<Concurrency>,
    /// Requests per second and credential.
    #[schemars(range(min = 1, max = 100_000))]
    pub max_requests_per_second: Option<u32>,
}

/// Where a request carries its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Authentication {
    /// In the query, as the vendor documents.
    #[default]
    Query,
    /// In the headers, as the vendor's SDK does.
    Header,
}

/// Where a POST carries the webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum WriteVia {
    /// In a JSON body.
    #[default]
    Body,
    /// In the query parameter `webhooks`.
    Query,
}

/// How many requests may be in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Concurrency {
    /// hookfleet decides.
    #[default]
    Auto,
    /// Exactly this number.
    #[schemars(untagged)]
    Exactly(#[schemars(range(min = 1, max = 1024))] u32),
}

/// Where a secret comes from: exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// An environment variable of exactly that name; with `--untrusted`, only one that `--allow-env` names.
    Env(Arc<str>),
    /// A regular file of at most 64 KiB, through links or not, from the directory that hookfleet runs in; a final newline
    /// does not count. Refused with `--untrusted`.
    File(Arc<str>),
    /// A program and its arguments, run without a shell, and only with `--allow-commands`, from the directory that
    /// hookfleet runs in and with its environment, for 30 seconds at most. Its output counts, up to 64 KiB and without a
    /// final newline. Without a `/` the program is looked for in `PATH`.
    Command(Vec<Arc<str>>),
}

/// One webhook, in the API's own words.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename = "Webhook", deny_unknown_fields)]
pub struct ManifestWebhook {
    /// Where events are delivered; may hold `${instance.id}`, `${instance.name}`, `${label.KEY}`, `${secret.NAME}`.
    pub url: LocatedText,
    /// Which events are delivered; a set.
    pub events: Located<Vec<Arc<str>>>,
    /// Whether the webhook is active; true by default.
    #[schemars(with = "Option<Flag>")]
    pub is_active: Option<bool>,
}

/// A flag as the API answers it: true, false, 1 or 0.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["boolean", "integer"], "enum" = [true, false, 1, 0]))]
struct Flag;

/// The settings of an instance, or in `defaults` of every instance that does not set its own.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Settings {
    /// The credential that reads and writes it.
    pub credential: Option<LocatedText>,
    /// Which live webhooks that the manifest does not list are removed. Without it, an instance that has such is blocked.
    pub prune: Option<Prune>,
    /// Live webhooks that hookfleet leaves alone, as globs: they are never drift and always kept. A glob sees `***` for
    /// userinfo, query values and the fragment; a pattern that is the whole URL matches it too.
    pub ignore: Option<Located<Vec<LocatedText>>>,
    /// The names of fields that hookfleet does not know and a write leaves out, for servers that refuse them. All others are
    /// written back as they were read.
    #[schemars(with = "Option<Vec<FieldName>>")]
    pub drop_fields: Option<Vec<LocatedText>>,
    /// The vendor's own webhook.
    pub system: Option<System>,
    /// The sets it uses.
    pub webhook_sets: Option<Vec<LocatedText>>,
    /// Its own webhooks, or `keep` to keep all live ones.
    pub webhooks: Option<Webhooks>,
}

/// Which live webhooks that the manifest does not list are removed.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged)]
pub enum Prune {
    /// All of them, or none.
    Every(bool),
    /// Those that match one of the globs.
    Matching(Located<Vec<LocatedText>>),
}

/// The system webhook: `keep`, or the fields to set. A key left out keeps the live value.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum System {
    /// Keep it as it is live.
    Keep,
    /// The fields to set.
    #[schemars(untagged)]
    Set(Located<SystemFields>),
}

/// The fields to set of the system webhook.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SystemFields {
    /// Whether it is active.
    #[schemars(with = "Option<Flag>")]
    pub is_active: Option<bool>,
    /// Its events.
    pub events: Option<Located<Vec<Arc<str>>>>,
}

/// An instance's own webhooks.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Webhooks {
    /// Keep all live ones.
    Keep,
    /// Exactly these; an empty list means none.
    #[schemars(untagged)]
    List(Vec<ManifestWebhook>),
}

/// The guards' limits.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Safety {
    /// The largest percentage of the selection's live webhooks that a run may remove, when at least 10 are live; 30 by
    /// default.
    #[schemars(range(min = 0, max = 100))]
    pub max_removed_percent: Option<u8>,
    /// The largest percentage of the selection's instances that a run may change; 100 by default.
    #[schemars(range(min = 0, max = 100))]
    pub max_changed_percent: Option<u8>,
    /// Whether a run may remove all webhooks of an instance; false by default.
    pub allow_empty: Option<bool>,
}

/// One instance.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Instance {
    /// The API's `instance_id`.
    #[schemars(with = "OwnText")]
    pub id: LocatedText,
    /// A name of your own, unique.
    #[schemars(with = "Option<OwnText>")]
    pub name: Option<LocatedText>,
    /// Labels, for selectors and for `${label.KEY}`.
    #[schemars(with = "Option<BTreeMap<String, OwnText>>")]
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// Neither read nor written; listed as skipped.
    pub suspend: Option<bool>,
    /// Why it is suspended.
    #[schemars(with = "Option<OwnText>")]
    pub reason: Option<LocatedText>,
    /// Its settings, which replace those of `defaults`, lists included.
    #[schemars(flatten)]
    pub settings: Arc<Settings>,
}

/// A scalar's own text, quoted or not.
#[derive(JsonSchema)]
#[schemars(extend("type" = ["string", "number", "boolean"], "minLength" = 1))]
struct OwnText;

/// The name of a field that hookfleet does not know.
#[derive(JsonSchema)]
#[schemars(extend("type" = "string", "minLength" = 1, "not" = { "enum": ["url", "events", "is_active", "enabled"] }))]
struct FieldName;

/// A mapping with free names as keys, in written order.
pub type NamedEntries<T> = Vec<(LocatedText, T)>;
