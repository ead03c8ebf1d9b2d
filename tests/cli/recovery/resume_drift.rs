//! `apply --resume` where what was approved is not what would be done now.

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{apply, bytes, lines, put};
use crate::harness::{Run, Stage, fleet};

const RUN: &str = "20250101-000000.000-abcd";

/// Resumes, in JSON.
fn resume(stage: &Stage, run: &str) -> Run {
    stage.run(&["apply", "--resume", run, "--format", "json"])
}

/// A world and manifest with a secret and two credentials, and a run of it that got as far as its first write.
fn cut_off(manifest: &str) -> Stage {
    let world = fleet(&[("00000000000A", ""), ("00000000000B", "")]).0;
    let world = format!(
        "version: 1\naccounts: [{{ token: {TOKEN} }}, {{ token: other-token }}]\ninstances:\n{world}",
        TOKEN = crate::harness::TOKEN
    );
    let new = || Stage::of_world(&world, MANIFEST).env("SECRET", "secret-1");
    let first = new();
    let run = apply(&first, &[]);
    let stage = new();
    put(&stage, RUN, &lines(&bytes(&first, &run))[..4].concat());
    let done = first.world().webhooks("00000000000A");
    assert!(stage.world().set_webhooks("00000000000A", done));
    stage.write("hookfleet.yaml", manifest);
    stage
}

const MANIFEST: &str = "version: 1
defaults: { prune: true }
secrets: { s: { env: SECRET } }
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/hook?s=${secret.s}', events: [message] }] }
  - { id: 00000000000B, webhooks: [{ url: 'https://a.example/hook?s=${secret.s}', events: [message] }] }
";

#[test]
fn a_manifest_or_a_secret_that_changed_was_not_approved() {
    let other = MANIFEST.replace("events: [message]", "events: [message.ack]");
    let changed = cut_off(&other);
    assert_data_eq!(
        resume(&changed, RUN).outcomes(),
        str![[r#"
exit 4
00000000000B stale: stale null what is wanted is not what was approved with the run: the manifest or a secret has changed

"#]]
    );
    let rotated = cut_off(MANIFEST).env("SECRET", "secret-2");
    let run = rotated.run(&["apply", "--resume", RUN]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 4
--- stdout
stale: 00000000000B: what is wanted is not what was approved with the run: the manifest or a secret has changed

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

stale: 00000000000B: what is wanted is not what was approved with the run: the manifest or a secret has changed

Apply complete: 0 applied, 0 unchanged, 0 failed, 1 stale, 0 blocked, 0 skipped.
--- stderr

hint: plan and apply anew: what has moved is not what was approved

"#]]
    );
    let gone = cut_off(
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000C, webhooks: [] }]\n",
    );
    assert_data_eq!(
        resume(&gone, RUN).outcomes(),
        str![[r#"
exit 4
00000000000B stale: stale null it was approved, and the manifest does not have it any more

"#]]
    );
    for stage in [changed, rotated, gone] {
        assert_eq!(stage.requests().1, 0);
    }
    let suspended = cut_off(
        &format!("{MANIFEST}    # not now\n")
            .replace("id: 00000000000B,", "id: 00000000000B, suspend: true,"),
    );
    let run = resume(&suspended, RUN);
    assert_eq!(
        (run.outcomes(), suspended.requests()),
        ("exit 4\n00000000000B stale: stale null the manifest suspends it, so what was approved for it is not done\n".to_owned(), (0, 0))
    );
}

#[test]
fn another_token_was_not_approved() {
    // The same account in truth: only the token is another.
    let world = "version: 1\naccounts: [{ token: new-token }]\ninstances:\n";
    let stage = cut_off(MANIFEST);
    let log = bytes(&stage, RUN);
    let world = format!(
        "{world}{}",
        fleet(&[("00000000000A", ""), ("00000000000B", "")]).0
    );
    let stage = Stage::of_world(&world, MANIFEST)
        .env("SECRET", "secret-1")
        .env("WAWP_ACCESS_TOKEN", "new-token");
    put(&stage, RUN, &log);
    let refused = resume(&stage, RUN);
    assert_eq!((refused.code, stage.requests()), (65, (0, 0)));
    let message = "is not authenticated by the tokens of 00000000000A, 00000000000B:";
    assert!(refused.out.contains(message), "{}", refused.told());
}

#[test]
fn a_manifest_that_also_says_other_things_now_is_not_in_the_way() {
    let more = format!("{MANIFEST}  - {{ id: 00000000000C, webhooks: [] }}\n");
    let stage = cut_off(&more);
    assert_eq!(
        resume(&stage, RUN).outcomes(),
        "exit 0\n00000000000B applied, verified\n"
    );
}
