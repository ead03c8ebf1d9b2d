//! Commands that only read send only GETs, and those that are offline send nothing.

use snapbox::{assert_data_eq, str};

use crate::harness::stage;

#[test]
fn plan_and_drift_send_one_get_for_each_instance_and_never_a_post() {
    let stage = stage(&[("8D30ABB1E6DA", ""), ("1F20CC41A9B3", "")]);
    let before = stage.live();
    for (args, code) in [
        (&["plan"][..], 0),
        (&["plan", "--detailed-exitcode", "--format", "json"], 2),
        (&["drift"], 2),
        (&["drift", "--format", "json", "-vv"], 2),
    ] {
        let sent = stage.requests();
        assert_eq!(stage.run(args).code, code, "{args:?}");
        assert_eq!(stage.requests(), (sent.0 + 2, 0), "{args:?}");
    }
    assert_eq!(stage.live(), before);
}

#[test]
fn validate_events_and_schema_send_nothing_and_open_no_secret() {
    let mut stage = stage(&[("8D30ABB1E6DA", "")]);
    stage.environment.clear();
    stage.write(
        "hookfleet.yaml",
        "version: 1\nsecrets: { s: { env: UNSET } }\ncredentials: { c: { command: ['false'] } }\ndefaults: { credential: c }\n\
         instances: [{ id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/${secret.s}', events: [message] }] }]\n",
    );
    assert_data_eq!(
        stage.run(&["validate"]).told(),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file.
--- stderr

"#]]
    );
    assert_data_eq!(
        stage
            .run(&["validate", "--strict", "--format", "json"])
            .told(),
        str![[r#"
exit 0
--- stdout
{
  "format_version": "1",
  "error": null,
  "findings": [],
  "exit_code": 0
}
--- stderr

"#]]
    );
    let listed = stage.run(&["events"]);
    assert_eq!(listed.code, 0);
    for args in [
        &["events", "--format", "json"][..],
        &["schema", "manifest"],
        &["schema", "plan"],
        &["schema", "report"],
        &["schema", "findings"],
        &["schema", "world"],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.err), (0, ""), "{args:?}");
        assert_ne!(run.out, "");
    }
    assert_eq!(
        (stage.requests(), stage.emulator().connections()),
        ((0, 0), 0)
    );
}

#[test]
fn a_selection_reads_and_writes_only_its_instances() {
    let stage = stage(&[("8D30ABB1E6DA", ""), ("1F20CC41A9B3", "")]);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "-i",
        "1F20CC41A9B3",
    ]);
    assert_eq!(run.outcomes(), "exit 0\n1F20CC41A9B3 applied, verified\n");
    assert_eq!(stage.log_of("8D30ABB1E6DA"), [""; 0]);
    assert_eq!(
        stage.log_of("1F20CC41A9B3"),
        ["GET 200", "GET 200", "POST 200", "GET 200"]
    );
}
