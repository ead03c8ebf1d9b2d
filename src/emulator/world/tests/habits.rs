//! Servers that differ from the vendor's page.

use super::*;

const URLS: &str = r#"[{"url":"HTTPS://API.Test:443","events":[]},{"url":"no URL","events":[]}]"#;

#[test]
fn a_server_may_store_urls_in_a_form_of_its_own() {
    let mut world = world("    urls: normal\n");
    post(&mut world, URLS);
    let urls: Vec<String> = world.webhooks("a").into_iter().map(|own| own.url).collect();
    assert_eq!(urls, ["https://api.test/", "no URL"]);
    assert_eq!(world.system("a"), system(true, &["message"]));
}

#[test]
fn a_merging_server_knows_its_own_form_again() {
    let mut world = world("    urls: normal\n    writes: merge\n");
    post(&mut world, URLS);
    post(&mut world, URLS);
    assert_eq!(world.webhooks("a").len(), 4);
}

#[test]
fn an_engine_may_have_no_place_for_inactive_webhooks_and_keeps_the_system_webhook() {
    let mut world = world("    inactive: drop\n");
    let posted = format!(
        r#"[{{"url":"three","events":[]}},{{"url":"four","events":[],"is_active":0}},{{"url":"{SYSTEM}","events":[],"is_active":0}}]"#
    );
    post(&mut world, &posted);
    assert_eq!(world.webhooks("a"), [three()]);
    assert_eq!(world.system("a"), system(false, &[]));
}

const FIELDS: &str = r#"[{"url":"three","events":[],"hmac":{"key":"x"},"retries":3}]"#;

#[test]
fn unknown_fields_may_be_dropped_or_refused_by_name() {
    let mut dropping = world("    unknown_fields: drop\n");
    post(&mut dropping, FIELDS);
    assert_eq!(dropping.webhooks("a"), [three()]);
    let mut refusing = world("    unknown_fields: refuse\n    error_body: list\n");
    let ReplyOutcome::Answer(answer) = post(&mut refusing, FIELDS) else {
        panic!("dropped")
    };
    let body = String::from_utf8(answer.body).unwrap();
    assert_eq!(
        (answer.status, &*body),
        (
            400,
            r#"{"error":"Bad Request","message":["webhooks.0.property hmac should not exist","webhooks.0.property retries should not exist"],"statusCode":400}"#
        )
    );
    assert_eq!(refusing.history("a").len(), 1);
    post(&mut refusing, THREE);
    assert_eq!(refusing.webhooks("a"), [three()]);
}

#[test]
fn a_server_may_mask_the_texts_of_unknown_fields_and_stores_what_is_posted() {
    let mut masking = world("    unknown_fields: mask\n");
    let ReplyOutcome::Answer(answer) = post(&mut masking, FIELDS) else {
        panic!("dropped")
    };
    let body = String::from_utf8(answer.body).unwrap();
    assert!(
        body.contains(r#""hmac":{"key":"********"},"retries":3}"#),
        "{body}"
    );
    let stored = masking.webhooks("a")[0].extra.clone();
    let posted = crate::emulator::Extra::from_json(r#"{"hmac":{"key":"x"},"retries":3}"#);
    assert_eq!(stored, posted.unwrap());
}

#[test]
fn a_write_may_take_effect_later_and_reads_show_the_state_before_it_until_then() {
    let mut world = world("    effect_after_ms: 3000\n");
    let arrival = world.arrive(Incoming {
        verb: Verb::Post,
        target: "/v2/session/webhook?instance_id=a&access_token=t".to_owned(),
        headers: Vec::new(),
        body: format!(r#"{{"webhooks":{THREE}}}"#).into_bytes(),
    });
    let reply = world.handle(arrival.ticket);
    let later = reply.later.unwrap();
    assert_eq!(later.after, Duration::from_secs(3));
    assert_eq!(world.webhooks("a"), [one(), two()]);
    assert_eq!(world.history("a").len(), 1);
    world.settle(later);
    assert_eq!(world.webhooks("a"), [three()]);
    assert_eq!(world.history("a")[1].by, By::Post);
}

#[test]
fn rejections_may_be_answered_with_200_by_the_whole_server_or_an_instance() {
    let yaml = "version: 1\nerror_status: ok\nerror_body: params\naccounts: [{token: t}]\n\
                instances: [{id: a}, {id: b, error_status: own, error_body: nested}]\n";
    let mut world = World::from_yaml(yaml).unwrap();
    let mut answered = |id: &str, token: &str| {
        let arrival = world.arrive(Incoming {
            verb: Verb::Get,
            target: format!("/v2/session/webhook?instance_id={id}&access_token={token}"),
            headers: Vec::new(),
            body: Vec::new(),
        });
        match world.handle(arrival.ticket).outcome {
            ReplyOutcome::Answer(answer) => {
                (answer.status, String::from_utf8(answer.body).unwrap())
            }
            ReplyOutcome::Drop => panic!("dropped"),
        }
    };
    let of = |status: u16, body: &str| (status, body.to_owned());
    assert_eq!(
        answered("c", "t"),
        of(
            200,
            r#"{"code":"session_not_found","data":{"params":{"webhooks":"Session Does Not Exist"},"status":404},"message":"Invalid parameter(s): webhooks"}"#
        )
    );
    assert_eq!(
        answered("b", "other"),
        of(
            401,
            r#"{"error":"Unauthorized","message":[["Invalid or Missing Access Token"]],"statusCode":401}"#
        )
    );
    assert_eq!(answered("a", "t").0, 200);
}
