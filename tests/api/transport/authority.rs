//! Certificate authorities that were made up for one test, and what they sign.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P384_SHA384, string::PrintableString,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// An authority.
pub(crate) struct Authority {
    /// Its certificate.
    pub(crate) pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self::with_key(name, KeyPair::generate().unwrap())
    }

    pub(crate) fn with_key(name: &str, key: KeyPair) -> Self {
        let mut distinguished = DistinguishedName::new();
        distinguished.push(DnType::CommonName, name);
        Self::named(distinguished, key)
    }

    /// One that takes the name of a root that everybody trusts, and does not have its key.
    pub(crate) fn impostor() -> Self {
        let printable = |text| DnValue::PrintableString(PrintableString::try_from(text).unwrap());
        let mut distinguished = DistinguishedName::new();
        distinguished.push(DnType::CountryName, printable("US"));
        let organization = printable("Internet Security Research Group");
        distinguished.push(DnType::OrganizationName, organization);
        distinguished.push(DnType::CommonName, printable("ISRG Root X2"));
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        Self::named(distinguished, key)
    }

    fn named(name: DistinguishedName, key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    /// The same certificate in DER.
    pub(crate) fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()
    }

    /// What a server needs to show a certificate for these names.
    pub(crate) fn acceptor(&self, names: &[&str]) -> TlsAcceptor {
        self.acceptor_of(&params(names), rustls::ALL_VERSIONS)
    }

    /// What a server needs to show this certificate, and to speak these versions.
    pub(crate) fn acceptor_of(
        &self,
        params: &CertificateParams,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        acceptor(certificate.der().clone(), &key, versions)
    }
}

/// A certificate for these names, yet unsigned.
pub(crate) fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).unwrap()
}

/// The same for 127.0.0.1, and what it says of being an authority's.
pub(crate) fn self_signed_by(is_ca: IsCa) -> (String, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let mut params = params(&["127.0.0.1"]);
    params.is_ca = is_ca;
    let certificate = params.self_signed(&key).unwrap();
    let acceptor = acceptor(certificate.der().clone(), &key, rustls::ALL_VERSIONS);
    (certificate.pem(), acceptor)
}

/// A certificate for these names that nobody but itself has signed, and what a server needs to show it.
pub(crate) fn self_signed(names: &[&str]) -> (String, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let certificate = params(names).self_signed(&key).unwrap();
    let acceptor = acceptor(certificate.der().clone(), &key, rustls::ALL_VERSIONS);
    (certificate.pem(), acceptor)
}

fn acceptor(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
