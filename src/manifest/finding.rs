//! The findings of a run: errors and warnings about the manifest, each with its location.

use std::collections::{BTreeMap, BTreeSet};

use super::{Location, nearest, quoted_id};

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The manifest can't be used.
    Error,
    /// The manifest can be used and likely has a mistake; an error under `--strict`.
    Warning,
}

impl Severity {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal $severity:ident,)+) => {
        /// The stable code of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])+ $variant,)+ }

        impl Code {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in JSON and behind `error` or `warning` in text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The severity of findings with this code.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// The file is no YAML, or not UTF-8.
    Syntax = "syntax" Error,
    /// The file is larger, deeper or more repetitive than a manifest may be.
    Limit = "limit" Error,
    /// A key stands twice in one mapping.
    DuplicateKey = "duplicate-key" Error,
    /// A key that the format does not have there.
    UnknownKey = "unknown-key" Error,
    /// A required key is missing.
    MissingKey = "missing-key" Error,
    /// `null`, which the format allows nowhere.
    NullValue = "null-value" Error,
    /// A value of the wrong type.
    WrongType = "wrong-type" Error,
    /// A value of the right type that is not allowed.
    InvalidValue = "invalid-value" Error,
    /// The manifest's version is not 1.
    UnsupportedVersion = "unsupported-version" Error,
    /// A token or secret stands in the manifest itself.
    LiteralSecret = "literal-secret" Error,
    /// Two instances share an id.
    DuplicateId = "duplicate-id" Error,
    /// Two instances, sets, credentials or secrets share a name.
    DuplicateName = "duplicate-name" Error,
    /// One instance lists a URL twice, or two of its sets disagree about one.
    DuplicateUrl = "duplicate-url" Error,
    /// `api`, `defaults` or `safety` stands in more than one file.
    DuplicateSection = "duplicate-section" Error,
    /// A webhook URL that is not http(s).
    InvalidUrl = "invalid-url" Error,
    /// URLs of a manifest that is not trusted, which could be guesses at secrets.
    GuessableUrl = "guessable-url" Error,
    /// An entry of a secret's `hosts` that is not a host.
    InvalidHost = "invalid-host" Error,
    /// A secret in a URL of a host that its `hosts` does not list.
    ForbiddenHost = "forbidden-host" Error,
    /// Two secrets of one source that may not go to the same hosts.
    HostsDisagree = "hosts-disagree" Error,
    /// A text that is not a glob.
    InvalidPattern = "invalid-pattern" Error,
    /// A set, credential, secret, label or variable that does not exist.
    UnknownReference = "unknown-reference" Error,
    /// A credential's or secret's source gave no value.
    UnsetSource = "unset-source" Error,
    /// A source that an untrusted manifest may not name.
    RefusedSource = "refused-source" Error,
    /// A wanted URL matches `ignore`.
    IgnoredUrl = "ignored-url" Error,
    /// An event that is not among the published ones.
    UnknownEvent = "unknown-event" Warning,
    /// An instance id that is not 12 characters long.
    IdLength = "id-length" Warning,
    /// A secret that is written out in a URL, as far as its looks say.
    SecretInUrl = "secret-in-url" Warning,
    /// A userinfo in a URL that reads as a host.
    MisleadingUserinfo = "misleading-userinfo" Warning,
    /// A placeholder of another tool in a URL.
    Placeholder = "placeholder" Warning,
    /// A webhook target without TLS.
    PlainHttp = "plain-http" Warning,
    /// Two spellings of one URL under an instance.
    AnotherSpelling = "another-spelling" Warning,
    /// A webhook target that the API's servers can't reach.
    UnreachableTarget = "unreachable-target" Warning,
    /// A glob that matches no URL, or not what it seems to.
    OddPattern = "odd-pattern" Warning,
    /// A text with a character that nobody sees, or with quotes that are none to YAML.
    OddText = "odd-text" Warning,
    /// A source that is a token's and a secret's.
    TokenAsSecret = "token-as-secret" Warning,
    /// A secret or token whose value is likely not what was meant.
    OddSecret = "odd-secret" Warning,
    /// A webhook without events.
    EmptyEvents = "empty-events" Warning,
    /// A set, credential or secret that nothing uses.
    Unused = "unused" Warning,
}

/// How much of the underlined text may be printed: a misplaced value may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reveal {
    /// All of it: a key, a name, an id.
    Text,
    /// A URL: all but userinfo and query values.
    Url,
    /// Nothing.
    Nothing,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The location.
    pub place: Location,
    /// The stable code.
    pub code: Code,
    /// The message with advice: one line without secrets. It quotes the manifest, so it is foreign text.
    pub message: String,
    /// How much of the underlined text may be printed.
    pub reveal: Reveal,
}

/// All findings of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    found: BTreeSet<Finding>,
    /// Findings that several instances share, with the ids of the instances.
    shared: BTreeMap<Finding, Vec<String>>,
    /// Errors beyond [`MOST`], which are only counted.
    more_errors: usize,
    /// Warnings beyond [`MOST`], which are only counted.
    more_warnings: usize,
    /// The codes whose findings alone are warnings, where all others are errors.
    tolerated: Option<Vec<Code>>,
}

/// The largest number of instances that a finding names.
const SOME: usize = 4;

/// The largest number of findings that are kept: a hostile manifest could have millions.
const MOST: usize = 10_000;

/// The number of findings from which suggestions, which are slow, are left out.
const ENOUGH: usize = 100;

impl Findings {
    /// Adds a finding.
    pub fn add(
        &mut self,
        code: Code,
        place: &Location,
        reveal: Reveal,
        message: impl Into<String>,
    ) {
        if self.is_full() {
            match self.severity(code) {
                Severity::Error => self.more_errors += 1,
                Severity::Warning => self.more_warnings += 1,
            }
        } else {
            self.found.insert(finding(code, place, reveal, message));
        }
    }

    /// Whether further findings are only counted, so that callers need not format a message.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// The candidate nearest to `name`; `None` when there is none, or there are many findings.
    pub fn suggest<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let is_worthwhile = self.found.len() < ENOUGH;
        is_worthwhile.then(|| nearest(name, candidates)).flatten()
    }

    /// Adds a finding about one instance at a location that many can share, such as a webhook set. It is reported once
    /// for all instances: see [`settle`](Self::settle).
    pub fn add_for(
        &mut self,
        code: Code,
        place: &Location,
        reveal: Reveal,
        message: impl Into<String>,
        id: &str,
    ) {
        let finding = finding(code, place, reveal, message);
        self.shared.entry(finding).or_default().push(id.to_owned());
    }

    /// Reports each shared finding once, with the instances that it is about.
    pub fn settle(&mut self) {
        for (finding, ids) in std::mem::take(&mut self.shared) {
            let some: Vec<String> = ids.iter().take(SOME).map(|id| quoted_id(id)).collect();
            let more = if ids.len() > SOME { ", …" } else { "" };
            let who = match ids.len() {
                1 => format!("instance {}", some.join("")),
                count => format!("{count} instances: {}{more}", some.join(", ")),
            };
            let message = format!("{} ({who})", finding.message);
            self.add(finding.code, &finding.place, finding.reveal, message);
        }
    }

    /// Iterates over the findings by file, line and column.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Finding> {
        self.found.iter()
    }

    /// The number of errors, kept or only counted.
    pub fn errors(&self) -> usize {
        self.kept(Severity::Error) + self.more_errors
    }

    /// The number of warnings, kept or only counted.
    pub fn warnings(&self) -> usize {
        self.kept(Severity::Warning) + self.more_warnings
    }

    /// Makes errors of all warnings but those with the codes of `except`, and returns their number. Those that are only
    /// counted are among them.
    pub fn make_strict(&mut self, except: &[Code]) -> usize {
        let before = self.errors();
        self.more_errors += std::mem::take(&mut self.more_warnings);
        self.tolerated = Some(except.to_vec());
        self.errors() - before
    }

    /// The severity of findings with this code.
    pub fn severity(&self, code: Code) -> Severity {
        match &self.tolerated {
            Some(tolerated) if !tolerated.contains(&code) => Severity::Error,
            _ => code.severity(),
        }
    }

    fn kept(&self, severity: Severity) -> usize {
        let found = self.found.iter();
        found
            .filter(|finding| self.severity(finding.code) == severity)
            .count()
    }
}

fn finding(code: Code, place: &Location, reveal: Reveal, message: impl Into<String>) -> Finding {
    Finding {
        place: place.clone(),
        code,
        message: message.into(),
        reveal,
    }
}
