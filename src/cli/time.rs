//! The one grammar of time, for every option that takes one. It must not know what a time is for.

use std::time::Duration;

/// The units, from the largest to the smallest, with their milliseconds.
const UNITS: [(&str, u64); 5] = [
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest time that an option takes.
const LONGEST: Duration = Duration::from_hours(365 * 24);

const EXAMPLES: &str = "a time is written like 500ms, 30s, 5m, 2h, 7d or 1h30m";

/// Parses a time: whole numbers, each with its unit, from the largest unit to the smallest.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let wrong = |why: &str| Err(format!("{why}; {EXAMPLES}"));
    if text.chars().any(char::is_whitespace) {
        return wrong("a time has no white space");
    }
    if text.starts_with(['-', '+']) {
        return wrong("a time has no sign");
    }
    if text.contains(['.', ',']) {
        return wrong("a time has no fraction, and a smaller unit instead");
    }
    let (mut rest, mut units, mut total) = (text, UNITS.as_slice(), 0_u64);
    while !rest.is_empty() {
        let (digits, after) = split(rest, |c| !c.is_ascii_digit());
        let (unit, after) = split(after, |c| c.is_ascii_digit());
        if digits.is_empty() {
            return wrong("a number comes before each unit");
        }
        if unit.is_empty() {
            return wrong(&format!(
                "the number has no unit, such as {digits}s for seconds"
            ));
        }
        if !UNITS.iter().any(|(known, _)| *known == unit) {
            return wrong("the units are ms, s, m, h and d");
        }
        let Some(place) = units.iter().position(|(known, _)| *known == unit) else {
            return wrong("each unit comes once, the largest first");
        };
        let number: Option<u64> = digits.parse().ok();
        let sum = number
            .and_then(|number| number.checked_mul(units[place].1))
            .and_then(|part| part.checked_add(total))
            .filter(|sum| Duration::from_millis(*sum) <= LONGEST);
        let Some(sum) = sum else {
            return wrong("the longest time is 365d");
        };
        (rest, units, total) = (after, &units[place + 1..], sum);
    }
    if total == 0 {
        return wrong("the shortest time is 1ms");
    }
    Ok(Duration::from_millis(total))
}

fn split(text: &str, at: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn time_is_a_number_with_a_unit_or_a_sum_of_such() {
        for (text, millis) in [
            ("1ms", 1),
            ("500ms", 500),
            ("30s", 30_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("7d", 604_800_000),
            ("1h30m", 5_400_000),
            ("1d2h3m4s5ms", 93_784_005),
            ("90m", 5_400_000),
            ("0h5m", 300_000),
            ("365d", 31_536_000_000),
        ] {
            assert_eq!(time(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_the_reason() {
        for (text, why) in [
            ("", "the shortest time is 1ms"),
            ("0s", "the shortest time is 1ms"),
            ("0ms", "the shortest time is 1ms"),
            ("30", "the number has no unit, such as 30s for seconds"),
            ("1h30", "the number has no unit, such as 30s for seconds"),
            ("s", "a number comes before each unit"),
            ("hm", "a number comes before each unit"),
            ("1w", "the units are ms, s, m, h and d"),
            ("5M", "the units are ms, s, m, h and d"),
            ("1é", "the units are ms, s, m, h and d"),
            ("1٣s", "the units are ms, s, m, h and d"),
            ("30m1h", "each unit comes once, the largest first"),
            ("1h1h", "each unit comes once, the largest first"),
            ("-5s", "a time has no sign"),
            ("+5s", "a time has no sign"),
            ("1.5h", "a time has no fraction, and a smaller unit instead"),
            ("1,5h", "a time has no fraction, and a smaller unit instead"),
            ("30 s", "a time has no white space"),
            (" 30s", "a time has no white space"),
            ("30s\n", "a time has no white space"),
            ("366d", "the longest time is 365d"),
            ("365d1ms", "the longest time is 365d"),
            ("99999999999999999999d", "the longest time is 365d"),
            ("18446744073709551615d", "the longest time is 365d"),
        ] {
            assert_eq!(time(text), Err(format!("{why}; {EXAMPLES}")), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_sum_is_read_as_the_sum_of_its_parts(
            days in 0..300_u64, hours in 0..1000_u64, minutes in 0..1000_u64, seconds in 0..1000_u64,
            millis in 1..1000_u64,
        ) {
            let parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"), (millis, "ms")];
            let parts = parts.iter().filter(|(number, _)| *number > 0);
            let parts: Vec<String> = parts.map(|(number, unit)| format!("{number}{unit}")).collect();
            let text = parts.concat();
            let whole = Duration::from_secs(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
                + Duration::from_millis(millis);
            prop_assert_eq!(time(&text), Ok(whole));
        }

        #[test]
        fn no_text_makes_it_panic_and_what_it_takes_is_within_bounds(
            text in prop_oneof![any::<String>(), "[0-9]{0,25}(ms|s|m|h|d| |-|\\.)?[0-9]{0,3}(ms|s|m)?"],
        ) {
            if let Ok(time) = time(&text) {
                prop_assert!(time >= Duration::from_millis(1) && time <= LONGEST);
            }
        }
    }
}
