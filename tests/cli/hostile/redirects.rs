//! A redirect to another host: nobody connects there, and what it says is not repeated.

use std::fmt::Write as _;
use std::net::TcpListener;

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;
use crate::hostile::check::run;

/// Every status that some client follows, and those between.
const STATUSES: [u16; 10] = [300, 301, 302, 303, 304, 305, 306, 307, 308, 399];

/// An instance for each status and each place that it redirects to.
fn stage(on: &str, recorder: &TcpListener) -> Stage {
    let there = recorder.local_addr().unwrap();
    let locations = [
        format!("http://{there}/v2/session/webhook?evil=::error::"),
        format!("https://{there}/evil"),
        format!("//{there}/evil"),
        "/evil".to_owned(),
        "evil?##vso[x]".to_owned(),
    ];
    let mut world = String::new();
    let mut manifest = "version: 1\ndefaults: { webhook_sets: [hooks] }\nwebhook_sets: { hooks: [{ url: 'https://a.example/hook', events: [message] }] }\ninstances:\n".to_owned();
    for status in STATUSES {
        for (at, location) in locations.iter().enumerate() {
            writeln!(world, "  - {{ id: 00000000{status}{at}, faults: [{{ on: {on}, answer: {{ status: {status}, raw: '<p>evil of {there}', headers: {{ location: '{location}', refresh: '0; url={location}' }} }} }}] }}").unwrap();
            writeln!(manifest, "  - id: 00000000{status}{at}").unwrap();
        }
    }
    Stage::new(&world, &manifest)
}

/// What is said where reads, or writes, are redirected.
fn told(on: &str, verb: &[&str]) -> String {
    let recorder = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = recorder.local_addr().unwrap().port().to_string();
    let stage = stage(on, &recorder);
    let common = ["--retries", "0", "--concurrency", "50", "-vv"];
    let text = run(&stage, &[verb, &common].concat());
    let json = run(&stage, &["plan", "--format", "json", "--retries", "0"]);
    for run in [&text, &json] {
        assert!(!run.out.contains(&port), "{}", run.told());
        let told = run.told();
        let is_repeated = ["/evil", "evil=", "evil?"]
            .iter()
            .any(|part| told.contains(part));
        assert!(!is_repeated, "{told}");
    }
    assert_eq!(text.code, 1, "{}", text.told());
    recorder.set_nonblocking(true).unwrap();
    assert!(recorder.accept().is_err(), "somebody has connected");
    let strays = stage
        .world()
        .log()
        .iter()
        .filter(|request| request.instance.is_none())
        .count();
    assert_eq!(strays, 0, "somebody has followed to another path");
    text.out
}

#[test]
fn redirect_of_a_read_is_not_followed_and_its_status_is_printed() {
    assert_data_eq!(
        told("get", &["plan"]),
        str![[r#"
failed: 5 instances: the API answered 300 Multiple Choices
    000000003000, 000000003001, 000000003002, 000000003003, 000000003004
failed: 5 instances: the API answered 301 Moved Permanently
    000000003010, 000000003011, 000000003012, 000000003013, 000000003014
failed: 5 instances: the API answered 302 Found
    000000003020, 000000003021, 000000003022, 000000003023, 000000003024
failed: 5 instances: the API answered 303 See Other
    000000003030, 000000003031, 000000003032, 000000003033, 000000003034
failed: 5 instances: the API answered 304 Not Modified
    000000003040, 000000003041, 000000003042, 000000003043, 000000003044
failed: 5 instances: the API answered 305 Use Proxy
    000000003050, 000000003051, 000000003052, 000000003053, 000000003054
failed: 5 instances: the API answered 306
    000000003060, 000000003061, 000000003062, 000000003063, 000000003064
failed: 5 instances: the API answered 307 Temporary Redirect
    000000003070, 000000003071, 000000003072, 000000003073, 000000003074
failed: 5 instances: the API answered 308 Permanent Redirect
    000000003080, 000000003081, 000000003082, 000000003083, 000000003084
failed: 5 instances: the API answered 399
    000000003990, 000000003991, 000000003992, 000000003993, 000000003994

Plan: 0 to create, 0 to update, 0 to delete on 0 of 50 instances. 50 failed, 0 blocked.

"#]]
    );
}

#[test]
fn redirect_of_a_write_is_not_followed_and_its_status_is_printed() {
    assert_data_eq!(
        told("post", &["apply", "--auto-approve"]),
        str![[r#"
notice: new host a.example: no live webhook of the selection goes there, and 50 instances would
notice: 50 instances: the answer does not mention a system webhook; a write sends back only what is listed
    000000003000, 000000003001, 000000003002, 000000003003, 000000003004, 000000003010, 000000003011,
    000000003012, and 42 more

50 instances:
    000000003000, 000000003001, 000000003002, 000000003003, 000000003004, 000000003010, 000000003011,
    000000003012, 000000003013, 000000003014, 000000003020, 000000003021, 000000003022, 000000003023,
    000000003024, 000000003030, 000000003031, 000000003032, 000000003033, 000000003034, 000000003040,
    000000003041, 000000003042, 000000003043, 000000003044, 000000003050, 000000003051, 000000003052,
    000000003053, 000000003054, 000000003060, 000000003061, 000000003062, 000000003063, 000000003064,
    000000003070, 000000003071, 000000003072, 000000003073, 000000003074, 000000003080, 000000003081,
    000000003082, 000000003083, 000000003084, 000000003990, 000000003991, 000000003992, 000000003993,
    000000003994
  + https://a.example/hook
      events: message

Plan: 50 to create, 0 to update, 0 to delete on 50 of 50 instances.

failed: 5 instances: the API answered 300 Multiple Choices; reads show that nothing has changed so far
    000000003000, 000000003001, 000000003002, 000000003003, 000000003004
failed: 5 instances: the API answered 301 Moved Permanently; reads show that nothing has changed so far
    000000003010, 000000003011, 000000003012, 000000003013, 000000003014
failed: 5 instances: the API answered 302 Found; reads show that nothing has changed so far
    000000003020, 000000003021, 000000003022, 000000003023, 000000003024
failed: 5 instances: the API answered 303 See Other; reads show that nothing has changed so far
    000000003030, 000000003031, 000000003032, 000000003033, 000000003034
failed: 5 instances: the API answered 304 Not Modified; reads show that nothing has changed so far
    000000003040, 000000003041, 000000003042, 000000003043, 000000003044
failed: 5 instances: the API answered 305 Use Proxy; reads show that nothing has changed so far
    000000003050, 000000003051, 000000003052, 000000003053, 000000003054
failed: 5 instances: the API answered 306; reads show that nothing has changed so far
    000000003060, 000000003061, 000000003062, 000000003063, 000000003064
failed: 5 instances: the API answered 307 Temporary Redirect; reads show that nothing has changed so far
    000000003070, 000000003071, 000000003072, 000000003073, 000000003074
failed: 5 instances: the API answered 308 Permanent Redirect; reads show that nothing has changed so far
    000000003080, 000000003081, 000000003082, 000000003083, 000000003084
failed: 5 instances: the API answered 399; reads show that nothing has changed so far
    000000003990, 000000003991, 000000003992, 000000003993, 000000003994

Apply complete: 0 applied, 0 unchanged, 50 failed, 0 stale, 0 blocked, 0 skipped.

"#]]
    );
}
