//! The API dies half way through an apply: the report is true.

use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};

use hookfleet::emulator::Verb;

use crate::harness::{Run, Stage, fleet};

const SIZE: usize = 12;

/// Applies to [`SIZE`] instances, and stops the emulator when it has carried out the `last` POST, before its answer.
fn dies_after(last: u64, fault: &str) -> (Stage, Run) {
    let ids: Vec<String> = (0..SIZE).map(|number| format!("{number:012}")).collect();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| (&**id, fault)).collect();
    let (world, manifest) = fleet(&all);
    let mut stage = Stage::new(&world, &manifest);
    let (reached, is_reached) = channel();
    // From the last POST on nothing is answered until the emulator is down.
    let down = Arc::new((Mutex::new(false), Condvar::new()));
    let posts = Mutex::new(0);
    let gate = Arc::clone(&down);
    stage.emulator().log_to(move |request| {
        let mut posts = posts.lock().unwrap();
        if request.verb == Verb::Post {
            *posts += 1;
        }
        if *posts < last {
            return;
        }
        drop(posts);
        let _ = reached.send(());
        let (down, changed) = &*gate;
        let mut down = down.lock().unwrap();
        while !*down {
            down = changed.wait(down).unwrap();
        }
    });
    let mut command = stage.command(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "0",
        "--concurrency",
        "2",
        "--timeout",
        "60s",
    ]);
    let run = std::thread::spawn(move || command.output().unwrap());
    is_reached.recv_timeout(crate::harness::HANGS).unwrap();
    stage.shut_down();
    *down.0.lock().unwrap() = true;
    down.1.notify_all();
    let run = Run::of(&run.join().unwrap());
    (stage, run)
}

/// Every line of the report agrees with the world; how many were applied, failed unwritten, and are in doubt.
fn checked(stage: &Stage, run: &Run) -> (usize, usize, usize) {
    let json = run.json();
    assert_eq!(run.code, 1);
    let instances = json["instances"].as_array().unwrap();
    assert_eq!(instances.len(), SIZE);
    let (mut applied, mut failed, mut doubted) = (0, 0, 0);
    for instance in instances {
        let id = instance["id"].as_str().unwrap();
        let is_written = stage.world().webhooks(id)[0].events.len() == 2;
        let kind = instance["error"]["kind"].as_str();
        match (
            instance["status"].as_str(),
            instance["verified"].as_bool(),
            kind,
        ) {
            (Some("applied"), Some(true), None) => {
                applied += 1;
                assert!(is_written, "{id} is said to be verified");
            }
            (Some("applied"), Some(false), Some("network" | "timeout")) => {
                doubted += 1;
                assert!(is_written, "{id} is said to be accepted");
            }
            (Some("failed"), Some(false), Some("unconfirmed")) => doubted += 1,
            (Some("failed"), Some(false), Some("network")) => {
                failed += 1;
                assert!(!is_written, "{id} is said not to be written");
                assert_eq!(stage.posts_of(id), 0);
            }
            other => panic!("{id} {other:?}"),
        }
    }
    (applied, failed, doubted)
}

#[test]
fn report_of_an_apply_during_an_outage_agrees_with_the_world() {
    let (stage, run) = dies_after(6, "");
    let (applied, failed, doubted) = checked(&stage, &run);
    // Two at a time: of the first six, at least four were whole, and no more than two were under way.
    assert!(
        applied >= 4 && failed >= 4 && (1..=2).contains(&doubted),
        "{}",
        run.outcomes()
    );
}

#[test]
fn writes_that_never_took_effect_before_the_death_are_not_called_applied() {
    let (stage, run) = dies_after(2, "{ on: post, answer: { status: 200, raw: '{}' } }");
    let (applied, failed, doubted) = checked_without_effect(&stage, &run);
    assert!(
        applied == 0 && failed >= 9 && doubted <= 3,
        "{}",
        run.outcomes()
    );
}

/// As [`checked`], for a server that accepts and writes nothing: nothing may be called verified.
fn checked_without_effect(stage: &Stage, run: &Run) -> (usize, usize, usize) {
    let json = run.json();
    let count = |is: &dyn Fn(&serde_json::Value) -> bool| {
        json["instances"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|instance| is(instance))
            .count()
    };
    assert!((0..SIZE).all(|number| {
        stage.world().webhooks(&format!("{number:012}"))[0]
            .events
            .len()
            == 1
    }));
    let doubted = |instance: &serde_json::Value| {
        instance["error"]["kind"] == "unconfirmed"
            || (instance["status"] == "applied" && instance["verified"] == false)
    };
    (
        count(&|instance| instance["verified"] == true),
        count(&|instance| instance["status"] == "failed" && instance["error"]["kind"] == "network"),
        count(&doubted),
    )
}
