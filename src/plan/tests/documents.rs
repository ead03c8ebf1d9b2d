//! Plans as JSON documents: what they say, and that they can be read back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use super::world::{entry_with, live, subject, target, wanted, with_secret};
use crate::desired::{Subject, Target, Wanted, WantedSystem};
use crate::exit::ExitCode;
use crate::live::{Live, Reading, SystemReading, Trouble, TroubleKind};
use crate::plan::{Fold, InstancePlan, Plan, Policy, plan_instance};
use crate::render::v1::plan::PlanV1;
use crate::render::v1::{plan_of, to_json};
use crate::webhook::{Events, Fingerprints};

fn fingerprints() -> Fingerprints {
    Fingerprints::new([0; 32])
}

fn document(plan: &Plan) -> PlanV1 {
    plan_of::plan(plan, &fingerprints(), ExitCode::Failure)
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
    let unread = Trouble {
        http_status: Some(404),
        ..Trouble::new(TroubleKind::NotFound, "no such instance")
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
    let mut fold = Fold::default();
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
        max_changed_percent: 10,
        ..Policy::default()
    };
    fold.finish(&policy, &BTreeSet::new())
}

/// Every other instance has a name and a label.
fn named(index: usize) -> Arc<Subject> {
    let bare = subject(&index.to_string());
    if index.is_multiple_of(2) {
        return bare;
    }
    Arc::new(Subject {
        name: Some(Arc::from(format!("name-{index}"))),
        labels: BTreeMap::from([(Arc::from("env"), Arc::from("prod"))]),
        ..(*bare).clone()
    })
}

#[test]
fn a_document_is_read_as_it_was_written() {
    let document = document(&every_kind());
    assert_eq!(read_back(&document), document);
}

#[test]
fn keys_are_left_out_where_they_do_not_apply() {
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
