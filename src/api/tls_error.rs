//! TLS errors in words: what is wrong with a certificate, and why a handshake failed. No Debug text of a library is told.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

/// The names of a certificate that are told.
const NAMES: usize = 5;

/// Why TLS did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TlsFailure {
    /// The certificate is not to be trusted: why, and in words.
    Certificate(Doubt, String),
    /// The certificate is an authority's own, which no server may show.
    AuthoritysOwn,
    /// The other side does not speak TLS.
    NotTls,
    /// The handshake failed: who is to change what, and why in words.
    Handshake(Refusal, String),
}

/// What a handshake failed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Version,
    Ciphers,
    Host,
    Protocol,
    Client,
    /// The server refused it, for a reason that is its own.
    Other,
    /// Nothing that the server said.
    None,
}

/// The part of a certificate that speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    Issuer,
    /// The issuer has the name of an authority that is trusted, and another key.
    IssuersKey,
    Time,
    Name,
    /// It has no name at all.
    NoName,
    Purpose,
    Other,
}

impl TlsFailure {
    pub(super) fn of(error: &Error) -> Self {
        let handshake = |refusal, why: &str| Self::Handshake(refusal, why.to_owned());
        let beside = |refusal, what: &str, debug: String| {
            Self::Handshake(refusal, format!("{what}{}", in_brackets(&debug)))
        };
        match error {
            Error::InvalidCertificate(why) => certificate(why),
            Error::InvalidMessage(_) => Self::NotTls,
            Error::AlertReceived(alert) => alerted(*alert),
            Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => handshake(Refusal::Version, NO_VERSION),
            Error::PeerIncompatible(why) => {
                let what = "the server offers no TLS that suits";
                beside(Refusal::Ciphers, what, format!("{why:?}"))
            }
            Error::NoApplicationProtocol => handshake(Refusal::Protocol, NO_PROTOCOL),
            Error::PeerMisbehaved(why) => {
                let what = "the server breaks the rules of TLS";
                beside(Refusal::Other, what, format!("{why:?}"))
            }
            Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
                handshake(Refusal::Other, "the server breaks the rules of TLS")
            }
            Error::NoCertificatesPresented => {
                handshake(Refusal::Other, "the server shows no certificate")
            }
            Error::FailedToGetCurrentTime => {
                handshake(Refusal::None, "the time of day is not known")
            }
            Error::FailedToGetRandomBytes => {
                handshake(Refusal::None, "the system gives no random bytes")
            }
            _ => handshake(Refusal::None, "the TLS handshake failed"),
        }
    }
}

const NO_VERSION: &str = "the server speaks no TLS 1.2 or later";
const NO_PROTOCOL: &str = "the server wants another protocol than HTTP/1.1";

/// What an alert says (RFC 8446, 6).
fn alerted(alert: AlertDescription) -> TlsFailure {
    use AlertDescription as Alert;
    let named = || {
        let name = in_brackets(&format!("{alert:?}"));
        format!("the server refused the TLS handshake{name}")
    };
    let (refusal, why) = match alert {
        Alert::ProtocolVersion => (Refusal::Version, NO_VERSION.to_owned()),
        Alert::HandshakeFailure | Alert::InsufficientSecurity => (Refusal::Ciphers, named()),
        Alert::UnrecognisedName => (Refusal::Host, "the server knows no such host".to_owned()),
        Alert::NoApplicationProtocol => (Refusal::Protocol, NO_PROTOCOL.to_owned()),
        Alert::CertificateRequired => {
            let why = "the server wants a certificate of the client";
            (Refusal::Client, why.to_owned())
        }
        _ => (Refusal::Other, named()),
    };
    TlsFailure::Handshake(refusal, why)
}

/// What is wrong with a certificate.
#[allow(
    deprecated,
    reason = "an older rustls or another verifier may still say so"
)]
fn certificate(why: &CertificateError) -> TlsFailure {
    use CertificateError as Why;
    let doubt = match why {
        Why::UnknownIssuer => Doubt::Issuer,
        Why::BadSignature | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            Doubt::IssuersKey
        }
        Why::Expired
        | Why::ExpiredContext { .. }
        | Why::NotValidYet
        | Why::NotValidYetContext { .. } => Doubt::Time,
        Why::NotValidForNameContext { presented, .. } if names(presented).is_none() => {
            Doubt::NoName
        }
        Why::NotValidForName | Why::NotValidForNameContext { .. } => Doubt::Name,
        Why::InvalidPurpose | Why::InvalidPurposeContext { .. } => Doubt::Purpose,
        Why::Other(other) if is_purpose(&other.to_string()) => Doubt::Purpose,
        _ => Doubt::Other,
    };
    let why = match why {
        Why::UnknownIssuer => "is of an unknown authority".to_owned(),
        Why::Expired => format!("{IN_CHAIN} has expired"),
        Why::ExpiredContext { time, not_after } => format!(
            "{IN_CHAIN} expired on {}; the clock here says {}",
            date(*not_after),
            date(*time)
        ),
        Why::NotValidYet => format!("{IN_CHAIN} is not valid yet"),
        Why::NotValidYetContext { time, not_before } => format!(
            "{IN_CHAIN} is not valid before {}; the clock here says {}",
            date(*not_before),
            date(*time)
        ),
        Why::NotValidForName => "is for another name".to_owned(),
        Why::NotValidForNameContext {
            expected,
            presented,
        } => {
            let names = names(presented).map(|names| format!("is for {names}, and not for"));
            let names = names.as_deref();
            let none = "names no host (no subjectAltName), and is not for";
            format!("{} {}", names.unwrap_or(none), expected.to_str())
        }
        // The key of the authority of that name can't have made the signature.
        Why::BadSignature | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "is not signed by the authority that it names".to_owned()
        }
        Why::BadEncoding => "is broken".to_owned(),
        Why::Revoked => "has been revoked".to_owned(),
        Why::InvalidPurpose | Why::InvalidPurposeContext { .. } => NO_SERVERS.to_owned(),
        Why::UnhandledCriticalExtension => {
            "has a critical extension that hookfleet does not know".to_owned()
        }
        Why::UnsupportedSignatureAlgorithm | Why::UnsupportedSignatureAlgorithmContext { .. } => {
            "is signed with an algorithm that is not accepted, such as SHA-1".to_owned()
        }
        // The verifiers' own errors: their types are not those of a direct dependency, so that their names are all there is.
        Why::Other(other) => match &*other.to_string() {
            "CaUsedAsEndEntity" => return TlsFailure::AuthoritysOwn,
            "EndEntityUsedAsCa" => "is signed with one that is no authority's".to_owned(),
            "UnsupportedCertVersion" => "is of an old version: X.509 v3 is needed".to_owned(),
            text if is_purpose(text) => NO_SERVERS.to_owned(),
            name => format!("is not accepted{}", in_brackets(name)),
        },
        _ => "is not accepted".to_owned(),
    };
    let comma = if why.starts_with(',') { "" } else { " " };
    TlsFailure::Certificate(doubt, format!("its certificate{comma}{why}"))
}

/// What is out of its time may as well be one that signs it: which is not known.
const IN_CHAIN: &str = ", or one in its chain,";

/// Whether an error of a verifier is about the purpose; that of the platform says no more than this.
fn is_purpose(text: &str) -> bool {
    text.contains("extended key usage") || text == "certificate had invalid extensions"
}

const NO_SERVERS: &str = "is not meant for servers (extended key usage)";

/// A day, as it is in UTC.
fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(
        || "a day that no calendar has".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// The names of a certificate, which come as `DnsName("a.example")` and `IpAddress(127.0.0.1)`; `None` if there are none.
fn names(presented: &[String]) -> Option<String> {
    let name = |text: &String| {
        let inside = text
            .split_once('(')
            .and_then(|(_, rest)| rest.strip_suffix(')'));
        let name = inside.unwrap_or_default().trim_matches('"');
        (!name.is_empty()).then(|| name.to_owned())
    };
    let all: Vec<String> = presented.iter().filter_map(name).collect();
    let (shown, rest) = all.split_at(all.len().min(NAMES));
    match (shown, rest.len()) {
        ([], _) => None,
        (shown, 0) => Some(shown.join(", ")),
        (shown, more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

/// The name of a library's error in words, such as ` (no cipher suites in common)`; nothing for what is no mere name.
fn in_brackets(name: &str) -> String {
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_name {
        return String::new();
    }
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    format!(" ({words})")
}

#[cfg(test)]
mod tests;
