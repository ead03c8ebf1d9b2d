//! `plan --out FILE`: a plan as an approval record in a file.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

use super::Failure;
use crate::approval::saved::Draft;
use crate::approval::{SavedError, SavedPlan};
use crate::context::Context;
use crate::desired::Scope;
use crate::document::plan_of;
use crate::exit::ExitCode;
use crate::plan::{Guard, Plan};
use crate::run::approval::digests;
use crate::session::Session;

/// A file that a plan will be saved to. It is whole or not there.
pub struct PlanFile<'a> {
    path: &'a Path,
    file: NamedTempFile,
    /// What fingerprints and digests of this plan depend on.
    pub salt: String,
}

impl<'a> PlanFile<'a> {
    /// Makes sure, before anything is read from the API, that there is a place for the file.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &'a Path, context: &Context<'_>) -> Result<Self, Failure> {
        let folder = folder(path);
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir() {
            return Err(unwritable(path, "it is a directory"));
        }
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(unwritable(
                path,
                "there is something else than a regular file",
            ));
        }
        if !folder.is_dir() {
            let why = format!("there is no directory `{}`", folder.display());
            return Err(unwritable(path, &why));
        }
        // What can't be looked at is not written over.
        let there = match std::fs::read(path) {
            Ok(there) => there,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(unwritable(path, &cause(&error))),
        };
        // One that was cut off is still one.
        let is_plan = there.is_empty()
            || there.starts_with(b"{\n\"hookfleet_plan\"")
            || SavedPlan::read(&there) != Err(SavedError::Foreign);
        if !is_plan {
            return Err(unwritable(path, "it is there, and no saved plan"));
        }
        let file = temporary(path).map_err(|error| unwritable(path, &cause(&error)))?;
        Ok(Self {
            path,
            file,
            salt: crate::session::random(16, context)?,
        })
    }

    /// Where it will be.
    pub fn path(&self) -> &Path {
        self.path
    }

    /// Saves a plan.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn save(
        mut self,
        session: &Session,
        plan: &Plan,
        exit: ExitCode,
        about: (Scope, Vec<Guard>),
        context: &Context<'_>,
    ) -> Result<(), Failure> {
        let (scope, allow) = about;
        let document = plan_of::plan(plan, session.fingerprints(), exit);
        let allow = allow.iter().map(Guard::to_string).collect();
        let draft = Draft::new(context.now().to_string(), scope, allow, self.salt, document);
        let text = draft.file(&digests(session, plan, &draft.pins()));
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.as_file().sync_all())
            .and_then(|()| self.file.persist(self.path).map_err(|error| error.error))
            .map(drop)
            .map_err(|error| unwritable(self.path, &cause(&error)))
    }
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file that can take the place of `path`. There is nothing secret in it; the umask decides who reads it.
pub(super) fn temporary(path: &Path) -> std::io::Result<NamedTempFile> {
    let everybody = std::fs::Permissions::from_mode(0o666);
    tempfile::Builder::new()
        .permissions(everybody)
        .tempfile_in(folder(path))
}

/// What went wrong, without the temporary file's name.
pub(super) fn cause(error: &std::io::Error) -> String {
    std::io::Error::from(error.kind()).to_string()
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot save the plan to `{}`: {why}", path.display());
    Failure::new("unwritable_plan", ExitCode::Failure, message)
        .hint("--out takes a file in a directory that is there")
}
