//! The right to write. Without it there is no writer, and nothing but this file gives it.

use crate::api::BaseUrl;
use crate::context::Context;
use crate::english::plural;
use crate::escape::truncate;
use crate::output::Failure;
use crate::problem::{ProblemKind, StopReason};

/// Somebody wants these writes.
pub struct Consent(());

/// Whether somebody has said so already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// `--auto-approve`, or a plan that was approved before and is pinned.
    Skip,
    /// Nobody has.
    Ask,
}

impl Prompt {
    /// What a flag says.
    pub fn unless(auto_approve: bool) -> Self {
        if auto_approve { Self::Skip } else { Self::Ask }
    }

    /// Fails, before anything is sent, where somebody would have to be asked and can't be.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn check(self, what: &str, hint: &str, context: &Context<'_>) -> Result<(), Failure> {
        if self == Self::Skip || context.output.can_ask {
            return Ok(());
        }
        let message = format!("{what} asks before it writes, and there is no terminal to ask on");
        Err(Failure::new(ProblemKind::Usage, message).hint(hint))
    }
}

impl Consent {
    /// Asks, where nobody has consented yet, whether `count` instances may be written.
    ///
    /// # Errors
    /// When the answer is not `yes`.
    pub fn get(
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
        if context.ask(&question).as_deref() == Some("yes") {
            return Ok(Self(()));
        }
        if context.interrupt().reason() == Some(StopReason::OutOfTime) {
            let message = "the run's deadline came before an answer; nothing was written";
            return Err(Failure::new(ProblemKind::Deadline, message));
        }
        if context.interrupt().is_cancelled() {
            let message = "interrupted; nothing was written";
            return Err(Failure::new(ProblemKind::Interrupted, message));
        }
        Err(Failure::new(
            ProblemKind::Declined,
            "the plan was not approved; nothing was written",
        ))
    }
}
