//! How often each kind of thing happened, and which kinds have to happen for the schedules to be worth their time.

use std::collections::BTreeMap;
use std::fmt;

use hookfleet::api::TransportErrorKind;
use hookfleet::emulator::By;
use hookfleet::report::Outcome;
use hookfleet::wire::Method;

use crate::simulation::draw::world::Quirk;
use crate::simulation::record::{Exchange, Got};
use crate::simulation::review::{Line, Review};
use crate::simulation::rules::{is_refused, own_form};

/// Counts by what they count.
#[derive(Default)]
pub struct Tally(BTreeMap<String, u64>);

/// Every kind of thing that a few thousand schedules have to meet.
const NEEDED: [&str; 88] = [
    "a webhook in the place of another one verified",
    "an instance that waits for a `prune`",
    "a mask sent, as it was allowed",
    "a pause asked for",
    "a request given up",
    "a request refused with a rotated token",
    "a server that merges can't be made as wanted",
    "a server that merges left a union",
    "a write answered 429",
    "a write answered 429 that took effect",
    "a write answered 4xx that took effect",
    "a write answered 5xx that took effect",
    "a write ignored and answered as a success",
    "a server that has no place for inactive webhooks",
    "a server that refused a write for its fields",
    "a server that stored a URL in a form of its own",
    "a write answered 200 with an error",
    "a write in doubt sent again",
    "a write in doubt that had taken effect",
    "a write that landed after its sender had given up",
    "a write that never left",
    "a write that took effect after its answer",
    "a write whose connection was lost and that took effect",
    "a write without a system webhook",
    "a write whose connection was closed on its way",
    "an answer cut off",
    "an answer not understood",
    "an unlisted instance",
    "exit 0",
    "exit 1",
    "exit 3",
    "exit 4",
    "held: changes",
    "held: masked",
    "held: removals",
    "outcome blocked: guard",
    "outcome blocked: no_system_webhook",
    "outcome blocked: system_webhook_listed",
    "outcome failed: accepted_but_different",
    "outcome failed: bad_request",
    "outcome failed: forbidden",
    "outcome failed: network",
    "outcome failed: not_found",
    "outcome failed: rate_limited",
    "outcome failed: redirect",
    "outcome failed: server_error",
    "outcome failed: subscription_required",
    "outcome failed: timeout",
    "outcome failed: unauthorized",
    "outcome failed: unconfirmed",
    "outcome failed: unexpected_answer",
    "outcome skipped",
    "outcome stale",
    "outcome unchanged",
    "outcome unverified: bad_request",
    "outcome unverified: forbidden",
    "outcome unverified: network",
    "outcome unverified: not_found",
    "outcome unverified: rate_limited",
    "outcome unverified: server_error",
    "outcome unverified: timeout",
    "outcome unverified: unauthorized",
    "outcome unverified: unexpected_answer",
    "outcome verified",
    "verified: a write that took effect after its answer",
    "outcome verified, fields lost",
    "overwritten: a cache had hidden it",
    "overwritten: an own write that landed late",
    "overwritten: it landed in the window",
    "recheck from a cache",
    "somebody else wrote between a recheck and the end of its write",
    "system webhook off: it had changed in the window or behind a cache",
    "system webhook off: the manifest says so",
    "the fault's other writer wrote",
    "the second writer wrote",
    "the token was rotated",
    "told as refused",
    "told as refused: it was answered 200 with an error",
    "told as still what it was",
    "told as not written: it was, and was answered 429",
    "unchanged, as a cache shows it",
    "unchanged: as the plan said",
    "unchanged: somebody else had done it",
    "unknown fields sent back",
    "verified, as a cache shows it",
    "write in a body",
    "write in a query",
    "writes of one instance: three or more",
];

impl Tally {
    pub fn count(&mut self, what: &str) {
        *self.entry(what) += 1;
    }

    pub fn count_times(&mut self, what: &str, times: u64) {
        *self.entry(what) += times;
    }

    pub fn count_if(&mut self, happened: bool, what: &str) {
        if happened {
            self.count(what);
        }
    }

    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.entry(what) += count;
        }
    }

    /// What had to happen and did not.
    pub fn missing(&self) -> Vec<&'static str> {
        self.missing_of(&NEEDED)
    }

    /// What of these had to happen and did not.
    pub fn missing_of(&self, needed: &[&'static str]) -> Vec<&'static str> {
        let is_missing = |what: &&&str| !self.0.contains_key(**what);
        needed.iter().filter(is_missing).copied().collect()
    }

    /// What happens without a promise looking at it.
    pub fn watch(&mut self, review: &Review<'_>) {
        let story = review.story;
        self.count_if(story.record.has_rotated, "the token was rotated");
        for (_, by) in story.histories.values().flatten() {
            self.count_if(*by == By::Holder, "the second writer wrote");
            self.count_if(*by == By::Meanwhile, "the fault's other writer wrote");
        }
        for line in review.lines() {
            self.count(&outcome(line.outcome));
            if let Some(plan) = &line.comparison {
                self.count_if(
                    plan.replaced > 0 && line.outcome.is_verified(),
                    "a webhook in the place of another one verified",
                );
                let waits = plan.unlisted > 0 && matches!(line.outcome, Outcome::Blocked { .. });
                self.count_if(waits, "an instance that waits for a `prune`");
            }
            self.count_if(
                line.posts().count() > 2,
                "writes of one instance: three or more",
            );
            for exchange in &line.exchanges {
                self.exchange(exchange, story.record.has_rotated);
            }
            for (place, post) in line.posts() {
                self.post(line, place, post);
            }
        }
    }

    fn entry(&mut self, what: &str) -> &mut u64 {
        if !self.0.contains_key(what) {
            self.0.insert(what.to_owned(), 0);
        }
        self.0.get_mut(what).unwrap()
    }

    fn exchange(&mut self, exchange: &Exchange, has_rotated: bool) {
        use hookfleet::api::TransportErrorKind as Kind;
        match &exchange.got {
            Some((_, Got::GivenUp)) => self.count("a request given up"),
            Some((_, Got::Error(Kind::Cut))) => self.count("an answer cut off"),
            Some((_, Got::Answer(200..=299, None))) if exchange.method == Method::Get => {
                self.count("an answer not understood");
            }
            Some((_, Got::Answer(401, _))) if has_rotated => {
                self.count("a request refused with a rotated token");
            }
            _ => {}
        }
    }

    /// What the habits of the server make of a write.
    fn habits(&mut self, line: &Line<'_>, post: &Exchange) {
        let (Some(habits), Some(posted)) = (line.habits, &post.posted) else {
            return;
        };
        let late = habits.has(Quirk::IsLate) && post.wrote();
        self.count_if(late, "a write that took effect after its answer");
        self.count_if(
            late && line.outcome.is_verified(),
            "verified: a write that took effect after its answer",
        );
        self.count_if(
            habits.has(Quirk::DropsInactive)
                && post.wrote()
                && posted.iter().any(|entry| !entry.is_active),
            "a server that has no place for inactive webhooks",
        );
        self.count_if(
            habits.has(Quirk::Respells)
                && post.wrote()
                && posted.iter().any(|entry| own_form(&entry.url) != entry.url),
            "a server that stored a URL in a form of its own",
        );
        self.count_if(
            is_refused(habits, posted) && post.handled.is_some(),
            "a server that refused a write for its fields",
        );
        self.count_if(
            habits.has(Quirk::PassesErrors) && post.is_denied,
            "a write answered 200 with an error",
        );
        let is_closed = matches!(post.got, Some((_, Got::Error(TransportErrorKind::Closed))));
        self.count_if(
            is_closed && post.handled.is_none(),
            "a write whose connection was closed on its way",
        );
    }

    fn post(&mut self, line: &Line<'_>, place: usize, post: &Exchange) {
        let wrote = post.wrote();
        self.habits(line, post);
        self.count(if post.has_body {
            "write in a body"
        } else {
            "write in a query"
        });
        match &post.got {
            Some((_, Got::Answer(429, _))) => {
                self.count("a write answered 429");
                self.count_if(wrote, "a write answered 429 that took effect");
            }
            Some((_, Got::Answer(400..=499, _))) => {
                self.count_if(wrote, "a write answered 4xx that took effect");
            }
            Some((_, Got::Answer(500..=599, _))) => {
                self.count_if(wrote, "a write answered 5xx that took effect");
            }
            Some((_, Got::Answer(200..=299, _))) => {
                self.count_if(!wrote, "a write ignored and answered as a success");
            }
            Some((_, Got::Error(_))) => {
                self.count_if(post.handled.is_none(), "a write that never left");
                self.count_if(
                    wrote,
                    "a write whose connection was lost and that took effect",
                );
            }
            Some((given_up, Got::GivenUp)) => self.count_if(
                wrote && post.handled.is_some_and(|handled| handled.tick > *given_up),
                "a write that landed after its sender had given up",
            ),
            _ => {}
        }
        let is_in_doubt = |exchange: &Exchange| match &exchange.got {
            Some((_, Got::Answer(status, _))) => *status >= 500,
            _ => true,
        };
        let later = line.exchanges[place + 1..].iter();
        let is_sent_again = later.clone().any(|next| next.method == Method::Post);
        self.count_if(
            is_in_doubt(post) && is_sent_again,
            "a write in doubt sent again",
        );
        self.count_if(
            is_in_doubt(post) && wrote && line.outcome.is_verified(),
            "a write in doubt that had taken effect",
        );
        if let Some((read, shown)) = line.recheck_of(place)
            && let (Some(answered), Some(taken)) = (read.handled, post.handled)
        {
            let is_cached = line.truth_at(read).as_ref() != Some(shown);
            self.count_if(is_cached, "recheck from a cache");
            let own = usize::from(taken.wrote);
            self.count_if(
                taken.state - own > answered.state,
                "somebody else wrote between a recheck and the end of its write",
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.0 {
            writeln!(formatter, "{count:>12}  {what}")?;
        }
        Ok(())
    }
}

/// An outcome in a few words.
pub fn outcome(outcome: &Outcome) -> String {
    let kind = outcome
        .problem()
        .map_or("", |trouble| trouble.kind.as_str());
    match outcome {
        Outcome::Unchanged => "outcome unchanged".to_owned(),
        Outcome::Verified { lost_fields } if lost_fields.is_empty() => {
            "outcome verified".to_owned()
        }
        Outcome::Verified { .. } => "outcome verified, fields lost".to_owned(),
        Outcome::InPart(_) => "outcome in part".to_owned(),
        Outcome::Unverified(_) => format!("outcome unverified: {kind}"),
        Outcome::Failed { .. } => format!("outcome failed: {kind}"),
        Outcome::Stale(_) => "outcome stale".to_owned(),
        Outcome::Blocked { .. } => format!("outcome blocked: {kind}"),
        Outcome::Skipped(_) => "outcome skipped".to_owned(),
    }
}
