//! What it means that no connection came about, in words that hold neither a URL nor userinfo.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::http::Route;
use super::proxy::Proxy;
use super::proxy_status;
use super::transport::{ProxyTrouble, TransportErrorKind};

/// What hyper-util's errors of tunnels start with; their type is not public, so that their text is all there is.
const TUNNEL: &str = "tunnel error: ";

/// An error and its causes, taken apart.
struct Causes {
    /// What is left of the text of a tunnel's error.
    tunnel: Option<String>,
    /// What is wrong with a certificate.
    doubt: Option<String>,
    /// The innermost cause.
    last: String,
}

/// What kept a connection to the API from coming about; it may ask a proxy why.
pub(super) async fn kind(error: &reqwest::Error, route: &Route) -> TransportErrorKind {
    let causes = Causes::of(error);
    let api = route.base.authority();
    match (&route.proxy, causes.tunnel) {
        (Some(proxy), Some(stage)) => {
            in_front(proxy, route, &stage, causes.doubt, causes.last).await
        }
        (proxy, _) => {
            let through = proxy.as_ref().map_or_else(String::new, |proxy| {
                format!(" through the proxy {}", proxy.authority)
            });
            match causes.doubt {
                Some(doubt) => TransportErrorKind::Untrusted(format!("{api}{through}: {doubt}")),
                None => TransportErrorKind::Connect(format!("{api}{through}: {}", causes.last)),
            }
        }
    }
}

/// What went wrong before there was a tunnel.
async fn in_front(
    proxy: &Proxy,
    route: &Route,
    stage: &str,
    doubt: Option<String>,
    last: String,
) -> TransportErrorKind {
    let (name, target) = (proxy.authority.clone(), route.base.host_and_port());
    if stage == "failed to create underlying connection" {
        return match doubt {
            Some(doubt) => TransportErrorKind::Untrusted(format!("the proxy {name}: {doubt}")),
            None => TransportErrorKind::Proxy(ProxyTrouble::Unreachable(format!("{name}: {last}"))),
        };
    }
    let status = match stage {
        "proxy authorization required" => Some(407),
        "unsuccessful" => proxy_status::status(proxy, &target).await,
        _ => None,
    };
    TransportErrorKind::Proxy(match status {
        Some(status) => ProxyTrouble::Refused {
            proxy: name,
            target,
            status,
        },
        None => ProxyTrouble::NoTunnel {
            proxy: name,
            target,
            cause: match stage {
                "unsuccessful" => "it did not answer 200".to_owned(),
                _ => last.strip_prefix(TUNNEL).unwrap_or(&last).to_owned(),
            },
        },
    })
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
