//! Parsers of option values: times, concurrency, report files, variables and addresses.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use super::options::ReportTo;
use crate::desired::Concurrency;
use crate::manifest::is_variable_name;
use crate::render::Format;

pub(super) fn concurrency(text: &str) -> Result<Concurrency, String> {
    match text.parse() {
        Ok(number @ 1..=1024) => Ok(Concurrency::Exactly(number)),
        _ if text == "auto" => Ok(Concurrency::Auto),
        _ => Err("takes auto, or a whole number from 1 to 1024".to_owned()),
    }
}

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// Parses a whole number and one of `units`, each of which is given with its milliseconds.
fn time(text: &str, units: &[(&str, u64)]) -> Option<Duration> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, millis) = units.iter().find(|(name, _)| *name == unit)?;
    let number: u64 = number.parse().ok()?;
    number.checked_mul(*millis).map(Duration::from_millis)
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    time(
        text,
        &[("", SECOND), ("s", SECOND), ("ms", 1), ("m", MINUTE)],
    )
    .filter(|time| (Duration::from_millis(1)..=Duration::from_hours(1)).contains(time))
    .ok_or_else(|| "takes a time from 1ms to 60m, such as 30s, 500ms or 2m".to_owned())
}

pub(super) fn long_duration(text: &str) -> Result<Duration, String> {
    time(
        text,
        &[
            ("", SECOND),
            ("s", SECOND),
            ("ms", 1),
            ("m", MINUTE),
            ("h", HOUR),
        ],
    )
    .filter(|time| (Duration::from_secs(1)..=Duration::from_hours(24)).contains(time))
    .ok_or_else(|| "takes a time from 1s to 24h, such as 90s, 10m or 2h".to_owned())
}

pub(super) fn age(text: &str) -> Result<Duration, String> {
    time(
        text,
        &[("s", SECOND), ("m", MINUTE), ("h", HOUR), ("d", 24 * HOUR)],
    )
    .ok_or_else(|| "takes an age such as 45s, 30m, 12h or 7d".to_owned())
}

pub(super) fn report(text: &str) -> Result<ReportTo, String> {
    let wrong =
        || "takes FORMAT=FILE, such as json=report.json; the formats are text and json".to_owned();
    let (format, path) = text.split_once('=').ok_or_else(wrong)?;
    let format = Format::from_str(format, false).map_err(|_| wrong())?;
    if path.is_empty() {
        return Err(wrong());
    }
    let path = PathBuf::from(path);
    Ok(ReportTo { format, path })
}

pub(super) fn variable(text: &str) -> Result<String, String> {
    if is_variable_name(text) {
        Ok(text.to_owned())
    } else {
        Err("takes the name of one environment variable: letters, digits and `_`".to_owned())
    }
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text
        .strip_prefix("localhost:")
        .map_or(text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse()
        .map_err(|_| "takes an address and a port, such as 127.0.0.1:8080".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeout_is_parsed_with_and_without_unit() {
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        for bad in ["", "0", "s", "1h", "-1", "99999999999999999999", "61m"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn deadline_may_have_hours() {
        assert_eq!(long_duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(long_duration("24h"), Ok(Duration::from_hours(24)));
        assert_eq!(long_duration("90m"), Ok(Duration::from_mins(90)));
        for bad in [
            "",
            "h",
            "25h",
            "-1h",
            "500ms",
            "1d",
            "99999999999999999999h",
        ] {
            assert!(long_duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn age_is_parsed_if_it_has_a_unit() {
        assert_eq!(age("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(age("7d"), Ok(Duration::from_hours(7 * 24)));
        for bad in [
            "",
            "5",
            "m",
            "-1h",
            "1.5h",
            "1w",
            "99999999999999999999d",
            "1é",
        ] {
            assert!(age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn report_is_a_format_and_a_file() {
        let path = PathBuf::from("a=b.json");
        let format = Format::Json;
        assert_eq!(report("json=a=b.json"), Ok(ReportTo { format, path }));
        for bad in ["", "json", "json=", "=a", "xml=a", "JSON=a"] {
            assert!(report(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn variable_is_refused_unless_it_is_a_plain_name() {
        for good in ["A", "_a1", "WAWP_ACCESS_TOKEN"] {
            assert_eq!(variable(good), Ok(good.to_owned()));
        }
        for bad in ["", "1A", "A B", " A", "A=b", "$A", "A,B", "A*", "é", "A\0"] {
            assert!(variable(bad).is_err(), "{bad}");
        }
    }
}
