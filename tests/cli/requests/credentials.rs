//! Several credentials in one run: every request has the token of its instance, and no other anywhere in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::harness::Stage;

/// Credentials and their tokens; the last one is unknown to the server.
const TOKENS: [(&str, &str); 4] = [
    ("default", "first-token-4f1c"),
    ("filed", "second-token-93ab"),
    ("run", "third-token-e07d"),
    ("revoked", "fourth-token-5582"),
];
const INSTANCES: usize = 200;

/// Stands before the emulator and keeps every request, byte by byte.
struct Recorder {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let requests = seen.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let requests = requests.clone();
                // It ends when either side hangs up.
                thread::spawn(move || relay(&client, server, &requests));
            }
        });
        Self { address, seen }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

/// One head and the body that it promises.
fn message(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if from.read_until(b'\n', &mut bytes)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let head = String::from_utf8(bytes.clone())
        .unwrap()
        .to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    from.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn relay(mut client: &TcpStream, server: SocketAddr, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    let (mut asking, mut answering) = (BufReader::new(client), BufReader::new(server.try_clone()?));
    loop {
        let request = message(&mut asking)?;
        seen.lock()
            .unwrap()
            .push(String::from_utf8(request.clone()).unwrap());
        server.write_all(&request)?;
        client.write_all(&message(&mut answering)?)?;
    }
}

fn id(number: usize) -> String {
    format!("{number:012}")
}

fn credential(number: usize) -> (&'static str, &'static str) {
    TOKENS[number % TOKENS.len()]
}

/// A fleet whose instances take turns with the credentials; some requests meet 429, 502 or no answer.
fn stage(auth: &str, write: &str) -> Stage {
    let mut world = "version: 1\naccounts:\n".to_owned();
    for (_, token) in &TOKENS[..3] {
        writeln!(world, "  - token: {token}").unwrap();
    }
    let mut manifest = format!(
        "version: 1\napi: {{ auth: {auth}, write: {write} }}\ncredentials:\n  filed: {{ file: token.txt }}\n  \
         run: {{ command: [printenv, THIRD] }}\n  revoked: {{ env: FOURTH }}\nsecrets: {{ hook: {{ env: HOOK }} }}\ninstances:\n"
    );
    world.push_str("instances:\n");
    for number in 0..INSTANCES {
        let (id, (name, token)) = (id(number), credential(number));
        let token = if name == "revoked" {
            TOKENS[0].1
        } else {
            token
        };
        let faults = match number {
            // Whoever is asked to wait keeps the other requests with its credential waiting too.
            0..4 => {
                "{ on: get, nth: 1, answer: { status: 429, headers: { retry-after: '1' } } }, { on: post, nth: 1, answer: { status: 429, headers: { retry-after: '1' } } }"
            }
            10..14 => "{ on: get, nth: [1, 3], answer: { status: 502, body: html } }",
            20..24 => "{ on: post, nth: 1, answer: { status: 502 } }",
            30..34 => "{ on: post, nth: 1, drop: true, effect: written }",
            _ => "",
        };
        writeln!(
            world,
            "  - {{ id: '{id}', token: {token}, faults: [{faults}] }}"
        )
        .unwrap();
        writeln!(
            manifest,
            "  - {{ id: '{id}', credential: {name}, webhooks: [{{ url: 'https://a.example/?s=${{secret.hook}}', events: [message] }}] }}"
        )
        .unwrap();
    }
    let stage = Stage::of_world(&world, &manifest)
        .env("WAWP_ACCESS_TOKEN", TOKENS[0].1)
        .env("THIRD", TOKENS[2].1)
        .env("FOURTH", TOKENS[3].1)
        .env("HOOK", "hook-secret");
    stage.write("token.txt", TOKENS[1].1);
    stage
}

/// The instance that a request names, and its token, each in the one place where it may be.
fn named(request: &str, auth: &str) -> (String, String) {
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap();
    let target = first.split(' ').nth(1).unwrap();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let mut pairs: BTreeMap<String, String> = if auth == "query" {
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    } else {
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect()
    };
    let mut take = |name: &str| pairs.remove(name).expect(head);
    if auth == "query" {
        (take("instance_id"), take("access_token"))
    } else {
        let token = take("authorization");
        let token = token.strip_prefix("Bearer ").unwrap().to_owned();
        (take("x-instance-id"), token)
    }
}

fn never_mix(auth: &str, write: &str) {
    let stage = stage(auth, write);
    let recorder = Recorder::before(stage.emulator().addr());
    let base = format!("http://{}", recorder.address);
    let expected: BTreeMap<String, BTreeSet<String>> = (0..INSTANCES)
        .map(|number| {
            (
                id(number),
                BTreeSet::from([credential(number).1.to_owned()]),
            )
        })
        .collect();
    for args in [&["plan"][..], &["apply", "--auto-approve"], &["drift"]] {
        let args = [args, &["--allow-commands", "--base-url", &base]].concat();
        let run = stage.run(&args);
        assert_eq!(run.code, 1, "{}", run.told());
        let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for request in recorder.take() {
            let (instance, token) = named(&request, auth);
            // Nowhere else either, not even a second time.
            let held = TOKENS.map(|(_, token)| request.matches(token).count());
            let own = TOKENS.map(|(_, known)| usize::from(known == token));
            assert_eq!(held, own, "{request}");
            seen.entry(instance).or_default().insert(token);
        }
        // A credential that nobody knows is not used for all of them.
        let of_nobody = |id: &String| {
            id.parse::<usize>()
                .is_ok_and(|number| credential(number).0 == "revoked")
        };
        let (known, unknown): (BTreeMap<_, _>, BTreeMap<_, _>) =
            seen.into_iter().partition(|(id, _)| !of_nobody(id));
        assert!(unknown.iter().all(|(id, tokens)| expected[id] == *tokens));
        assert!(unknown.len() < INSTANCES / 4, "{args:?}");
        let asked = |(id, _): &(&String, _)| !of_nobody(id);
        assert!(known.iter().eq(expected.iter().filter(asked)), "{args:?}");
    }
    let written = (0..INSTANCES)
        .filter(|number| !stage.world().webhooks(&id(*number)).is_empty())
        .count();
    assert_eq!(written, INSTANCES / 4 * 3);
    let statuses: BTreeSet<String> = stage
        .world()
        .log()
        .iter()
        .map(|request| {
            request
                .to_string()
                .split_off("GET 000000000000 ".len())
                .trim()
                .to_owned()
        })
        .collect();
    assert_eq!(
        statuses.iter().map(String::as_str).collect::<Vec<_>>(),
        ["200", "401", "429", "502", "dropped"]
    );
}

#[test]
fn tokens_in_the_query_go_only_with_their_own_instances() {
    never_mix("query", "body");
}

#[test]
fn tokens_in_headers_go_only_with_their_own_instances() {
    never_mix("header", "query");
}
