//! Small pieces of English that messages are made of. It must not know what the message is about.

use std::time::Duration;

/// A duration in words, such as `30 s` or `250 ms`.
pub fn human_duration(duration: Duration) -> String {
    if duration.as_millis().is_multiple_of(1000) {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// A count and its noun: `1 instance`, `2 instances`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}
