//! The whole of every request: method, target, headers and body, in both forms of each.

use hookfleet::api::{Freshness, Reader};
use hookfleet::desired::{Authentication, DropFields, WriteVia};
use hookfleet::plan::Action;
use hookfleet::wawp;

use super::{EMPTY, SETUP, Script, Setup, TOKEN, access, answers, id, post, read};

/// An action that sends one custom webhook, unknown fields included, and the system webhook.
pub(crate) fn action() -> Action {
    let body = r#"{"status":"success","webhooks":[{"url":"https://h.example/?a=b&c","events":["message"],"is_active":1,"hmac":{"key": "ü"}}],"systemConfig":{"url":"https://s.example/x","events":[],"is_active":0}}"#;
    let live = wawp::decode(body.as_bytes()).unwrap();
    Action {
        webhooks: live.webhooks.clone(),
        system: live.system.present().cloned(),
        before: live,
        drop_fields: DropFields::default(),
        restores: false,
        stops_short: None,
        masked: Vec::new(),
    }
}

const WEBHOOKS: &str = r#"[{"url":"https://h.example/?a=b&c","events":["message"],"is_active":1,"hmac":{"key": "ü"}},{"url":"https://s.example/x","events":[],"is_active":0}]"#;
const ENCODED: &str = "%5B%7B%22url%22%3A%22https%3A%2F%2Fh.example%2F%3Fa%3Db%26c%22%2C%22events%22%3A%5B%22message%22%5D%2C%22is_active%22%3A1%2C%22hmac%22%3A%7B%22key%22%3A+%22%C3%BC%22%7D%7D%2C%7B%22url%22%3A%22https%3A%2F%2Fs.example%2Fx%22%2C%22events%22%3A%5B%5D%2C%22is_active%22%3A0%7D%5D";
const QUERY: &str = "/v2/session/webhook?instance_id=8D30ABB1E6DA&access_token=tok%2F9f8e+7d%2B6c";

async fn sent_by_get(auth: Authentication, freshness: Freshness) -> Vec<String> {
    let script = Script::new([answers(200, EMPTY)]);
    let client = Setup { auth, ..SETUP }.client(script.clone());
    let reader = Reader::new(client);
    reader
        .read(&access("default", TOKEN), &id(), freshness)
        .await;
    script.requests()
}

async fn sent_by_post(auth: Authentication, write: WriteVia) -> Vec<String> {
    let script = Script::new([answers(200, EMPTY)]);
    let client = Setup {
        auth,
        write,
        ..SETUP
    }
    .client(script.clone());
    assert_eq!(post(&client, &action()).await, "accepted");
    script.requests()
}

#[tokio::test(start_paused = true)]
async fn a_get_with_its_token_in_the_query() {
    assert_eq!(
        sent_by_get(Authentication::Query, Freshness::Any).await,
        [format!("GET {QUERY}\naccept: application/json")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_get_with_its_token_in_the_headers() {
    assert_eq!(
        sent_by_get(Authentication::Header, Freshness::Any).await,
        [
            "GET /v2/session/webhook\naccept: application/json\nauthorization: Bearer tok/9f8e 7d+6c\nx-instance-id: 8D30ABB1E6DA"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_fresh_get_asks_caches_to_stand_aside_and_differs_in_nothing_else() {
    for auth in [Authentication::Query, Authentication::Header] {
        let [plain] = <[String; 1]>::try_from(sent_by_get(auth, Freshness::Any).await).unwrap();
        assert_eq!(
            sent_by_get(auth, Freshness::NoCache).await,
            [format!("{plain}\ncache-control: no-cache")]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_with_its_webhooks_in_the_body() {
    assert_eq!(
        sent_by_post(Authentication::Query, WriteVia::Body).await,
        [format!(
            "POST {QUERY}\naccept: application/json\n\n{{\"webhooks\":{WEBHOOKS}}}"
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn a_post_with_its_webhooks_in_the_query_has_no_body() {
    assert_eq!(
        sent_by_post(Authentication::Query, WriteVia::Query).await,
        [format!(
            "POST {QUERY}&webhooks={ENCODED}\naccept: application/json"
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn a_post_with_its_token_in_the_headers() {
    let headers = "accept: application/json\nauthorization: Bearer tok/9f8e 7d+6c\nx-instance-id: 8D30ABB1E6DA";
    assert_eq!(
        sent_by_post(Authentication::Header, WriteVia::Body).await,
        [format!(
            "POST /v2/session/webhook\n{headers}\n\n{{\"webhooks\":{WEBHOOKS}}}"
        )]
    );
    assert_eq!(
        sent_by_post(Authentication::Header, WriteVia::Query).await,
        [format!(
            "POST /v2/session/webhook?webhooks={ENCODED}\n{headers}"
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn a_get_never_carries_webhooks_however_writes_go() {
    let script = Script::new([answers(200, EMPTY)]);
    let client = Setup {
        write: WriteVia::Query,
        ..SETUP
    }
    .client(script.clone());
    read(&client).await;
    assert_eq!(
        script.requests(),
        [format!("GET {QUERY}\naccept: application/json")]
    );
}

#[tokio::test(start_paused = true)]
async fn two_credentials_never_mix() {
    let script = Script::new([answers(200, EMPTY)]);
    let reader = Reader::new(SETUP.client(script.clone()));
    let (one, other) = (access("one", "token-1"), access("other", "token-2"));
    let first = id();
    let second = hookfleet::webhook::InstanceId::new("1F20CC41A9B3");
    tokio::join!(
        reader.read(&one, &first, Freshness::Any),
        reader.read(&other, &second, Freshness::Any),
        reader.read(&one, &second, Freshness::Any),
    );
    let target = |id, token| {
        format!(
            "GET /v2/session/webhook?instance_id={id}&access_token={token}\naccept: application/json"
        )
    };
    assert_eq!(
        script.requests(),
        [
            target("8D30ABB1E6DA", "token-1"),
            target("1F20CC41A9B3", "token-2"),
            target("1F20CC41A9B3", "token-1"),
        ]
    );
}
