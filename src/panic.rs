//! Reporting panics by their location alone. A panic's message can quote a value, which may be a secret.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};

/// Runs `work`. From now on, a panic in any thread of this process is reported by its location alone.
///
/// # Errors
/// When `work` panics.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    set_hook(Box::new(report));
    // The state of `work` is not used after a panic.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// A panic that has been reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

fn report(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    // A closed stderr cannot be reported anywhere.
    let _ = writeln!(
        std::io::stderr(),
        "error: internal error, a bug in hookfleet, at {place}\n\n\
         hint: `hookfleet plan` shows what was written; please report the bug with this place and the command"
    );
}
