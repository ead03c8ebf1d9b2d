//! The progress of a run as one line.

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

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Progress {
    /// The activity, such as `reading`.
    pub what: &'static str,
    /// The number of instances done.
    pub done: usize,
    /// The number of all instances.
    pub total: usize,
    /// The number of failed instances.
    pub failed: usize,
    /// The number of requests in flight.
    pub in_flight: usize,
    /// The number of instances done in the last `over`.
    pub lately: usize,
    /// The time that `lately` was measured over.
    pub over: Duration,
    /// The pause that the API asks for.
    pub held: Duration,
}

/// Formats progress, such as `reading 1,200 of 100,000, 480/s, 64 in flight, 3 failed, 3 m 26 s left`.
pub(super) fn line(progress: &Progress) -> String {
    parts(progress).join(", ")
}

/// Formats as much of the progress as fits in so many columns, in whole parts.
pub(super) fn line_within(progress: &Progress, columns: usize) -> String {
    let mut parts = parts(progress);
    // Its text is ASCII.
    while parts.len() > 1 && parts.join(", ").len() > columns {
        parts.pop();
    }
    parts.join(", ")
}

fn parts(progress: &Progress) -> Vec<String> {
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
    let mut parts = vec![format!("{what} {} of {}", commas(done), commas(total))];
    let millis = usize::try_from(over.as_millis())
        .unwrap_or(usize::MAX)
        .max(1);
    parts.push(match lately.saturating_mul(1000) / millis {
        0 => format!("{}/min", commas(lately.saturating_mul(60_000) / millis)),
        rate => format!("{}/s", commas(rate)),
    });
    parts.push(format!("{in_flight} in flight"));
    parts.push(format!("{} failed", commas(failed)));
    if !held.is_zero() {
        parts.push(format!("waiting {} as the API asked", rounded(held)));
    }
    let left = total.saturating_sub(done).saturating_mul(millis);
    if let Some(left) = left.checked_div(lately) {
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(u64::MAX));
        parts.push(format!("{} left", rounded(left)));
    }
    parts
}

/// Formats a number with commas, such as `12,345`.
fn commas(number: usize) -> String {
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

/// Formats a time in its two largest units.
fn rounded(time: Duration) -> String {
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
    fn line_has_rate_in_flight_failures_and_time_left() {
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
    fn a_narrow_line_has_whole_parts() {
        let whole = line(&START);
        for columns in 0..=whole.len() {
            let narrow = line_within(&START, columns);
            assert!(narrow.len() <= columns || narrow == "reading 0 of 100,000");
            let rest = whole.strip_prefix(&narrow).unwrap();
            assert!(rest.is_empty() || rest.starts_with(", "), "{narrow}");
        }
        assert_eq!(line_within(&START, whole.len()), whole);
    }

    #[test]
    fn line_has_no_time_left_if_nothing_is_done() {
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
    fn line_has_rate_per_minute_and_hours_left_if_slow() {
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
