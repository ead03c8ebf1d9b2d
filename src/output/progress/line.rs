//! How far a run has come, as one line.

use std::time::Duration;

use crate::english::human_duration;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressMode {
    /// Not at all.
    Nothing,
    /// As lines of a log.
    Lines,
    /// As a bar that is drawn over and over.
    Bar,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    /// What is being done, such as `reading`.
    pub what: &'static str,
    /// How many instances are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// How many of them failed.
    pub failed: usize,
    /// How many requests are in flight.
    pub in_flight: usize,
    /// How many instances were done in the last `over`.
    pub lately: usize,
    /// Over what time that was.
    pub over: Duration,
    /// For how long the API has asked to wait.
    pub held: Duration,
}

/// `reading 1,200 of 100,000, 480/s, 64 in flight, 3 failed, 3 m 26 s left`.
pub(super) fn line(progress: &Progress) -> String {
    let Progress {
        what,
        done,
        total,
        failed,
        in_flight,
        lately,
        over,
        held,
    } = *progress;
    let mut parts = vec![format!("{what} {} of {}", grouped(done), grouped(total))];
    let millis = usize::try_from(over.as_millis())
        .unwrap_or(usize::MAX)
        .max(1);
    parts.push(match lately.saturating_mul(1000) / millis {
        0 => format!("{}/min", grouped(lately.saturating_mul(60_000) / millis)),
        rate => format!("{}/s", grouped(rate)),
    });
    parts.push(format!("{in_flight} in flight"));
    parts.push(format!("{} failed", grouped(failed)));
    if !held.is_zero() {
        parts.push(format!("waiting {} as the API asked", whole(held)));
    }
    let left = total.saturating_sub(done).saturating_mul(millis);
    if let Some(left) = left.checked_div(lately) {
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX));
        parts.push(format!("{} left", whole(left)));
    }
    parts.join(", ")
}

/// `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in its two largest units.
fn whole(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, _) => human_duration(Duration::from_secs(seconds)),
        (0, minutes, seconds) => format!("{minutes} m {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Progress = Progress {
        what: "reading",
        done: 0,
        total: 100_000,
        failed: 0,
        in_flight: 16,
        lately: 0,
        over: Duration::from_secs(5),
        held: Duration::ZERO,
    };

    #[test]
    fn a_line_says_rate_in_flight_failures_and_time_left() {
        let progress = Progress {
            done: 1200,
            failed: 3,
            in_flight: 64,
            lately: 2400,
            ..START
        };
        assert_eq!(
            line(&progress),
            "reading 1,200 of 100,000, 480/s, 64 in flight, 3 failed, 3 m 26 s left"
        );
    }

    #[test]
    fn where_nothing_is_done_nobody_knows_how_long_it_takes() {
        let progress = Progress {
            in_flight: 0,
            held: Duration::from_millis(11_500),
            ..START
        };
        assert_eq!(
            line(&progress),
            "reading 0 of 100,000, 0/min, 0 in flight, 0 failed, waiting 12 s as the API asked"
        );
    }

    #[test]
    fn what_is_slow_is_counted_by_the_minute_and_what_is_long_in_hours() {
        let progress = Progress {
            what: "applying",
            done: 999,
            total: 1200,
            lately: 3,
            over: Duration::from_mins(1),
            ..START
        };
        assert_eq!(
            line(&progress),
            "applying 999 of 1,200, 3/min, 16 in flight, 0 failed, 1 h 7 m left"
        );
    }
}
