//! Huge things of the world: what is said of them is bounded, it is said in time, and JSON has all of it.

use hookfleet::emulator::{Extra, SystemState, WebhookState};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};
use crate::hostile::check::{longest_line, run};
use crate::hostile::commands::recorded;

const ID: &str = "00000000000A";
const MIB: usize = 1 << 20;
/// No line for a person is longer, in characters, whatever it is about.
const LONGEST: usize = 3000;

fn webhook(url: String, events: Vec<String>) -> WebhookState {
    WebhookState {
        url,
        events,
        is_active: true,
        extra: Extra::default(),
    }
}

/// One instance with these webhooks, and a manifest that wants one other event at `https://a.example/hook`.
fn stage(webhooks: Vec<WebhookState>) -> Stage {
    let manifest = format!(
        "version: 1\ndefaults: {{ prune: true }}\nsafety: {{ max_removed_percent: 100 }}\ninstances: [{{ id: {ID}, webhooks: [{{ url: 'https://a.example/hook', events: [message] }}] }}]\n"
    );
    let stage = Stage::new(&format!("  - id: {ID}\n"), &manifest);
    assert!(stage.world().set_webhooks(ID, webhooks));
    stage
}

/// Plans, saves, shows, applies, rolls back and lists; all in text, and nothing in it is long. The plan.
fn through_all_verbs(stage: &Stage, most_lines: usize) -> String {
    let before = stage.live();
    let plan = run(stage, &["plan", "--out", "plan.hfp", "-vv"]);
    let mut runs: Vec<Run> = vec![run(stage, &["show", "plan.hfp"])];
    runs.push(run(stage, &["apply", "plan.hfp", "--allow", "removals"]));
    let first = recorded(stage)[0].clone();
    let back = ["rollback", &first, "--auto-approve", "--allow", "empty"];
    runs.push(run(stage, &back));
    runs.push(run(stage, &["runs"]));
    for run in &runs {
        assert_eq!(run.code, 0, "{:.2000}", run.told());
    }
    runs.push(run(stage, &["apply", "plan.hfp", "--again"]));
    for run in runs.iter().chain([&plan]) {
        let told = run.told();
        let (lines, longest) = (told.lines().count(), longest_line(&told));
        assert!(longest <= LONGEST, "{longest} characters: {told:.5000}");
        assert!(lines <= most_lines, "{lines} lines: {told:.5000}");
    }
    // It is carried out a second time.
    assert_ne!(stage.live(), before);
    plan.out
}

#[test]
fn an_event_name_of_one_mebibyte_is_cut_and_told_from_another_and_whole_in_json() {
    let names = ["1", "2"].map(|end| "\u{1b}[2J".to_owned() + &"x".repeat(MIB) + end);
    let events = [&["message".to_owned()], &names[..]].concat();
    let stage = stage(vec![webhook("https://a.example/hook".to_owned(), events)]);
    let json = run(&stage, &["plan", "--format", "json"]).json();
    let before = &json["instances"][0]["webhooks"][0]["before"]["events"];
    assert!(before[1] == names[0] && before[2] == names[1]);
    assert_data_eq!(
        through_all_verbs(&stage, 60),
        str![[r#"
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A
  ~ https://a.example/hook
        events:
          message
      -   /u{1b}[2Jxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (1048581 characters, #fab96ecd9a76e1d6)
      -   /u{1b}[2Jxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… (1048581 characters, #f49d3e21ce419d86)

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

"#]]
    );
}

#[test]
fn plan_of_10000_events_shows_the_first_and_counts_the_rest_and_json_has_all() {
    let events: Vec<String> = (0..10_000).map(|at| format!("event.{at}")).collect();
    let url = "https://a.example/hook".to_owned();
    let stage = stage(vec![webhook(
        url,
        [&["message".to_owned()], &events[..]].concat(),
    )]);
    let json = run(&stage, &["plan", "--format", "json"]).json();
    let before = &json["instances"][0]["webhooks"][0]["before"]["events"];
    assert_eq!(before.as_array().unwrap().len(), 10_001);
    let plan = through_all_verbs(&stage, 250);
    let last: Vec<&str> = plan
        .lines()
        .filter(|line| line.contains("event.4") || line.contains("more"))
        .collect();
    assert_data_eq!(
        last.join("\n"),
        str![[r#"
      -   event.4
      -   event.40
      -   event.41
      -   event.42
      -   event.43
      -   event.44
      -   event.45
      -   event.46
      -   event.47
      -   event.48
      -   event.49
      - … and 9950 more (#b859a322d3f081ce)
"#]]
    );
}

#[test]
fn plan_of_new_webhook_with_10000_events_lists_the_first_and_counts_the_rest() {
    let events: Vec<String> = (0..10_000).map(|at| format!("event.{at}")).collect();
    let manifest = format!(
        "version: 1\ndefaults: {{ prune: true }}\ninstances: [{{ id: {ID}, webhooks: [{{ url: 'https://a.example/hook', events: [{}] }}] }}]\n",
        events.join(", ")
    );
    let stage = Stage::new(&format!("  - id: {ID}\n"), &manifest);
    assert_data_eq!(
        run(&stage, &["plan", "--quiet"]).out,
        str![[r#"
notice: new host a.example: no live webhook of the selection goes there, and 1 instance would
notice: 00000000000A: the answer does not mention a system webhook; a write sends back only what is listed

00000000000A
  + https://a.example/hook
      events: event.0, event.1, event.2, event.3, event.4, event.5, event.6, event.7, event.8, event.9, event.10, event.11, event.12, event.13, event.14, event.15, event.16, event.17, event.18, event.19, event.20, event.21, event.22, event.23, event.24, event.25, event.26, event.27, event.28, event.29, event.30, event.31, event.32, event.33, event.34, event.35, event.36, event.37, event.38, event.39, event.40, event.41, event.42, event.43, event.44, event.45, event.46, event.47, event.48, event.49, … and 9950 more (#b859a322d3f081ce)

Plan: 1 to create, 0 to update, 0 to delete on 1 of 1 instances.

"#]]
    );
}

#[test]
fn a_url_of_one_mebibyte_shows_its_host_at_the_most() {
    let urls = [
        format!("https://b.example/{}", "path/".repeat(MIB / 5)),
        format!("https://{}.example/", "host.".repeat(MIB / 5)),
        format!("https://b.example/?{}", "&a=b".repeat(300_000)),
        format!("https://{}@b.example/", "user:".repeat(MIB / 5)),
        "\u{1b}[2J\n::error::".to_owned() + &"x".repeat(MIB),
    ];
    for urls in urls.chunks(3) {
        let message = || vec!["message".to_owned()];
        let hooks = urls.iter().map(|url| webhook(url.clone(), message()));
        let stage = stage(hooks.collect());
        let args = ["plan", "--allow", "removals", "-vv"];
        let told = run(&stage, &args).told();
        assert!(told.starts_with("exit 0"), "{told:.5000}");
        assert!(
            told.lines().count() < 40 && longest_line(&told) <= LONGEST,
            "{told:.5000}"
        );
    }
}

#[test]
fn unknown_fields_with_huge_names_and_many_of_them_are_cut_in_what_is_said_and_written_back_whole()
{
    let mut fields = serde_json::Map::new();
    for at in 0..2000 {
        fields.insert(format!("field{at}"), Value::from(at));
    }
    fields.insert("x".repeat(MIB), Value::from("\u{1b}[2J"));
    let extra = Extra::from_json(&Value::Object(fields).to_string()).unwrap();
    let mut hook = webhook(
        "https://a.example/hook".to_owned(),
        vec!["poll.vote".to_owned()],
    );
    hook.extra = extra.clone();
    let stage = stage(vec![hook.clone()]);
    let system = WebhookState {
        url: "https://app.wawp.net/api/webhook/k".to_owned(),
        ..hook
    };
    assert!(stage.world().set_system(ID, SystemState::Set(system)));
    let plan = through_all_verbs(&stage, 80);
    assert!(plan.contains("characters left out"), "{plan}");
    assert!(stage.world().webhooks(ID)[0].extra == extra);
}

#[test]
fn five_thousand_webhooks_in_one_instance_are_a_line_each_and_done_in_time() {
    let webhooks = (0..5000).map(|at| {
        webhook(
            format!("https://b.example/{at}"),
            vec!["message".to_owned()],
        )
    });
    through_all_verbs(&stage(webhooks.collect()), 10_200);
}

#[test]
fn an_id_and_a_name_of_many_kilobytes_are_cut_and_whole_in_json() {
    let [id, name] = ["i", "n"].map(|letter| letter.repeat(40_000));
    let manifest = format!(
        "version: 1\ndefaults: {{ prune: true }}\ninstances:\n  - {{ id: {id}, name: {name}, webhooks: [{{ url: 'https://a.example/hook', events: [message] }}] }}\n  - {{ id: 00000000000B, suspend: true, reason: {name} }}\n"
    );
    let stage = Stage::new(&format!("  - {{ id: {id} }}\n"), &manifest);
    let json = run(&stage, &["plan", "--format", "json"]).json();
    let told = &json["instances"];
    assert!(told[0]["id"] == id && told[0]["name"] == name && told[1]["reason"] == name);
    for args in [
        &["validate"][..],
        &["plan", "-vv"],
        &["apply", "--auto-approve", "-vv"],
    ] {
        let told = run(&stage, args).told();
        assert!(longest_line(&told) <= LONGEST, "{args:?}: {told}");
    }
}
