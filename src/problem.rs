//! Problems of instances and runs as data. Each kind has one stable code.

/// A problem that stops an instance or a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind, with its stable code.
    pub kind: ProblemKind,
    /// The message: one lower-case line. It may quote the API, so renderers escape it.
    pub message: String,
    /// The HTTP status, when there was a response.
    pub http_status: Option<u16>,
    /// The next step.
    pub hint: Hint,
}

/// The next step after a problem, which is printed once for all instances that have it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The usual one of the problem's kind.
    #[default]
    Usual,
    /// None: the message says it all, or there is nothing to do about it.
    Nothing,
    /// One that fits better than the usual one.
    Step(&'static str),
}

impl Problem {
    /// Makes a problem without an HTTP status, with the usual hint of its kind.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            http_status: None,
            hint: Hint::Usual,
        }
    }

    /// The same with another hint.
    #[must_use]
    pub fn with_hint(self, hint: Hint) -> Self {
        Self { hint, ..self }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $variant:ident = $code:literal,)+) => {
        /// The kind of a problem. Kinds of single instances come first, in the order of their hints.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ProblemKind { $($(#[$doc])+ $variant,)+ }

        impl ProblemKind {
            /// The stable code in JSON and in the run log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
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
    /// 301, 302, 303, 307 or 308: redirects are not followed, since the token would go with them.
    Redirect = "redirect",
    /// 5xx, still after the last retry.
    ServerError = "server_error",
    /// The connection failed or was lost.
    Network = "network",
    /// The server's certificate is not trusted.
    Untrusted = "untrusted",
    /// The proxy did not connect.
    Proxy = "proxy",
    /// The request timed out.
    Timeout = "timeout",
    /// The request can't be encoded.
    Unsendable = "unsendable",
    /// The response is not what the API documents.
    UnexpectedAnswer = "unexpected_answer",
    /// The response may not list all webhooks, and a write would remove the others.
    Incomplete = "incomplete",
    /// The manifest manages a system webhook that the instance does not have.
    NoSystemWebhook = "no_system_webhook",
    /// The manifest lists the system webhook's URL among the custom ones.
    SystemWebhookListed = "system_webhook_listed",
    /// A guard blocked the instance or the run.
    Guard = "guard",
    /// Live state changed between plan and write.
    Stale = "stale",
    /// The write was accepted, and reads show another state.
    AcceptedButDifferent = "accepted_but_different",
    /// The write was sent, and nothing proves or disproves that it took effect.
    Unconfirmed = "unconfirmed",
    /// The run log can't be written, so hookfleet sent no write that could not be rolled back.
    Unrecorded = "unrecorded",
    /// The run was interrupted before it reached the instance.
    Interrupted = "interrupted",
    /// The run's deadline passed before it reached the instance.
    Deadline = "deadline",
    /// A flag, name or value on the command line is invalid.
    Usage = "usage",
    /// The run can't start: no client, or no randomness.
    Setup = "setup",
    /// The demo's emulator can't be started.
    Demo = "demo",
    /// The run ended by a bug in hookfleet.
    Internal = "internal",
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
    /// The run log is encrypted, and no identity decrypts it.
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
    /// A file is not a shard's report.
    InvalidReport = "invalid_report",
    /// Reports that can't be merged with each other.
    MixedReports = "mixed_reports",
    /// No file holds a report of a shard.
    NoReports = "no_reports",
    /// A shard's file holds no document.
    NoDocument = "no_document",
}

/// The reason why a run stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A signal asked for it.
    Interrupted,
    /// `--deadline` passed.
    OutOfTime,
}

impl StopReason {
    /// The problem of an instance that the run ended `before` reaching.
    pub fn problem(self, before: &str) -> Problem {
        let (kind, ended) = match self {
            Self::Interrupted => (ProblemKind::Interrupted, "the run was interrupted"),
            Self::OutOfTime => (ProblemKind::Deadline, "the run's deadline came"),
        };
        Problem::new(kind, format!("{ended} {before}"))
    }
}
