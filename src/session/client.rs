//! Making the client from options: its route, its limits and its fingerprints.

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::ca;
use super::load::Loaded;
use crate::api::limit::Limits;
use crate::api::proxy::proxy;
use crate::api::{Authorities, BaseUrl, BaseUrlError, Budget, Client, Options, Route};
use crate::approval::digest::fingerprint_key;
use crate::cli::ApiArgs;
use crate::context::Context;
use crate::desired::Concurrency;
use crate::escape::truncate;
use crate::fetch::Accesses;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::RunRecord;
use crate::webhook::Fingerprints;

/// Makes the route that the options and the environment set; nothing is sent.
pub(super) fn route(api: &ApiArgs, context: &mut Context<'_>) -> Result<Route, Failure> {
    let base = base(api)?;
    let authorities = match api.ca_cert.path() {
        Some(file) => ca::read(file, api.ca_cert.name)?,
        None => Authorities::default(),
    };
    let choice = proxy(&base, |name| (context.environment)(name)).map_err(|error| {
        Failure::from_error(ProblemKind::Usage, &error).hint(
            "give it a URL such as http://proxy.example:3128, or name the API's host in NO_PROXY",
        )
    })?;
    if !choice.odd_exceptions.is_empty() {
        let odd = truncate::list(choice.odd_exceptions.iter().map(String::as_str));
        context.output.warn(&format!(
            "NO_PROXY: entries that name no host are passed over: {odd}; it takes HOST, .HOST, *.HOST, HOST:PORT, ADDRESS and ADDRESS/BITS"
        ));
    }
    Ok(Route {
        base,
        proxy: choice.proxy,
        authorities,
    })
}

fn base(api: &ApiArgs) -> Result<BaseUrl, Failure> {
    let name = api.base_url.name;
    let url = api.base_url.text().unwrap_or_default();
    BaseUrl::parse(&url, api.allow_http).map_err(|error| {
        let message = if api.base_url.is_variable() {
            format!("{name}: {error}")
        } else {
            error.to_string()
        };
        let failure = Failure::new(ProblemKind::Usage, message);
        match error {
            BaseUrlError::Plain => {
                failure.hint("use https, or --allow-http where the network is trusted")
            }
            _ => failure.hint(format!("give {name} a URL such as https://api.wawp.net")),
        }
    })
}

/// Checks that a run goes where the run that it finishes or rolls back went: an instance of that name elsewhere is another
/// one.
///
/// # Errors
/// When the log names another base URL.
pub fn check_base(record: &RunRecord, api: &ApiArgs) -> Result<(), Failure> {
    let header = &record.header;
    let (Some(then), now) = (&header.base_url, base(api)?) else {
        return Ok(());
    };
    if then == now.as_str() {
        return Ok(());
    }
    let message = format!(
        "run {} wrote to {then}, and this one would write to {}",
        header.run,
        now.as_str()
    );
    Err(Failure::new(ProblemKind::Usage, message).hint(format!(
        "pass --base-url {then}; nothing was read or written"
    )))
}

pub(super) fn fingerprints(
    salt: Option<String>,
    accesses: &Accesses,
    context: &Context<'_>,
) -> Result<Fingerprints, Failure> {
    if let Some(salt) = salt {
        let tokens = accesses.values().map(|access| access.token.expose_secret());
        return Ok(Fingerprints::new(fingerprint_key(tokens, &salt)));
    }
    random_fingerprints(context)
}

/// Makes fingerprints under a random key.
///
/// # Errors
/// When the random source fails.
pub fn random_fingerprints(context: &Context<'_>) -> Result<Fingerprints, Failure> {
    let mut key = [0; 32];
    context
        .entropy
        .fill(key.as_mut_slice())
        .map_err(|error| Failure::from_error(ProblemKind::Setup, &error))?;
    Ok(Fingerprints::new(key))
}

pub(super) fn client(
    route: Route,
    loaded: &Loaded,
    api: &ApiArgs,
    concurrency: Concurrency,
    context: &mut Context<'_>,
) -> Result<Arc<Client>, Failure> {
    let setup = |error: &dyn std::error::Error| Failure::from_error(ProblemKind::Setup, error);
    let settings = &loaded.desired.api;
    // Both are ceilings, so the lower one applies.
    let per_second = [api.max_rps, settings.max_requests_per_second]
        .into_iter()
        .flatten()
        .min();
    Ok(Arc::new(Client {
        transport: (context.connect)(route).map_err(|error| setup(&error))?,
        clock: context.clock.clone(),
        entropy: context.entropy.clone(),
        limits: Limits::new(concurrency, per_second),
        budget: Budget::default(),
        interrupt: context.interrupt(),
        options: Options {
            auth: settings.auth,
            write: settings.write,
            timeout: api.timeout,
            retries: api.retries,
        },
    }))
}
