//! The emulator of the API: a stateful world that responds like the vendor's endpoint, with faults as data.
//!
//! | file | kind | duty |
//! |---|---|---|
//! | `file` | pure | the world file: its YAML, its schema and its errors |
//! | `webhook` | pure | webhooks, the system webhook, states, unknown fields |
//! | `request` | pure | decodes requests: instance, token, webhooks |
//! | `fault` | pure | faults, and which of them apply to a request |
//! | `answer` | pure | success responses, in every shape |
//! | `error` | pure | error responses, in every format |
//! | `log` | pure | the log of requests |
//! | `history` | pure | the states of an instance and their writers |
//! | `habit` | pure | what servers do differently |
//! | `instance` | pure | the state machine of one instance |
//! | `world` | pure | all instances, admission, counts |
//! | `origin` | pure | for which host a request is, and for which page a browser sends it |
//! | `exchange` | effectful | one request through the world, with its delays |
//! | `memory` | effectful | the world as a `Transport`, without a network |
//! | `server` | effectful | the world behind real HTTP |
//!
//! It knows nothing of manifests, plans or the client's wire types: it implements the vendor's page only, so that it
//! does not repeat a mistake of the client.

mod answer;
mod error;
mod exchange;
mod fault;
mod file;
mod habit;
mod history;
mod instance;
mod log;
mod memory;
mod origin;
mod request;
mod server;
mod webhook;
mod world;

pub use answer::{Answer, Arrays, Flags};
pub use error::Form;
pub use exchange::SharedWorld;
pub use fault::{Effect, Fault, FaultAnswer, Meanwhile, Nth, On};
pub use file::{WorldFile, WorldFileError};
pub use habit::{Connections, ErrorStatus, Habits, Inactive, OmittedSystem, Unknown, Urls, Writes};
pub use history::{By, Version};
pub use log::{LoggedOutcome, LoggedRequest, RequestCounts};
pub use memory::InMemory;
pub use request::{Incoming, Verb};
pub use server::Emulator;
pub use webhook::{Extra, InstanceState, SystemState, WebhookState};
pub use world::{Arrival, Later, Reply, ReplyOutcome, Ticket, World};
