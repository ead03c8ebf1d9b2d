//! Opening the secret sources that a request needs, and the failures and notices of that.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::load::Loaded;
use crate::cli::ApiArgs;
use crate::context::Context;
use crate::desired::{Authentication, bind::Needs};
use crate::document::findings::FindingsV1;
use crate::english::plural;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::{Code, Findings, Reveal, reveal};
use crate::output::Failure;
use crate::problem::{ProblemKind, StopReason};
use crate::render::text::findings::findings;
use crate::secret::{
    OpenError, Opened, Opener, SecretError, SourceRefusal, Trust, Unopened, named,
};

/// Opens the sources that `needs` names.
///
/// # Errors
/// When a source may not be opened or gives no value, or when the run is cancelled.
pub(super) async fn open(
    loaded: &Loaded,
    needs: &Needs,
    is_fixed: bool,
    api: &ApiArgs,
    context: &mut Context<'_>,
) -> Result<Opened, Failure> {
    let opener = Opener {
        environment: context.environment.clone(),
        trust: trust(api),
    };
    // Signals cancel from now on: a signal that ended this process would leave commands running.
    let interrupt = context.interrupt();
    let values = opener
        .open(needs, (&loaded.desired).into(), &interrupt)
        .await
        .map_err(|error| match error {
            OpenError::Refused(refused) => not_allowed(&refused, loaded),
            OpenError::Unset(unset) => nothing_to_open(&unset, loaded, is_fixed),
            OpenError::Interrupted => cancelled(interrupt.reason()),
        })?;
    check_headers(&values, loaded)?;
    // What is odd about a value tells something of it, and who wrote an untrusted manifest may read this output.
    if !api.untrusted {
        warn_of_oddities(&values, loaded, context);
    }
    Ok(values)
}

/// Prints what is odd about the values of sources.
fn warn_of_oddities(opened: &Opened, loaded: &Loaded, context: &mut Context<'_>) {
    let mut warnings = Findings::default();
    for odd in &opened.odd {
        let oddities: Vec<String> = odd.oddities.iter().map(ToString::to_string).collect();
        let message = format!(
            "{} `{}`: {} {}; hookfleet uses it as it is, so mend the source if that is not meant",
            odd.purpose,
            odd.name,
            named(&odd.source.from),
            oddities.join(" and ")
        );
        match &odd.source.place {
            Some(place) => warnings.add(Code::OddSecret, place, Reveal::Url, message),
            None => context.output.warn(&truncate::message(&message)),
        }
    }
    let document = FindingsV1::of(&warnings, &loaded.files, None, ExitCode::Success);
    let text = findings(&document, context.output.colors_err);
    context.output.note(&text);
}

/// Checks that tokens can go into headers, where they have to.
///
/// # Errors
/// When one has a character that no header can carry.
fn check_headers(opened: &Opened, loaded: &Loaded) -> Result<(), Failure> {
    if loaded.desired.api.auth != Authentication::Header {
        return Ok(());
    }
    let is_unsendable = |token: &str| token.chars().any(|c| c.is_control() && c != '\t');
    let tokens = opened.credentials.iter();
    let unsendable = tokens.filter(|(_, token)| is_unsendable(token.expose_secret()));
    let mut errors = Findings::default();
    let mut names = Vec::new();
    for (name, _) in unsendable {
        let source = loaded.desired.credentials.get(name);
        let from = source.map(|source| named(&source.from)).unwrap_or_default();
        let what = format!(
            "credential `{name}`: {from} has a line break or another control character, which no header can carry"
        );
        if let Some(place) = source.and_then(|source| source.place.as_ref()) {
            errors.add(Code::UnsetSource, place, Reveal::Url, what.clone());
        }
        names.push(what);
    }
    let message = match (&*names, errors.iter().len()) {
        ([], _) => return Ok(()),
        ([what], 0) => format!("{what}, so nothing was sent"),
        (names, _) => {
            let count = plural(names.len(), "token");
            format!("{count} can't go into a header, so nothing was sent")
        }
    };
    Err(Failure::new(ProblemKind::UnsetSource, message)
        .hint("mend the source: a token is one line")
        .findings(&errors, &loaded.files))
}

fn cancelled(why: Option<StopReason>) -> Failure {
    let problem = why
        .unwrap_or(StopReason::Interrupted)
        .problem("while the manifest's sources were opened, so nothing was sent");
    Failure::new(problem.kind, problem.message)
}

fn trust(api: &ApiArgs) -> Trust {
    if api.untrusted {
        Trust::Untrusted {
            allowed_env: api
                .allow_env
                .iter()
                .map(|name| name.as_str().into())
                .collect(),
        }
    } else {
        Trust::Trusted {
            commands: api.allow_commands,
        }
    }
}

fn describe(unopened: &Unopened) -> String {
    format!(
        "{} `{}`: {}",
        unopened.purpose, unopened.name, unopened.error
    )
}

/// Makes the failure of sources that an untrusted manifest may not name, with a finding at each line.
fn not_allowed(refused: &[Unopened], loaded: &Loaded) -> Failure {
    let mut findings = Findings::default();
    let mut variables = BTreeSet::new();
    let mut others = false;
    for unopened in refused {
        if let Some(place) = &unopened.source.place {
            findings.add(Code::RefusedSource, place, Reveal::Url, describe(unopened));
        }
        match &unopened.error {
            SecretError::Refused(SourceRefusal::UntrustedVariable(name)) => {
                variables.insert(match reveal(name) {
                    Reveal::Text => &**name,
                    _ => "NAME",
                });
            }
            _ => others = true,
        }
    }
    let flags: Vec<String> = variables
        .iter()
        .map(|name| format!("--allow-env {name}"))
        .collect();
    let variables = (!flags.is_empty()).then(|| {
        format!(
            "pass {} if everybody who can change the manifest may send it anywhere",
            flags.join(" ")
        )
    });
    let others = others.then(|| {
        "for files and commands leave --untrusted out, once the manifest has been reviewed"
            .to_owned()
    });
    let hints: Vec<String> = variables.into_iter().chain(others).collect();
    let (count, are) = (
        plural(refused.len(), "source"),
        if refused.len() == 1 { "is" } else { "are" },
    );
    Failure::new(
        ProblemKind::RefusedSource,
        format!("{count} {are} refused with --untrusted, so nothing was opened or sent"),
    )
    .hint(hints.join("; "))
    .findings(&findings, &loaded.files)
}

/// Makes the failure of sources that gave no value, with a finding at each line.
fn nothing_to_open(unopened: &[Unopened], loaded: &Loaded, is_fixed: bool) -> Failure {
    let mut findings = Findings::default();
    let mut default = None;
    for unopened in unopened {
        match &unopened.source.place {
            Some(place) => findings.add(Code::UnsetSource, place, Reveal::Url, describe(unopened)),
            None => default = Some(&unopened.error),
        }
    }
    if let (Some(error), true) = (default, findings.iter().len() == 0) {
        // The default credential has no line in the manifest.
        let message = format!("there is no token: {error}, so nothing was sent");
        return Failure::new(ProblemKind::UnsetSource, message)
            .hint("export it, or say under `credentials:` where tokens come from");
    }
    let count = plural(unopened.len(), "source");
    let refused = |unopened: &&Unopened| matches!(unopened.error, SecretError::Refused(_));
    let hint = match unopened.iter().filter(refused).count() {
        0 if is_fixed => "set it; all that was approved is needed to tell whether it still holds",
        0 => "set it, or narrow the selection with -i; only what the selection needs is opened",
        refused if refused == unopened.len() => {
            "pass --allow-commands where the manifest is trusted"
        }
        _ => "set it, and pass --allow-commands for the commands where the manifest is trusted",
    };
    let also = default
        .map(|error| format!(" (one is the token: {error})"))
        .unwrap_or_default();
    Failure::new(
        ProblemKind::UnsetSource,
        format!("{count} gave no value{also}, so nothing was sent"),
    )
    .hint(hint)
    .findings(&findings, &loaded.files)
}
