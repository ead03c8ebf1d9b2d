//! What it means that no connection came about, in words that hold neither a URL nor userinfo.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::http::Route;
use super::transport::TransportErrorKind;

/// What hyper-util's errors of tunnels start with; their type is not public, so that their text is all there is.
const TUNNEL: &str = "tunnel error: ";
/// Where no connection to the proxy came about.
const UNREACHED: &str = "failed to create underlying connection";
/// Where the proxy answered 407.
const UNAUTHORIZED: &str = "proxy authorization required";

/// An error and its causes, taken apart.
struct Causes {
    /// What is left of the text of a tunnel's error.
    tunnel: Option<String>,
    /// What is wrong with a certificate.
    doubt: Option<String>,
    /// The innermost cause.
    last: String,
}

/// What kept a connection to the API from coming about.
pub(super) fn kind(error: &reqwest::Error, route: &Route) -> TransportErrorKind {
    let Causes {
        tunnel,
        doubt,
        last,
    } = Causes::of(error);
    let api = route.base.authority();
    let whom = match (&route.proxy, &tunnel) {
        (None, _) => api.to_owned(),
        (Some(proxy), None) => format!("{api} through the proxy {}", proxy.authority),
        (Some(proxy), Some(_)) => format!("the proxy {}", proxy.authority),
    };
    if let Some(doubt) = doubt {
        return TransportErrorKind::Untrusted(format!("{whom}: {doubt}"));
    }
    let Some(stage) = tunnel else {
        return TransportErrorKind::Connect(format!("{whom}: {last}"));
    };
    let cause = match &*stage {
        UNREACHED => {
            return TransportErrorKind::Proxy {
                why: format!("cannot connect to {whom}: {last}"),
                passes: true,
            };
        }
        UNAUTHORIZED => "it answered 407, so it wants other credentials",
        "unsuccessful" => "it did not answer 200",
        _ => last.strip_prefix(TUNNEL).unwrap_or(&last),
    };
    let target = route.base.host_and_port();
    TransportErrorKind::Proxy {
        why: format!("{whom} opened no tunnel to {target}: {cause}"),
        passes: stage != UNAUTHORIZED,
    }
}

impl Causes {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let mut causes = Self {
            tunnel: None,
            doubt: None,
            last: String::new(),
        };
        let mut next = Some(error);
        while let Some(error) = next {
            causes.last = error.to_string();
            if let Some(stage) = causes.last.strip_prefix(TUNNEL) {
                causes.tunnel = Some(stage.to_owned());
            }
            if let Some(tls) = tls(error) {
                match tls {
                    rustls::Error::InvalidCertificate(why) => causes.doubt = Some(doubt(why)),
                    rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
                    | rustls::Error::PeerIncompatible(
                        PeerIncompatible::ServerDoesNotSupportTls12Or13
                        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
                    ) => "the server speaks no TLS 1.2 or later".clone_into(&mut causes.last),
                    other => causes.last = other.to_string(),
                }
                break;
            }
            next = error.source();
        }
        causes
    }
}

/// The TLS error that an error is, or that an I/O error wraps: such a one is not its `source`.
fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    tls(error.downcast_ref::<io::Error>()?.get_ref()?)
}

fn doubt(why: &CertificateError) -> String {
    match why {
        CertificateError::UnknownIssuer => "its certificate is of an unknown authority".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        CertificateError::BadSignature => {
            "its certificate is not signed by the authority that it names".to_owned()
        }
        other => format!("its certificate is not accepted: {other}"),
    }
}
