//! What `plan`, `drift` and `apply` share: from a loaded manifest to a selection that can be read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::apply::Approval;
use super::load::{self, Loaded};
use super::{Edge, Failure};
use crate::api::pace::Pace;
use secrecy::SecretString;

use crate::api::{
    Access, BaseUrl, BaseUrlError, Client, HttpTransport, KnownSecrets, Options, Reader, Writer,
};
use crate::cli::{AllowArgs, ApiArgs};
use crate::desired::bind::Needs;
use crate::desired::{Concurrency, Target, bind, select};
use crate::exit::ExitCode;
use crate::fetch::{Accesses, fetch};
use crate::manifest::{Code, Findings, Reveal};
use crate::plan::{Guard, Plan, Policy};
use crate::ports::Entropy;
use crate::secret::{Opener, SecretError, Unopened};
use crate::webhook::Fingerprints;

/// How many requests are in flight unless something else is said.
const CONCURRENCY: usize = 16;

/// A selection with its secrets bound, and the means to read it.
pub struct Session {
    /// The selected instances, in manifest order.
    pub targets: Vec<Target>,
    /// Their tokens.
    pub accesses: Accesses,
    client: Arc<Client>,
    /// Where requests go.
    pub base: BaseUrl,
    /// How many instances are worked on at a time.
    pub parallel: usize,
    policy: Policy,
    manifest_hosts: BTreeSet<String>,
}

impl Session {
    /// Selects, opens what the selection needs, and binds it; no request is sent.
    ///
    /// # Errors
    /// When an `-i` names nothing, the base URL may not be used, a source gives nothing, or a URL is none once its
    /// secrets are known.
    pub async fn open(
        loaded: Loaded,
        instances: &[String],
        api: &ApiArgs,
        allow: &AllowArgs,
        edge: &mut Edge<'_>,
    ) -> Result<Self, Failure> {
        let usage =
            |error: &dyn std::error::Error| Failure::from_error("usage", ExitCode::Usage, error);
        let base = BaseUrl::parse(&api.base_url, api.allow_http).map_err(|error| {
            let failure = usage(&error);
            match error {
                BaseUrlError::Plain => {
                    failure.hint("use https, or --allow-http where the network is trusted")
                }
                _ => failure.hint(
                    "give --base-url or HOOKFLEET_BASE_URL a URL such as https://api.wawp.net",
                ),
            }
        })?;
        let selection = select(&loaded.desired, instances)
            .map_err(|error| usage(&error).hint("`-i` takes an id or a name of the manifest"))?;
        if selection.is_empty() {
            edge.note(&format!(
                "{} the manifest lists no instances\n",
                edge.paint_err.yellow("warning:")
            ));
        }
        let opener = Opener {
            environment: edge.environment.clone(),
            commands: api.allow_commands,
        };
        let desired = &loaded.desired;
        let needs = Needs::of(desired, &selection);
        let tokens = opener
            .open("credential", &needs.credentials, &desired.credentials)
            .await;
        let secrets = opener
            .open("secret", &needs.secrets, &desired.secrets)
            .await;
        let (tokens, secrets) = match (tokens, secrets) {
            (Ok(tokens), Ok(secrets)) => (tokens, secrets),
            (tokens, secrets) => {
                let unopened: Vec<Unopened> = tokens
                    .err()
                    .into_iter()
                    .chain(secrets.err())
                    .flatten()
                    .collect();
                return Err(nothing_to_open(&unopened, loaded));
            }
        };
        let mut findings = Findings::default();
        let targets = bind(desired, &selection, &secrets, &mut findings).targets;
        if findings.errors() > 0 {
            return Err(load::invalid(findings, loaded.files));
        }
        let known: Vec<SecretString> = tokens.values().chain(secrets.values()).cloned().collect();
        let accesses = tokens
            .into_iter()
            .map(|(credential, token)| (credential.clone(), Access { credential, token }))
            .collect();
        let parallel = match api.concurrency.unwrap_or(desired.api.concurrency) {
            Concurrency::Auto => CONCURRENCY,
            Concurrency::Exactly(number) => number as usize,
        };
        Ok(Self {
            targets,
            accesses,
            base: base.clone(),
            client: client(base, &loaded, api, parallel, known, edge)?,
            parallel,
            policy: policy(&loaded, allow),
            manifest_hosts: desired.hosts.clone(),
        })
    }

    /// Reads.
    pub fn reader(&self) -> Reader {
        Reader::new(self.client.clone())
    }

    /// Writes: only for whoever has an approval, which `apply` alone can give.
    pub fn writer(&self, _: &Approval) -> Writer {
        Writer::new(self.client.clone())
    }

    /// How often what fails for a passing reason is sent again.
    pub fn retries(&self) -> u32 {
        self.client.options.retries
    }

    /// Chance.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.client.entropy
    }

    /// Reads and plans the selection. It has no writer.
    pub async fn plan(&self) -> Plan {
        let fold = fetch(&self.reader(), &self.accesses, &self.targets, self.parallel).await;
        fold.finish(&self.policy, &self.manifest_hosts)
    }

    /// The run's fingerprints.
    pub fn fingerprints(&self) -> &Fingerprints {
        &self.client.fingerprints
    }
}

fn client(
    base: BaseUrl,
    loaded: &Loaded,
    api: &ApiArgs,
    parallel: usize,
    known: Vec<SecretString>,
    edge: &Edge<'_>,
) -> Result<Arc<Client>, Failure> {
    let setup =
        |error: &dyn std::error::Error| Failure::from_error("setup", ExitCode::Failure, error);
    let settings = &loaded.desired.api;
    let mut key = [0; 32];
    edge.entropy.fill(&mut key).map_err(|error| setup(&error))?;
    // Both are ceilings, so the lower one holds.
    let per_second = [api.max_rps, settings.max_requests_per_second]
        .into_iter()
        .flatten()
        .min();
    Ok(Arc::new(Client {
        transport: Arc::new(HttpTransport::new(base).map_err(|error| setup(&error))?),
        clock: edge.clock.clone(),
        entropy: edge.entropy.clone(),
        pace: Pace::new(parallel, per_second),
        options: Options {
            auth: settings.auth,
            write: settings.write,
            timeout: api.timeout,
            retries: api.retries,
        },
        fingerprints: Fingerprints::new(key),
        secrets: KnownSecrets::new(known),
    }))
}

fn policy(loaded: &Loaded, allow: &AllowArgs) -> Policy {
    let safety = &loaded.desired.safety;
    let allowed = allow.guards.iter().map(|guard| Guard::from(*guard));
    Policy {
        max_removed_percent: safety.max_removed_percent,
        max_changed_percent: safety.max_changed_percent,
        allowed: allowed
            .chain(safety.allow_empty.then_some(Guard::Empty))
            .collect(),
    }
}

/// Sources that gave nothing, each at the manifest's line that names it.
fn nothing_to_open(unopened: &[Unopened], loaded: Loaded) -> Failure {
    let mut findings = Findings::default();
    let mut unwritten = None;
    for Unopened {
        kind,
        name,
        source,
        error,
    } in unopened
    {
        let message = format!("{kind} `{name}`: {error}");
        match &source.place {
            Some(place) => findings.add(Code::UnsetSource, place, Reveal::Url, message),
            None => unwritten = Some(error),
        }
    }
    if let (Some(error), true) = (unwritten, findings.iter().len() == 0) {
        // The credential that exists without being written has no line to point at.
        let message = format!("there is no token: {error}, so nothing was sent");
        return Failure::new("unset_source", ExitCode::Failure, message)
            .hint("export it, or say under `credentials:` where tokens come from");
    }
    let count = crate::render::plural(unopened.len(), "source");
    let refused = |unopened: &&Unopened| matches!(unopened.error, SecretError::CommandsNotAllowed);
    let hint = match unopened.iter().filter(refused).count() {
        0 => "set it, or narrow the selection with -i; only what the selection needs is opened",
        refused if refused == unopened.len() => {
            "pass --allow-commands where the manifest is trusted"
        }
        _ => "set it, and pass --allow-commands for the commands where the manifest is trusted",
    };
    let also = unwritten
        .map(|error| format!(" (one is the token: {error})"))
        .unwrap_or_default();
    Failure::new(
        "unset_source",
        ExitCode::Failure,
        format!("{count} gave no value{also}, so nothing was sent"),
    )
    .hint(hint)
    .findings(findings, loaded.files)
}
