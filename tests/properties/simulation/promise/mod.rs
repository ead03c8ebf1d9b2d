//! What hookfleet promises, each promise a function over all that happened in a schedule.

mod converging;
mod exit;
mod overwriting;
mod states;
mod system;
mod telling;
mod untouched;
mod waiting;

use crate::simulation::review::Review;
use crate::simulation::tally::Tally;

/// Nothing when the promise was kept; what was found otherwise.
pub type Kept = Result<(), String>;

/// Looks whether a promise was kept, and counts what it met.
type Promise = fn(&Review<'_>, &mut Tally) -> Kept;

/// All of them, by name.
const PROMISES: [(&str, Promise); 18] = [
    ("states::whole", states::whole),
    ("states::sent", states::sent),
    ("states::masked", states::masked),
    ("overwriting::read_first", overwriting::read_first),
    ("overwriting::seen_change", overwriting::seen_change),
    ("telling::verified", telling::verified),
    ("telling::unchanged", telling::unchanged),
    ("telling::stale", telling::stale),
    ("telling::different", telling::different),
    ("telling::nothing_written", telling::nothing_written),
    ("telling::refused", telling::refused),
    ("telling::nothing_changed", telling::nothing_changed),
    ("system::stays_on", system::stays_on),
    ("untouched::writes", untouched::writes),
    ("untouched::names", untouched::names),
    ("waiting::asked", waiting::asked),
    ("exit::code", exit::code),
    ("converging::runs", converging::runs),
];

/// Every promise that was broken, with what was found.
pub fn broken(review: &Review<'_>, tally: &mut Tally) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, promise) in PROMISES {
        if let Err(found) = promise(review, tally) {
            broken.push(format!("{name}: {found}"));
        }
    }
    broken
}

/// Goes on when `holds`; `found` says what was found otherwise.
fn ensure(holds: bool, found: impl FnOnce() -> String) -> Kept {
    if holds { Ok(()) } else { Err(found()) }
}
