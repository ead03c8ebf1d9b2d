//! No option swallows what belongs to its command, and options stand before and behind it.

use crate::harness::stage;

const A: &str = "00000000000A";

#[test]
fn no_color_takes_no_value_so_a_saved_plan_behind_it_is_applied_and_nothing_else() {
    for line in [
        &["apply", "--auto-approve", "--no-color", "plan.json"][..],
        &["--no-color", "apply", "--auto-approve", "plan.json"],
        &["apply", "--no-color", "plan.json"],
    ] {
        let stage = stage(&[(A, "")]);
        assert_eq!(stage.run(&["plan", "--out", "plan.json"]).code, 0);
        let before = stage.live();
        let manifest = std::fs::read_to_string(stage.path("hookfleet.yaml")).unwrap();
        stage.write(
            "hookfleet.yaml",
            manifest.replace("message.ack", "call.received"),
        );
        let run = stage.run(line);
        assert_eq!((run.code, stage.live()), (4, before), "{}", run.told());
    }
}

#[test]
fn a_run_is_the_same_with_its_options_before_its_command() {
    let stage = stage(&[(A, "")]);
    let manifest = std::fs::read(stage.path("hookfleet.yaml")).unwrap();
    stage.write("other.yaml", manifest);
    std::fs::remove_file(stage.path("hookfleet.yaml")).unwrap();
    let options = [
        "-f",
        "other.yaml",
        "--format=json",
        "-i",
        A,
        "--timeout",
        "20s",
    ];
    let before = stage.run(&[&options[..], &["drift"]].concat());
    let behind = stage.run(&[&["drift"], &options[..]].concat());
    assert_eq!((before.code, &before), (2, &behind));
    let mixed = stage.run(&["-f", "other.yaml", "drift", "-i", A, "--format", "json"]);
    assert_eq!(mixed, behind);
}
