//! Whole verbs, cut off between any two effects: the command itself over a simulated network and a simulated disk,
//! killed or interrupted, resumed, and rolled back.
//!
//! | file | does |
//! |---|---|
//! | `life` | counts what a process does to the outside, and ends it there |
//! | `disk` | a disk that is slow, full, or torn by a crash |
//! | `process` | one verb from its command line to its exit code |
//! | `tale` | an apply that is cut off, what finishes it, and what puts it back |
//! | `socket` | the same over real sockets |
//! | `oath` | what has to hold at every write and in the end |

mod disk;
mod life;
mod oath;
mod process;
pub mod socket;
mod tale;

pub use tale::Tale;
