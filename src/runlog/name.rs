//! The names of runs: times that sort in the order in which the runs were made, whatever the clock says.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The format of the time to the second; milliseconds follow.
const SECOND: &str = "%Y%m%d-%H%M%S";

/// Makes the name of a run that begins `now`: its time to the millisecond, and random characters.
///
/// Names sort in the order in which runs are made: where the clock was turned back, the new name is that of a moment
/// after the last of `runs`. The header of a log has the clock's own time.
pub fn run_name<'a>(
    now: Timestamp,
    runs: impl IntoIterator<Item = &'a str>,
    random: &str,
) -> String {
    let millisecond = SignedDuration::from_millis(1);
    let latest = runs.into_iter().filter_map(time_of).max();
    let after = latest.and_then(|latest| latest.checked_add(millisecond).ok());
    let time = after.map_or(now, |after| after.max(now));
    format!("{}-{random}", text(time))
}

/// Returns the time in the name of a run; `None` if it is no name of [`run_name`].
pub fn time_of(name: &str) -> Option<Timestamp> {
    let (time, random) = name.rsplit_once('-')?;
    let parsed = DateTime::strptime(format!("{SECOND}.%f"), time).ok()?;
    let parsed = parsed.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (!random.is_empty() && text(parsed) == time).then_some(parsed)
}

/// Returns the runs that a name means: the one that has it, or else those whose names begin with it.
pub fn meant<'a>(asked: &str, runs: &'a [String]) -> Vec<&'a str> {
    let runs = || runs.iter().map(String::as_str);
    // A name may be the beginning of another one.
    match runs().find(|run| *run == asked) {
        Some(run) => vec![run],
        None => runs().filter(|run| run.starts_with(asked)).collect(),
    }
}

fn text(time: Timestamp) -> String {
    let (second, millisecond) = (time.strftime(SECOND), time.subsec_millisecond());
    format!("{second}.{millisecond:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_run_is_named_after_the_time_of_its_start() {
        let now = time("2026-11-22T14:22:07.0049Z");
        let name = run_name(now, [], "ab12");
        assert_eq!(name, "20261122-142207.004-ab12");
        assert_eq!(time_of(&name), Some(time("2026-11-22T14:22:07.004Z")));
        let earlier = run_name(now, ["20261122-142207.003-ffff"], "ab12");
        assert_eq!(earlier, name);
    }

    #[test]
    fn a_name_sorts_after_all_others_when_the_clock_was_turned_back() {
        let runs = [
            "20261122-142207.004-ab12",
            "20271231-235959.999-ffff",
            "20261122-142207.005-0000",
        ];
        for now in ["1970-01-01T00:00:00Z", "2026-11-22T14:22:07.003Z"] {
            let name = run_name(time(now), runs, "0000");
            assert_eq!(name, "20280101-000000.000-0000");
        }
        let same = run_name(time("2026-11-22T14:22:07.004Z"), [runs[0]], "0000");
        assert_eq!(same, "20261122-142207.005-0000");
        let ahead = run_name(time("2028-06-01T00:00:00Z"), runs, "0000");
        assert_eq!(ahead, "20280601-000000.000-0000");
    }

    #[test]
    fn a_run_is_meant_by_its_name_or_by_the_beginning_of_its_name() {
        let runs = ["20261122-1", "20261122-12", "20261123-1"].map(str::to_owned);
        assert_eq!(meant("20261122-1", &runs), ["20261122-1"]);
        assert_eq!(meant("20261123", &runs), ["20261123-1"]);
        assert_eq!(meant("20261122", &runs), ["20261122-1", "20261122-12"]);
        assert!(meant("2027", &runs).is_empty());
    }

    #[test]
    fn a_name_that_is_no_time_counts_for_nothing() {
        let now = time("2026-11-22T14:22:07.004Z");
        for other in [
            "zzz",
            "",
            "99990101-000000.000-",
            "99990101-000000.000",
            "99991301-000000.000-ab12",
            "9999-0101-000000.000-ab12",
            "99990101-000000.0000-ab12",
            "99990101-000000-ab12",
            "99991231-235959.999-ab12",
        ] {
            let name = run_name(now, [other], "ab12");
            assert_eq!(name, "20261122-142207.004-ab12", "{other}");
        }
    }
}
