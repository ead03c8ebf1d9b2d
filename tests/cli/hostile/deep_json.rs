//! JSON that is deep, long in its numbers, or not quite JSON: it ends, it is written back byte for byte where it is an
//! unknown field, and it is refused where it is the answer.

use hookfleet::emulator::{Extra, WebhookState};
use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::hostile::check::run;
use crate::hostile::commands::recorded;
use crate::hostile::texts::yaml;

const ID: &str = "00000000000A";
const DEEP: usize = 100_000;
const MANIFEST: &str = "version: 1\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://a.example/hook', events: [message, message.ack] }] }]\n";

fn nested(open: &str, inside: &str, close: &str) -> String {
    open.repeat(DEEP) + inside + &close.repeat(DEEP)
}

#[test]
fn unknown_field_of_any_json_is_unchanged_by_apply_and_rollback() {
    let values = [
        nested("[", "1", "]"),
        nested("[{\"a\": ", "\"\\u001b[2J\"", "}]"),
        "1e999".to_owned(),
        "-0.0".to_owned(),
        "9".repeat(300),
        format!("1.{}e-{}", "0".repeat(300), "9".repeat(30)),
        "{\"a\": 1, \"a\":2}".to_owned(),
        "\"\\ud800\"".to_owned(),
        "[ \"\\udfff\\ud800\",\n\t{ } ]".to_owned(),
        "\"\\u0000\\u001b[2J\\u009b ##vso[x] \\/ \u{202e}\u{2028}\"".to_owned(),
    ];
    let fields: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(at, value)| format!("\"field{at}\":{value}"))
        .collect();
    let extra = Extra::from_json(&format!("{{{}}}", fields.join(","))).unwrap();
    let stage = Stage::new(&format!("  - id: {ID}\n"), MANIFEST);
    let hook = WebhookState {
        url: "https://a.example/hook".to_owned(),
        events: vec!["message".to_owned()],
        is_active: true,
        extra: extra.clone(),
    };
    assert!(stage.world().set_webhooks(ID, vec![hook.clone()]));
    let plan = run(&stage, &["plan", "--out", "plan.hfp", "-vv"]);
    assert_eq!(plan.code, 0, "{}", plan.told());
    let applied = run(&stage, &["apply", "plan.hfp", "-vv"]);
    assert_eq!(applied.code, 0, "{:.3000}", applied.told());
    let live = stage.world().webhooks(ID);
    assert_eq!(live[0].events, ["message", "message.ack"]);
    assert!(live[0].extra == extra, "byte for byte");
    let first = recorded(&stage)[0].clone();
    let back = run(&stage, &["rollback", &first, "--auto-approve"]);
    assert_eq!(back.code, 0, "{:.3000}", back.told());
    assert!(stage.world().webhooks(ID) == vec![hook]);
    assert_data_eq!(
        applied.out,
        str![[r#"
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed
notice: 00000000000A: https://a.example/hook is written back with fields unknown to hookfleet: field0, field1, field2, field3, field4, field5, field6, field7, field8, field9

00000000000A
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

applied and verified: 00000000000A

Apply complete: 1 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.

"#]]
    );
}

/// What is said of an instance that answers so.
fn told_of(answer: &str) -> String {
    let world = format!(
        "  - {{ id: {ID}, faults: [{{ on: get, answer: {{ status: 200, raw: {} }} }}] }}\n",
        yaml(answer)
    );
    let stage = Stage::new(&world, MANIFEST);
    let plan = run(&stage, &["plan", "--retries", "0"]);
    let json = run(&stage, &["plan", "--retries", "0", "--format", "json"]);
    assert_eq!((plan.code, json.code), (1, 1), "{}", plan.told());
    plan.out.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn an_answer_that_is_not_what_it_should_be_is_refused_without_a_word_of_it() {
    let entry = |fields: &str| format!("{{\"webhooks\":[{{{fields}}}]}}");
    let told = [
        nested("[", "1", "]"),
        nested("{\"webhooks\":", "1", "}"),
        nested("{\"0\":", "\"\u{1b}[2J\"", "}"),
        "[".repeat(DEEP),
        format!("{{\"webhooks\":{}}}", nested("[", "", "]")),
        entry("\"url\":\"\\ud800\",\"events\":[],\"is_active\":1"),
        entry("\"url\":\"https://a.example/\",\"events\":[\"\\ud800\"],\"is_active\":1"),
        entry("\"\\ud800\":1"),
        entry("\"\\u001b[2J\":1"),
        entry("\"url\":\"https://a.example/\",\"events\":[],\"is_active\":1e999"),
        entry("\"url\":1,\"url\":2"),
        format!(
            "{{\"webhooks\":{{\"{}\":1}}}}",
            "\\u001b[2J::error::".repeat(1000)
        ),
        "{\"webhooks\":[],\"webhooks\":[]}".to_owned(),
        "\u{feff}\u{feff}{}".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "::error::\u{1b}[2J".to_owned(),
    ]
    .map(|answer| told_of(&answer));
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
failed: 00000000000A: the answer is not understood: the answer is not an object
failed: 00000000000A: the answer is not understood: `webhooks` is neither a list nor keyed by numbers
failed: 00000000000A: the answer is not understood: the answer is not JSON
failed: 00000000000A: the answer is not understood: the answer ends in the middle
failed: 00000000000A: the answer is not understood: `webhooks.0` is not an object
failed: 00000000000A: the answer is not understood: `webhooks.0.url` is not a URL
failed: 00000000000A: the answer is not understood: `webhooks.0.events.0` is not a string
failed: 00000000000A: the answer is not understood: `webhooks.0` is not an object
failed: 00000000000A: the answer is not understood: `webhooks.0.url` is missing
failed: 00000000000A: the answer is not understood: `webhooks.0.is_active` is neither on nor off
failed: 00000000000A: the answer is not understood: `webhooks.0` has a key twice
failed: 00000000000A: the answer is not understood: `webhooks` is neither a list nor keyed by numbers
failed: 00000000000A: the answer is not understood: the answer has a key twice
failed: 00000000000A: the answer is not understood: the answer is not JSON
failed: 00000000000A: the answer is not understood: the answer is HTML or XML
failed: 00000000000A: the answer is not understood: the answer is not JSON
"#]]
    );
}

#[test]
fn deep_json_in_a_refusal_says_nothing_and_ends() {
    for body in [
        nested("[", "", "]"),
        nested("{\"message\":", "\"x\"", "}"),
        nested("<message>", "", ""),
    ] {
        let world = format!(
            "  - {{ id: {ID}, faults: [{{ on: get, answer: {{ status: 400, raw: {} }} }}] }}\n",
            yaml(&body)
        );
        let plan = run(&Stage::new(&world, MANIFEST), &["plan", "--retries", "0"]);
        assert_eq!(plan.code, 1, "{}", plan.told());
        assert!(plan.out.len() < 2000, "{}", plan.out);
    }
}
