//! Backoff: a random part of a growing pause, or the pause that the server asks for.

use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::ports::{Entropy, jittered};
use crate::wire::Response;

/// The longest `Retry-After` that is waited for; a server that asks for more gets no further request.
pub const MAX_RETRY_AFTER: Duration = Duration::from_mins(2);

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// The pauses between the attempts of one operation.
pub struct Backoff {
    backoff: ExponentialBackoff,
}

impl Backoff {
    /// Pauses for at most `retries` further attempts.
    pub fn new(retries: u32) -> Self {
        let builder = ExponentialBuilder::new()
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(retries as usize);
        Self {
            backoff: builder.build(),
        }
    }

    /// The pause before the next attempt, at least what the server `asked` for; `None` when there is no further one.
    pub fn next(&mut self, asked: Option<Duration>, entropy: &dyn Entropy) -> Option<Duration> {
        let own = jittered(self.backoff.next()?, entropy);
        match asked {
            Some(asked) if asked > MAX_RETRY_AFTER => None,
            Some(asked) => Some(asked.max(own)),
            None => Some(own),
        }
    }
}

/// `Retry-After` in both forms of RFC 9110, section 10.2.3: seconds, or an HTTP date.
pub fn retry_after(answer: &Response, now: impl Fn() -> SystemTime) -> Option<Duration> {
    let value = answer.header("retry-after")?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Entropy for Always {
        fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    fn answer(value: &str) -> Response {
        Response {
            status: 429,
            headers: vec![("retry-after".to_owned(), value.to_owned())],
            body: Vec::new(),
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(
            retry_after(&answer("7"), || now),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            retry_after(&answer("Sun, 06 Nov 1994 08:49:40 GMT"), || now),
            Some(Duration::from_secs(3))
        );
        assert_eq!(
            retry_after(&answer("Sun, 06 Nov 1994 08:00:00 GMT"), || now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after(&answer("soon"), || now), None);
    }

    #[test]
    fn pauses_grow_to_a_limit_and_end() {
        let mut backoff = Backoff::new(7);
        let all: Vec<_> = std::iter::from_fn(|| backoff.next(None, &Always(255)))
            .map(|pause| pause.as_millis())
            .collect();
        assert_eq!(all, [250, 500, 1000, 2000, 4000, 8000, 8000]);
    }

    #[test]
    fn backoff_with_jitter_is_any_part_of_the_pause() {
        assert_eq!(Backoff::new(1).next(None, &Always(0)), Some(Duration::ZERO));
        assert_eq!(
            Backoff::new(1)
                .next(None, &Always(128))
                .map(|pause| pause.as_millis()),
            Some(125)
        );
    }

    #[test]
    fn the_servers_wish_is_waited_for_unless_it_is_too_long() {
        let second = Duration::from_secs(1);
        assert_eq!(
            Backoff::new(1).next(Some(second), &Always(255)),
            Some(second)
        );
        assert_eq!(
            Backoff::new(1).next(Some(MAX_RETRY_AFTER + second), &Always(255)),
            None
        );
    }
}
