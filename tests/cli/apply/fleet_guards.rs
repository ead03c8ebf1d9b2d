//! The guards that hold a whole run: nothing is written, and the plan says the flag with which it is.

use snapbox::{assert_data_eq, str};

use crate::apply::guards::{SYSTEM, holds, one_of_two};
use crate::harness::Stage;

/// Ten live webhooks on one instance, of which `kept` are wanted, and one more that is in sync.
fn pruned(kept: usize) -> Stage {
    let hooks = |count: usize| {
        (0..count)
            .map(|n| format!("{{ url: 'https://a.example/{n}', events: [message] }}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Stage::new(
        &format!(
            "  - {{ id: 00000000000A, webhooks: [{}], {SYSTEM} }}\n  - {{ id: 00000000000B, {SYSTEM} }}\n",
            hooks(10)
        ),
        &format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances:\n  - {{ id: 00000000000A, webhooks: [{}] }}\n  - {{ id: 00000000000B, webhooks: [{}] }}\n",
            hooks(kept),
            hooks(1)
        ),
    )
}

#[test]
fn removals_hold_the_whole_run_beyond_the_limit_and_not_at_it() {
    let stage = pruned(6);
    let before = stage.live();
    assert_data_eq!(
        holds(&stage).out,
        str![[r#"
00000000000A
  - https://a.example/***<FP>
  - https://a.example/***<FP>
  - https://a.example/***<FP>
  - https://a.example/***<FP>

00000000000B
  + https://a.example/0
      events: message

blocked: the whole run: guard `removals`: 4 of 10 live webhooks would be removed (40%, and at most 30% may); --allow removals=4 lets it pass

Plan: 1 to create, 0 to update, 4 to delete on 2 of 2 instances.

"#]]
    );
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow",
        "empty",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 3
00000000000A blocked: guard null guard `removals`: 4 of 10 live webhooks would be removed (40%, and at most 30% may); --allow removals=4 lets it pass
00000000000B blocked: guard null guard `removals`: 4 of 10 live webhooks would be removed (40%, and at most 30% may); --allow removals=4 lets it pass

"#]]
    );
    assert_data_eq!(
        stage.run(&["apply", "--auto-approve", "-q"]).told(),
        str![[r#"
exit 3
--- stdout
00000000000A
  - https://a.example/***<FP>
  - https://a.example/***<FP>
  - https://a.example/***<FP>
  - https://a.example/***<FP>

00000000000B
  + https://a.example/0
      events: message

blocked: the whole run: guard `removals`: 4 of 10 live webhooks would be removed (40%, and at most 30% may); --allow removals=4 lets it pass

Plan: 1 to create, 0 to update, 4 to delete on 2 of 2 instances.

blocked: 2 instances: guard `removals`: 4 of 10 live webhooks would be removed (40%, and at most 30% may); --allow removals=4 lets it pass
    00000000000A, 00000000000B

Nothing was applied: 2 instances are blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 2 blocked, 0 skipped.
--- stderr

"#]]
    );
    assert_eq!((stage.live(), stage.requests().1), (before, 0));
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow",
        "removals",
    ]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n"
    );
    let run = pruned(7).run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n"
    );
}

#[test]
fn changes_hold_the_whole_run_beyond_the_limit_and_not_at_it() {
    let synced = "webhooks: [{ url: 'https://a.example/', events: [message] }]";
    let stage = one_of_two(synced, "safety: { max_changed_percent: 49 }\n");
    assert_data_eq!(
        holds(&stage).out,
        str![[r#"
00000000000B
  ~ https://a.example/
        events:
      -   message
      +   message.ack

blocked: the whole run: guard `changes`: 1 of 2 instances would change (50%, and at most 49% may); --allow changes=1 lets it pass

Plan: 0 to create, 1 to update, 0 to delete on 1 of 2 instances.

"#]]
    );
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 3
00000000000A unchanged
00000000000B blocked: guard null guard `changes`: 1 of 2 instances would change (50%, and at most 49% may); --allow changes=1 lets it pass

"#]]
    );
    assert_eq!(stage.requests().1, 0);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--allow",
        "changes",
    ]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A unchanged\n00000000000B applied, verified\n"
    );
    let run = one_of_two(synced, "safety: { max_changed_percent: 50 }\n").run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
    ]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A unchanged\n00000000000B applied, verified\n"
    );
}
