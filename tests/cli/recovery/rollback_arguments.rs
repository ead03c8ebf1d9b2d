//! What a rollback asks for before it begins: a run, its instances, a credential, a yes.

use snapbox::{assert_data_eq, str};

use crate::apply::prompt::typed;
use crate::harness::run_logs::{self, apply, rollback};
use crate::harness::{Stage, TOKEN, stage};

/// What a rollback that may not begin says; nothing was sent.
fn refused(stage: &Stage, code: i32, args: &[&str]) -> String {
    let (live, requests) = (stage.live(), stage.requests());
    let run = stage.run(&[&["rollback"], args].concat());
    assert_eq!((run.code, &*run.out), (code, ""), "{args:?}: {}", run.err);
    assert_eq!(
        (stage.live(), stage.requests()),
        (live, requests),
        "{args:?}"
    );
    run.err
}

#[test]
fn a_rollback_asks_and_without_a_terminal_needs_to_be_approved() {
    let stage = stage(&[("00000000000A", "")]);
    let before = stage.live();
    let run = apply(&stage, &[]);
    for format in ["text", "json"] {
        assert_data_eq!(
            refused(&stage, 64, &[&run, "--format", format]),
            str![[r#"
error: rollback asks before it writes, and there is no terminal to ask on

hint: pass --auto-approve; later changes by others are left alone

"#]]
        );
    }
    let args = ["rollback", &run, "--color", "never"];
    let (code, screen, _) = typed(&stage, &args, b"no\n", false);
    assert_eq!((code, stage.requests().1), (1, 1));
    assert_data_eq!(
        screen,
        str![[r#"
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again

00000000000A
  ~ https://a.example/hook
        events:
          message
      -   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: no
error: the plan was not approved; nothing was written

"#]]
    );
    assert_eq!(run_logs::names(&stage).len(), 1);
    assert_eq!(typed(&stage, &args, b"yes\n", false).0, 0);
    assert_eq!(stage.live(), before);
}

#[test]
fn a_run_is_named_by_the_start_of_its_name_and_by_nothing_else() {
    let stage = stage(&[("00000000000A", "")]);
    let before = stage.live();
    let run = apply(&stage, &[]);
    let log = run_logs::bytes(&stage, &run);
    // Of another run, that only its last characters tell apart.
    let prefix = &run[..run.len() - 2];
    let twin = format!("{prefix}zz");
    run_logs::put(&stage, &twin, &log);
    std::fs::write(stage.dir.path().join("outside.run"), &log).unwrap();
    let told = |name: &str| refused(&stage, 64, &[name, "--auto-approve"]);
    assert_data_eq!(
        told(""),
        str![[r#"
error: an argument is empty

hint: give it a value, or leave it out; a variable of the shell may be unset

"#]]
    );
    assert_data_eq!(
        told(prefix).replace(prefix, "<PREFIX>"),
        str![[r#"
error: 2 runs start with `<PREFIX>`; say more of the name

"#]]
    );
    assert_data_eq!(
        told("20251231-235959.000-abcd"),
        str![[r#"
error: there is no run `<RUN>` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
    assert_data_eq!(
        told("../outside"),
        str![[r#"
error: there is no run `../outside` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
    assert_data_eq!(
        told("/etc/passwd"),
        str![[r#"
error: there is no run `/etc/passwd` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
    assert_data_eq!(
        told("x\u{1b}[31m\ny"),
        str![[r#"
error: there is no run `x/u{1b}[31m/u{a}y` in `.hookfleet`

hint: `hookfleet runs` lists them; --state-dir says where they are

"#]]
    );
    for name in [
        ".",
        "..",
        "./",
        &format!("./{run}"),
        "outside",
        "lock",
        "*",
        "%",
    ] {
        assert!(told(name).starts_with("error: there is no run `"), "{name}");
    }
    let json = refused(&stage, 64, &["none", "--auto-approve", "--format", "json"]);
    assert!(
        json.starts_with("error: there is no run `none` in `.hookfleet`"),
        "{json}"
    );
    let (back, _) = rollback(&stage, &run[..run.len() - 1], &[]);
    assert_eq!((back.code, stage.live()), (0, before));
}

#[test]
fn a_rollback_without_a_state_directory_is_refused_and_makes_none() {
    let stage = stage(&[("00000000000A", "")]);
    assert_data_eq!(
        refused(&stage, 64, &["x", "--auto-approve"]),
        str![[r#"
error: there is no state directory `.hookfleet`

hint: --state-dir says where the runs are; without it, a run is recorded in .hookfleet below the directory that it was started in

"#]]
    );
    assert_data_eq!(
        stage.run(&["apply", "--resume", "x"]).told(),
        str![[r#"
exit 64
--- stdout
--- stderr
error: there is no state directory `.hookfleet`

hint: --state-dir says where the runs are; without it, a run is recorded in .hookfleet below the directory that it was started in

"#]]
    );
    assert!(!run_logs::directory(&stage).exists());
}

#[test]
fn an_instance_that_the_run_did_not_write_can_not_be_rolled_back_by_name() {
    let stage = stage(&[
        ("00000000000A", ""),
        ("00000000000B", "{ on: get, nth: [1, 2], drop: true }"),
    ]);
    let run = apply(&stage, &["--retries", "0"]);
    assert_data_eq!(
        refused(&stage, 64, &[&run, "--auto-approve", "-i", "00000000000B"]),
        str![[r#"
error: run <RUN> has written no instance with the id or name `00000000000B`

"#]]
    );
    assert_data_eq!(
        refused(
            &stage,
            64,
            &[&run, "--auto-approve", "-i", "00000000000A", "-i", "nobody"]
        ),
        str![[r#"
error: run <RUN> has written no instance with the id or name `nobody`

"#]]
    );
}

#[test]
fn a_credential_that_the_manifest_lost_is_asked_for_by_name() {
    let stage = Stage::new(
        "  - id: 00000000000A\n  - id: 00000000000B\n",
        "version: 1\ncredentials: { eu: { env: EU_TOKEN } }\ndefaults: { webhooks: [{ url: 'https://a.example/', events: [message] }] }\ninstances: [{ id: 00000000000A, credential: eu }, { id: 00000000000B }]\n",
    )
    .env("EU_TOKEN", TOKEN);
    let before = stage.live();
    let run = apply(&stage, &[]);
    let rest = "instances: [{ id: 00000000000B }]\n";
    stage.write("hookfleet.yaml", format!("version: 1\n{rest}"));
    assert_data_eq!(
        refused(&stage, 64, &[&run, "--auto-approve"]),
        str![[r#"
error: the run wrote instance `00000000000A` with credential `eu`, and the manifest has neither

hint: define it under `credentials`, or say with -i what to roll back

"#]]
    );
    let (back, _) = rollback(&stage, &run, &["-i", "00000000000B"]);
    assert_eq!(back.outcomes(), "exit 0\n00000000000B applied, verified\n");
    stage.write(
        "hookfleet.yaml",
        format!("version: 1\ncredentials: {{ eu: {{ env: NO_TOKEN }} }}\n{rest}"),
    );
    assert_data_eq!(
        refused(&stage, 1, &[&run, "--auto-approve"]),
        str![[r#"
warning[unused]: credential `eu` is used nowhere; remove it, or use it
 --> hookfleet.yaml:2:16
  |
2 | credentials: { eu: { env: … } }
  |                ^^

error[unset-source]: credential `eu`: environment variable `NO_TOKEN` is not set
 --> hookfleet.yaml:2:27
  |
2 | credentials: { eu: { env: NO_TOKEN } }
  |                           ^^^^^^^^

error: 1 source gave no value, so nothing was sent

hint: set it, or narrow the selection with -i; only what the selection needs is opened

"#]]
    );
    stage.write(
        "hookfleet.yaml",
        format!("version: 1\ncredentials: {{ eu: {{ env: EU_TOKEN }} }}\n{rest}"),
    );
    let (back, _) = rollback(&stage, &run, &[]);
    assert_eq!((back.code, stage.live()), (0, before));
}

#[test]
fn hint_of_a_rollback_without_a_terminal_does_not_name_plan() {
    let stage = stage(&[("00000000000A", "")]);
    let run = apply(&stage, &[]);
    let said = refused(&stage, 64, &[&run]);
    assert!(!said.contains("`hookfleet plan`"), "{said}");
}
