//! How many requests are in flight, over how many connections, and how fast.

use std::time::{Duration, Instant};

use crate::harness::{Stage, fleet};

/// A fleet of `size` whose requests each meet `fault`.
fn sized(size: usize, fault: &str) -> Stage {
    let ids: Vec<String> = (0..size).map(|number| format!("{number:012}")).collect();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| (&**id, fault)).collect();
    let (world, manifest) = fleet(&all);
    Stage::new(&world, &manifest)
}

#[test]
fn connections_are_reused_and_no_more_requests_are_in_flight_than_asked_for() {
    let stage = sized(64, "{ delay_ms: 20 }");
    let run = stage.run(&["apply", "--auto-approve", "--concurrency", "16"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(stage.requests(), (3 * 64, 64));
    let peak = stage.world().peak_in_flight();
    assert!(peak <= 16, "{peak} in flight");
    // A connection that has not come back to the pool yet is not reused, so there can be some more than requests in
    // flight; without reuse there would be 256.
    let connections = stage.emulator().connections();
    assert!(connections <= 64, "{connections} connections");
}

#[test]
fn concurrency_is_a_ceiling_wherever_it_is_set() {
    for (args, settings, ceiling) in [
        (&["plan", "--concurrency", "3"][..], "", 3),
        (&["plan"], "api: { concurrency: 2 }\n", 2),
        (
            &["plan", "--concurrency", "1"],
            "api: { concurrency: 8 }\n",
            1,
        ),
    ] {
        let stage = sized(12, "{ delay_ms: 20 }");
        let manifest = std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap();
        stage.write(
            "hookfleet.yaml",
            manifest.replacen("version: 1\n", &format!("version: 1\n{settings}"), 1),
        );
        assert_eq!(stage.run(args).code, 0);
        let peak = stage.world().peak_in_flight();
        assert!(peak <= ceiling, "{peak} of {ceiling}");
    }
}

#[test]
fn requests_of_a_credential_are_spaced_by_max_rps() {
    let stage = sized(5, "");
    let started = Instant::now();
    assert_eq!(stage.run(&["plan", "--max-rps", "10"]).code, 0);
    // Five requests, a tenth of a second apart.
    assert!(started.elapsed() >= Duration::from_millis(400));
}
