//! Problems as data: why an instance, or a whole run, is not as wanted. Each kind has one stable code.

/// Why an instance could not be read, planned or written: data, not a control flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is, for programs.
    pub kind: ProblemKind,
    /// What it is, for people: one lower-case line. It may quote the server, so a renderer makes it harmless.
    pub message: String,
    /// The status the API answered with, where there was an answer.
    pub http_status: Option<u16>,
}

impl Problem {
    /// Trouble without an HTTP status.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            http_status: None,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal,)+) => {
        /// What a problem is, for programs. Kinds of single instances come first, in the order in which hints are given.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ProblemKind { $($(#[$doc])+ $variant,)+ }

        impl ProblemKind {
            /// The stable code, as JSON and the run log have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The kind of a code; `None` for one that this version doesn't know.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// 400: the API did not accept the request's parameters.
    BadRequest = "bad_request",
    /// 401: the token is missing or not valid.
    Unauthorized = "unauthorized",
    /// 403 `subscription_required`: the account's plan has no webhooks.
    SubscriptionRequired = "subscription_required",
    /// Any other 403.
    Forbidden = "forbidden",
    /// 404: the instance does not exist.
    NotFound = "not_found",
    /// 429, still after the last retry.
    RateLimited = "rate_limited",
    /// 3xx: redirects are not followed, since the token would go with them.
    Redirect = "redirect",
    /// 5xx, still after the last retry.
    ServerError = "server_error",
    /// No connection, or it was lost.
    Network = "network",
    /// The server's certificate is not to be trusted.
    Untrusted = "untrusted",
    /// The proxy led nowhere.
    Proxy = "proxy",
    /// The request's time was up.
    Timeout = "timeout",
    /// The request can't be put on the wire.
    Unsendable = "unsendable",
    /// An answer that is not what the API documents.
    UnexpectedAnswer = "unexpected_answer",
    /// The manifest manages a system webhook that the instance does not have.
    NoSystemWebhook = "no_system_webhook",
    /// The manifest lists the system webhook's URL among the custom ones.
    SystemWebhookListed = "system_webhook_listed",
    /// A guard blocked the instance or the run.
    Guard = "guard",
    /// Live state moved between plan and write.
    Stale = "stale",
    /// The write was accepted, and reads show something else.
    AcceptedButDifferent = "accepted_but_different",
    /// The write was sent, and nothing proves or disproves that it took effect.
    Unconfirmed = "unconfirmed",
    /// The run log can't be written, and nothing is written that could not be put back.
    Unrecorded = "unrecorded",
    /// The run was interrupted before its turn.
    Interrupted = "interrupted",
    /// The run's deadline came before its turn.
    Deadline = "deadline",
    /// A flag, a name or a value on the command line.
    Usage = "usage",
    /// The run can't begin: no client, no randomness.
    Setup = "setup",
    /// The demo's emulator can't be started.
    Demo = "demo",
    /// The emulator can't listen.
    Listen = "listen",
    /// The emulator's world file can't be read or is invalid.
    World = "world",
    /// The manifest can't be read.
    UnreadableManifest = "unreadable_manifest",
    /// The manifest has errors.
    InvalidManifest = "invalid_manifest",
    /// A source gave no value.
    UnsetSource = "unset_source",
    /// A source that an untrusted manifest may not name.
    RefusedSource = "refused_source",
    /// The changes were not approved at the prompt.
    Declined = "declined",
    /// The state directory can't be used.
    State = "state",
    /// An encrypted run log, and no identity that opens it.
    Identity = "identity",
    /// A run log that can't be used.
    InvalidLog = "invalid_log",
    /// A saved plan that can't be used.
    InvalidPlan = "invalid_plan",
    /// A saved plan that is older than `--max-age`.
    ExpiredPlan = "expired_plan",
    /// The plan can't be saved.
    UnwritablePlan = "unwritable_plan",
    /// A report file can't be written.
    UnwritableReport = "unwritable_report",
    /// A file that is no report of a shard.
    InvalidReport = "invalid_report",
    /// Reports that can't be merged with each other.
    MixedReports = "mixed_reports",
    /// No file holds a report of a shard.
    NoReports = "no_reports",
    /// A shard's file that holds no document.
    NoDocument = "no_document",
}

/// Why a run ends before it has done all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody asked for it.
    Interrupted,
    /// `--deadline` came.
    OutOfTime,
}

impl StopReason {
    /// What did not come about, since the run ended `before` it.
    pub fn problem(self, before: &str) -> Problem {
        let (kind, ended) = match self {
            Self::Interrupted => (ProblemKind::Interrupted, "the run was interrupted"),
            Self::OutOfTime => (ProblemKind::Deadline, "the run's deadline came"),
        };
        Problem::new(kind, format!("{ended} {before}"))
    }
}
