//! What is written back: whole bytes.

use hookfleet::desired::DropFields;
use hookfleet::live::{AnswerBeyond, Live, LiveWebhook, SystemReading};
use hookfleet::plan::Action;
use hookfleet::wawp;
use hookfleet::webhook::{Events, HookUrl, UnknownFields, Webhook};
use snapbox::str;

use super::accepted::NAMES;
use super::{fixture, same, show, unchanged};

#[test]
fn a_write_holds_url_events_switch_and_unknown_fields_and_the_system_webhook_last() {
    let live = wawp::decode(&fixture("unknown_fields")).unwrap();
    same(
        wawp::encode(&unchanged(&live)).as_str(),
        str![[
            r#"[{"url":"https://h.example/","events":["message"],"is_active":1,"hmac":{"key" : "k\u00e9y", "n":[1 , 2.50,  {"a":null}]},"retries":12345678901234567890123,"delay":1.0e+2,"customHeaders":[ {"name":"X-A","value":"b"} ],"note":"a\/b","empty":{ },"no":null},{"url":"https://s.example/","events":["message"],"is_active":1,"plan":{"b":1,"a":2},"id":18446744073709551616}]"#
        ]],
    );
}

#[test]
fn a_write_of_the_vendors_example_holds_its_system_webhook() {
    let live = wawp::decode(&fixture("vendor_example")).unwrap();
    same(
        wawp::encode(&unchanged(&live)).as_str(),
        str![[
            r#"[{"url":"https://my-app.com/webhook","events":["message","message.ack"],"is_active":1},{"url":"https://app.wawp.net/api/webhook/xxxxxxxxx","events":["message","message.ack","message.edited"],"is_active":1}]"#
        ]],
    );
}

#[test]
fn a_write_of_nothing_is_an_empty_list() {
    let live = wawp::decode(&fixture("empty_object")).unwrap();
    assert_eq!(wawp::encode(&unchanged(&live)).as_str(), "[]");
}

#[test]
fn switches_are_written_as_numbers() {
    let live = wawp::decode(&fixture("flags")).unwrap();
    same(
        wawp::encode(&unchanged(&live)).as_str(),
        str![[
            r#"[{"url":"https://h0.example/","events":[],"is_active":1},{"url":"https://h1.example/","events":[],"is_active":0},{"url":"https://h2.example/","events":[],"is_active":1},{"url":"https://h3.example/","events":[],"is_active":0},{"url":"https://h4.example/","events":[],"is_active":1},{"url":"https://h5.example/","events":[],"is_active":0},{"url":"https://s.example/","events":[],"is_active":0}]"#
        ]],
    );
}

#[test]
fn urls_and_events_are_written_as_json_strings() {
    let nasty = "https://h.example/\"\\\n\u{1b}\u{7f}é\u{2028}😀/";
    let action = Action {
        before: wawp::decode(&fixture("empty_list")).unwrap(),
        drop_fields: DropFields::default(),
        restores: false,
        stops_short: None,
        masked: Vec::new(),
        webhooks: vec![LiveWebhook {
            webhook: Webhook {
                url: HookUrl::live(nasty),
                events: Events::new([nasty]),
                is_active: false,
            },
            extra: UnknownFields::default(),
        }],
        system: None,
    };
    let json = wawp::encode(&action);
    same(
        json.as_str(),
        str![[
            r#"[{"url":"https://h.example/\"\\\n\u001bé 😀/","events":["https://h.example/\"\\\n\u001bé 😀/"],"is_active":0}]"#
        ]],
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap(),
        serde_json::json!([{"url": nasty, "events": [nasty], "is_active": 0}])
    );
}

#[test]
fn an_unknown_field_whose_name_needs_escaping_is_written_under_that_name() {
    let body =
        r#"{"status":"success","webhooks":[{"url":"u","events":[],"is_active":1,"a\"\nb":1}]}"#;
    let live = wawp::decode(body.as_bytes()).unwrap();
    assert_eq!(
        wawp::encode(&unchanged(&live)).as_str(),
        r#"[{"url":"u","events":[],"is_active":1,"a\"\nb":1}]"#
    );
}

#[test]
fn unknown_fields_written_back_are_the_same_byte_for_byte() {
    for name in NAMES {
        let live = wawp::decode(&fixture(name)).unwrap();
        let custom = Action {
            system: None,
            ..unchanged(&live)
        };
        let body = format!(
            "{{\"status\":\"success\",\"webhooks\":{},\"systemConfig\":null}}",
            &*wawp::encode(&custom)
        );
        let again = wawp::decode(body.as_bytes()).unwrap();
        let expected = Live {
            system: SystemReading::None,
            listed_system_disagrees: false,
            beyond: AnswerBeyond::default(),
            ..live
        };
        assert_eq!(show(&again), show(&expected), "{name}");
    }
}
