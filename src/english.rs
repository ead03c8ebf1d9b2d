//! Formats counts and durations for messages. It must not know what a message is about.

use std::time::Duration;

/// Formats a duration, such as `30 s` or `250 ms`.
pub fn human_duration(duration: Duration) -> String {
    if duration.as_millis().is_multiple_of(1000) {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// Formats a count and its noun: `1 instance`, `2 instances`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
