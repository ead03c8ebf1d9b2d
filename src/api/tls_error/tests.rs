//! What TLS errors are told as.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{InvalidMessage, OtherError, PeerMisbehaved};

use super::*;

fn told(why: CertificateError) -> String {
    match TlsFailure::of(&Error::InvalidCertificate(why)) {
        TlsFailure::Certificate(_, why) => why,
        other => format!("{other:?}"),
    }
}

fn at(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

/// An error of a verifier whose type is its own.
#[derive(Debug)]
struct Own(&'static str);

impl std::fmt::Display for Own {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Own {}

#[test]
fn a_certificate_out_of_its_time_says_dates_and_one_for_other_names_says_names() {
    let expired = CertificateError::ExpiredContext {
        time: at(1_700_000_000),
        not_after: at(946_684_800),
    };
    assert_eq!(
        told(expired),
        "its certificate, or one in its chain, expired on 2000-01-01 00:00 UTC; the clock here says 2023-11-14 22:13 UTC"
    );
    let early = CertificateError::NotValidYetContext {
        time: at(0),
        not_before: at(u64::MAX),
    };
    assert_eq!(
        told(early),
        "its certificate, or one in its chain, is not valid before a day that no calendar has; the clock here says 1970-01-01 00:00 UTC"
    );
    let expected = ServerName::try_from("api.example").unwrap();
    let named = |presented: Vec<&str>| {
        told(CertificateError::NotValidForNameContext {
            expected: expected.clone(),
            presented: presented.into_iter().map(str::to_owned).collect(),
        })
    };
    assert_eq!(
        named(vec![
            r#"DnsName("*.other.example")"#,
            "IpAddress(127.0.0.2)"
        ]),
        "its certificate is for *.other.example, 127.0.0.2, and not for api.example"
    );
    assert_eq!(
        named(vec!["DirectoryName"]),
        "its certificate names no host (no subjectAltName), and is not for api.example"
    );
    assert_eq!(
        named(vec![r#"DnsName("a")"#; 9]),
        "its certificate is for a, a, a, a, a and 4 more, and not for api.example"
    );
}

#[test]
fn no_debug_text_of_a_library_is_told() {
    let other = |name| CertificateError::Other(OtherError(Arc::new(Own(name))));
    let errors = [
        Error::InvalidCertificate(other("ExtensionValueInvalid")),
        Error::InvalidCertificate(other("TrailingData(Certificate)")),
        Error::InvalidCertificate(other("EndEntityUsedAsCa")),
        // The platform's verifier says so of the extended key usage.
        Error::InvalidCertificate(other("certificate had invalid extensions")),
        Error::InvalidCertificate(CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id: Vec::new(),
            supported_algorithms: Vec::new(),
        }),
        Error::InvalidCertificate(
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: Vec::new(),
                public_key_algorithm_id: Vec::new(),
            },
        ),
        Error::InvalidCertificate(CertificateError::BadEncoding),
        Error::InvalidCertificate(CertificateError::Revoked),
        Error::InvalidCertificate(CertificateError::InvalidPurpose),
        Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure),
        Error::AlertReceived(AlertDescription::HandshakeFailure),
        Error::AlertReceived(AlertDescription::Unknown(200)),
        Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
        Error::PeerMisbehaved(PeerMisbehaved::DuplicateServerHelloExtensions),
        Error::InappropriateMessage {
            expect_types: Vec::new(),
            got_type: rustls::ContentType::Alert,
        },
        Error::NoCertificatesPresented,
        Error::DecryptError,
        Error::General("Some(Error { kind: Bad })".to_owned()),
        Error::Other(OtherError(Arc::new(Own("Error { .. }")))),
    ];
    let told = errors.iter().map(|error| match TlsFailure::of(error) {
        TlsFailure::Certificate(_, why) | TlsFailure::Handshake(_, why) => why,
        other => panic!("{other:?}"),
    });
    let told: Vec<String> = told.collect();
    assert_eq!(
        told,
        [
            "its certificate is not accepted (extension value invalid)",
            "its certificate is not accepted",
            "its certificate is signed with one that is no authority's",
            "its certificate is not meant for servers (extended key usage)",
            "its certificate is signed with an algorithm that is not accepted, such as SHA-1",
            "its certificate is not signed by the authority that it names",
            "its certificate is broken",
            "its certificate has been revoked",
            "its certificate is not meant for servers (extended key usage)",
            "its certificate is not accepted",
            "the server refused the TLS handshake (handshake failure)",
            "the server refused the TLS handshake",
            "the server offers no TLS that suits (no cipher suites in common)",
            "the server breaks the rules of TLS (duplicate server hello extensions)",
            "the server breaks the rules of TLS",
            "the server shows no certificate",
            "the TLS handshake failed",
            "the TLS handshake failed",
            "the TLS handshake failed",
        ]
    );
}

#[test]
fn an_authoritys_own_certificate_and_what_is_no_tls_are_told_apart() {
    let own = CertificateError::Other(OtherError(Arc::new(Own("CaUsedAsEndEntity"))));
    let own = TlsFailure::of(&Error::InvalidCertificate(own));
    assert_eq!(own, TlsFailure::AuthoritysOwn);
    let plain = TlsFailure::of(&Error::InvalidMessage(InvalidMessage::InvalidContentType));
    assert_eq!(plain, TlsFailure::NotTls);
}
