//! What happens during an apply, as it happens.

use crate::desired::InstanceRef;
use crate::escape::truncate;
use crate::plan::Action;
use crate::report::Outcome;

/// One thing that happened to one instance. Actions carry secrets, so this has no `Debug`.
pub enum Event<'a> {
    /// A read just now shows what was planned from; the write is about to be sent.
    Sending {
        /// Which instance.
        subject: &'a InstanceRef,
        /// The whole write, with the state that it overwrites.
        action: &'a Action,
    },
    /// Nothing more will happen to this instance.
    Finished {
        /// Which instance.
        subject: &'a InstanceRef,
        /// What became of it.
        outcome: &'a Outcome,
        /// Whether it was to be written.
        was_due: bool,
    },
}

/// Is told what happens.
pub trait Sink: Send + Sync {
    /// Takes an event; it must be quick.
    fn take(&self, event: &Event<'_>);
}

/// Tells the log.
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
