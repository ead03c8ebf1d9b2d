//! `prune`: without it nothing that is live and not in the manifest is removed, whatever else the manifest says.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

/// An instance with five webhooks that the manifest of one other webhook does not have.
fn five_others(prune: &str) -> Stage {
    let hook = |n| format!("{{ url: 'https://other.example/{n}', events: [message] }}");
    let hooks: Vec<String> = (1..=5).map(hook).collect();
    Stage::new(
        &format!(
            "  - {{ id: 8D30ABB1E6DA, webhooks: [{}] }}\n",
            hooks.join(", ")
        ),
        &format!(
            "version: 1\n{prune}instances:\n  - id: 8D30ABB1E6DA\n    webhooks: [{{ url: 'https://my-app.com/webhook', events: [message] }}]\n"
        ),
    )
}

#[test]
fn apply_removes_nothing_unless_prune_is_written() {
    let stage = five_others("");
    let before = stage.live();
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 3
--- stdout
notice: new host my-app.com: no live webhook of the selection goes there, and 1 instance would
notice: other.example is removed from 1 instance, and occurs nowhere in the manifest
notice: 8D30ABB1E6DA: the answer does not mention a system webhook; a write sends back only what is listed

8D30ABB1E6DA (blocked, see below)
  - https://other.example/***<FP>
  - https://other.example/***<FP>
  - https://other.example/***<FP>
  - https://other.example/***<FP>
  - https://other.example/***<FP>
  + https://my-app.com/webhook
      events: message

blocked: 8D30ABB1E6DA: guard `prune`: 5 live webhooks are not in the manifest, and no `prune` is written: write true to remove them, false to keep them, or globs; --allow prune=5 lets it pass

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

blocked: 8D30ABB1E6DA: guard `prune`: 5 live webhooks are not in the manifest, and no `prune` is written: write true to remove them, false to keep them, or globs; --allow prune=5 lets it pass

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

"#]]
    );
    assert_eq!(stage.requests().1, 0);
    assert_eq!(stage.live(), before);
}

#[test]
fn prune_false_keeps_the_others_and_creates_the_own_beside_them() {
    let stage = five_others("defaults: { prune: false }\n");
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
8D30ABB1E6DA
  https://other.example/1 message
  https://other.example/2 message
  https://other.example/3 message
  https://other.example/4 message
  https://other.example/5 message
  https://my-app.com/webhook message
  system Absent

"#]]
    );
}

#[test]
fn allow_prune_lets_up_to_that_many_be_removed() {
    let apply = |stage: &Stage, allow: &str| {
        stage.run(&[
            "apply",
            "--auto-approve",
            "--format",
            "json",
            "--allow",
            allow,
        ])
    };
    let stage = five_others("");
    assert_eq!(apply(&stage, "prune=4").code, 3);
    assert_eq!(apply(&stage, "removals").code, 3);
    assert_eq!(stage.requests().1, 0);
    let run = apply(&stage, "prune=5");
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
    assert_data_eq!(
        stage.live(),
        str![[r#"
8D30ABB1E6DA
  https://my-app.com/webhook message
  system Absent

"#]]
    );
}

#[test]
fn drift_tells_of_unlisted_webhooks_as_drift() {
    let run = five_others("").run(&["drift"]);
    assert_eq!(run.code, 2, "{}", run.told());
    assert!(
        run.out.contains("guard `prune`: 5 live webhooks"),
        "{}",
        run.out
    );
}

#[test]
fn another_teams_webhook_on_the_same_path_keeps_its_url_its_events_and_its_key() {
    for (theirs, ours) in [
        (
            "https://hub.example/in?team=b",
            "https://hub.example/in?team=a",
        ),
        ("https://bob:pw@a.example/x", "https://a.example/x"),
    ] {
        let stage = Stage::new(
            &format!(
                "  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: '{theirs}', events: [message.ack], extra: {{ hmac: theirs }} }}] }}\n"
            ),
            &format!(
                "version: 1\ndefaults: {{ prune: false }}\ninstances:\n  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: '{ours}', events: [message] }}] }}\n"
            ),
        );
        let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
        assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
        assert_eq!(
            stage.live(),
            format!(
                "8D30ABB1E6DA\n  {theirs} message.ack hmac=\"theirs\"\n  {ours} message\n  system Absent\n"
            )
        );
    }
}

#[test]
fn a_prune_glob_removes_nothing_that_only_its_wildcards_for_hidden_parts_match() {
    for (glob, live) in [
        (
            "https://a.example/hooks/[!p]*",
            "https://a.example/hooks/prod-4f2a91c07d",
        ),
        (
            "https://a.example/x?token=???",
            "https://a.example/x?token=abcdefg",
        ),
        (
            "https://a.example/x?token=[!a]*",
            "https://a.example/x?token=abcdefg",
        ),
    ] {
        let stage = Stage::new(
            &format!(
                "  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: '{live}', events: [message] }}, {{ url: 'https://w.example/w', events: [message] }}] }}\n"
            ),
            &format!(
                "version: 1\ndefaults: {{ prune: ['{glob}'] }}\ninstances:\n  - {{ id: 8D30ABB1E6DA, webhooks: [{{ url: 'https://w.example/w', events: [message.ack] }}] }}\n"
            ),
        );
        let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
        assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
        assert!(stage.live().contains(live), "{glob}: {}", stage.live());
    }
}
