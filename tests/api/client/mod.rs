//! Readers and writers of the API, over transports that are made up, on a paused clock.

mod echoes;
mod limits;
mod requests;
mod retries;
mod world;
mod writes;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use hookfleet::api::limit::Limits;
use hookfleet::api::transport::Pending;
use hookfleet::api::{
    Access, Budget, Client, Delivery, Freshness, Options, Reader, Transport, TransportError,
    TransportErrorKind, WriteOutcome, Writer,
};
use hookfleet::approval::Approval;
use hookfleet::cancel::CancelToken;
use hookfleet::desired::{Authentication, Concurrency, WriteVia};
use hookfleet::live::Reading;
use hookfleet::plan::Action;
use hookfleet::ports::{Clock, Entropy};
use hookfleet::problem::Problem;
use hookfleet::runlog::{FORMAT, Header, Intent, RunKind};
use hookfleet::store::{DiscardedLog, Journal, Seal};
use hookfleet::webhook::InstanceId;
use hookfleet::wire::{Request, Response};
use secrecy::SecretString;
use tokio::time::Instant;

pub(crate) const TOKEN: &str = "tok/9f8e 7d+6c";
pub(crate) const EMPTY: &str = r#"{"status":"success","webhooks":[],"systemConfig":null}"#;

/// What the transport does with a request.
#[derive(Clone)]
pub(crate) enum Does {
    Answers(u16, Vec<(&'static str, String)>, String),
    Fails(TransportErrorKind, Delivery),
    Hangs,
}

pub(crate) fn answers(status: u16, body: &str) -> Does {
    Does::Answers(status, Vec::new(), body.to_owned())
}

pub(crate) fn asks_to_wait(status: u16, retry_after: &str) -> Does {
    let header = ("retry-after", retry_after.to_owned());
    Does::Answers(status, vec![header], String::new())
}

/// A transport that does what it was told, the last thing for ever, and remembers every request and its time.
pub(crate) struct Script {
    does: Mutex<VecDeque<Does>>,
    seen: Mutex<Vec<(Duration, String)>>,
    start: Instant,
    takes: Duration,
}

impl Script {
    pub(crate) fn new(does: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Self::taking(Duration::ZERO, does)
    }

    /// Every answer takes that long.
    pub(crate) fn taking(takes: Duration, does: impl IntoIterator<Item = Does>) -> Arc<Self> {
        Arc::new(Self {
            does: Mutex::new(does.into_iter().collect()),
            seen: Mutex::default(),
            start: Instant::now(),
            takes,
        })
    }

    /// Every request, whole: method, target, headers, body.
    pub(crate) fn requests(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|(_, request)| request.clone()).collect()
    }

    /// When each request came, in milliseconds from the start.
    pub(crate) fn times(&self) -> Vec<u128> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|(at, _)| at.as_millis()).collect()
    }
}

impl Transport for Script {
    fn send(&self, request: Request) -> Pending<'_> {
        let mut text = format!("{} {}", request.method.as_str(), &*request.target);
        for (name, value) in &request.headers {
            text.extend(["\n", name, ": ", value.as_str()]);
        }
        if let Some(body) = &request.body {
            text.extend(["\n\n", std::str::from_utf8(body).unwrap()]);
        }
        let now = self.start.elapsed();
        self.seen.lock().unwrap().push((now, text));
        let mut does = self.does.lock().unwrap();
        let next = if does.len() > 1 {
            does.pop_front().unwrap()
        } else {
            does[0].clone()
        };
        Box::pin(async move {
            if !self.takes.is_zero() {
                tokio::time::sleep(self.takes).await;
            }
            match next {
                Does::Answers(status, headers, body) => Ok(Response {
                    status,
                    headers: headers
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                    body: body.into_bytes(),
                }),
                Does::Fails(kind, fate) => Err(TransportError::new(kind, fate)),
                Does::Hangs => std::future::pending().await,
            }
        })
    }
}

/// Chance that always falls the same way: 0 halves a pause, 255 leaves it whole.
pub(crate) struct Always(pub(crate) u8);

impl Entropy for Always {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(self.0);
        Ok(())
    }
}

/// 1994-11-06 08:49:37 UTC, for ever.
struct Then;

impl Clock for Then {
    fn now(&self) -> SystemTime {
        httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap()
    }
}

/// A run's options, with what tests change.
pub(crate) struct Setup {
    pub(crate) auth: Authentication,
    pub(crate) write: WriteVia,
    pub(crate) retries: u32,
    pub(crate) chance: u8,
    pub(crate) concurrency: u32,
    pub(crate) per_second: Option<u32>,
}

pub(crate) const SETUP: Setup = Setup {
    auth: Authentication::Query,
    write: WriteVia::Body,
    retries: 3,
    chance: 255,
    concurrency: 16,
    per_second: None,
};

impl Setup {
    pub(crate) fn client(self, transport: Arc<dyn Transport>) -> Arc<Client> {
        Arc::new(Client {
            transport,
            clock: Arc::new(Then),
            entropy: Arc::new(Always(self.chance)),
            limits: Limits::new(Concurrency::Exactly(self.concurrency), self.per_second),
            budget: Budget::default(),
            interrupt: CancelToken::never(),
            options: Options {
                auth: self.auth,
                write: self.write,
                timeout: Duration::from_secs(30),
                retries: self.retries,
            },
        })
    }
}

pub(crate) fn access(credential: &str, token: &str) -> Access {
    Access {
        credential: Arc::from(credential),
        token: SecretString::from(token),
    }
}

pub(crate) fn id() -> InstanceId {
    InstanceId::new("8D30ABB1E6DA")
}

/// Reads once, as a plan does.
pub(crate) async fn read(client: &Arc<Client>) -> String {
    let reader = Reader::new(client.clone());
    reading(
        &reader
            .read(&access("default", TOKEN), &id(), Freshness::Any)
            .await,
    )
}

/// Posts an action that is recorded nowhere to stay.
pub(crate) async fn send(client: &Arc<Client>, access: &Access, action: &Action) -> WriteOutcome {
    let header = Header {
        hookfleet_run: FORMAT,
        run: "test".to_owned(),
        api: "wawp".to_owned(),
        kind: RunKind::Apply,
        plan: None,
        of: None,
        root: None,
        tool: String::new(),
        planner: None,
        started: String::new(),
        writes: 1,
        allow: Vec::new(),
        weighed: true,
        sealed_to: None,
        base_url: None,
        manifests: Vec::new(),
        selection: None,
    };
    let approval = Approval {
        salt: String::new(),
        shown: String::new(),
        digests: BTreeMap::new(),
    };
    let store = Box::new(DiscardedLog);
    let journal = Journal::begin(store, Seal::None, header, approval, &BTreeMap::new())
        .await
        .unwrap();
    let intent = Intent {
        instance: id().as_str().into(),
        name: None,
        credential: access.credential.clone(),
        answer: "{}".to_owned().into(),
        write: "{}".to_owned().into(),
        mac: None,
    };
    let recorded = journal.intend(intent, &access.token, action).await.unwrap();
    let writer = Writer::new(client.clone());
    let slot = client.limits.enter(&access.credential, 1).await;
    writer.post(&slot, access, &id(), &recorded).await
}

/// Posts an action.
pub(crate) async fn post(client: &Arc<Client>, action: &Action) -> String {
    let access = access("default", TOKEN);
    match send(client, &access, action).await {
        WriteOutcome::Accepted(_) => "accepted".to_owned(),
        WriteOutcome::Refused(why) => format!("refused, {}", trouble(&why)),
        WriteOutcome::Denied(why) => format!("denied, {}", trouble(&why)),
        WriteOutcome::NotSent(why) => format!("not sent, {}", trouble(&why)),
        WriteOutcome::Limited(why, pause) => format!("limited, pause {pause:?}, {}", trouble(&why)),
        WriteOutcome::Unknown(why, pause) => format!("unknown, pause {pause:?}, {}", trouble(&why)),
    }
}

pub(crate) fn reading(reading: &Reading) -> String {
    match reading {
        Reading::Seen(live) => format!("seen {}", live.webhooks.len()),
        Reading::Absent(why) => format!("absent, {}", trouble(why)),
        Reading::Unreadable(why) => format!("unreadable, {}", trouble(why)),
    }
}

fn trouble(trouble: &Problem) -> String {
    let Problem {
        kind,
        message,
        http_status,
        hint: _,
    } = trouble;
    format!("{} {http_status:?}: {message}", kind.as_str())
}
