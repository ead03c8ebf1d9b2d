//! Whole verbs, cut off between any two effects: the command itself over a simulated network and a simulated disk,
//! killed or interrupted, resumed, and rolled back.
//!
//! | file | does |
//! |---|---|
//! | `life` | counts what a process does to the outside, and ends it there |
//! | `disk` | a disk that is slow, full, or torn by a crash |
//! | `process` | one verb from its command line to its exit code |
//! | `chains` | resumes and rollbacks in any order, and forged logs |
//! | `cut_off` | an apply that is cut off, what finishes it, and what puts it back |
//! | `socket` | the same over real sockets |
//! | `look` | what a process says, held against what is so |
//! | `write_ahead` | what has to hold at every write and in the end |

pub mod chains;
mod cut_off;
mod disk;
mod life;
mod look;
mod process;
pub mod socket;
mod write_ahead;

/// Every kind of thing that a few hundred tales have to meet.
pub const NEEDED: [&str; 16] = [
    "a log that ends before it says what was approved: that run was cut off before it wrote anything, or the log was cut since",
    "exited with 0",
    "exited with 1",
    "exited with 130",
    "exited with 4",
    "killed",
    "no place for the log",
    "nothing to resume",
    "resumed",
    "rolled back",
    "somebody else wrote between two processes",
    "told applied: none",
    "told failed: interrupted",
    "told failed: unrecorded",
    "told stale: stale",
    "writes that were recorded before",
];

pub use cut_off::CutOff;
