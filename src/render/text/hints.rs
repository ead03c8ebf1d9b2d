//! The hint for each kind of problem.

use std::collections::BTreeSet;

use crate::document::ProblemKind;

/// Returns the next step for a kind of problem; `None` if there is none.
pub fn hint(kind: ProblemKind) -> Option<&'static str> {
    match kind {
        ProblemKind::BadRequest => Some(
            "if the API wants the webhooks in the query, set `api: { write: query }` in the manifest",
        ),
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
        ProblemKind::Network | ProblemKind::Timeout | ProblemKind::ServerError => Some(
            "is the API reachable? run it again: it reads before it writes, so nothing is done twice",
        ),
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

/// Returns the hints for several kinds of problem, each once, in the order of the kinds.
pub fn hints(kinds: impl Iterator<Item = ProblemKind>) -> Vec<&'static str> {
    let kinds: BTreeSet<ProblemKind> = kinds.collect();
    let mut hints: Vec<&'static str> = kinds.into_iter().filter_map(hint).collect();
    hints.dedup();
    hints
}
