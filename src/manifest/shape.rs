//! The types of the manifest format. The JSON Schema is generated from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;

use super::location::{Located, LocatedText};
use super::schema_types::{
    EnvName, Event, FieldName, Flag, HostText, OwnText, TargetText, no_merge_key, trimmed,
};

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
    #[schemars(with = "Option<BTreeMap<String, Source>>", extend("propertyNames" = no_merge_key()))]
    pub credentials: NamedEntries<Located<Source>>,
    /// Where values inside webhook URLs come from; used as `${secret.NAME}`.
    #[schemars(with = "Option<BTreeMap<String, SecretFields>>", extend("propertyNames" = no_merge_key()))]
    pub secrets: NamedEntries<Secret>,
    /// Names of credentials and secrets with invalid sources, which have findings already.
    #[schemars(skip)]
    pub broken: BTreeSet<Arc<str>>,
    /// Named lists of webhooks that many instances use.
    #[schemars(with = "Option<BTreeMap<String, Vec<ManifestWebhook>>>", extend("propertyNames" = no_merge_key()))]
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
    /// Where a request carries its token: `query`, as the vendor documents (the default), or `header`, as the vendor's SDK
    /// does.
    #[schemars(extend("default" = "query"))]
    pub auth: Option<Authentication>,
    /// Where a POST carries the webhooks: `body`, in JSON (the default), or `query`, in the parameter `webhooks`.
    #[schemars(extend("default" = "body"))]
    pub write: Option<WriteVia>,
    /// How many requests of a credential may be in flight: `auto` (the default) or a number from 1 to 1024.
    #[schemars(extend("default" = "auto"))]
    pub concurrency: Option<Concurrency>,
    /// The largest number of requests per second and credential; no limit by default.
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

/// Where a secret comes from: exactly one of `env`, `file` and `command`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "SourceFields")]
pub enum Source {
    /// An environment variable.
    Env(Arc<str>),
    /// A file.
    File(Arc<str>),
    /// A program and its arguments.
    Command(Vec<Arc<str>>),
}

/// A value inside webhook URLs: where it comes from, and where it may go.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Where it comes from.
    pub source: Located<Source>,
    /// The hosts whose URLs it may stand in; `None` for any.
    pub hosts: Option<Vec<LocatedText>>,
}

/// Where a secret comes from: exactly one of `env`, `file` and `command`.
#[derive(JsonSchema)]
#[schemars(rename = "Source", deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["env"] }, { "required": ["file"] }, { "required": ["command"] }]))]
#[expect(dead_code, reason = "it is the schema of `Source`")]
struct SourceFields {
    /// An environment variable of exactly that name; a final line end does not count. With `--untrusted`, only one that
    /// `--allow-env` names.
    env: Option<EnvName>,
    /// A regular file of at most 64 KiB, through links or not, from the directory that hookfleet runs in; a final line end
    /// does not count. Refused with `--untrusted`.
    #[schemars(length(min = 1))]
    file: Option<String>,
    /// A program and its arguments, run without a shell, and only with `--allow-commands`, from the directory that
    /// hookfleet runs in and with its environment, for 30 seconds at most. Its output counts, up to 64 KiB and without a
    /// final line end. Without a `/` the program is looked for in `PATH`.
    #[schemars(length(min = 1))]
    command: Option<Vec<OwnText>>,
}

/// A value inside webhook URLs: exactly one of `env`, `file` and `command`, and the hosts that it may go to.
#[derive(JsonSchema)]
#[schemars(rename = "Secret", extend("additionalProperties" = false))]
#[expect(dead_code, reason = "it is the schema of `Secret`")]
struct SecretFields {
    #[schemars(flatten)]
    source: SourceFields,
    /// The hosts whose URLs the secret may stand in; in a URL of any other host it is an error. Left out, it may go anywhere.
    /// An entry is `crm.example.com`, or `*.example.com` for every host below, over https at its default port, unless it
    /// writes a scheme or a port: `http://localhost:8080`, `hooks.example.com:8443`.
    #[schemars(length(min = 1))]
    hosts: Option<Vec<HostText>>,
}

/// One webhook, in the API's own words.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(rename = "Webhook", deny_unknown_fields)]
pub struct ManifestWebhook {
    /// Where events are delivered; may hold `${instance.id}`, `${instance.name}`, `${label.KEY}`, `${secret.NAME}`.
    #[schemars(with = "TargetText")]
    pub url: LocatedText,
    /// Which events are delivered; a set. `hookfleet events` lists the published ones, and `message.any` is every message that comes in or goes out.
    #[schemars(with = "Vec<Event>")]
    pub events: Located<Vec<Arc<str>>>,
    /// Whether the webhook is active: true, false, 1 or 0; true by default.
    #[schemars(with = "Option<Flag>", extend("default" = true))]
    pub is_active: Option<bool>,
}

/// The settings of an instance, or in `defaults` of every instance that does not set its own.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Settings {
    /// The credential that reads and writes it; `default` by default.
    #[schemars(with = "Option<OwnText>", extend("default" = "default"))]
    pub credential: Option<LocatedText>,
    /// Which live webhooks that the manifest does not list are removed: `true` for all, `false` for none, or a list of globs
    /// for those that match one; globs see URLs as in `ignore`. Not written, an instance that has such webhooks is blocked.
    pub prune: Option<Prune>,
    /// Live webhooks that hookfleet leaves alone, as globs: they are never drift and always kept. `*` and `?` stay inside a
    /// path segment, `/**` crosses them. A glob sees scheme and host in lower case, no default port, an empty path as `/`, and
    /// `***` for userinfo, values of query keys that are secret by name, and what looks random.
    #[schemars(with = "Option<Vec<OwnText>>")]
    pub ignore: Option<Located<Vec<LocatedText>>>,
    /// The names of fields that hookfleet does not know and a write leaves out, for servers that refuse them. All others are
    /// written back as they were read.
    #[schemars(with = "Option<Vec<FieldName>>", extend("uniqueItems" = true))]
    pub drop_fields: Option<Vec<LocatedText>>,
    /// The vendor's own webhook, which feeds the chat inbox: `keep` it as it is live (the default), or set `is_active` or
    /// `events`; a key left out keeps the live value.
    #[schemars(extend("default" = "keep"))]
    pub system: Option<System>,
    /// The names of the webhook sets that it uses.
    #[schemars(with = "Option<Vec<OwnText>>", extend("uniqueItems" = true))]
    pub webhook_sets: Option<Vec<LocatedText>>,
    /// Its own webhooks, `[]` for none, or `keep` to keep all live ones.
    pub webhooks: Option<Webhooks>,
}

/// Which live webhooks that the manifest does not list are removed.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged)]
pub enum Prune {
    /// All of them, or none.
    Every(bool),
    /// Those that match one of the globs.
    Matching(#[schemars(with = "Vec<OwnText>")] Located<Vec<LocatedText>>),
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
#[schemars(deny_unknown_fields, inline)]
pub struct SystemFields {
    /// Whether the system webhook is active: true, false, 1 or 0; left out, it stays as it is live.
    #[schemars(with = "Option<Flag>")]
    pub is_active: Option<bool>,
    /// Which events the system webhook gets; left out, they stay as they are live.
    #[schemars(with = "Option<Vec<Event>>")]
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
    #[schemars(range(min = 0, max = 100), extend("default" = 30))]
    pub max_removed_percent: Option<u8>,
    /// The largest percentage of the selection's instances that a run may change; 100 by default.
    #[schemars(range(min = 0, max = 100), extend("default" = 100))]
    pub max_changed_percent: Option<u8>,
    /// Whether a run may remove all webhooks of an instance; false by default.
    #[schemars(extend("default" = false))]
    pub allow_empty: Option<bool>,
}

/// One instance.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Instance {
    /// The API's `instance_id`, such as `8D30ABB1E6DA`.
    #[schemars(with = "OwnText", extend("pattern" = trimmed()))]
    pub id: LocatedText,
    /// A name of your own, unique.
    #[schemars(with = "Option<OwnText>")]
    pub name: Option<LocatedText>,
    /// Labels, for selectors and for `${label.KEY}`.
    #[schemars(with = "Option<BTreeMap<String, OwnText>>", extend("propertyNames" = no_merge_key()))]
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// Whether it is left alone: neither read nor written, and listed as skipped; false by default.
    #[schemars(extend("default" = false))]
    pub suspend: Option<bool>,
    /// Why it is suspended.
    #[schemars(with = "Option<OwnText>")]
    pub reason: Option<LocatedText>,
    /// Its settings, which replace those of `defaults`, lists included.
    #[schemars(flatten)]
    pub settings: Arc<Settings>,
}

/// A mapping with free names as keys, in written order.
pub type NamedEntries<T> = Vec<(LocatedText, T)>;
