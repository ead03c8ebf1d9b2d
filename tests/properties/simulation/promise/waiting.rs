//! What a server asked for.

use std::time::Duration;

use super::{Kept, ensure};
use crate::simulation::record::Exchange;
use crate::simulation::review::Review;
use crate::simulation::tally::Tally;

/// The longest pause that is waited for; who asks for more gets no further request for that instance instead.
const LONGEST: Duration = Duration::from_mins(2);

/// After a 429 that asks for a pause, no request with that credential is sent before the pause is over: not by another
/// instance, and not between a recheck that was read before and its write.
pub fn asked(review: &Review<'_>, tally: &mut Tally) -> Kept {
    let instances = &review.story.schedule.manifest.instances;
    let account = |exchange: &Exchange| {
        let mut listed = instances.iter();
        listed
            .find(|listed| listed.id == exchange.instance)
            .map(|listed| listed.account)
    };
    let all = &review.story.record.exchanges;
    for limited in all {
        let (Some(pause), Some(from)) = (limited.asked, limited.ended()) else {
            continue;
        };
        if pause.is_zero() || pause > LONGEST {
            continue;
        }
        tally.count("a pause asked for");
        for next in all.iter().filter(|next| next.sent > from) {
            let is_early = next.phase.run == limited.phase.run
                && account(next) == account(limited)
                && next.sent.at < from.at + pause;
            ensure(!is_early, || {
                let (early, asked) = (&next.instance, &limited.instance);
                format!("{early} is asked although {asked} was told to wait {pause:?}")
            })?;
        }
    }
    Ok(())
}
