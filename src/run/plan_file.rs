//! `plan --out FILE`: a plan as an approval record in a file.

use std::path::Path;

use super::approval::digests;
use crate::approval::{SavedError, SavedPlan, saved::Draft};
use crate::context::Context;
use crate::desired::Scope;
use crate::document::{Rows, plan::PlanV1};
use crate::exit::ExitCode;
use crate::output::{Failure, OutputFile, SavedTo, Unfinished};
use crate::plan::Plan;
use crate::problem::ProblemKind;
use crate::session::{Session, random};

/// A place for a saved plan.
pub(super) struct PlanFile {
    to: SavedTo,
    /// The salt of this plan's fingerprints and digests.
    pub(super) salt: String,
}

/// Checks, before anything is read, that a plan can be saved to a file.
///
/// # Errors
/// When it can't.
pub(super) fn open(path: &Path, unfinished: &Unfinished) -> Result<OutputFile, Failure> {
    // A truncated saved plan may be replaced too.
    let is_plan = |bytes: &[u8]| {
        bytes.is_empty()
            || bytes.starts_with(b"{\n\"hookfleet_plan\"")
            || SavedPlan::read(bytes) != Err(SavedError::Foreign)
    };
    let file = OutputFile::open(path, "a saved plan", is_plan, unfinished);
    file.map_err(|why| unwritable(path, &why))
}

impl PlanFile {
    /// Makes the salt of a plan that is to be saved.
    ///
    /// # Errors
    /// When the random source fails.
    pub(super) fn new(to: SavedTo, context: &Context<'_>) -> Result<Self, Failure> {
        let salt = random(16, context)?;
        Ok(Self { to, salt })
    }

    /// The path of the file; `None` for stdout.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.to {
            SavedTo::File(file) => Some(file.path()),
            SavedTo::Stdout => None,
        }
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
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let document = PlanV1::of(plan, session.fingerprints(), exit, Rows::All);
        let created = context.now().to_string();
        let draft = Draft::new(created, scope, session.policy(), self.salt, document);
        let text = draft.file(&digests(session, plan, &draft.context()));
        match self.to {
            SavedTo::File(mut file) => {
                let written = file.write(&text);
                written.map_err(|why| unwritable(file.path(), &why))
            }
            SavedTo::Stdout => {
                context.output.data(&text);
                Ok(())
            }
        }
    }
}

pub(super) fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot save the plan to `{}`: {why}", path.display());
    Failure::new(ProblemKind::UnwritablePlan, message)
        .hint("--out takes a file in an existing directory")
}
