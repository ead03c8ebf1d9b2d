//! Tests of which differences a digest detects.

use super::*;
use crate::desired::DropFields;
use crate::live::{AnswerBeyond, Live, LiveWebhook, SystemReading};
use crate::webhook::{Events, HookUrl, UnknownFields};

fn webhook(url: &str, events: &[&str], is_active: bool) -> Webhook {
    Webhook {
        url: HookUrl::live(url),
        events: Events::new(events.iter().copied()),
        is_active,
    }
}

fn listed(webhook: Webhook) -> LiveWebhook {
    LiveWebhook {
        webhook,
        extra: UnknownFields::default(),
    }
}

fn system(events: &[&str]) -> LiveWebhook {
    LiveWebhook {
        webhook: webhook("https://app.wawp.net/x", events, true),
        extra: UnknownFields::default(),
    }
}

fn action() -> Action {
    Action {
        before: Live {
            webhooks: vec![
                listed(webhook("https://a.example/?secret=old", &["message"], true)),
                listed(webhook("https://b.example/", &[], true)),
            ],
            system: SystemReading::Present(system(&["message"])),
            listed_system_disagrees: false,
            beyond: AnswerBeyond::default(),
        },
        webhooks: vec![listed(webhook(
            "https://a.example/?secret=new",
            &["message", "message.ack"],
            true,
        ))],
        system: Some(system(&["message"])),
        drop_fields: DropFields::default(),
        restores: false,
        stops_short: None,
        masked: Vec::new(),
    }
}

fn approval(token: &str) -> Approval {
    let id = InstanceId::new("8D30ABB1E6DA");
    let (salt, shown) = ("ab12", "cd34");
    let digest = DigestContext::new(salt, shown).digest(&id, token, &action());
    Approval {
        salt: salt.to_owned(),
        shown: shown.to_owned(),
        digests: BTreeMap::from([(Arc::from("8D30ABB1E6DA"), digest)]),
    }
}

fn moved(approval: &Approval, change: impl FnOnce(&mut Action)) -> Option<Divergence> {
    let mut action = action();
    change(&mut action);
    approval.moved(&InstanceId::new("8D30ABB1E6DA"), "t0ken", &action)
}

#[test]
fn approval_matches_the_same_write_in_any_order() {
    let approval = approval("t0ken");
    assert_eq!(moved(&approval, |_| {}), None);
    let reordered = moved(&approval, |action| {
        action.before.webhooks.reverse();
        action.webhooks[0].webhook.events = Events::new(["message.ack", "message"]);
    });
    assert_eq!(reordered, None);
}

#[test]
fn approval_reports_live_or_wanted_as_diverged() {
    let approval = approval("t0ken");
    let live = moved(&approval, |action| {
        action.before.webhooks[0].webhook.url = HookUrl::live("https://a.example/?secret=odd");
    });
    assert_eq!(live, Some(Divergence::Live));
    let system = moved(&approval, |action| {
        action.before.system = SystemReading::None;
    });
    assert_eq!(system, Some(Divergence::Live));
    let wanted = moved(&approval, |action| {
        action.webhooks[0].webhook.is_active = false;
    });
    assert_eq!(wanted, Some(Divergence::Wanted));
    let both = moved(&approval, |action| {
        action.before.webhooks.pop();
        action.webhooks.clear();
    });
    assert_eq!(both, Some(Divergence::Live));
}

#[test]
fn approval_does_not_match_another_token_instance_or_plan() {
    assert_eq!(moved(&approval("other"), |_| {}), Some(Divergence::Token));
    let approval = approval("t0ken");
    let other = InstanceId::new("1F20CC41A9B3");
    assert_eq!(
        approval.moved(&other, "t0ken", &action()),
        Some(Divergence::NotApproved)
    );
    let forged = Approval {
        shown: "something harmless".to_owned(),
        ..approval
    };
    assert_eq!(moved(&forged, |_| {}), Some(Divergence::Token));
}

#[test]
fn digest_separates_the_parts_of_its_input() {
    let approval = approval("t0ken");
    let shifted = moved(&approval, |action| {
        action.webhooks[0].webhook.events = Events::new(["messagemessage.ack"]);
    });
    assert_eq!(shifted, Some(Divergence::Wanted));
}
