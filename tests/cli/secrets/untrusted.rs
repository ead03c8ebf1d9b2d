//! `--untrusted`: what a manifest may name that comes from a pull request, whatever verb opens its sources.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs;
use crate::harness::{Run, Stage, TOKEN};

const MANIFEST: &str = "version: 1
credentials:
  default: { env: WAWP_ACCESS_TOKEN }
  filed: { file: token.txt }
  run: { command: [touch, mark] }
secrets:
  hook: { env: HOOK }
  theirs: { env: THEIRS }
  twice: { env: HOOK }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/?s=${secret.hook}${secret.theirs}${secret.twice}', events: [message] }] }
  - { id: 00000000000B, credential: filed, webhooks: [] }
  - { id: 00000000000C, credential: run, webhooks: [] }
";

const INSTANCES: &str = "  - id: 00000000000A\n  - id: 00000000000B\n  - id: 00000000000C\n";

fn refused(stage: &Stage, args: &[&str]) -> Run {
    let before = (stage.requests(), stage.emulator().connections());
    let run = stage.run(args);
    let after = (stage.requests(), stage.emulator().connections());
    assert_eq!(before, after, "{args:?}");
    run
}

#[test]
fn refused_sources_are_reported_at_their_lines_with_the_flags_to_allow_them_and_none_is_opened() {
    let stage = Stage::new(INSTANCES, MANIFEST).env("HOOK", "hook-secret");
    stage.write("token.txt", TOKEN);
    let run = refused(&stage, &["plan", "--untrusted", "--allow-env", "THEIRS"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error[refused-source]: credential `default`: environment variable `WAWP_ACCESS_TOKEN` is refused with --untrusted: no --allow-env names it
 --> hookfleet.yaml:3:19
  |
3 |   default: { env: WAWP_ACCESS_TOKEN }
  |                   ^^^^^^^^^^^^^^^^^

error[refused-source]: credential `filed`: file sources are refused with --untrusted
 --> hookfleet.yaml:4:18
  |
4 |   filed: { file: token.txt }
  |                  ^^^^^^^^^

error[refused-source]: credential `run`: command sources are refused with --untrusted
 --> hookfleet.yaml:5:19
  |
5 |   run: { command: [touch, mark] }
  |                   ^^^^^^^^^^^^

error[refused-source]: secret `hook`: environment variable `HOOK` is refused with --untrusted: no --allow-env names it
 --> hookfleet.yaml:7:16
  |
7 |   hook: { env: HOOK }
  |                ^^^^

error[refused-source]: secret `twice`: environment variable `HOOK` is refused with --untrusted: no --allow-env names it
 --> hookfleet.yaml:9:17
  |
9 |   twice: { env: HOOK }
  |                 ^^^^

error: 5 sources are refused with --untrusted, so nothing was opened or sent

hint: pass --allow-env HOOK --allow-env WAWP_ACCESS_TOKEN if everybody who can change the manifest may send it anywhere; for files and commands leave --untrusted out, once the manifest has been reviewed

"#]]
    );
    assert!(!stage.dir.path().join("mark").exists());
    // What is not said either: which variables there are, and whether a file is there.
    let mut bare = Stage::new(INSTANCES, MANIFEST);
    bare.environment.clear();
    let other = refused(&bare, &["plan", "--untrusted", "--allow-env", "THEIRS"]);
    assert_eq!(run, other);
}

#[test]
fn a_refusal_in_json_is_an_error_of_its_own_kind() {
    let stage = Stage::new(INSTANCES, MANIFEST);
    let args = [
        "drift",
        "--untrusted",
        "--format",
        "json",
        "-i",
        "00000000000A",
    ];
    let allowed = ["--allow-env", "WAWP_ACCESS_TOKEN", "--allow-env", "HOOK"];
    let run = refused(&stage, &[&args[..], &allowed].concat());
    assert_eq!(
        run.json(),
        json!({
            "format_version": "1",
            "error": {
                "kind": "refused_source",
                "message": "1 source is refused with --untrusted, so nothing was opened or sent",
                "hint": "pass --allow-env THEIRS if everybody who can change the manifest may send it anywhere",
            },
            "findings": [{
                "severity": "error",
                "code": "refused-source",
                "message": "secret `theirs`: environment variable `THEIRS` is refused with --untrusted: no --allow-env names it",
                "file": "hookfleet.yaml",
                "line": 8,
                "column": 18,
                "excerpt": { "text": "  theirs: { env: THEIRS }", "start": 17, "end": 23 },
            }],
            "exit_code": 1,
        })
    );
}

/// A manifest whose token comes from `source`, and the verbs that open it: each with what it needs.
fn every_verb(source: &str, flags: &[&str]) -> String {
    let manifest = "version: 1
credentials: { main: SOURCE }
defaults: { credential: main }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/', events: [message] }] }
  - { id: 00000000000B, webhooks: [{ url: 'https://b.example/', events: [message] }] }
";
    let world = "  - { id: 00000000000A, faults: [{ on: post, nth: 1, answer: { status: 400 } }] }
  - id: 00000000000B\n";
    let stage = Stage::new(world, &manifest.replace("SOURCE", "{ env: MAIN }")).env("MAIN", TOKEN);
    stage.write("token.txt", TOKEN);
    let saved = stage.run(&["plan", "--out", "plan.hfp", "-i", "00000000000B"]);
    assert_eq!(saved.code, 0, "{}", saved.told());
    // One is written and can be rolled back, one is refused and can be resumed.
    let run = run_logs::apply(&stage, &["--retries", "0"]);
    stage.write("hookfleet.yaml", manifest.replace("SOURCE", source));
    let verbs: [(&str, &[&str]); 6] = [
        ("plan", &["plan"]),
        ("drift", &["drift"]),
        ("apply FILE", &["apply", "plan.hfp"]),
        ("rollback", &["rollback", &run, "--auto-approve"]),
        ("apply --resume", &["apply", "--resume", &run]),
        ("apply", &["apply", "--auto-approve"]),
    ];
    let told = verbs.map(|(name, verb)| {
        let before = stage.requests();
        let run = stage.run(&[verb, flags].concat());
        let is_sent = stage.requests() != before;
        let sent = if is_sent { "requests" } else { "nothing sent" };
        let error = run.err.lines().find(|line| line.starts_with("error: "));
        let error = error.map(|error| format!(", {error}"));
        format!(
            "{name}: exit {}, {sent}{}\n",
            run.code,
            error.unwrap_or_default()
        )
    });
    told.concat()
}

#[test]
fn every_command_that_opens_sources_refuses_untrusted_ones() {
    for source in [
        "{ env: MAIN }",
        "{ file: token.txt }",
        "{ command: [cat, token.txt] }",
    ] {
        assert_data_eq!(
            every_verb(source, &["--untrusted", "--allow-env", "OTHER"]),
            str![[r#"
plan: exit 1, nothing sent, error: 1 source is refused with --untrusted, so nothing was opened or sent
drift: exit 1, nothing sent, error: 1 source is refused with --untrusted, so nothing was opened or sent
apply FILE: exit 1, nothing sent, error: 1 source is refused with --untrusted, so nothing was opened or sent
rollback: exit 64, nothing sent, error: the argument '<RUN>' cannot be used with '--untrusted'
apply --resume: exit 64, nothing sent, error: the argument '--resume <RUN>' cannot be used with '--untrusted'
apply: exit 1, nothing sent, error: 1 source is refused with --untrusted, so nothing was opened or sent

"#]]
        );
    }
}

#[test]
fn every_command_that_opens_sources_accepts_allowed_ones() {
    assert_data_eq!(
        every_verb("{ env: MAIN }", &["--untrusted", "--allow-env", "MAIN"]),
        str![[r#"
plan: exit 0, requests
drift: exit 2, requests
apply FILE: exit 0, requests
rollback: exit 64, nothing sent, error: the argument '<RUN>' cannot be used with '--untrusted'
apply --resume: exit 64, nothing sent, error: the argument '--resume <RUN>' cannot be used with '--untrusted'
apply: exit 0, requests

"#]]
    );
}

#[test]
fn the_token_that_no_manifest_names_needs_no_leave() {
    let manifest = "version: 1
secrets: { hook: { env: HOOK } }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/?s=${secret.hook}', events: [message] }] }
";
    let stage = Stage::new("  - id: 00000000000A\n", manifest).env("HOOK", "hook-secret");
    let apply = ["apply", "--auto-approve", "--format", "json"];
    let run = stage.run(&[&apply[..], &["--untrusted", "--allow-env", "HOOK"]].concat());
    assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/?s=hook-secret message
  system Absent

"#]]
    );
}
