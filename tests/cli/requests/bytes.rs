//! What stands on the wire, byte for byte: a recorder that answers by itself takes the emulator's place.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, TOKEN};

const BEFORE: &str = r#"{"status":"success","webhooks":{"0":{"url":"https://a.example/x?b=c&d=%20","events":{"0":"message"},"is_active":"1","enabled":true,"hmac":{ "key":"x" }}},"systemConfig":{"url":"https://app.wawp.net/api/webhook/k","is_active":true,"events":["message"],"own":1.50}}"#;
const AFTER: &str = r#"{"status":"success","webhooks":[{"url":"https://a.example/x?b=c&d=%20","events":["message.ack","message"],"is_active":0,"hmac":{ "key":"x" }},{"url":"https://b.example/","events":["message"],"is_active":1}],"systemConfig":{"url":"https://app.wawp.net/api/webhook/k","is_active":1,"events":["message"],"own":1.50}}"#;

/// Answers [`BEFORE`], and from the first POST on [`AFTER`]; every request is told as it stood.
fn recorder(listener: TcpListener) -> Receiver<String> {
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        let mut answer = BEFORE;
        while let Ok((mut stream, address)) = listener.accept() {
            let host = stream.local_addr().unwrap_or(address).to_string();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request).unwrap_or(0) > 0
            {
            }
            let length = request
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            reader.read_exact(&mut body).unwrap();
            request.push_str(&String::from_utf8(body).unwrap());
            if request.starts_with("POST") {
                answer = AFTER;
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                answer.len()
            );
            // Recorded before it is answered: the run may end with the answer.
            let request = request
                .replace("\r\n", "\n")
                .replace(&host, "HOST")
                .replace(env!("CARGO_PKG_VERSION"), "VERSION");
            if sender.send(request.trim_end().to_owned()).is_err() {
                return;
            }
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    requests
}

/// The requests of an apply under `api` settings.
fn sent(api: &str) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut stage = Stage::new(
        "  - id: 8D30ABB1E6DA\n",
        &format!(
            "version: 1\napi: {api}\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      \
             - {{ url: 'https://a.example/x?b=c&d=%20', events: [message.ack, message], is_active: false }}\n      \
             - {{ url: 'https://b.example/', events: [message] }}\n"
        ),
    )
    .env("WAWP_ACCESS_TOKEN", &format!("{TOKEN}/&+ ="));
    stage.base_url = format!("http://{}", listener.local_addr().unwrap());
    let requests = recorder(listener);
    let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
    assert_eq!(run.outcomes(), "exit 0\n8D30ABB1E6DA applied, verified\n");
    let requests: Vec<String> = requests.try_iter().collect();
    assert_eq!(requests.len(), 4);
    // The recheck and the verification are the same request.
    assert_eq!(requests[1], requests[3]);
    requests
}

#[test]
fn by_default_the_token_is_in_the_query_and_the_webhooks_in_the_body() {
    let requests = sent("{}");
    assert_data_eq!(
        requests[0].clone(),
        str![[r#"
GET /v2/session/webhook?instance_id=8D30ABB1E6DA&access_token=token-of-a-test%2F%26%2B+%3D HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
host: HOST
"#]]
    );
    assert_data_eq!(
        requests[1].clone(),
        str![[r#"
GET /v2/session/webhook?instance_id=8D30ABB1E6DA&access_token=token-of-a-test%2F%26%2B+%3D HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
cache-control: no-cache
host: HOST
"#]]
    );
    assert_data_eq!(
        requests[2].clone(),
        str![[r#"
POST /v2/session/webhook?instance_id=8D30ABB1E6DA&access_token=token-of-a-test%2F%26%2B+%3D HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
content-type: application/json
host: HOST
content-length: 279

{"webhooks":[{"url":"https://a.example/x?b=c&d=%20","events":["message.ack","message"],"is_active":0,"hmac":{ "key":"x" }},{"url":"https://b.example/","events":["message"],"is_active":1},{"url":"https://app.wawp.net/api/webhook/k","events":["message"],"is_active":1,"own":1.50}]}
"#]]
    );
}

#[test]
fn auth_header_keeps_the_token_out_of_the_url() {
    let requests = sent("{ auth: header }");
    assert_data_eq!(
        requests[1].clone(),
        str![[r#"
GET /v2/session/webhook HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
authorization: Bearer token-of-a-test/&+ =
x-instance-id: 8D30ABB1E6DA
cache-control: no-cache
host: HOST
"#]]
    );
    assert_data_eq!(
        requests[2].clone(),
        str![[r#"
POST /v2/session/webhook HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
authorization: Bearer token-of-a-test/&+ =
x-instance-id: 8D30ABB1E6DA
content-type: application/json
host: HOST
content-length: 279

{"webhooks":[{"url":"https://a.example/x?b=c&d=%20","events":["message.ack","message"],"is_active":0,"hmac":{ "key":"x" }},{"url":"https://b.example/","events":["message"],"is_active":1},{"url":"https://app.wawp.net/api/webhook/k","events":["message"],"is_active":1,"own":1.50}]}
"#]]
    );
}

#[test]
fn write_query_carries_the_webhooks_in_the_query_and_no_body() {
    assert_data_eq!(
        sent("{ write: query }")[2].clone(),
        str![[r#"
POST /v2/session/webhook?instance_id=8D30ABB1E6DA&access_token=token-of-a-test%2F%26%2B+%3D&webhooks=%5B%7B%22url%22%3A%22https%3A%2F%2Fa.example%2Fx%3Fb%3Dc%26d%3D%2520%22%2C%22events%22%3A%5B%22message.ack%22%2C%22message%22%5D%2C%22is_active%22%3A0%2C%22hmac%22%3A%7B+%22key%22%3A%22x%22+%7D%7D%2C%7B%22url%22%3A%22https%3A%2F%2Fb.example%2F%22%2C%22events%22%3A%5B%22message%22%5D%2C%22is_active%22%3A1%7D%2C%7B%22url%22%3A%22https%3A%2F%2Fapp.wawp.net%2Fapi%2Fwebhook%2Fk%22%2C%22events%22%3A%5B%22message%22%5D%2C%22is_active%22%3A1%2C%22own%22%3A1.50%7D%5D HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
host: HOST
"#]]
    );
    assert_data_eq!(
        sent("{ write: query, auth: header }")[2].clone(),
        str![[r#"
POST /v2/session/webhook?webhooks=%5B%7B%22url%22%3A%22https%3A%2F%2Fa.example%2Fx%3Fb%3Dc%26d%3D%2520%22%2C%22events%22%3A%5B%22message.ack%22%2C%22message%22%5D%2C%22is_active%22%3A0%2C%22hmac%22%3A%7B+%22key%22%3A%22x%22+%7D%7D%2C%7B%22url%22%3A%22https%3A%2F%2Fb.example%2F%22%2C%22events%22%3A%5B%22message%22%5D%2C%22is_active%22%3A1%7D%2C%7B%22url%22%3A%22https%3A%2F%2Fapp.wawp.net%2Fapi%2Fwebhook%2Fk%22%2C%22events%22%3A%5B%22message%22%5D%2C%22is_active%22%3A1%2C%22own%22%3A1.50%7D%5D HTTP/1.1
user-agent: hookfleet/VERSION
accept-encoding: identity
accept: application/json
authorization: Bearer token-of-a-test/&+ =
x-instance-id: 8D30ABB1E6DA
host: HOST
"#]]
    );
}
