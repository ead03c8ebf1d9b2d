//! `plan --out FILE`: a plan as an approval record in a file.

use std::path::Path;

use super::approval::digests;
use crate::approval::{SavedError, SavedPlan, saved::Draft};
use crate::context::Context;
use crate::desired::Scope;
use crate::document::{Rows, plan::PlanV1};
use crate::exit::ExitCode;
use crate::output::{Failure, OutputFile};
use crate::plan::Plan;
use crate::problem::ProblemKind;
use crate::session::{Session, random};

/// A file for a saved plan.
pub(super) struct PlanFile {
    file: OutputFile,
    /// The salt of this plan's fingerprints and digests.
    pub(super) salt: String,
}

impl PlanFile {
    /// Checks, before anything is read from the API, that the file can be written.
    ///
    /// # Errors
    /// When it can't.
    pub(super) fn open(path: &Path, context: &Context<'_>) -> Result<Self, Failure> {
        // A truncated saved plan may be replaced too.
        let is_plan = |bytes: &[u8]| {
            bytes.is_empty()
                || bytes.starts_with(b"{\n\"hookfleet_plan\"")
                || SavedPlan::read(bytes) != Err(SavedError::Foreign)
        };
        let file = OutputFile::open(path, "a saved plan", is_plan);
        Ok(Self {
            file: file.map_err(|why| unwritable(path, &why))?,
            salt: random(16, context)?,
        })
    }

    /// The path of the file.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Saves a plan.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(super) fn save(
        self,
        session: &Session,
        plan: &Plan,
        exit: ExitCode,
        scope: Scope,
        context: &Context<'_>,
    ) -> Result<(), Failure> {
        let document = PlanV1::of(plan, session.fingerprints(), exit, Rows::All);
        let created = context.now().to_string();
        let draft = Draft::new(created, scope, session.policy(), self.salt, document);
        let text = draft.file(&digests(session, plan, &draft.context()));
        let path = self.file.path().to_owned();
        self.file
            .write(&text)
            .map_err(|why| unwritable(&path, &why))
    }
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot save the plan to `{}`: {why}", path.display());
    Failure::new(ProblemKind::UnwritablePlan, message)
        .hint("--out takes a file in an existing directory")
}
