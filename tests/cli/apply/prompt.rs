//! The question on a real terminal: only yes writes.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::harness::running::Gate;
use crate::harness::terminal::{Screen, Terminal};
use crate::harness::{Stage, masked, stage};

pub(crate) const QUESTION: &str = "Only `yes` is taken as a yes: ";

/// Runs on a terminal and types `answer` when asked; `json` keeps stdout off it. What stood on the screen, the exit
/// code, and what went to stdout.
pub(crate) fn typed(
    stage: &Stage,
    args: &[&str],
    answer: &[u8],
    json: bool,
) -> (i32, String, String) {
    let terminal = Terminal::open();
    let mut command = stage.command(args);
    command.stdin(terminal.stream()).stderr(terminal.stream());
    command.stdout(if json {
        Stdio::piped()
    } else {
        terminal.stream()
    });
    let mut run = terminal.run(command);
    if !answer.is_empty() {
        run.shows(QUESTION);
        run.types(answer);
    }
    let Screen {
        code,
        text: screen,
        out,
    } = run.ends();
    (code, masked(&screen), out)
}

#[test]
fn prompt_answered_yes_writes() {
    let stage = stage(&[("00000000000A", "")]);
    let (code, screen, _) = typed(&stage, &["apply", "--color", "never"], b"yes\n", false);
    assert_data_eq!(
        screen,
        str![[r#"
00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: yes

applied and verified: 00000000000A

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!((code, stage.requests().1), (0, 1));
}

#[test]
fn no_and_whatever_is_not_yes_writes_nothing_and_exits_with_1() {
    let stage = stage(&[("00000000000A", "")]);
    let before = stage.live();
    let (code, screen, _) = typed(&stage, &["apply", "--color", "never"], b"no\n", false);
    assert_eq!(code, 1);
    assert_data_eq!(
        screen,
        str![[r#"
00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: no
error: the plan was not approved; nothing was written

"#]]
    );
    for answer in [&b"\n"[..], b"y\n", b"YES\n", b"yes please\n"] {
        assert_eq!(typed(&stage, &["apply"], answer, false).0, 1);
    }
    assert_eq!((stage.live(), stage.requests().1), (before, 0));
}

#[test]
fn the_end_of_input_writes_nothing_and_exits_with_1() {
    let stage = stage(&[("00000000000A", "")]);
    let (code, screen, _) = typed(&stage, &["apply", "--color", "never"], b"\x04", false);
    assert_data_eq!(
        screen,
        str![[r#"
00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: 
error: the plan was not approved; nothing was written

"#]]
    );
    assert_eq!((code, stage.requests()), (1, (1, 0)));
}

#[test]
fn in_json_the_plan_and_the_question_are_on_the_terminal_and_stdout_is_json_alone() {
    let stage = stage(&[("00000000000A", "")]);
    let args = ["apply", "--color", "never", "--format", "json"];
    let (code, screen, out) = typed(&stage, &args, b"no\n", true);
    assert_eq!((code, stage.requests().1), (1, 0));
    assert_data_eq!(
        screen,
        str![[r#"
00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: no

"#]]
    );
    assert_data_eq!(
        out,
        str![[r#"
{
  "format_version": "1",
  "error": {
    "kind": "declined",
    "message": "the plan was not approved; nothing was written",
    "hint": null
  },
  "findings": [],
  "exit_code": 1
}

"#]]
    );
    let (code, _, out) = typed(&stage, &args, b"yes\n", true);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, json["instances"][0]["verified"].as_bool()),
        (0, Some(true))
    );
}

#[test]
fn apply_without_changes_does_not_prompt() {
    let stage = stage(&[("00000000000A", "")]);
    assert_eq!(stage.run(&["apply", "--auto-approve"]).code, 0);
    let (code, screen, _) = typed(&stage, &["apply", "--color", "never"], b"", false);
    assert_data_eq!(
        screen,
        str![[r#"
No changes. 1 instance matches the manifest.

Apply complete: 0 applied, 1 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.

"#]]
    );
    assert_eq!((code, stage.requests().1), (0, 1));
}

#[test]
fn on_a_terminal_there_are_colours_unless_they_are_unwanted() {
    let stage = stage(&[("00000000000A", "")]);
    let (_, coloured, _) = typed(&stage, &["apply"], b"no\n", false);
    let (_, plain, _) = typed(&stage.env("NO_COLOR", "1"), &["apply"], b"no\n", false);
    assert!(coloured.contains('\u{1b}') && !plain.contains('\u{1b}'));
    let mut bare = String::new();
    for (index, part) in coloured.split('\u{1b}').enumerate() {
        bare.push_str(if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(bare, plain);
}

#[test]
fn what_was_typed_before_the_question_answers_nothing() {
    let stage = stage(&[("00000000000A", "")]);
    let gate = Gate::keeps(&stage, |_| true);
    let mut run = Terminal::start(stage.command(&["apply", "--color", "never"]));
    gate.is_reached();
    run.types(b"yes\n");
    run.shows("yes");
    gate.opens();
    run.shows(QUESTION);
    run.types(b"no\n");
    let screen = run.ends();
    assert!(screen.text.contains("not approved"), "{}", screen.text);
    assert_eq!((screen.code, stage.requests().1), (1, 0), "{}", screen.text);
}
