//! What tests of the binary share: scratch directories, runs of the binary, an emulated world, terminals, run logs.
//!
//! | file | has |
//! |---|---|
//! | `scratch` | a directory with an environment, and runs of the binary in it |
//! | `stage` | the same beside an emulator that serves a world |
//! | `running` | a run that a test acts on before it ends |
//! | `terminal` | a run on a pseudo-terminal |
//! | `run_logs` | the logs that runs leave |
//! | `mask` | stand-ins for what varies from run to run |
//! | `snapshot` | comparison character by character |
//! | `schema` | documents held against a JSON Schema |

mod mask;
pub(crate) mod run_logs;
pub(crate) mod running;
mod schema;
mod scratch;
mod snapshot;
mod stage;
pub(crate) mod terminal;

pub(crate) use mask::{masked, runs_in};
pub(crate) use schema::Validator;
pub(crate) use scratch::{HANGS, Run, SILENT, Scratch, TOKEN, finished};
pub(crate) use snapshot::same;
pub(crate) use stage::{Stage, fleet, stage};
