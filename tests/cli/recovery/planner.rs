//! A run that another planner has planned: it is not finished by this one.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use hookfleet::runlog::Chain;

use crate::apply::prompt::typed;
use crate::harness::Stage;
use crate::harness::run_logs::{apply, bytes, place};
use crate::saved_plan::{self, save};

const A: &str = "00000000000A";

fn stage() -> Stage {
    Stage::new(
        &format!(
            "  - {{ id: {A}, webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}\n"
        ),
        &format!(
            "version: 1\ninstances: [{{ id: {A}, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}]\n"
        ),
    )
}

/// The run's log as `planner` would have written it; `null` is 0.1.0, which did not write it down.
fn with_planner(stage: &Stage, run: &str, planner: &Value) {
    let log = bytes(stage, run);
    let mut chain = Chain::default();
    let mut lines = String::new();
    for (index, line) in String::from_utf8(log).unwrap().lines().enumerate() {
        let (_, payload) = line.split_once(' ').unwrap();
        let mut payload: Value = serde_json::from_str(payload).unwrap();
        if index == 0 {
            payload["planner"] = planner.clone();
        }
        lines += &chain.line(&payload.to_string());
    }
    place(stage, run, lines.as_bytes());
}

#[test]
fn a_run_of_another_planner_is_not_resumed() {
    for planner in [json!(null), json!(1), json!(99)] {
        let stage = stage();
        let run = apply(&stage, &[]);
        with_planner(&stage, &run, &planner);
        let posts = stage.requests().1;
        let resumed = stage.run(&["apply", "--resume", &run]);
        assert_eq!((resumed.code, stage.requests().1), (65, posts));
        assert!(resumed.err.contains("plan anew"), "{}", resumed.err);
    }
}

#[test]
fn a_run_of_0_1_is_rolled_back_as_unverified_and_one_of_a_later_planner_is_not() {
    for (planner, why, code) in [
        (
            json!(null),
            "has no authentication, as logs of hookfleet 0.1 have none",
            0,
        ),
        (json!(99), "was planned by planner 99", 65),
    ] {
        let stage = stage();
        let before = stage.live();
        let run = apply(&stage, &[]);
        with_planner(&stage, &run, &planner);
        let requests = stage.requests();
        let back = stage.run(&["rollback", &run, "--auto-approve"]);
        assert_eq!((back.code, stage.requests()), (65, requests));
        assert!(back.err.contains(why), "{}", back.told());
        let answer: &[u8] = if code == 0 { b"yes\n" } else { b"" };
        let (typed, screen, _) = typed(&stage, &["rollback", &run, "--unverified"], answer, false);
        assert_eq!(typed, code, "{screen}");
        assert_eq!(stage.live() == before, code == 0);
    }
}

#[test]
fn a_saved_plan_of_another_planner_is_refused_and_says_to_plan_anew() {
    let stage = stage();
    assert_eq!(save(&stage, &[]).code, 0);
    let written = saved_plan::text(&stage);
    for planner in ["", "\"planner\": 99,"] {
        let body = written.replace("\"planner\": 2,", planner);
        stage.write(saved_plan::FILE, saved_plan::forged::sealed(&body));
        let run = saved_plan::apply(&stage, &[]);
        assert_eq!((run.code, stage.requests().1), (65, 0));
        let whose = if planner.is_empty() {
            "hookfleet 0.1"
        } else {
            "planner 99"
        };
        assert!(
            run.err.contains(whose) && run.err.contains("plan anew"),
            "{}",
            run.err
        );
    }
    assert_data_eq!(
        stage.run(&["show", saved_plan::FILE]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` was planned by planner 99, and this hookfleet plans in another way

hint: plan anew, and have that approved; nothing was read or written

"#]]
    );
}
