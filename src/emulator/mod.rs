//! The emulator of the API: a stateful world that answers like the vendor's endpoint, with its faults as data.
//!
//! | file | kind | duty |
//! |---|---|---|
//! | `file` | pure | the world file: its YAML, its schema, what is wrong with it |
//! | `webhook` | pure | the nouns: webhooks, the system webhook, states, unknown fields |
//! | `request` | pure | what a request says: who asks, for what, with which webhooks |
//! | `fault` | pure | the faults, and which ones a request meets |
//! | `answer` | pure | success, in every shape |
//! | `error` | pure | errors, in every format |
//! | `log` | pure | what is remembered of requests |
//! | `history` | pure | what an instance was, and who made it so |
//! | `instance` | pure | the state machine of one instance |
//! | `world` | pure | all instances, admission, counts |
//! | `exchange` | effectful | one request through the world, with its delays |
//! | `memory` | effectful | the world as a `Transport`, without a network |
//! | `server` | effectful | the world behind real HTTP |
//!
//! It knows nothing of manifests, plans or the client's wire types: it is written against the vendor's page only, so
//! that a misreading in the client is not repeated here.

mod answer;
mod error;
mod exchange;
mod fault;
mod file;
mod history;
mod instance;
mod log;
mod memory;
mod request;
mod server;
mod webhook;
mod world;

pub use answer::{Answer, Arrays, Flags};
pub use error::Form;
pub use exchange::SharedWorld;
pub use fault::{Effect, Fault, FaultAnswer, Meanwhile, Nth, On};
pub use file::{WorldFile, WorldFileError};
pub use history::{By, Version};
pub use instance::{Habits, OmittedSystem, Writes};
pub use log::{LoggedOutcome, LoggedRequest, RequestCounts};
pub use memory::InMemory;
pub use request::{Incoming, Verb};
pub use server::Emulator;
pub use webhook::{Extra, InstanceState, SystemState, WebhookState};
pub use world::{Arrival, Reply, ReplyOutcome, Ticket, World};
