//! From paths to a resolved manifest, with everything that is wrong with it.

use crate::render::text;
use std::path::PathBuf;

use crate::cli::ApiArgs;
use crate::context::Context;
use crate::desired::{Desired, resolve};
use crate::english::plural;
use crate::exit::ExitCode;
use crate::manifest::{Findings, SourceFile, decode};
use crate::output::Failure;
use crate::source::{self, Links};

/// A manifest without errors; it may have warnings.
pub struct Loaded {
    /// What it means.
    pub desired: Desired,
    /// The files it was read from.
    pub files: Vec<SourceFile>,
    /// Its warnings.
    pub findings: Findings,
}

impl Links {
    /// What the flags let a manifest's files be.
    pub fn of(api: &ApiArgs) -> Self {
        if api.untrusted {
            Self::Refuse
        } else {
            Self::Follow
        }
    }
}

/// Reads the files behind `-f`.
///
/// # Errors
/// When one can't be read.
pub fn read(
    paths: &[PathBuf],
    links: Links,
    context: &mut Context<'_>,
) -> Result<Vec<SourceFile>, Failure> {
    source::read(paths, links, &mut context.stdin).map_err(|error| {
        let failure = Failure::from_error("unreadable_manifest", ExitCode::Invalid, &error);
        match error.cause.kind() {
            std::io::ErrorKind::NotFound => {
                failure.hint("`-f` says where the manifest is; `hookfleet demo` shows one")
            }
            _ => failure,
        }
    })
}

/// Checks and resolves files; with `strict`, warnings are errors.
///
/// # Errors
/// When anything is wrong, with every finding.
pub fn load(files: Vec<SourceFile>, strict: bool) -> Result<Loaded, Failure> {
    let mut findings = Findings::default();
    let manifests: Vec<_> = files
        .iter()
        .flat_map(|file| decode(file, &mut findings))
        .collect();
    let desired = resolve(&manifests, &mut findings);
    if findings.errors() > 0 || (strict && findings.warnings() > 0) {
        return Err(invalid(findings, files));
    }
    Ok(Loaded {
        desired,
        files,
        findings,
    })
}

/// The failure that findings make.
pub fn invalid(findings: Findings, files: Vec<SourceFile>) -> Failure {
    let (errors, warnings) = (
        plural(findings.errors(), "error"),
        plural(findings.warnings(), "warning"),
    );
    let message = match (findings.errors(), findings.warnings()) {
        (0, _) => format!("the manifest has {warnings}, and --strict makes them errors"),
        (_, 0) => format!("the manifest has {errors}"),
        _ => format!("the manifest has {errors} and {warnings}"),
    };
    Failure::new("invalid_manifest", ExitCode::Invalid, message).findings(findings, files)
}

impl Loaded {
    /// Prints the warnings.
    pub fn warn(&self, context: &mut Context<'_>) {
        let text = text::findings::findings(&self.findings, &self.files, context.colors_err);
        context.note(&text);
    }
}
