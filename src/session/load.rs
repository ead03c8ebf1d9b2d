//! Loading a manifest: from paths to a resolved manifest and its findings.

use std::path::PathBuf;

use crate::cli::DriftArgs;
use crate::context::Context;
use crate::desired::{Desired, resolve};
use crate::document::findings::FindingsV1;
use crate::english::plural;
use crate::exit::ExitCode;
use crate::manifest::{Findings, SourceFile, decode};
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::render::text::findings::findings;
use crate::source::{self, Links};

/// A manifest without errors; it may have warnings.
pub struct Loaded {
    /// The resolved manifest.
    pub desired: Desired,
    /// The files it was read from.
    pub files: Vec<SourceFile>,
    /// The warnings.
    pub findings: Findings,
}

/// Reads the files behind `-f`; with `--untrusted`, links are refused.
///
/// # Errors
/// When one can't be read.
pub fn files(args: &DriftArgs, context: &mut Context<'_>) -> Result<Vec<SourceFile>, Failure> {
    let links = if args.api.untrusted {
        Links::Refuse
    } else {
        Links::Follow
    };
    read(&args.manifest.files, links, context)
}

/// Reads files.
///
/// # Errors
/// When one can't be read.
pub fn read(
    paths: &[PathBuf],
    links: Links,
    context: &mut Context<'_>,
) -> Result<Vec<SourceFile>, Failure> {
    source::read(paths, links, &mut context.output.stdin).map_err(|error| {
        let failure = Failure::from_error(ProblemKind::UnreadableManifest, &error);
        match error.cause.kind() {
            std::io::ErrorKind::NotFound => {
                failure.hint("`-f` says where the manifest is; `hookfleet demo` shows one")
            }
            _ => failure,
        }
    })
}

/// Reads, checks and resolves the files behind `-f`, and prints their warnings.
///
/// # Errors
/// When a file can't be read, or the manifest has errors.
pub fn manifest(args: &DriftArgs, context: &mut Context<'_>) -> Result<Loaded, Failure> {
    let loaded = load(files(args, context)?, false)?;
    loaded.warn(context);
    Ok(loaded)
}

/// Checks and resolves files; with `strict`, warnings are errors.
///
/// # Errors
/// When the manifest has errors; the failure has every finding.
pub fn load(files: Vec<SourceFile>, strict: bool) -> Result<Loaded, Failure> {
    let mut findings = Findings::default();
    let manifests: Vec<_> = files
        .iter()
        .flat_map(|file| decode(file, &mut findings))
        .collect();
    let desired = resolve(&manifests, &mut findings);
    if findings.errors() > 0 || (strict && findings.warnings() > 0) {
        return Err(invalid(&findings, &files));
    }
    Ok(Loaded {
        desired,
        files,
        findings,
    })
}

/// Makes the failure of an invalid manifest.
pub fn invalid(findings: &Findings, files: &[SourceFile]) -> Failure {
    let (errors, warnings) = (
        plural(findings.errors(), "error"),
        plural(findings.warnings(), "warning"),
    );
    let message = match (findings.errors(), findings.warnings()) {
        (0, _) => format!("the manifest has {warnings}, and --strict makes them errors"),
        (_, 0) => format!("the manifest has {errors}"),
        _ => format!("the manifest has {errors} and {warnings}"),
    };
    Failure::new(ProblemKind::InvalidManifest, message).findings(findings, files)
}

impl Loaded {
    /// Returns the warnings as a document.
    pub fn document(&self) -> FindingsV1 {
        FindingsV1::of(&self.findings, &self.files, None, ExitCode::Success)
    }

    /// Prints the warnings.
    pub fn warn(&self, context: &mut Context<'_>) {
        let text = findings(&self.document(), context.output.colors_err);
        context.output.note(&text);
    }
}
