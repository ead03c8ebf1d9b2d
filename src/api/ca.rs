//! Certificate authorities that are trusted beside the system's: what a PEM file says. It opens no file.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The largest PEM file that is read, in bytes.
pub const MAX_PEM: usize = 1024 * 1024;

/// Certificates of authorities, each one that TLS can use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

/// Why bytes give no authorities. It quotes nothing of them: they may be a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthoritiesError {
    /// No bytes at all, or nothing but white space.
    #[error("is empty")]
    Empty,
    /// More than [`MAX_PEM`].
    #[error("is larger than 1 MiB")]
    TooLarge,
    /// No section that is a certificate.
    #[error("holds no PEM certificate")]
    NoCertificate,
    /// A private key, where a certificate is wanted.
    #[error("holds a private key, and no certificate")]
    PrivateKey,
    /// A section that is cut off, no base64, or no certificate that TLS can use: the how manieth.
    #[error("holds a broken certificate, number {0} in it")]
    Broken(usize),
}

impl Authorities {
    /// Reads one or more certificates; what else stands between them is passed over, as OpenSSL does.
    ///
    /// # Errors
    /// When there is none, or any of them is broken.
    pub fn from_pem(pem: &[u8]) -> Result<Self, AuthoritiesError> {
        if pem.len() > MAX_PEM {
            return Err(AuthoritiesError::TooLarge);
        }
        if pem.trim_ascii().is_empty() {
            return Err(AuthoritiesError::Empty);
        }
        let mut store = RootCertStore::empty();
        let mut certificates = Vec::new();
        for section in CertificateDer::pem_slice_iter(pem) {
            let broken = AuthoritiesError::Broken(certificates.len() + 1);
            let certificate = section.map_err(|_| broken)?;
            store.add(certificate.clone()).map_err(|_| broken)?;
            certificates.push(certificate);
        }
        if certificates.is_empty() {
            let key = b"PRIVATE KEY-----";
            let is_key = pem.windows(key.len()).any(|window| window == key);
            return Err(if is_key {
                AuthoritiesError::PrivateKey
            } else {
                AuthoritiesError::NoCertificate
            });
        }
        Ok(Self(certificates))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As reqwest takes them.
    pub(super) fn certificates(&self) -> Vec<reqwest::Certificate> {
        certificates(&self.0)
    }
}

/// The roots that are built in, as reqwest takes them.
pub(super) fn bundled() -> Vec<reqwest::Certificate> {
    certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS)
}

fn certificates(ders: &[CertificateDer<'_>]) -> Vec<reqwest::Certificate> {
    let certificates = ders.iter().map(|der| reqwest::Certificate::from_der(der));
    certificates.filter_map(Result::ok).collect()
}
