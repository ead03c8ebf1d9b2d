//! The hint for each kind of problem.

use std::collections::BTreeSet;

use crate::document::{Hint, ProblemKind};

/// Returns the usual next step for a kind of problem; `None` if there is none.
fn usual(kind: ProblemKind) -> Option<&'static str> {
    match kind {
        ProblemKind::Unauthorized => Some(
            "check the token of the instance's credential; `api: { auth: header }` sends it in a header",
        ),
        ProblemKind::SubscriptionRequired => Some(
            "webhooks need a paid Wawp plan; upgrade the account, or set `suspend: true` for its instances",
        ),
        ProblemKind::NotFound => Some(
            "check the instance's id and --base-url, and that its credential is of the account that owns it",
        ),
        ProblemKind::RateLimited => Some("send less at once: `--concurrency`, or `--max-rps`"),
        ProblemKind::Redirect => {
            Some("check --base-url; redirects are not followed, since the token would go with them")
        }
        ProblemKind::Network => Some(
            "is the API reachable? run it again: it reads before it writes, so nothing is done twice",
        ),
        ProblemKind::Timeout => Some(
            "give each request more time with --timeout, or run it again: it reads before it writes, so nothing is done twice",
        ),
        ProblemKind::ServerError => {
            Some("run it again in a while: it reads before it writes, so nothing is done twice")
        }
        ProblemKind::Untrusted => Some(
            "check --base-url; where the certificate is of a private authority, --ca-cert FILE trusts that one too",
        ),
        ProblemKind::Proxy => Some(
            "HTTPS_PROXY says which proxy is used, and with which userinfo; hosts that NO_PROXY names are reached without it",
        ),
        ProblemKind::Stale => Some("run `hookfleet plan` to see what it is now, then apply again"),
        ProblemKind::Unconfirmed | ProblemKind::AcceptedButDifferent => {
            Some("run `hookfleet plan` in a moment: the API may answer reads from a cache")
        }
        ProblemKind::NoSystemWebhook => Some(
            "set `system: keep` for the instance, or have the vendor set its system webhook up",
        ),
        ProblemKind::UnexpectedAnswer => {
            Some("the answer is not what the vendor documents; is --base-url right?")
        }
        ProblemKind::Incomplete => Some(
            "hookfleet reads one answer and no further pages; nothing is written, since a write would remove what the answer does not list",
        ),
        ProblemKind::SystemWebhookListed => {
            Some("take the URL out of the webhooks, and say under `system:` what is to change")
        }
        ProblemKind::Unrecorded => {
            Some("make room for the run log, or give --state-dir another place; then run it again")
        }
        ProblemKind::Deadline => {
            Some("give the run more time with --deadline, or a smaller part with -l or --shard")
        }
        // The messages of the others name the next step.
        _ => None,
    }
}

/// Returns the hints of several problems, each once, in the order of the kinds.
pub fn hints(problems: impl Iterator<Item = (ProblemKind, Hint)>) -> Vec<&'static str> {
    let problems: BTreeSet<(ProblemKind, Hint)> = problems.collect();
    let mut hints: Vec<&'static str> = Vec::new();
    for (kind, hint) in problems {
        let hint = match hint {
            Hint::Usual => usual(kind),
            Hint::Nothing => None,
            Hint::Step(step) => Some(step),
        };
        hints.extend(hint.filter(|hint| !hints.contains(hint)));
    }
    hints
}
