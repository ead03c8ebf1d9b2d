//! Logs that are not as a run with the instances' tokens has left them: nothing of them is relied on unasked.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use hookfleet::runlog::Chain;

use crate::apply::prompt::typed;
use crate::harness::run_logs::{self, apply, bytes, lines, place, rollback};
use crate::harness::{Stage, stage};

const A: &str = "00000000000A";
const B: &str = "00000000000B";

/// A change of a line's payload.
type Change<'a> = &'a dyn Fn(usize, &mut Value);

/// A log with other payloads, line by line, whose checksums are right again: whoever can write the file can do that.
fn changed(log: &[u8], change: impl Fn(usize, &mut Value)) -> Vec<u8> {
    let mut chain = Chain::default();
    let mut text = String::new();
    for (index, mut payload) in run_logs::payloads(log).into_iter().enumerate() {
        change(index, &mut payload);
        text += &chain.line(&payload.to_string());
    }
    text.into_bytes()
}

fn fleet() -> (Stage, String, Vec<u8>) {
    let stage = stage(&[(A, ""), (B, "")]);
    let run = apply(&stage, &[]);
    let log = bytes(&stage, &run);
    (stage, run, log)
}

/// Rollback and resume refuse the log before they send anything.
fn is_refused(stage: &Stage, run: &str, what: &str) -> String {
    let before = (stage.live(), stage.requests(), run_logs::names(stage));
    let told = [
        vec!["rollback", run, "--auto-approve"],
        vec!["rollback", run, "--plan"],
        vec!["apply", "--resume", run],
    ]
    .map(|args| {
        let refused = stage.run(&args);
        assert_eq!(
            (refused.code, &*refused.out),
            (65, ""),
            "{what}: {}",
            refused.err
        );
        refused.err
    });
    assert_eq!(
        (stage.live(), stage.requests(), run_logs::names(stage)),
        before
    );
    told[0].replace(run, "<RUN>")
}

#[test]
fn a_log_in_which_anything_was_changed_is_refused_although_its_checksums_are_right() {
    let (stage, run, log) = fleet();
    let forged = r#"{"status":"success","webhooks":[{"url":"https://attacker.example/in","events":["message"],"is_active":1}]}"#;
    let cases: [(&str, Change<'_>); 9] = [
        ("who it is encrypted to", &|line, payload| {
            if line == 0 {
                payload["sealed_to"] =
                    json!("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p");
            }
        }),
        ("what may pass guards", &|line, payload| {
            if line == 0 {
                payload["allow"] = json!(["removals", "empty"]);
            }
        }),
        ("its kind", &|line, payload| {
            if line == 0 {
                payload["kind"] = json!("resume");
            }
        }),
        ("a snapshot", &|line, payload| {
            if line == 2 {
                payload["records"][0]["intent"]["answer"] = json!(forged);
            }
        }),
        ("an intent", &|line, payload| {
            if line == 2 {
                payload["records"][0]["intent"]["write"] = json!(forged);
            }
        }),
        ("an instance", &|line, payload| {
            if line == 2 {
                payload["records"][0]["intent"]["instance"] = json!(B);
            }
        }),
        ("a credential", &|line, payload| {
            if line == 2 {
                payload["records"][0]["intent"]["credential"] = json!("other");
            }
        }),
        ("an outcome", &|line, payload| {
            if line == 3 {
                payload["records"][0]["outcome"]["sent"] = json!(false);
            }
        }),
        ("the approval", &|line, payload| {
            if line == 1 {
                payload["records"][0]["approved"]["salt"] = json!("00");
            }
        }),
    ];
    for (what, change) in cases {
        place(&stage, &run, &changed(&log, change));
        is_refused(&stage, &run, what);
    }
    place(&stage, &run, &log);
    assert_eq!(rollback(&stage, &run, &[]).0.code, 0);
}

#[test]
fn lines_that_were_replayed_moved_or_made_by_hand_are_refused() {
    let (stage, run, log) = fleet();
    let rechained = |order: &[usize]| {
        let mut chain = Chain::default();
        let payloads = run_logs::payloads(&log);
        let lines = order
            .iter()
            .map(|index| chain.line(&payloads[*index].to_string()));
        lines.collect::<String>().into_bytes()
    };
    for order in [
        &[0, 1, 4, 5, 2, 3, 6][..],
        &[0, 1, 2, 3, 2, 3, 4, 5, 6],
        &[0, 1, 4, 5, 6],
        &[0, 2, 3, 4, 5, 6],
        &[0, 1, 1, 2, 3, 4, 5, 6],
    ] {
        place(&stage, &run, &rechained(order));
        is_refused(&stage, &run, &format!("{order:?}"));
    }
    let no_marks = changed(&log, |_, payload| {
        for record in payload["records"].as_array_mut().into_iter().flatten() {
            for kind in ["intent", "outcome"] {
                if record[kind].is_object() {
                    record[kind].as_object_mut().unwrap().remove("mac");
                }
            }
        }
    });
    place(&stage, &run, &no_marks);
    assert_data_eq!(
        is_refused(&stage, &run, "no marks"),
        str![[r#"
error: the log of run <RUN> is not authenticated by the tokens of 00000000000A, 00000000000B: it was changed or made by hand, or the tokens were replaced since

hint: `hookfleet show <RUN>` shows what it says; -i or -l can leave these instances out of a rollback; --unverified uses the log after a question on a terminal; nothing was read or written

"#]]
    );
    // A whole log under another name is no newer run.
    place(&stage, &run, &log);
    let copy = "99990101-000000.000-abcd";
    place(&stage, copy, &log);
    assert_data_eq!(
        is_refused(&stage, copy, "a copy"),
        str![[r#"
error: the log of run <RUN> is a copy of the log of run <RUN>

hint: move it away; nothing was read or written

"#]]
    );
}

#[test]
fn a_log_of_another_token_is_refused_for_the_instances_of_that_token_alone() {
    let world =
        "version: 1\naccounts: [{ token: one }, { token: two }, { token: new }]\ninstances:\n";
    let instance = |id: &str, account: &str| {
        format!(
            "  - {{ id: {id}, token: {account}, webhooks: [{{ url: 'https://a.example/', events: [message] }}] }}\n"
        )
    };
    let world = format!("{world}{}{}", instance(A, "one"), instance(B, "two"));
    let manifest = format!(
        "version: 1\ncredentials: {{ one: {{ env: ONE }}, two: {{ env: TWO }} }}\ninstances:\n  - {{ id: {A}, credential: one, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}\n  - {{ id: {B}, credential: two, webhooks: [{{ url: 'https://a.example/', events: [message.ack] }}] }}\n"
    );
    let stage = Stage::of_world(&world, &manifest)
        .env("ONE", "one")
        .env("TWO", "two");
    let run = apply(&stage, &[]);
    stage.world().rotate_token("two", "three");
    let stage = stage.env("TWO", "three");
    let told = is_refused(&stage, &run, "another token");
    assert!(told.contains("by the tokens of 00000000000B:"), "{told}");
    let (back, _) = rollback(&stage, &run, &["-i", A]);
    assert_eq!(back.outcomes(), "exit 0\n00000000000A applied, verified\n");
    let args = ["rollback", &run, "--unverified", "--color", "never"];
    let (code, screen, _) = typed(&stage, &args, b"yes\n", false);
    assert_data_eq!(
        screen.replace(&run, "<RUN>"),
        str![[r#"
notice: the log of run <RUN> is not authenticated for 1 instance, so it may be forged; check each change
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: 2 instances: the answer does not mention a system webhook; a write sends back only what is listed
    00000000000A, 00000000000B

00000000000B
  ~ https://a.example/
        events:
      -   message.ack
      +   message

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: yes

applied and verified: 00000000000B

Apply complete: 1 applied, 1 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(code, 0);
    assert_eq!(stage.world().webhooks(B)[0].events, ["message"]);
}

#[test]
fn unverified_always_asks_and_writes_only_after_a_yes() {
    let (stage, run, log) = fleet();
    let forged = changed(&log, |line, payload| {
        if line == 0 {
            payload["allow"] = json!(["removals"]);
        }
    });
    place(&stage, &run, &forged);
    let live = stage.live();
    for args in [
        &["rollback", &run, "--unverified"][..],
        &["rollback", &run, "--unverified", "--auto-approve"],
        &["apply", "--resume", &run, "--unverified"],
        &["apply", "--resume", &run, "--unverified", "--auto-approve"],
        &["apply", "--unverified"],
    ] {
        let refused = stage.run(args);
        assert_eq!(
            (refused.code, stage.live()),
            (64, live.clone()),
            "{args:?} {}",
            refused.err
        );
    }
    let (code, screen, _) = typed(&stage, &["rollback", &run, "--unverified"], b"no\n", false);
    assert_eq!((code, stage.live()), (1, live), "{screen}");
    let (code, screen, _) = typed(&stage, &["rollback", &run, "--unverified"], b"yes\n", false);
    assert_eq!(code, 0, "{screen}");
    assert_eq!(stage.world().webhooks(A)[0].events, ["message"]);
}

#[test]
fn an_unverified_resume_passes_no_guard_that_only_the_log_lets_pass() {
    let webhooks: Vec<String> = (0..10)
        .map(|number| format!("{{ url: 'https://a.example/{number}', events: [message] }}"))
        .collect();
    let stage = Stage::new(
        &format!("  - {{ id: {A}, webhooks: [{}] }}\n", webhooks.join(", ")),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances: [{{ id: {A}, webhooks: [{}] }}]\n",
            webhooks[0]
        ),
    );
    let before = stage.world().webhooks(A);
    let run = apply(&stage, &["--allow", "removals"]);
    stage.world().set_webhooks(A, before.clone());
    let log = bytes(&stage, &run);
    let cut = lines(&log)[..2].concat();
    let forged = changed(&cut, |line, payload| {
        if line == 0 {
            payload["tool"] = json!("9.9.9");
        }
    });
    place(&stage, &run, &forged);
    let args = ["apply", "--resume", &run, "--unverified"];
    let (code, screen, _) = typed(&stage, &args, b"", false);
    assert_eq!((code, stage.world().webhooks(A)), (3, before), "{screen}");
}

/// A log of those payloads, with checksums that are right.
fn made_by_hand(payloads: &[Value]) -> Vec<u8> {
    let mut chain = Chain::default();
    let lines = payloads
        .iter()
        .map(|payload| chain.line(&payload.to_string()));
    lines.collect::<String>().into_bytes()
}

const MADE: &str = "99990101-000000.000-abcd";
const THIEF: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[test]
fn a_resume_that_was_made_by_hand_gives_the_next_log_no_guards_no_recipient_and_no_plan() {
    let (stage, run, log) = fleet();
    // The run was cut off before it wrote anything.
    let cut = lines(&log)[..2].concat();
    place(&stage, &run, &cut);
    for id in [A, B] {
        let mut webhooks = stage.world().webhooks(id);
        webhooks[0].events = vec!["message".to_owned()];
        stage.world().set_webhooks(id, webhooks);
    }
    let real = run_logs::payloads(&cut);
    let mut header = real[0].clone();
    header["run"] = json!(MADE);
    header["kind"] = json!("resume");
    header["of"] = json!(run);
    header["allow"] = json!([
        "removals",
        "changes",
        "empty",
        "prune",
        "masked",
        "system-off"
    ]);
    header["plan"] = json!("ff");
    header["sealed_to"] = json!(THIEF);
    let approved = &real[1]["records"][0]["approved"];
    let empty = json!({ "records": [{ "approved": {
        "salt": approved["salt"], "shown": approved["shown"], "digests": {}
    } }] });
    place(&stage, MADE, &made_by_hand(&[header, empty]));
    for args in [
        vec!["apply", "--resume", MADE],
        vec!["rollback", MADE, "--auto-approve"],
    ] {
        let (resumed, new) = run_logs::run(&stage, &args);
        assert_eq!(resumed.code, 0, "{}", resumed.told());
        let written = run_logs::payloads(&bytes(&stage, &new.unwrap()));
        let header = &written[0];
        assert_eq!(
            (&header["allow"], &header["sealed_to"], header.get("plan")),
            (&json!([]), &Value::Null, None),
            "{args:?}"
        );
    }
}

#[test]
fn an_approval_that_was_emptied_cut_or_added_is_no_reason_to_call_a_run_done() {
    let (stage, run, log) = fleet();
    let cut = lines(&log)[..2].concat();
    let real = run_logs::payloads(&cut);
    let mut emptied = real.clone();
    emptied[1]["records"][0]["approved"]["digests"] = json!({});
    emptied[1]["records"][0]["approved"]["macs"] = json!({});
    let mut fewer = real.clone();
    for part in ["digests", "macs"] {
        let part = &mut fewer[1]["records"][0]["approved"][part];
        part.as_object_mut().unwrap().remove(B);
    }
    let added = [real.clone(), vec![emptied[1].clone()]].concat();
    for (what, payloads) in [("emptied", emptied), ("fewer", fewer), ("added", added)] {
        place(&stage, &run, &made_by_hand(&payloads));
        is_refused(&stage, &run, what);
    }
}

#[test]
fn a_log_whose_last_records_were_cut_out_before_its_end_is_refused() {
    let (stage, run, log) = fleet();
    let real = run_logs::payloads(&log);
    let mut named = real[6].clone();
    named["records"][0]["close"]["macs"] = json!(["00"]);
    let [without_b, other_close] = [real[6].clone(), named].map(|end| {
        let kept = real[..4].iter().cloned();
        kept.chain([end]).collect::<Vec<Value>>()
    });
    let mut no_close = real[..4].to_vec();
    no_close.push(json!({ "records": [real[6]["records"][1]] }));
    for (what, payloads) in [
        ("without B", without_b),
        ("another close", other_close),
        ("no close", no_close),
    ] {
        place(&stage, &run, &made_by_hand(&payloads));
        is_refused(&stage, &run, what);
    }
}
