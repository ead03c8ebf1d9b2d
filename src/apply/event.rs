//! The events of an apply.

use crate::desired::InstanceRef;
use crate::escape::truncate;
use crate::plan::Action;
use crate::report::Outcome;

/// An event of one instance. Actions carry secrets, so this has no `Debug`.
pub enum Event<'a> {
    /// The recheck agrees with the plan, and the write is about to be sent.
    Sending {
        /// The instance.
        subject: &'a InstanceRef,
        /// The write, with the state that it overwrites.
        action: &'a Action,
    },
    /// The instance is finished.
    Finished {
        /// The instance.
        subject: &'a InstanceRef,
        /// Its outcome.
        outcome: &'a Outcome,
        /// Whether the plan wrote it.
        was_due: bool,
    },
}

/// A receiver of events.
pub trait Sink: Send + Sync {
    /// Receives an event; it must not block.
    fn take(&self, event: &Event<'_>);
}

/// A receiver that logs events.
pub struct LogSink;

impl Sink for LogSink {
    fn take(&self, event: &Event<'_>) {
        match event {
            Event::Sending { subject, action } => {
                tracing::info!(instance = %truncate::name(subject.id.as_str()), webhooks = action.webhooks.len(), "writing");
            }
            Event::Finished {
                subject, outcome, ..
            } => {
                let kind = outcome
                    .problem()
                    .map_or("none", |problem| problem.kind.as_str());
                tracing::info!(instance = %truncate::name(subject.id.as_str()), verified = outcome.is_verified(), problem = kind, "finished");
            }
        }
    }
}
