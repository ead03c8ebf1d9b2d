//! Consent to writes. There is no writer without it, and only this file makes it.

use crate::api::BaseUrl;
use crate::context::Context;
use crate::english::plural;
use crate::escape::truncate;
use crate::output::Failure;
use crate::problem::{ProblemKind, StopReason};

/// Proof that the writes of a run are approved.
pub struct Consent(());

/// Whether a run asks for approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// It does not: with `--auto-approve`, or for a plan that was approved before.
    Skip,
    /// It does.
    Ask,
}

impl Prompt {
    /// Returns `Skip` with `--auto-approve`.
    pub fn unless(auto_approve: bool) -> Self {
        if auto_approve { Self::Skip } else { Self::Ask }
    }

    /// Checks, before anything is sent, that the prompt can be shown.
    ///
    /// # Errors
    /// When there is a prompt and no terminal.
    pub fn check(self, what: &str, hint: &str, context: &Context<'_>) -> Result<(), Failure> {
        if self == Self::Skip || context.output.can_ask {
            return Ok(());
        }
        let message = format!("{what} asks before it writes, and there is no terminal to ask on");
        Err(Failure::new(ProblemKind::Usage, message).hint(hint))
    }
}

impl Consent {
    /// Asks, unless the prompt is skipped, whether `count` instances may be written.
    ///
    /// # Errors
    /// When the answer is not `yes`.
    pub async fn get(
        prompt: Prompt,
        count: usize,
        base: &BaseUrl,
        context: &mut Context<'_>,
    ) -> Result<Self, Failure> {
        if prompt == Prompt::Skip {
            return Ok(Self(()));
        }
        let question = format!(
            "\nWrite these changes to {} at {}? Only `yes` is taken as a yes: ",
            plural(count, "instance"),
            truncate::message(base.as_str())
        );
        if context.ask(&question).await.as_deref() == Some("yes") {
            return Ok(Self(()));
        }
        let (kind, message) = match context.interrupt().reason() {
            Some(StopReason::OutOfTime) => (
                ProblemKind::Deadline,
                "the run's deadline came before an answer; nothing was written",
            ),
            Some(StopReason::Interrupted) => {
                (ProblemKind::Interrupted, "interrupted; nothing was written")
            }
            None => (
                ProblemKind::Declined,
                "the plan was not approved; nothing was written",
            ),
        };
        Err(Failure::new(kind, message))
    }
}
