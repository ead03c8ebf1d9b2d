//! The hostile world on a real terminal: what is drawn, what is asked, and what is left standing.

use snapbox::{assert_data_eq, str};

use crate::hostile::check::on_a_terminal;
use crate::hostile::scene::{stage, stage_of};

#[test]
fn on_a_terminal_nothing_foreign_draws_moves_or_hides() {
    let stage = stage();
    for args in [
        &["validate", "--strict"][..],
        &["plan", "-vv"],
        &["plan", "--out", "plan.hfp"],
        &["show", "plan.hfp"],
        &["drift", "--color", "always", "--format", "json"],
        &["apply", "-vv"],
        &["runs"],
        &["apply", "plan.hfp"],
    ] {
        let (code, screen) = on_a_terminal(&stage, args);
        assert!([0, 2, 65].contains(&code), "{args:?} {code}: {screen}");
    }
}

#[test]
fn the_question_stands_under_the_plan_that_it_is_about() {
    let stage = stage_of(&["\u{1b}[2J\u{1b}[1;1Hx"]);
    let (code, screen) = on_a_terminal(&stage, &["apply", "--color", "never"]);
    assert_eq!(code, 0);
    assert_data_eq!(
        screen,
        str![[r#"
warning[id-length]: id `/u{1b}[2J/u{1b}[1;1Hx` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:5:9
  |
5 |   - id: "/U0000001b[2J/U0000001b[1;1Hx"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: id holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:5:9
  |
5 |   - id: "/U0000001b[2J/U0000001b[1;1Hx"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: name holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:6:11
  |
6 |     name: "/U0000001b[2J/U0000001b[1;1Hx"
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: a label holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:7:24
  |
7 |     labels: { hostile: "/U0000001b[2J/U0000001b[1;1Hx" }
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[unknown-event]: unknown event `/u{1b}[2J/u{1b}[1;1Hx ack`; `hookfleet events` lists the published ones
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "/U0000001b[2J/U0000001b[1;1Hx ack"] }
  |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[odd-text]: an event holds U+001B ESCAPE; remove it
 --> hookfleet.yaml:9:60
  |
9 |       - { url: '…', events: [message, "/U0000001b[2J/U0000001b[1;1Hx ack"] }
  |                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

warning[id-length]: id `suspended` has 9 characters; the vendor documents 12
  --> hookfleet.yaml:10:11
   |
10 |   - { id: suspended, suspend: true, reason: "…[…[…" }
   |           ^^^^^^^^^

warning[odd-text]: reason holds U+001B ESCAPE; remove it
  --> hookfleet.yaml:10:45
   |
10 |   - { id: suspended, suspend: true, reason: "/U0000001b[2J/U0000001b[1;1Hx" }
   |                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 1 instance, and occurs nowhere in the manifest
notice: /u{1b}[2J/u{1b}[1;1Hx (/u{1b}[2J/u{1b}[1;1Hx): https://a.example/hook is written back with fields unknown to hookfleet: /u{1b}[2J/u{1b}[1;1Hx

/u{1b}[2J/u{1b}[1;1Hx (/u{1b}[2J/u{1b}[1;1Hx)
  ~ https://a.example/hook
        events:
      -   /u{1b}[2J/u{1b}[1;1Hx
          message
      +   /u{1b}[2J/u{1b}[1;1Hx ack
  - https://live.example/in/***<FP>?key=***<FP>;***<FP>&***<FP>;***<FP>;***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: /u{1b}[2J/u{1b}[1;1Hx

Plan: 0 to create, 1 to update, 2 to delete on 1 of 2 instances.

Write these changes to 1 instance at http://127.0.0.1:<PORT>? Only `yes` is taken as a yes: yes

applied and verified: /u{1b}[2J/u{1b}[1;1Hx (/u{1b}[2J/u{1b}[1;1Hx)
skipped: suspended: /u{1b}[2J/u{1b}[1;1Hx

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
}
