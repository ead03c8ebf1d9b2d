//! The exit code.

use hookfleet::report::Outcome;

use super::{Kept, ensure};
use crate::simulation::review::Review;
use crate::simulation::tally::Tally;

/// The exit code is true: 1 when anything failed, could not be verified or can't be written, else 3 when a guard held
/// something, else 4 when live state had moved, else 0.
pub fn code(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for report in &review.story.reports {
        let any = |is_meant: fn(&Outcome) -> bool| {
            let mut outcomes = report.lines.iter().map(|line| &line.outcome);
            outcomes.any(is_meant)
        };
        let expected = if any(|outcome| {
            matches!(
                outcome,
                Outcome::Failed { .. }
                    | Outcome::Unverified(_)
                    | Outcome::Blocked {
                        by_guard: false,
                        ..
                    }
            )
        }) {
            1
        } else if any(|outcome| matches!(outcome, Outcome::Blocked { .. })) {
            3
        } else if any(|outcome| matches!(outcome, Outcome::Stale(_))) {
            4
        } else {
            0
        };
        let told = report.exit_code().code();
        tally.count(match told {
            0 => "exit 0",
            1 => "exit 1",
            3 => "exit 3",
            4 => "exit 4",
            _ => "another exit",
        });
        ensure(told == expected, || {
            format!("the exit code is {told}, and {expected} is true")
        })?;
    }
    Ok(())
}
