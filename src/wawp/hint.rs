//! The next step after an error answer: one that fits the status, the request and what the body says, or none.

use super::error::RequestForm;
use super::said::Said;
use crate::desired::{Authentication, WriteVia};
use crate::problem::Hint;
use crate::wire::Method;

/// The next step after an answer with that status to a request of that form.
pub(super) fn hint(status: u16, said: &Said, form: RequestForm<'_>) -> Hint {
    let RequestForm {
        method,
        auth,
        write,
        ..
    } = form;
    match (status, method) {
        (400, _) if said.mentions("https") => {
            Hint::Step("the port of --base-url speaks TLS: write it with https://")
        }
        (400, Method::Get) if said.lacks_something() => match auth {
            Authentication::Query => Hint::Step(
                "check the instance's id; `api: { auth: header }` sends id and token in headers, not in the query",
            ),
            Authentication::Header => Hint::Step(
                "check the instance's id; `api: { auth: query }` sends id and token in the query, not in headers",
            ),
        },
        (400 | 411 | 415, Method::Post) if status != 400 || said.lacks_something() => match write {
            WriteVia::Body => Hint::Step(
                "if the API wants the webhooks in the query, set `api: { write: query }` in the manifest",
            ),
            WriteVia::Query => Hint::Step(
                "if the API wants the webhooks in the body, set `api: { write: body }` in the manifest",
            ),
        },
        (401, _) if auth == Authentication::Header => Hint::Step(
            "check the token of the instance's credential; `api: { auth: query }` sends it in the query",
        ),
        (402, _) => Hint::Step("the account of the token needs a paid plan"),
        (413, Method::Post) => Hint::Step(
            "the API, or a proxy before it, takes no request that large: give the instance fewer webhooks, or have the limit raised",
        ),
        (414 | 431, Method::Post) if write == WriteVia::Query => Hint::Step(
            "the webhooks of the instance do not fit into a query; `api: { write: body }` sends them in the body",
        ),
        (414 | 431, _) if auth == Authentication::Query => {
            Hint::Step("check the token of the instance's credential: it may be far too long")
        }
        (421, _) => Hint::Step(
            "the server answers for other hosts than that of --base-url; `hookfleet emulate` answers for localhost and loopback addresses",
        ),
        (408 | 425, _) => Hint::Step(
            "run it again in a while: it reads before it writes, so nothing is done twice",
        ),
        (501 | 505, _) => {
            Hint::Step("is --base-url right? the server does not know such a request")
        }
        (511, _) => Hint::Step("the network asks for a login before it lets anybody out"),
        // The status says what is wrong, and the message may say where; nothing else is known.
        (400 | 409..=413 | 415..=417 | 422..=428 | 431 | 451, _) => Hint::Nothing,
        _ => Hint::Usual,
    }
}
