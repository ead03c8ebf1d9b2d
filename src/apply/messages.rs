//! The problems of a write, which depend on the writes that were sent before.

use std::sync::Arc;

use crate::cancel::CancelToken;
use crate::escape::truncate;
use crate::plan::{Action, Mismatch, MismatchCause};
use crate::problem::{Hint, Problem, ProblemKind};
use crate::report::UNWRITTEN;
use crate::store::JournalError;
use crate::wawp;

/// The writes that were sent for this instance so far.
pub(super) enum Sent {
    /// None that reached the API.
    Nothing,
    /// Refused writes, presumably without effect.
    Refused,
    /// A write that may have taken effect, and its problem.
    InDoubt(Problem, Arc<Action>),
    /// An accepted write.
    Accepted,
}

impl Sent {
    /// Adds a refused write, which does not resolve a doubt.
    pub(super) fn add_refusal(&mut self) {
        if matches!(self, Self::Nothing) {
            *self = Self::Refused;
        }
    }
}

/// Makes the problem of a failed read before a write.
pub(super) fn unread(problem: &Problem, sent: &Sent) -> Problem {
    if let Sent::InDoubt(sent, _) = sent {
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

/// Makes the problem of a write that was refused; an earlier one may still be in doubt.
pub(super) fn refused(problem: &Problem, sent: &Sent) -> Problem {
    if let Sent::InDoubt(earlier, _) = sent {
        let why = format!("the next one was refused: {}", problem.message);
        return unconfirmed(earlier, &why);
    }
    Problem {
        message: format!("the write was refused: {}", problem.message),
        ..problem.clone()
    }
}

/// Makes the problem of an accepted write that reads back different: of what reads show, or of a known cause. `said` is an
/// answer that is not as documented, which may be about the fields that the write carried along.
pub(super) fn different(
    mismatch: &Mismatch,
    action: &Action,
    said: Option<String>,
    shown: &str,
) -> Problem {
    let kind = ProblemKind::AcceptedButDifferent;
    match (mismatch.cause(), said) {
        (None, None) => Problem::new(
            kind,
            format!("the API accepted the write, and reads {shown}"),
        ),
        (None, Some(said)) => {
            let (carried, hint) = match carried(action) {
                None => (String::new(), Hint::Nothing),
                Some(names) => (format!(" (it carried {names})"), DROP_FIELDS),
            };
            let message =
                format!("the API answered the write{carried} with {said}, and reads {shown}");
            Problem::new(kind, message).with_hint(hint)
        }
        (Some(MismatchCause::OtherSpelling), _) => Problem::new(
            kind,
            match mismatch.missing.len() {
                1 => "the API stores this URL in another form; write it so",
                _ => "the API stores these URLs in another form; write them so",
            },
        )
        .with_hint(Hint::Step(
            "write a URL in the manifest as the API stores it; otherwise every plan shows it as changed",
        )),
        (Some(MismatchCause::InactiveDropped), _) => {
            Problem::new(kind, "the API does not keep inactive webhooks").with_hint(Hint::Step(
                "take inactive webhooks out of the manifest, or write `is_active: true`",
            ))
        }
    }
}

/// The next step where the API may not take a field that it has answered itself.
const DROP_FIELDS: Hint = Hint::Step(
    "where the API refuses fields that it has answered itself, `drop_fields: [NAME]` on the instance or in `defaults` leaves them out",
);

/// The fields that a write carried along, in words; `None` if there are none.
fn carried(action: &Action) -> Option<String> {
    let names = wawp::request::carried(action);
    let list = || truncate::list(names.iter().copied());
    (!names.is_empty()).then(|| format!("fields along that hookfleet does not know: {}", list()))
}

/// Names the fields that the refused write carried along and that the API may not take, where it may be about them.
pub(super) fn naming_fields(problem: Problem, action: &Action) -> Problem {
    match (carried(action), problem.http_status) {
        (Some(names), Some(200..=299 | 400 | 422)) => Problem {
            message: format!("{}; the write carried {names}", problem.message),
            hint: DROP_FIELDS,
            ..problem
        },
        _ => problem,
    }
}

/// Makes the problem of a run that is cancelled before the next attempt.
pub(super) fn interrupted(sent: &Sent, run: &CancelToken) -> Problem {
    let why = match sent {
        Sent::InDoubt(sent, _) => {
            let why = run.problem("before the next attempt");
            return unconfirmed(sent, &why.message);
        }
        Sent::Nothing => return run.problem(UNWRITTEN),
        Sent::Refused | Sent::Accepted => run.problem("before the next attempt"),
    };
    Problem {
        message: format!("the write was refused for now, and {}", why.message),
        ..why
    }
}

/// Makes the problem of a write that can't be recorded, so that it is not sent.
pub(super) fn unrecorded(error: &JournalError, sent: &Sent) -> Problem {
    if let Sent::InDoubt(sent, _) = sent {
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
        hint: Hint::Usual,
    }
}

/// Makes the problem of a write that is given up, if live state was unchanged at every read.
pub(super) fn given_up(problem: &Problem, sent: &Sent) -> Problem {
    let why = &problem.message;
    let message = match sent {
        Sent::Nothing => format!("nothing was written: {why}"),
        Sent::Refused | Sent::Accepted => why.clone(),
        Sent::InDoubt(..) => format!("{why}; reads show that nothing has changed so far"),
    };
    Problem {
        message,
        ..problem.clone()
    }
}
