//! Exit codes 64 and 65: nothing is sent.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

fn two() -> Stage {
    let stage = stage(&[("8D30ABB1E6DA", ""), ("1F20CC41A9B3", "")]);
    stage.write(
        "named.yaml",
        "version: 1\ninstances: [{ id: 8D30ABB1E6DA, name: support-eu, webhooks: [] }]\n",
    );
    stage
}

#[test]
fn usage_errors_exit_with_64_as_text_in_every_format_and_send_nothing() {
    let stage = two();
    let told = |args: &[&str]| {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (64, ""), "{args:?}");
        run.err
    };
    assert_data_eq!(
        told(&["plan", "--nonsense"]),
        str![[r#"
error: `plan` does not take `--nonsense`

hint: `hookfleet plan --help` lists its options

"#]]
    );
    assert_data_eq!(
        told(&["plan", "-f", "named.yaml", "-i", "suport-eu"]),
        str![[r#"
error: no instance has the id or name `suport-eu`; did you mean `support-eu`?

hint: `-i` takes an id or a name of the manifest

"#]]
    );
    assert_data_eq!(
        told(&["plan", "--format", "json", "-i", "8D30ABB1E6DB"]),
        str![[r#"
error: no instance has the id or name `8D30ABB1E6DB`; did you mean `8D30ABB1E6DA`?

hint: `-i` takes an id or a name of the manifest

"#]]
    );
    assert_data_eq!(
        told(&["apply"]),
        str![[r#"
error: apply asks before it writes, and there is no terminal to ask on

hint: pass --auto-approve, after looking at `hookfleet plan`

"#]]
    );
    assert_data_eq!(
        told(&["apply", "--format", "json"]),
        str![[r#"
error: apply asks before it writes, and there is no terminal to ask on

hint: pass --auto-approve, after looking at `hookfleet plan`

"#]]
    );
    assert_data_eq!(
        told(&["plan", "--base-url", "http://api.example.com"]),
        str![[r#"
error: the base URL is plain http and not loopback, so tokens would travel unencrypted

hint: use https, or --allow-http where the network is trusted

"#]]
    );
    assert_data_eq!(
        told(&["plan", "--base-url", "https://user:hunter2@api.example.com"]),
        str![[r#"
error: the base URL may only have a host, a port and a path

hint: give --base-url a URL such as https://api.wawp.net

"#]]
    );
    assert_data_eq!(
        told(&["plan", "--allow", "everything"]),
        str![[r#"
error: invalid value 'everything' for '--allow <GUARD[=N]>'
  [possible values: prune, empty, removals, changes, system-off, masked]

hint: `hookfleet plan --help` says what `--allow` takes

"#]]
    );
    assert_data_eq!(
        told(&["plan", "--timeout", "soon"]),
        str![[r#"
error: invalid value 'soon' for '--timeout <TIME>': a number comes before each unit

hint: a time is written like 500ms, 30s, 5m, 2h, 7d or 1h30m

"#]]
    );
    assert_data_eq!(
        told(&["emulate", "--world", "world.yaml", "--listen", "0.0.0.0:0"]),
        str![[r#"
error: the address `0.0.0.0` is not loopback, so others could reach the emulator

hint: listen on 127.0.0.1, or pass --allow-remote

"#]]
    );
    for (address, shown) in [("[::]:0", "::"), ("[::ffff:10.0.0.1]:0", "10.0.0.1")] {
        let said = told(&["emulate", "--world", "world.yaml", "--listen", address]);
        let expected = format!("error: the address `{shown}` is not loopback,");
        assert!(said.starts_with(&expected), "{said}");
    }
    assert_eq!(
        (stage.requests(), stage.emulator().connections()),
        ((0, 0), 0)
    );
}

#[test]
fn an_invalid_manifest_exits_with_65_and_sends_nothing() {
    let stage = two();
    stage.write(
        "hookfleet.yaml",
        "version: 1\ninstances:\n  - id: 8D30ABB1E6DA\n    webhoks: []\n  - id: 8D30ABB1E6DA\n    webhooks:\n      - { url: 'ftp://a.example/?token=hunter2', events: [mesage] }\n",
    );
    assert_data_eq!(
        stage.run(&["plan"]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error[unknown-key]: unknown key `webhoks` in an instance; did you mean `webhooks`?
 --> hookfleet.yaml:4:5
  |
4 |     webhoks: []
  |     ^^^^^^^

error[duplicate-id]: instance `8D30ABB1E6DA` is listed twice, first at hookfleet.yaml:3:9; remove one
 --> hookfleet.yaml:5:9
  |
5 |   - id: 8D30ABB1E6DA
  |         ^^^^^^^^^^^^

error[invalid-url]: not a URL to deliver to: it must start with https:// or http://, and name a host
 --> hookfleet.yaml:7:16
  |
7 |       - { url: 'ftp://…', events: […] }
  |                ^^^^^^^^^

warning[unknown-event]: unknown event `mesage`; did you mean `message`?
 --> hookfleet.yaml:7:59
  |
7 |       - { url: '…', events: [mesage] }
  |                              ^^^^^^

error: the manifest has 3 errors and 1 warning

"#]]
    );
    let json = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!((json.code, &*json.err), (65, ""));
    assert_data_eq!(
        json.out.clone(),
        str![[r#"
{
  "format_version": "1",
  "error": {
    "kind": "invalid_manifest",
    "message": "the manifest has 3 errors and 1 warning",
    "hint": null
  },
  "findings": [
    {
      "severity": "error",
      "code": "unknown-key",
      "message": "unknown key `webhoks` in an instance; did you mean `webhooks`?",
      "file": "hookfleet.yaml",
      "line": 4,
      "column": 5,
      "excerpt": {
        "text": "    webhoks: []",
        "start": 4,
        "end": 11
      }
    },
    {
      "severity": "error",
      "code": "duplicate-id",
      "message": "instance `8D30ABB1E6DA` is listed twice, first at hookfleet.yaml:3:9; remove one",
      "file": "hookfleet.yaml",
      "line": 5,
      "column": 9,
      "excerpt": {
        "text": "  - id: 8D30ABB1E6DA",
        "start": 8,
        "end": 20
      }
    },
    {
      "severity": "error",
      "code": "invalid-url",
      "message": "not a URL to deliver to: it must start with https:// or http://, and name a host",
      "file": "hookfleet.yaml",
      "line": 7,
      "column": 16,
      "excerpt": {
        "text": "      - { url: 'ftp://…', events: […] }",
        "start": 15,
        "end": 24
      }
    },
    {
      "severity": "warning",
      "code": "unknown-event",
      "message": "unknown event `mesage`; did you mean `message`?",
      "file": "hookfleet.yaml",
      "line": 7,
      "column": 59,
      "excerpt": {
        "text": "      - { url: '…', events: [mesage] }",
        "start": 29,
        "end": 35
      }
    }
  ],
  "exit_code": 65
}

"#]]
    );
    assert_eq!(json.json()["exit_code"], 65);
    for args in [
        &["validate"][..],
        &["drift"],
        &["plan", "-f", "no-such.yaml"],
        &["apply", "--auto-approve", "-f", "no-such.yaml"],
    ] {
        assert_eq!(stage.run(args).code, 65, "{args:?}");
    }
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn an_invalid_world_exits_with_65() {
    let stage = two();
    stage.write(
        "world.yaml",
        "version: 1\naccounts: [{ token: t }]\ninstances:\n  - id: a\n    faults: [{ nth: 0 }]\n",
    );
    for world in ["world.yaml", "no-such.yaml"] {
        let run = stage.run(&["emulate", "--world", world, "--listen", "127.0.0.1:0"]);
        assert_eq!((run.code, &*run.out), (65, ""), "{}", run.err);
    }
    assert_data_eq!(
        stage
            .run(&[
                "emulate",
                "--world",
                "world.yaml",
                "--listen",
                "127.0.0.1:0"
            ])
            .err,
        str![[r#"
error: world `world.yaml`: instances[0].faults[0]: `nth` is a number from 1, a list of such numbers, or `from` and `to` at line 5 column 14

hint: `hookfleet schema world` describes a world; `hookfleet demo` shows one at work

"#]]
    );
}

#[test]
fn every_usage_error_has_a_hint_that_fits() {
    let stage = two();
    stage.write("m.yaml", "version: 1\n");
    for (args, hint) in [
        (&["plan", "--timeout", "30"][..], "a time is written like"),
        (&["plan", "--color", "nope"], "says what `--color` takes"),
        (&["plan", "--out", "--report", "json=x"], "`--out=VALUE`"),
        (&["plan", "--report"], "`--report=VALUE`"),
        (
            &["apply", "p.json", "-i", "x"],
            "a saved plan says which instances",
        ),
        (
            &["apply", "p.json", "--shard", "1/2"],
            "a saved plan says which instances",
        ),
        (
            &["apply", "--resume", "R", "-l", "a=b"],
            "over the instances that it was over",
        ),
        (
            &["--max-age", "1h", "apply", "-f", "m.yaml"],
            "`--max-age` is about a saved plan",
        ),
        (
            &["--except", "id-length", "validate"],
            "goes with `--strict`",
        ),
        (&["--allow-env", "X", "plan"], "goes with `--untrusted`"),
        (
            &["plan", "--format", "text", "--format", "text"],
            "give `--format` once",
        ),
        (&["plan", "--retries", "99"], "says what `--retries` takes"),
        (
            &["--no-color", "--color", "never", "plan"],
            "leave one of them out",
        ),
        (&["rollback"], "`hookfleet runs` lists the runs"),
        (
            &["show"],
            "`hookfleet plan --out FILE` saves a plan, and `hookfleet runs` lists the runs",
        ),
        (&["emulate"], "describes a world file"),
        (&["report", "merge"], "name the reports"),
        (&["schema"], "`hookfleet schema --help`"),
        (&["apply", "--force"], "`--allow GUARD` lets a guard pass"),
        (&["plan", "--", "-f", "m.yaml"], "leave `--` out"),
        (
            &["drift", "--detailed-exitcode"],
            "the option is not needed",
        ),
        (
            &["help", "plan", "apply"],
            "`hookfleet help apply` explains that one",
        ),
        (&["pln"], "did you mean `plan`?"),
        (&["valdiate"], "did you mean `validate`?"),
        (&["export"], "`hookfleet --help` lists the commands"),
        (&["import"], "`hookfleet --help` lists the commands"),
        (&["exprot"], "`hookfleet --help` lists the commands"),
        (&["man"], "`hookfleet --help` lists the commands"),
        (&["edit"], "`hookfleet --help` lists the commands"),
        (&["self-update"], "`hookfleet --help` lists the commands"),
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (64, ""), "{args:?} {}", run.told());
        let (_, told) = run.err.split_once("\n\nhint: ").expect(&run.err);
        assert!(told.contains(hint), "{args:?} {}", run.err);
        assert!(!run.err.contains("did you mean") || hint.contains("did you mean"));
    }
    let run = stage.run(&["plan", "-var", "x=y"]);
    assert!(run.err.contains("does not take `-var`"), "{}", run.err);
    let run = stage.run(&["apply", "m.yaml"]);
    assert_eq!(run.code, 65, "{}", run.told());
    assert!(
        run.err.contains("hint: `-f m.yaml` names a manifest"),
        "{}",
        run.err
    );
}
