//! Loading a manifest: from paths to a resolved manifest and its findings.

use std::path::{Path, PathBuf};

use crate::cli::ReadArgs;
use crate::context::Context;
use crate::desired::{Desired, resolve};
use crate::document::findings::FindingsV1;
use crate::english::plural;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::{Code, Findings, SourceFile, decode};
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
pub fn files(args: &ReadArgs, context: &mut Context<'_>) -> Result<Vec<SourceFile>, Failure> {
    let links = Links::under(args.api.untrusted);
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
    let files = source::read(paths, links, &mut context.output.stdin).map_err(|error| {
        let failure = Failure::from_error(ProblemKind::UnreadableManifest, &error);
        // A file that was found in a directory is no misspelt `-f`.
        let is_given = paths.iter().any(|path| path.as_os_str() == &*error.name);
        let is_link = source::is_link_refused(&error.cause);
        match error.cause.kind() {
            std::io::ErrorKind::NotFound if is_given => {
                failure.hint("`-f` says where the manifest is; `hookfleet demo` shows one")
            }
            _ if is_link => {
                failure.hint("where the link is your own, give `-f` the path that it leads to")
            }
            _ => failure,
        }
    })?;
    for directory in paths.iter().filter(|path| path.is_dir()) {
        tell_left_out(directory, paths, context);
    }
    Ok(files)
}

/// Tells what lies in a directory and is not read, and is not given with another `-f`.
fn tell_left_out(directory: &Path, given: &[PathBuf], context: &mut Context<'_>) {
    let mut left_out = source::left_out(directory);
    left_out.retain(|path| !given.iter().any(|given| given.starts_with(path)));
    if left_out.is_empty() {
        return;
    }
    let message = format!(
        "`-f {}` takes the *.yaml and *.yml directly in it, and leaves out {}; give them with -f of their own",
        directory.display(),
        source::some_of(&left_out)
    );
    context.output.remark(&truncate::message(&message));
}

/// Reads, checks and resolves the files behind `-f`, and prints their warnings.
///
/// # Errors
/// When a file can't be read, or the manifest has errors.
pub fn manifest(args: &ReadArgs, context: &mut Context<'_>) -> Result<Loaded, Failure> {
    let loaded = load(files(args, context)?)?;
    loaded.warn(context);
    Ok(loaded)
}

/// Checks and resolves files.
///
/// # Errors
/// When the manifest has errors; the failure has every finding.
pub fn load(files: Vec<SourceFile>) -> Result<Loaded, Failure> {
    checked(files, None)
}

/// Checks and resolves files; warnings are errors unless their code is in `except`.
///
/// # Errors
/// When the manifest has errors; the failure has every finding.
pub fn load_strictly(files: Vec<SourceFile>, except: &[Code]) -> Result<Loaded, Failure> {
    checked(files, Some(except))
}

/// Checks and resolves files; `strict` makes warnings errors, those with its codes aside.
fn checked(files: Vec<SourceFile>, strict: Option<&[Code]>) -> Result<Loaded, Failure> {
    let mut findings = Findings::default();
    let manifests: Vec<_> = files
        .iter()
        .flat_map(|file| decode(file, &mut findings))
        .collect();
    let desired = resolve(&manifests, &mut findings);
    let fatal = strict.map_or(0, |except| findings.make_strict(except));
    if findings.errors() > 0 {
        return Err(refused(&findings, &files, &by_strict(&findings, fatal)));
    }
    Ok(Loaded {
        desired,
        files,
        findings,
    })
}

/// Says how many of the errors are warnings without `--strict`.
fn by_strict(findings: &Findings, fatal: usize) -> String {
    let is_alone = findings.warnings() == 0;
    let (who, is) = match (findings.errors(), fatal) {
        (_, 0) => return String::new(),
        (1, _) if is_alone => ("it".to_owned(), "is a warning"),
        (1, _) => ("the error".to_owned(), "is a warning"),
        (errors, fatal) if errors == fatal && is_alone => ("they".to_owned(), "are warnings"),
        (errors, fatal) if errors == fatal => ("the errors".to_owned(), "are warnings"),
        (_, fatal) => {
            let all = if is_alone { "them" } else { "the errors" };
            let is = if fatal == 1 {
                "is a warning"
            } else {
                "are warnings"
            };
            (format!("{fatal} of {all}"), is)
        }
    };
    format!("; {who} {is} without --strict")
}

/// Makes the failure of an invalid manifest.
pub fn invalid(findings: &Findings, files: &[SourceFile]) -> Failure {
    refused(findings, files, "")
}

/// Makes the failure of URLs that are wrong once secrets are filled in, where the manifest is not trusted: which ones, how
/// many and why depends on the secrets, and who wrote the manifest may have made them to tell.
pub fn unusable() -> Failure {
    let message = "with its secrets filled in a URL can't be delivered to, stands twice, or leads to another host than its secret may go to";
    Failure::new(ProblemKind::InvalidManifest, message).hint(
        "which one is not told with --untrusted; without it, once the manifest has been reviewed",
    )
}

fn refused(findings: &Findings, files: &[SourceFile], beside: &str) -> Failure {
    let (errors, warnings) = (
        plural(findings.errors(), "error"),
        plural(findings.warnings(), "warning"),
    );
    let message = match (findings.errors(), findings.warnings()) {
        (_, 0) => format!("the manifest has {errors}{beside}"),
        _ => format!("the manifest has {errors} and {warnings}{beside}"),
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
        warn(&self.findings, &self.files, context);
    }
}

/// Prints warnings.
pub fn warn(warnings: &Findings, files: &[SourceFile], context: &mut Context<'_>) {
    let document = FindingsV1::of(warnings, files, None, ExitCode::Success);
    let text = findings(&document, context.output.colors_err);
    context.output.note(&text);
}
