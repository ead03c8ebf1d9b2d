//! Non-interference: what is printed is the same whatever a secret is, and holds none of it.

use std::fmt::Write as _;

use crate::harness::{Run, Stage};

/// What is secret in one run.
#[derive(Clone, Copy)]
struct Secrets<'a> {
    token: &'a str,
    /// In the manifest's URLs, from the environment.
    hook: &'a str,
    /// In live URLs that the manifest does not have, URL-safe.
    live: &'a str,
}

const FIRST: Secrets<'_> = Secrets {
    token: "first-token-0123456789abcdef",
    hook: "first-hook-secret-76543210",
    live: "q7Xw2Lm9Kp4Zr8Tn1VbY",
};

const COMMANDS: [&[&str]; 5] = [
    &["plan"],
    &["plan", "--format", "json", "-vv"],
    &["drift"],
    &["apply", "--auto-approve"],
    &["apply", "--auto-approve", "--format", "json", "-vv"],
];

const FAULTS: [&str; 9] = [
    "",
    "{ on: get, answer: { status: 401, body: xml } }",
    "{ on: get, answer: { status: 200, raw: '<p>' } }",
    "{ on: get, drop: true }",
    "{ on: get, nth: { from: 3 }, answer: { status: 502, body: html } }",
    "{ on: post, answer: { status: 400, message: 'LEAKED' } }",
    "{ on: post, answer: { status: 502, body: html, message: 'LEAKED' }, effect: written }, { on: get, nth: { from: 3 }, answer: { status: 502, body: text, message: 'LEAKED' } }",
    "{ on: post, drop: true, effect: written }",
    "{ on: post, answer: { status: 502 } }, { on: get, nth: 3, meanwhile: { webhooks: [{ url: 'https://theirs.example/in?key=LIVE', events: [] }] } }, { on: get, nth: 4, drop: true }",
];

fn stage(secrets: Secrets<'_>, faults: &str) -> Stage {
    let Secrets { token, hook, live } = secrets;
    let encoded: String = url::form_urlencoded::byte_serialize(hook.as_bytes()).collect();
    // A server that quotes what it was sent.
    let leaked = format!(
        "not accepted: https://crm.example.com/in?secret={encoded} and https://u:{live}@b.example/?k={live}#{live}"
    );
    let faults = faults.replace("LEAKED", &leaked).replace("LIVE", live);
    let world = format!(
        "version: 1\naccounts: [{{ token: {token:?} }}]\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      \
         - {{ url: 'https://crm.example.com/in?secret={live}&v=1', events: [message], extra: {{ hmac: {{ key: {live} }} }} }}\n      \
         - {{ url: 'https://u:{live}@b.example/hook?k={live}#{live}', events: [message] }}\n      \
         - {{ url: 'https://c.example/services/{live}/x', events: [message] }}\n    \
         system: {{ url: 'https://app.wawp.net/api/webhook/{live}', events: [message] }}\n    faults: [{faults}]\n"
    );
    let manifest = "version: 1\nsecrets: { hook: { env: HOOK } }\ninstances:\n  - id: 8D30ABB1E6DA\n    name: support\n    webhooks:\n      \
         - { url: 'https://crm.example.com/in?secret=${secret.hook}&v=1', events: [message, message.ack] }\n      \
         - { url: 'https://u:${secret.hook}@d.example/${secret.hook}/x#${secret.hook}', events: [message] }\n    \
         system: { events: [message, message.ack] }\n";
    Stage::of_world(&world, manifest)
        .env("WAWP_ACCESS_TOKEN", token)
        .env("HOOK", hook)
}

/// Without the times of log lines.
fn timeless(run: Run) -> Run {
    let mut err = String::new();
    for line in run.err.lines() {
        let is_log = line.starts_with("20") && line.contains('Z');
        let line = if is_log {
            line.split_once('Z').unwrap().1
        } else {
            line
        };
        writeln!(err, "{line}").unwrap();
    }
    Run { err, ..run }
}

/// Without what is said of a secret that reads as several parts of a URL.
fn without_delimiters(err: &str) -> String {
    let mut kept = String::new();
    let mut is_said = false;
    for line in err.split_inclusive('\n') {
        is_said |= line.starts_with("warning[odd-secret]: secret `hook` holds `");
        if !is_said {
            kept.push_str(line);
        }
        is_said &= line != "\n";
    }
    kept
}

fn percent(text: &str, upper: bool, keep: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || keep.contains(&byte) => {
                encoded.push(char::from(byte));
            }
            byte if upper => write!(encoded, "%{byte:02X}").unwrap(),
            byte => write!(encoded, "%{byte:02x}").unwrap(),
        }
    }
    encoded
}

/// Panics where a run shows a secret, raw or encoded.
fn holds_none(run: &Run, secrets: Secrets<'_>, what: &str) {
    let seen = format!("{}{}", run.out, run.err);
    for secret in [secrets.token, secrets.hook, secrets.live] {
        let mut forms = vec![
            secret.to_owned(),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        ];
        for upper in [true, false] {
            forms.extend([
                percent(secret, upper, b""),
                percent(secret, upper, b"-._~"),
                percent(secret, upper, b"-._~!$&'()*+,;=:@"),
            ]);
        }
        for form in forms {
            assert!(!seen.contains(&form), "{what}: {form} in\n{seen}");
        }
    }
}

/// Every command under every fault, and with nobody listening.
fn seen_with(secrets: Secrets<'_>, faults: &[&str]) -> Vec<(String, Run)> {
    let mut seen = Vec::new();
    for faults in faults {
        for args in COMMANDS {
            let is_down = *faults == "DOWN";
            let mut stage = stage(secrets, if is_down { "" } else { faults });
            if is_down {
                stage.shut_down();
            }
            let what = format!("{args:?} {faults}");
            let args: Vec<&str> = args.iter().copied().chain(["--retries", "0"]).collect();
            let mut run = timeless(stage.run(&args));
            holds_none(&run, secrets, &what);
            // What is odd about a token is said, and is no part of it.
            let lines = run.err.split_inclusive('\n');
            let said = |line: &&str| !line.ends_with("mend the source if that is not meant\n");
            run.err = without_delimiters(&lines.filter(said).collect::<String>());
            seen.push((what, run));
        }
    }
    seen
}

fn differ_in_nothing(other: Secrets<'_>, faults: &[&str]) {
    let (first, second) = (seen_with(FIRST, faults), seen_with(other, faults));
    assert_eq!(first.len(), faults.len() * COMMANDS.len());
    for ((what, first), (_, second)) in first.iter().zip(&second) {
        assert_eq!(first.told(), second.told(), "{what}");
    }
}

#[test]
fn another_hook_secret_changes_nothing_that_is_printed() {
    for hook in [
        "2nd hook/&=?#%é+\"'~secret",
        "Zt5.very-long-hook-secret-".repeat(20).as_str(),
    ] {
        differ_in_nothing(Secrets { hook, ..FIRST }, &FAULTS[..5]);
    }
}

#[test]
fn another_hook_secret_changes_nothing_that_is_printed_where_writes_fail() {
    differ_in_nothing(
        Secrets {
            hook: "2nd hook/&=?#%é+\"'~secret",
            ..FIRST
        },
        &FAULTS[5..],
    );
}

#[test]
fn another_live_secret_changes_nothing_that_is_printed() {
    differ_in_nothing(
        Secrets {
            live: "Hd3Gs8Jf5Ql0Wn6Ec2Ub",
            ..FIRST
        },
        &FAULTS[..5],
    );
}

#[test]
fn another_live_secret_changes_nothing_that_is_printed_where_writes_fail() {
    differ_in_nothing(
        Secrets {
            live: "Hd3Gs8Jf5Ql0Wn6Ec2Ub",
            ..FIRST
        },
        &FAULTS[5..],
    );
}

#[test]
fn another_token_changes_nothing_that_is_printed() {
    differ_in_nothing(
        Secrets {
            token: "2nd token/&=?#%+~with all",
            ..FIRST
        },
        &FAULTS[..7],
    );
}

#[test]
fn run_with_closed_stdout_prints_no_secret() {
    let other = Secrets {
        token: "2nd-token",
        hook: "2nd hook/&=",
        live: "Hd3Gs8Jf5Ql0Wn6Ec2Ub",
    };
    differ_in_nothing(other, &["DOWN"]);
    let (_, run) = seen_with(FIRST, &["DOWN"]).remove(0);
    snapbox::assert_data_eq!(
        run.told(),
        snapbox::str![[r#"
exit 1
--- stdout
failed: support (8D30ABB1E6DA): cannot connect to 127.0.0.1:<PORT>: Connection refused (os error 111)

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: is the API reachable? run it again: it reads before it writes, so nothing is done twice

"#]]
    );
}

#[test]
fn a_token_that_no_header_can_carry_is_said_to_be_so_and_not_shown() {
    let stage = stage(
        Secrets {
            token: "two\nlines-of-a-token",
            ..FIRST
        },
        "",
    );
    let manifest = std::fs::read_to_string(stage.dir.path().join("hookfleet.yaml")).unwrap();
    stage.write(
        "hookfleet.yaml",
        manifest.replace("version: 1\n", "version: 1\napi: { auth: header }\n"),
    );
    let run = stage.run(&["plan", "--retries", "0", "-vv"]);
    let run = timeless(run);
    holds_none(
        &run,
        Secrets {
            token: "lines-of-a-token",
            ..FIRST
        },
        "header",
    );
    assert_eq!((run.code, stage.requests()), (1, (0, 0)));
    snapbox::assert_data_eq!(
        run.told(),
        snapbox::str![[r#"
exit 1
--- stdout
--- stderr
error: credential `default`: environment variable `WAWP_ACCESS_TOKEN` has a line break or another control character, which no header can carry, so nothing was sent

hint: mend the source: a token is one line

"#]]
    );
}

#[test]
fn a_secret_that_is_a_part_of_everything_is_not_searched_for_and_replaced() {
    // A renderer that censored its output by searching for secrets would tell what they are.
    let plain = stage(FIRST, "").run(&["plan"]);
    let short = stage(
        Secrets {
            hook: "message",
            ..FIRST
        },
        "",
    )
    .run(&["plan"]);
    assert_eq!(plain, short);
}
