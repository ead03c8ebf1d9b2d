//! What is printed is in manifest order, whatever the order of the answers.

use snapbox::{assert_data_eq, str};

#[test]
fn equal_changes_are_shown_once_and_instances_are_in_manifest_order_although_answers_are_not() {
    let slow = "{ on: get, delay_ms: 150 }";
    let stage = crate::harness::stage(&[
        ("00000000000B", slow),
        ("00000000000C", ""),
        ("00000000000A", ""),
    ]);
    let apply = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        apply.told(),
        str![[r#"
exit 0
--- stdout
3 instances:
    00000000000B, 00000000000C, 00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 3 to update, 0 to delete on 3 of 3 instances.

applied and verified: 3 instances
    00000000000B, 00000000000C, 00000000000A

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    let first = &stage.world().log()[0].to_string();
    assert_ne!(
        first, "GET 00000000000B 200",
        "the first of the manifest is answered late"
    );
}

#[test]
fn outcomes_are_in_manifest_order_although_the_first_answers_come_last() {
    let ids: Vec<String> = (0..12)
        .rev()
        .map(|number| format!("{number:012}"))
        .collect();
    let slow: Vec<String> = (0..12u32)
        .rev()
        .map(|rank| format!("{{ on: get, delay_ms: {} }}", rank * 20))
        .collect();
    let all: Vec<(&str, &str)> = ids
        .iter()
        .zip(&slow)
        .map(|(id, fault)| (&**id, &**fault))
        .collect();
    let stage = crate::harness::stage(&all);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    let expected: Vec<String> = ids
        .iter()
        .map(|id| format!("{id} applied, verified"))
        .collect();
    assert_eq!(
        (run.code, run.outcomes().lines().skip(1).eq(expected)),
        (0, true),
        "{}",
        run.outcomes()
    );
}
