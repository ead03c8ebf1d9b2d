//! What a second run, held against a first, must not do: show its secrets, pass its guards, take what is not its own.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use hookfleet::emulator::{Extra, WebhookState};

use crate::harness::Stage;
use crate::harness::run_logs::{self, apply, bytes, rollback};
use crate::saved_plan::save;

/// A secret in a path, which a live URL holds too.
fn in_a_path() -> Stage {
    Stage::new(
        "  - id: 00000000000A\n  - id: 00000000000B\n    webhooks: [{ url: 'https://n8n.example/hook/letmein/x', events: [message] }]\n",
        "version: 1\ndefaults: { prune: true }\nsecrets: { s: { env: S } }\ninstances:\n  - { id: 00000000000A, webhooks: [{ url: 'https://n8n.example/hook/${secret.s}/x', events: [] }] }\n  - { id: 00000000000B, webhooks: [{ url: 'https://other.example/in', events: [] }] }\n",
    )
    .env("S", "letmein")
}

#[test]
fn a_secret_of_the_run_shows_nowhere_wherever_it_stands_in_a_live_url() {
    let stage = in_a_path();
    let saved = save(&stage, &[]);
    let shown = stage.run(&["show", crate::saved_plan::FILE]);
    for text in [
        &saved.told(),
        &shown.told(),
        &crate::saved_plan::text(&stage),
    ] {
        assert!(!text.contains("letmein"), "{text}");
    }
    assert!(
        saved.out.contains("- https://n8n.example/hook/***<FP>/x"),
        "{}",
        saved.out
    );
}

#[test]
fn a_rollback_does_not_show_what_the_run_filled_in() {
    let stage = in_a_path();
    let run = apply(&stage, &[]);
    let stage = stage.env("S", "another-by-now");
    let (back, _) = rollback(&stage, &run, &[]);
    assert!(!back.told().contains("letmein"), "{}", back.told());
    let text = stage.run(&["rollback", &run, "--auto-approve"]);
    assert!(!text.told().contains("letmein"), "{}", text.told());
}

#[test]
fn rollback_and_resume_of_an_encrypted_run_are_encrypted() {
    let stage = in_a_path();
    let key = Identity::generate();
    stage.write("key", format!("{}\n", key.to_string().expose_secret()));
    let to = key.to_public().to_string();
    let run = apply(&stage, &["--state-recipient", &to]);
    let (back, name) = rollback(&stage, &run, &["--identity", "key"]);
    assert_eq!(back.code, 0, "{}", back.told());
    let log = String::from_utf8(bytes(&stage, &name.unwrap())).unwrap();
    assert!(!log.contains("n8n.example") && log.contains(&to), "{log}");
}

#[test]
fn a_guard_that_was_never_weighed_is_not_passed_by_resuming() {
    let instance = |id: usize| {
        format!(
            "  - id: {id:012}\n    webhooks: [{{ url: 'https://a.example/', events: [] }}, {{ url: 'https://b.example/', events: [] }}]\n"
        )
    };
    let wanted = |id: usize| {
        format!(
            "  - {{ id: '{id:012}', webhooks: [{{ url: 'https://a.example/', events: [] }}] }}\n"
        )
    };
    let world: String = (0..12).map(instance).collect();
    let manifest: String = (0..12).map(wanted).collect();
    let manifest = format!("version: 1\ndefaults: {{ prune: true }}\ninstances:\n{manifest}");
    let stage = Stage::new(&world, &manifest);
    let limit = "safety: { max_removed_percent: 50 }\ninstances:";
    stage.write("hookfleet.yaml", manifest.replace("instances:", limit));
    assert_eq!(save(&stage, &[]).code, 0, "half of all may be removed");
    stage.write("hookfleet.yaml", manifest);
    let fault = "{ on: get, answer: { status: 401 } }";
    let fault = hookfleet::emulator::Fault::from_yaml(fault).unwrap();
    for id in 1..12 {
        stage.world().add_fault(&format!("{id:012}"), fault.clone());
    }
    let (first, run) = run_logs::run(&stage, &["apply", crate::saved_plan::FILE]);
    assert_eq!(
        (first.code, stage.requests().1),
        (1, 1),
        "two live are too few to weigh"
    );
    for id in 1..12 {
        stage.world().clear_faults(&format!("{id:012}"));
    }
    let resumed = stage.run(&["apply", "--resume", &run.unwrap()]);
    assert_eq!(
        (resumed.code, stage.requests().1),
        (3, 1),
        "{}",
        resumed.told()
    );
}

#[test]
fn rollback_keeps_unknown_fields_set_since_the_run() {
    let stage = Stage::new(
        "  - id: 00000000000A\n    webhooks: [{ url: 'https://a.example/', events: [message], extra: { retries: 3, n: 1 } }]\n",
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://a.example/', events: [message.ack] }] }]\n",
    );
    let run = apply(&stage, &[]);
    let theirs = WebhookState {
        url: "https://a.example/".to_owned(),
        events: vec!["message.ack".to_owned()],
        is_active: true,
        extra: Extra::from_json(r#"{"retries":9,"n":1,"hmac":"theirs"}"#).unwrap(),
    };
    stage.world().set_webhooks("00000000000A", vec![theirs]);
    assert_eq!(rollback(&stage, &run, &[]).0.code, 0);
    assert_eq!(
        stage.live(),
        "00000000000A\n  https://a.example/ message retries=9 n=1 hmac=\"theirs\"\n  system Absent\n"
    );
}

#[test]
fn an_approved_write_that_the_manifest_has_taken_back_is_stale_and_no_success() {
    let manifest = |event: &str| {
        format!(
            "version: 1\ndefaults: {{ prune: true }}\ninstances: [{{ id: 00000000000A, webhooks: [{{ url: 'https://a.example/', events: [{event}] }}] }}]\n"
        )
    };
    let stage = Stage::new(
        "  - id: 00000000000A\n    webhooks: [{ url: 'https://a.example/', events: [message] }]\n",
        &manifest("message.ack"),
    );
    assert_eq!(save(&stage, &[]).code, 0);
    stage.write("hookfleet.yaml", manifest("message"));
    let run = crate::saved_plan::apply(&stage, &["--format", "json"]);
    assert_eq!(
        run.outcomes(),
        "exit 4\n00000000000A stale: stale null what is wanted is not what was approved with the plan: the manifest or a secret has changed\n"
    );
}

#[test]
fn a_secret_key_in_place_of_a_path_is_not_repeated() {
    let stage = in_a_path();
    let run = apply(&stage, &[]);
    let key = Identity::generate().to_string();
    let args = [
        "rollback",
        &run,
        "--auto-approve",
        "--identity",
        key.expose_secret(),
    ];
    let run = stage.run(&args);
    assert_eq!(run.code, 64);
    assert!(!run.told().contains(key.expose_secret()), "{}", run.told());
}

#[test]
fn on_a_server_that_merges_what_was_cut_off_is_put_back_as_far_as_that_goes() {
    let stage = Stage::new(
        "  - id: 00000000000A\n    writes: merge\n    webhooks: [{ url: 'https://old.example/', events: [message] }]\n",
        "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://new.example/', events: [message] }] }]\n",
    );
    let run = apply(&stage, &["--allow", "empty"]);
    // As if it had been killed before its outcome: the union that the server made is the run's own doing.
    let log = bytes(&stage, &run);
    std::fs::write(
        run_logs::file(&stage, &run),
        run_logs::lines(&log)[..3].concat(),
    )
    .unwrap();
    let posts = stage.requests().1;
    let (back, _) = rollback(&stage, &run, &[]);
    assert_eq!(
        (back.code, stage.requests().1),
        (1, posts + 1),
        "{}",
        back.told()
    );
    assert!(back.out.contains("accepted_but_different"), "{}", back.out);
}

#[test]
fn run_cut_off_and_resumed_since_needs_no_attention() {
    let stage = crate::harness::stage(&[("00000000000A", ""), ("00000000000B", "")]);
    let whole = apply(&stage, &[]);
    // As if it had been killed after its first write, and the second had never been sent.
    let log = bytes(&stage, &whole);
    std::fs::write(
        run_logs::file(&stage, &whole),
        run_logs::lines(&log)[..4].concat(),
    )
    .unwrap();
    let message = |events: &[&str]| WebhookState {
        url: "https://a.example/hook".to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active: true,
        extra: Extra::default(),
    };
    stage
        .world()
        .set_webhooks("00000000000B", vec![message(&["message"])]);
    let open = stage.run(&["runs"]);
    assert!(
        open.out.contains("cut-off") && open.err.contains("--resume"),
        "{}",
        open.told()
    );
    let (resumed, run) = run_logs::run(&stage, &["apply", "--resume", &whole]);
    assert_eq!(
        (resumed.code, stage.posts_of("00000000000A")),
        (0, 1),
        "{}",
        resumed.told()
    );
    let runs = stage.run(&["runs", "--format", "json"]);
    assert_eq!(runs.json()["runs"][0]["finished_by"], "<RUN>");
    let told = stage.run(&["runs"]);
    assert_eq!(told.err, "");
    assert!(
        told.out
            .contains("cut-off   1/2   -     127.0.0.1:<PORT>, finished by <RUN>"),
        "{}",
        told.out
    );
    assert!(run.is_some());
}
