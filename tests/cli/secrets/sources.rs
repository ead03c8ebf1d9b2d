//! Tokens and secrets from environment, files and commands: an unset one stops everything before the first request.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

const MANIFEST: &str = "version: 1
credentials:
  filed: { file: token.txt }
  run: { command: [cat, token.txt] }
secrets:
  one: { env: ONE }
  two: { file: two.txt }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/?s=${secret.one}', events: [message] }] }
  - { id: 00000000000B, credential: filed, webhooks: [{ url: 'https://a.example/?s=${secret.two}', events: [message] }] }
  - { id: 00000000000C, credential: run, webhooks: [] }
";

fn stage() -> Stage {
    Stage::new(
        "  - id: 00000000000A\n  - id: 00000000000B\n  - id: 00000000000C\n",
        MANIFEST,
    )
}

#[test]
fn unset_sources_exit_with_1_name_every_source_and_send_nothing() {
    let mut stage = stage();
    stage.environment.clear();
    let told = stage.run(&["plan"]).told();
    assert_data_eq!(
        told,
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: credential `filed`: cannot read file `token.txt`: No such file or directory (os error 2)
 --> hookfleet.yaml:3:18
  |
3 |   filed: { file: token.txt }
  |                  ^^^^^^^^^

error[unset-source]: credential `run`: command sources run only with --allow-commands
 --> hookfleet.yaml:4:19
  |
4 |   run: { command: [cat, token.txt] }
  |                   ^^^^^^^^^^^^^^^

error[unset-source]: secret `one`: environment variable `ONE` is not set
 --> hookfleet.yaml:6:15
  |
6 |   one: { env: ONE }
  |               ^^^

error[unset-source]: secret `two`: cannot read file `two.txt`: No such file or directory (os error 2)
 --> hookfleet.yaml:7:16
  |
7 |   two: { file: two.txt }
  |                ^^^^^^^

error: 5 sources gave no value (one is the token: environment variable `WAWP_ACCESS_TOKEN` is not set), so nothing was sent

hint: set it, and pass --allow-commands for the commands where the manifest is trusted

"#]]
    );
    for args in [
        &["drift", "--format", "json"][..],
        &[
            "apply",
            "--auto-approve",
            "--format",
            "json",
            "--allow-commands",
        ],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.err), (1, ""), "{args:?}");
        let json = run.json();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["error", "exit_code", "findings", "format_version"]);
        assert_eq!(json["error"]["kind"], "unset_source");
    }
    assert_eq!(
        (stage.requests(), stage.emulator().connections()),
        ((0, 0), 0)
    );
}

#[test]
fn only_what_the_selection_needs_is_opened() {
    let stage = stage().env("ONE", "first-secret");
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "-i",
        "00000000000A",
    ]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_eq!(stage.requests(), (3, 1));
}

#[test]
fn files_and_allowed_commands_give_tokens_and_secrets() {
    let stage = stage().env("ONE", "first-secret");
    stage.write("token.txt", format!("{}\n", crate::harness::TOKEN));
    stage.write("two.txt", "second secret\n");
    let refused = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        refused.told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: credential `run`: command sources run only with --allow-commands
 --> hookfleet.yaml:4:19
  |
4 |   run: { command: [cat, token.txt] }
  |                   ^^^^^^^^^^^^^^^

error: 1 source gave no value, so nothing was sent

hint: pass --allow-commands where the manifest is trusted

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow-commands",
    ]);
    assert_eq!(
        run.json()["summary"],
        json!({ "instances": 3, "applied": 2, "unchanged": 1, "failed": 0, "stale": 0, "blocked": 0, "skipped": 0 })
    );
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/?s=first-secret message
  system Absent
00000000000B
  https://a.example/?s=second%20secret message
  system Absent
00000000000C
  system Absent

"#]]
    );
}
