//! What was sent for an instance so far, and what its problems are called then.

use std::sync::Arc;

use crate::cancel::CancelToken;
use crate::plan::Action;
use crate::problem::{Problem, ProblemKind};
use crate::report::UNWRITTEN;
use crate::store::JournalError;

/// What was sent for this instance so far.
pub(super) enum Before {
    /// Nothing that arrived.
    Nothing,
    /// Writes that were refused, and did nothing as far as anybody knows.
    Refused,
    /// A write that may have taken effect, although nobody said so, and what its answer was.
    InDoubt(Problem, Arc<Action>),
    /// A write that was accepted.
    Accepted,
}

impl Before {
    /// A write was refused: a doubt stays a doubt.
    pub(super) fn is_refused(&mut self) {
        if matches!(self, Self::Nothing) {
            *self = Self::Refused;
        }
    }
}

/// The read before a write failed.
pub(super) fn unread(problem: &Problem, sent: &Before) -> Problem {
    if let Before::InDoubt(sent, _) = sent {
        return unconfirmed(sent, &problem.message);
    }
    Problem {
        message: format!(
            "nothing was written: the read before the write failed: {}",
            problem.message
        ),
        ..problem.clone()
    }
}

/// A write was refused for good; an earlier one may still be in doubt.
pub(super) fn refused(problem: &Problem, sent: &Before) -> Problem {
    if let Before::InDoubt(earlier, _) = sent {
        let why = format!("the next one was refused: {}", problem.message);
        return unconfirmed(earlier, &why);
    }
    Problem {
        message: format!("the write was refused: {}", problem.message),
        ..problem.clone()
    }
}

/// The run was asked to end before the next attempt.
pub(super) fn interrupted(sent: &Before, run: &CancelToken) -> Problem {
    let why = match sent {
        Before::InDoubt(sent, _) => {
            let why = run.problem("before the next attempt");
            return unconfirmed(sent, &why.message);
        }
        Before::Nothing => return run.problem(UNWRITTEN),
        Before::Refused | Before::Accepted => run.problem("before the next attempt"),
    };
    Problem {
        message: format!("the write was refused for now, and {}", why.message),
        ..why
    }
}

/// A write can't be recorded, so it is not sent.
pub(super) fn unrecorded(error: &JournalError, sent: &Before) -> Problem {
    if let Before::InDoubt(sent, _) = sent {
        return unconfirmed(sent, &error.to_string());
    }
    Problem::new(
        ProblemKind::Unrecorded,
        format!("nothing was written: {error}"),
    )
}

pub(super) fn unconfirmed(sent: &Problem, why: &str) -> Problem {
    Problem {
        kind: ProblemKind::Unconfirmed,
        message: format!(
            "the write may or may not have taken effect ({}), and {why}",
            sent.message
        ),
        http_status: sent.http_status,
    }
}

/// The last problem of a write that was given up, live state having been what it was at every read.
pub(super) fn given_up(problem: &Problem, sent: &Before) -> Problem {
    let why = &problem.message;
    let message = match sent {
        Before::Nothing => format!("nothing was written: {why}"),
        Before::Refused | Before::Accepted => why.clone(),
        Before::InDoubt(..) => format!("{why}; reads show that nothing has changed so far"),
    };
    Problem {
        message,
        ..problem.clone()
    }
}
