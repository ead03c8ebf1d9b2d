//! An answer that may not list all webhooks is never planned from: a write would remove what it does not show.

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

/// An instance whose reads `on` these places are answered with another root field.
fn stage(on: &str, field: &str) -> Stage {
    let entry = |url: &str| format!(r#"{{"url":"{url}","events":["message"],"is_active":1}}"#);
    let raw = format!(
        r#"{{"status":"success","webhooks":[{}],"systemConfig":null,{field}}}"#,
        entry("https://a.example/")
    );
    Stage::new(
        &format!(
            "  - id: 8D30ABB1E6DA\n    webhooks: [{{ url: 'https://a.example/', events: [message] }}]\n    system: none\n    faults: [{{ on: get, {on}answer: {{ status: 200, raw: '{raw}' }} }}]\n"
        ),
        "version: 1\ninstances: [{ id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }]\n",
    )
}

#[test]
fn an_answer_that_speaks_of_more_blocks_its_instance_and_names_the_field() {
    let run = stage("", r#""has_more":true"#).run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
8D30ABB1E6DA (blocked, see below)
  ~ https://a.example/
        events:
      -   message
      +   message.ack

blocked: 8D30ABB1E6DA: the answer may not hold all webhooks: it has `has_more`

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 0 failed, 1 blocked.

blocked: 8D30ABB1E6DA: the answer may not hold all webhooks: it has `has_more`

Nothing was applied: 1 instance is blocked.

Apply complete: 0 applied, 0 unchanged, 0 failed, 0 stale, 1 blocked, 0 skipped.
--- stderr

hint: hookfleet reads one answer and no further pages; nothing is written, since a write would remove what the answer does not list

"#]]
    );
    for field in [
        r#""next":"https://api.example/2""#,
        r#""total":2"#,
        r#""count":"2""#,
        r#""pagination":{"page":1,"per_page":1}"#,
    ] {
        let stage = stage("", field);
        let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
        let name = field.split('"').nth(1).unwrap();
        assert_eq!(
            run.outcomes(),
            format!(
                "exit 1\n8D30ABB1E6DA blocked: incomplete null the answer may not hold all webhooks: it has `{name}`\n"
            )
        );
        assert_eq!(stage.requests().1, 0);
    }
}

#[test]
fn a_recheck_that_speaks_of_more_writes_nothing() {
    let stage = stage("nth: 2, ", r#""has_more":1"#);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
8D30ABB1E6DA failed: incomplete null nothing was written: the read before the write failed: the answer may not hold all webhooks: it has `has_more`

"#]]
    );
    assert_eq!(stage.requests().1, 0);
}

#[test]
fn a_write_whose_read_back_speaks_of_more_is_not_verified() {
    let stage = stage("nth: { from: 3, to: 99 }, ", r#""has_more":1"#);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
8D30ABB1E6DA applied: incomplete null the API accepted the write, and it could not be read back: the answer may not hold all webhooks: it has `has_more`

"#]]
    );
}

#[test]
fn other_root_fields_are_a_standing_notice() {
    let stage = stage(
        "nth: { from: 1, to: 99 }, ",
        r#""request_id":"7f","has_more":false"#,
    );
    let run = stage.run(&["plan"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 0
--- stdout
notice: 8D30ABB1E6DA: the answer has fields unknown to hookfleet beside the webhooks: request_id, has_more

8D30ABB1E6DA
  ~ https://a.example/
        events:
      -   message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.
--- stderr

"#]]
    );
}

#[test]
fn an_answer_that_leads_to_a_next_page_or_is_a_part_blocks_its_instance() {
    for (answer, why) in [
        ("status: 206", "206 Partial Content"),
        (
            "status: 200, headers: { link: '<https://api.example/2>; rel=\"next\"' }",
            "link: rel=next",
        ),
    ] {
        let raw = r#"{"status":"success","webhooks":[],"systemConfig":null}"#;
        let stage = Stage::new(
            &format!(
                "  - id: 8D30ABB1E6DA\n    faults: [{{ on: get, answer: {{ {answer}, raw: '{raw}' }} }}]\n"
            ),
            "version: 1\ninstances: [{ id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/', events: [message] }] }]\n",
        );
        let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
        assert_eq!(
            run.outcomes(),
            format!(
                "exit 1\n8D30ABB1E6DA blocked: incomplete null the answer may not hold all webhooks: it has `{why}`\n"
            )
        );
        assert_eq!(stage.requests().1, 0);
    }
}
