//! What a hostile server says when it refuses: messages in every format, codes, headers, and bytes that are no HTTP.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, TOKEN};
use crate::hostile::check::{run, run_coloured};
use crate::hostile::texts::{TEXTS, few, yaml};

const MANIFEST: &str = "version: 1\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://a.example/hook', events: [message] }] }]\n";

/// A stage whose instance answers every read, or every write, with this body.
fn refusing(on: &str, raw: &str) -> Stage {
    let raw = yaml(raw);
    let world = format!(
        "  - {{ id: 00000000000A, faults: [{{ on: {on}, answer: {{ status: 400, raw: {raw} }} }}] }}\n"
    );
    Stage::new(&world, MANIFEST)
}

/// The line of a report or plan that tells of the instance.
fn told(text: &str) -> &str {
    let mut lines = text.lines().filter(|line| line.starts_with("failed: "));
    lines.next().unwrap_or(text)
}

#[test]
fn a_message_in_every_format_is_one_harmless_line() {
    for text in few() {
        let json = serde_json::json!({ "message": text, "code": text }).to_string();
        let xml = format!("<r><code>{text}</code><message><![CDATA[{text}]]></message></r>");
        let mut html = "<html><title>".to_owned();
        for c in text.chars() {
            write!(html, "&#{};", u32::from(c)).unwrap();
        }
        for body in [&*json, &xml, &html, &text] {
            let stage = refusing("get", body);
            assert_eq!(run(&stage, &["plan", "-vv", "--retries", "0"]).code, 1);
            run(&stage, &["plan", "--format", "json", "--retries", "0"]);
        }
    }
}

#[test]
fn each_hostile_message_in_text() {
    let mut said = String::new();
    for text in TEXTS {
        let stage = refusing("get", &serde_json::json!({ "message": text }).to_string());
        let plan = run(&stage, &["plan", "--retries", "0"]);
        writeln!(said, "{}", told(&plan.out)).unwrap();
    }
    assert_data_eq!(
        said,
        str![[r#"
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: ]8;;https:*** ]8;;
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: failed ***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: ::error file=***
failed: 00000000000A: the API answered 400 Bad Request: ::add-***
failed: 00000000000A: the API answered 400 Bad Request: ::set-*** name=a:***
failed: 00000000000A: the API answered 400 Bad Request: command]***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: open
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: line ***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: details***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: script***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)
failed: 00000000000A: the API answered 400 Bad Request: id) `id` ***
failed: 00000000000A: the API answered 400 Bad Request (its message is not shown)

"#]]
    );
}

#[test]
fn a_refused_write_says_so_in_one_harmless_line() {
    let stage = refusing("post", &TEXTS.concat());
    let applied = run_coloured(&stage, &["apply", "--auto-approve", "-vv"]);
    assert_eq!(applied.code, 1);
    let applied = run(&stage, &["apply", "--auto-approve"]);
    assert_data_eq!(
        told(&applied.out),
        str![
            "failed: 00000000000A: the write was refused: the API answered 400 Bad Request: *** ]8;;https:*** ]8;; ]52;*** failed *** ::error file=*** ::set-*** name=a:*** open *** a *** script*** `id` ***"
        ]
    );
}

#[test]
fn a_message_of_one_mebibyte_is_a_line_of_a_few_hundred_characters() {
    for text in [
        "x".repeat(1 << 20),
        "\u{1b}[2J".repeat(1 << 18),
        "é\n::error::".repeat(1 << 16),
    ] {
        let json = serde_json::json!({ "error": { "message": text } }).to_string();
        for body in [json, text] {
            let stage = refusing("get", &body);
            let plan = run(&stage, &["plan", "--retries", "0"]);
            assert!(
                crate::hostile::check::longest_line(&plan.out) < 2000,
                "{}",
                plan.told()
            );
        }
    }
}

/// Answers every connection with these bytes, and then closes it.
fn answering(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                line.clear();
            }
            // Whoever has hung up has seen enough.
            let _ = stream.write_all(&bytes);
        }
    });
    base
}

#[test]
fn a_head_that_is_hostile_or_no_http_is_told_in_hookfleets_own_words() {
    let body = "{\"message\":\"no\"}";
    let length = body.len();
    let hostile = "\u{1b}[2J\u{202e}::error::";
    let mut said = String::new();
    for head in [
        format!("HTTP/1.1 400 {hostile}\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!(
            "HTTP/1.1 400 x\r\nretry-after: {hostile}\r\ncontent-length: {length}\r\n\r\n{body}"
        ),
        format!(
            "HTTP/1.1 429 x\r\nretry-after: \u{202e}##[x]\r\ncontent-length: {length}\r\n\r\n{body}"
        ),
        format!("HTTP/1.1 400 x\r\n{hostile}: x\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!(
            "HTTP/1.1 400 x\r\ncontent-type: {}\r\ncontent-length: {length}\r\n\r\n{body}",
            "x".repeat(1 << 20)
        ),
        format!("HTTP/1.1 999 x\r\ncontent-length: {length}\r\n\r\n{body}"),
        format!("HTTP/1.1 400 x\r\ncontent-length: {hostile}\r\n\r\n{body}"),
        format!("{hostile}\r\n\r\n"),
        format!("HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n{hostile}\r\n"),
        "\0".repeat(1 << 16),
    ] {
        let stage = Stage::new("  - { id: 00000000000A }\n", MANIFEST)
            .env("HOOKFLEET_BASE_URL", &answering(head.into_bytes()));
        let plan = run(&stage, &["plan", "-vv", "--retries", "0"]);
        assert_eq!(plan.code, 1, "{}", plan.told());
        assert!(!plan.told().contains(TOKEN));
        writeln!(said, "{}", told(&plan.out)).unwrap();
    }
    assert_data_eq!(
        said,
        str![[r#"
failed: 00000000000A: the answer is not HTTP
failed: 00000000000A: the answer is not HTTP
failed: 00000000000A: the API answered 429 Too Many Requests: no
failed: 00000000000A: the answer is not HTTP
failed: 00000000000A: the headers of the answer are too large
failed: 00000000000A: the API answered 999: no
failed: 00000000000A: the answer is not HTTP
failed: 00000000000A: the answer is not HTTP
failed: 00000000000A: the answer was cut off in its body
failed: 00000000000A: the answer is not HTTP

"#]]
    );
}

#[test]
fn request_without_an_answer_is_logged_harmlessly() {
    let texts = few();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut stage = crate::hostile::scene::stage_of(&texts);
    stage.shut_down();
    let plan = run(&stage, &["plan", "-vv", "--retries", "0"]);
    assert_eq!(plan.code, 1, "{}", plan.told());
    assert!(plan.err.contains("not answered"), "{}", plan.err);
}
