//! The writer of instances. It sends once: a retry needs a read in between, which is `apply`'s.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::client::{
    Access, Client, Options, asks_to_wait, is_transient, passes, transport_problem,
};
use super::limit::Permit;
use super::reader::form;
use super::transport::Delivery;
use crate::problem::Problem;
use crate::store::Recorded;
use crate::wawp::{self, InnerError, RequestForm};
use crate::webhook::InstanceId;
use crate::wire::Method;

/// Writes instances; only `apply` makes one.
#[derive(Clone)]
pub struct Writer(Arc<Client>);

/// What became of one POST.
pub enum WriteOutcome {
    /// A success was answered, which is a hint and no proof; with what it says, where that is not what is documented.
    Accepted(Option<String>),
    /// It was refused: nothing changed, and sending it again would not help.
    Refused(Problem),
    /// A success was answered whose body is an error: nothing may have changed, which only a read can tell.
    Denied(Problem),
    /// It never left, and may be sent again.
    NotSent(Problem),
    /// It came too early, and may be sent again after the pause that the server asked for.
    Limited(Problem, Option<Duration>),
    /// It may have been carried out; only a read can tell.
    Unknown(Problem, Option<Duration>),
}

impl Writer {
    /// A writer for the run.
    pub fn new(client: Arc<Client>) -> Self {
        Self(client)
    }

    /// Sends the whole array once, with the permit of the read directly before it. The write must be recorded. A read has
    /// to come before every attempt, so this never repeats by itself.
    pub async fn post(
        &self,
        permit: &Permit,
        access: &Access,
        instance: &InstanceId,
        recorded: &Recorded<'_>,
    ) -> WriteOutcome {
        let client = &self.0;
        let Options { auth, write, .. } = client.options;
        let token = access.token.expose_secret();
        let request = wawp::request::write(auth, write, instance, token, recorded.action());
        let answer = match client.attempt(permit, instance, request).await {
            Ok(answer) => answer,
            Err(error) => {
                let problem = transport_problem(&error);
                return match error.fate {
                    Delivery::NotSent if !passes(&error) => WriteOutcome::Refused(problem),
                    Delivery::NotSent => WriteOutcome::NotSent(problem),
                    Delivery::Unknown => WriteOutcome::Unknown(problem, None),
                };
            }
        };
        let carried = wawp::request::carried(recorded.action());
        let form = RequestForm {
            carried: &carried,
            ..form(client.options, Method::Post)
        };
        let asked = client.asked_pause(&answer);
        let problem = || asks_to_wait(wawp::problem(&answer, form), asked);
        match answer.status {
            200..=299 => match wawp::inner_error(&answer, form) {
                None => WriteOutcome::Accepted(wawp::remark(&answer, form)),
                Some(InnerError { problem, status }) if status.is_some_and(is_transient) => {
                    WriteOutcome::Unknown(asks_to_wait(problem, asked), asked)
                }
                Some(InnerError { problem, .. }) => WriteOutcome::Denied(problem),
            },
            429 => WriteOutcome::Limited(problem(), asked),
            status if is_transient(status) => WriteOutcome::Unknown(problem(), asked),
            400..=499 => WriteOutcome::Refused(problem()),
            // A redirect can follow a write that took effect, and other statuses have no documented meaning.
            _ => WriteOutcome::Unknown(problem(), None),
        }
    }
}
