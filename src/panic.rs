//! What is said when hookfleet itself is wrong: where, and nothing else. A panic's message can quote what it choked on,
//! which may be a secret.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};

/// Runs `work`, and says of a panic in it, or in any thread of this process from now on, only where it was.
///
/// # Errors
/// When it panicked.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    set_hook(Box::new(say));
    // Nothing of the work is looked at again after a panic.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// The work panicked, and that has been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

fn say(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(
        || "a place that is not known".to_owned(),
        ToString::to_string,
    );
    // A closed stream leaves nobody to tell.
    let _ = writeln!(
        std::io::stderr(),
        "error: hookfleet has stopped because of a mistake of its own, at {place}\n\n\
         hint: `hookfleet plan` shows how far it came; please report the place, and what was being done"
    );
}
