//! Plans as JSON documents: what they say, that they can be read back, and that they make the same text then.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::world::{entry_with, fleet, live, subject, target, wanted, with_secret};
use crate::desired::{InstanceRef, ManifestHosts, SafetyLimits, Target, Wanted, WantedSystem};
use crate::document::Rows;
use crate::document::plan::{InstanceV1, PlanV1};
use crate::exit::ExitCode;
use crate::live::{Live, Reading, SystemReading};
use crate::plan::{Fold, InstancePlan, Plan, Policy, plan_instance};
use crate::problem::{Problem, ProblemKind};
use crate::render::json::to_json;
use crate::render::{self, Baseline, Colors, Format};
use crate::webhook::{Events, Fingerprints};

fn fingerprints() -> Fingerprints {
    Fingerprints::new([0; 32])
}

fn document(plan: &Plan) -> PlanV1 {
    PlanV1::of(plan, &fingerprints(), ExitCode::Failure, Rows::All)
}

fn text(document: &PlanV1, colors: Colors) -> String {
    render::plan(document, Baseline::Manifest, Format::Text, colors)
}

/// As text is made: from what differs alone.
fn short_text(plan: &Plan, colors: Colors) -> String {
    let rows = Format::Text.rows();
    text(
        &PlanV1::of(plan, &fingerprints(), ExitCode::Failure, rows),
        colors,
    )
}

fn read_back(document: &PlanV1) -> PlanV1 {
    serde_json::from_str(&to_json(document)).unwrap()
}

/// A wish that also sets the system webhook's events.
fn with_system(webhooks: &[&str], events: &[&str]) -> Wanted {
    Wanted {
        system: WantedSystem::Set {
            is_active: None,
            events: Some(Events::new(events.iter().copied())),
        },
        ..wanted(webhooks)
    }
}

/// One instance of every kind that a plan tells of, some of them with names.
fn every_kind() -> Plan {
    let unread = Problem {
        http_status: Some(404),
        ..Problem::new(ProblemKind::NotFound, "no such instance")
    };
    let mut odd = live(&["https://a/ message"]);
    odd.webhooks
        .push(entry_with("https://h/x?secret=old poll.vote", "hmac", "{}"));
    let none = Live {
        system: SystemReading::None,
        ..live(&[])
    };
    let seen = Reading::Seen;
    let unreadable = || Reading::Unreadable(unread.clone());
    let instances = [
        (wanted(&["https://a/"]), seen(live(&["https://a/"]))),
        (with_secret("https://h/x", "new"), seen(odd)),
        (
            with_system(&["https://a/ message,poll.vote"], &["message.ack"]),
            seen(live(&["!https://a/ message,message.ack", "https://a/"])),
        ),
        (with_system(&[], &[]), seen(live(&[]))),
        (with_system(&["https://a/"], &["message"]), seen(none)),
        (wanted(&[]), seen(live(&["https://gone/"]))),
        (wanted(&[]), unreadable()),
        (wanted(&[]), unreadable()),
    ];
    let targets = instances.iter().map(|(wanted, _)| target("", wanted));
    let mut fold = Fold::of(&targets.collect::<Vec<_>>());
    for (index, (wanted, reading)) in instances.iter().enumerate() {
        let plan = plan_instance(wanted, reading);
        let target = Target {
            subject: named(index),
            ..target("", wanted)
        };
        fold.add(index, &target, Some(reading), plan);
    }
    for (index, reason) in [(8, Some(Arc::from("number is being ported"))), (9, None)] {
        let target = target(&index.to_string(), &wanted(&[]));
        fold.add(index, &target, None, InstancePlan::Skipped { reason });
    }
    let policy = Policy {
        limits: SafetyLimits {
            max_changed_percent: 10,
            ..SafetyLimits::default()
        },
        ..Policy::default()
    };
    fold.finish(
        &policy,
        &ManifestHosts::default(),
        &Fingerprints::new([7; 32]),
    )
}

/// Every other instance has a name and a label.
fn named(index: usize) -> Arc<InstanceRef> {
    let bare = subject(&index.to_string());
    if index.is_multiple_of(2) {
        return bare;
    }
    Arc::new(InstanceRef {
        name: Some(Arc::from(format!("name-{index}"))),
        labels: Arc::new(BTreeMap::from([(Arc::from("env"), Arc::from("prod"))])),
        ..(*bare).clone()
    })
}

#[test]
fn document_round_trips() {
    let document = document(&every_kind());
    assert_eq!(read_back(&document), document);
}

#[test]
fn document_read_back_renders_the_same_text() {
    let plan = every_kind();
    let document = read_back(&document(&plan));
    for colors in [Colors::Plain, Colors::Coloured] {
        assert_eq!(text(&document, colors), short_text(&plan, colors));
    }
}

#[test]
fn document_omits_keys_that_do_not_apply() {
    let json = serde_json::to_value(document(&every_kind())).unwrap();
    let at = |path: &str| json.pointer(path).unwrap().clone();
    let on = |event: &str| json!({ "events": [event], "is_active": true });
    let delete = json!({
        "action": "delete",
        "before": { "url": "https://a/", "events": ["message"], "is_active": true },
        "after": null,
    });
    let mut duplicate = delete.clone();
    duplicate["duplicate"] = json!(true);
    assert_eq!(at("/instances/1/webhooks/0"), delete);
    assert_eq!(at("/instances/2/webhooks/1"), duplicate);
    assert_eq!(
        at("/instances/1/system"),
        json!({
            "action": "no-op",
            "managed": false,
            "before": on("message"),
            "after": on("message"),
        })
    );
    assert_eq!(
        at("/instances/2/system"),
        json!({
            "action": "update",
            "managed": true,
            "url": "https://app.wawp.net/api/webhook/***3a6a70b5",
            "before": on("message"),
            "after": on("message.ack"),
        })
    );
    let bare = json!({
        "id": "9",
        "name": null,
        "labels": {},
        "status": "skipped",
        "webhooks": [],
        "system": null,
        "error": null,
    });
    let mut reasoned = bare.clone();
    reasoned["id"] = json!("8");
    reasoned["reason"] = json!("number is being ported");
    assert_eq!(at("/instances/8"), reasoned);
    assert_eq!(at("/instances/9"), bare);
}

#[test]
fn changes_with_different_fingerprints_are_not_grouped() {
    let wish = |value| with_secret("https://h/x", value);
    let state = || Reading::Seen(live(&[]));
    let instances = ["one", "two", "one"].map(|value| (wish(value), state()));
    let plan = fleet(&instances, &Policy::default());
    let (one, two) = (fingerprints().of("one"), fingerprints().of("two"));
    assert_eq!(
        short_text(&plan, Colors::Plain),
        format!(
            "\
notice: secret `n8n` goes to h, where its value is not live yet, on 3 instances
notice: new host h: no live webhook of the selection goes there, and 3 instances would

2 instances:
    0, 2
  + https://h/x?secret=${{secret.n8n}}
      url: https://h/x?secret={one}
      events: message

1
  + https://h/x?secret=${{secret.n8n}}
      url: https://h/x?secret={two}
      events: message

Plan: 3 to create, 0 to update, 0 to delete on 3 of 3 instances.
"
        )
    );
}

#[test]
fn document_changes_with_reordered_events_are_equal() {
    let plan = fleet(
        &[(
            wanted(&["https://a/ message,poll.vote"]),
            Reading::Seen(live(&["!https://a/ message,poll.vote"])),
        )],
        &Policy::default(),
    );
    let mut document = document(&plan);
    let document_of_one = document.instances[0].clone();
    let mut other = document_of_one.clone();
    other.id = "1".to_owned();
    let mut webhooks = other.webhooks.to_vec();
    let after = webhooks[0].after.as_mut().unwrap();
    after.events = ["poll.vote", "message", "poll.vote"]
        .map(str::to_owned)
        .to_vec();
    other.webhooks = webhooks.into();
    let mut shown = |who: &str, instances: Vec<InstanceV1>| {
        document.instances = instances;
        let switched = "
  ~ https://a/
      - is_active: false
      + is_active: true

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.
";
        assert_eq!(text(&document, Colors::Plain), [who, switched].concat());
    };
    shown("1", vec![other.clone()]);
    shown("2 instances:\n    0, 1", vec![document_of_one, other]);
}
