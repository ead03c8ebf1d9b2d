//! The base URL: where tokens are sent. Only a flag or its environment variable says it, never a manifest.

use url::{Host, Position, Url};

/// A checked base URL: https, or http to loopback, or any http where that was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// A base URL that may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not a URL at all.
    #[error("the base URL is not a URL")]
    NotAUrl,
    /// Neither https nor http.
    #[error("the base URL must start with https:// or http://")]
    Scheme,
    /// It carries userinfo, a query or a fragment.
    #[error("the base URL may only have a host, a port and a path")]
    Extra,
    /// http beyond loopback.
    #[error("the base URL is plain http and not loopback, so tokens would travel unencrypted")]
    Plain,
}

impl BaseUrl {
    /// Checks `text`.
    ///
    /// # Errors
    /// When it may not be used; the error never quotes it.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme);
        }
        let extra = !url.username().is_empty() || url.password().is_some() || url.query().is_some();
        if extra || url.fragment().is_some() {
            return Err(BaseUrlError::Extra);
        }
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err(BaseUrlError::Plain);
        }
        Ok(Self(url))
    }

    /// Host and port, for messages.
    pub fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// Host and port, the port even where the scheme says it already: what a proxy is asked to connect to.
    pub fn host_and_port(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        let port = self.0.port_or_known_default().unwrap_or_default();
        format!("{host}:{port}")
    }

    /// The URL without a final slash; a request's target follows it.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// The URL, parsed.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// Whether requests travel encrypted.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            // A final dot only says that no search domain is to be tried.
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            let mapped = address.to_ipv4_mapped();
            address.is_loopback() || mapped.is_some_and(|address| address.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_goes_to_loopback_only_unless_allowed() {
        for good in [
            "https://api.wawp.net",
            "http://127.0.0.1:8080/",
            "http://localhost",
            "http://[::1]:1/v",
        ] {
            assert!(BaseUrl::parse(good, false).is_ok(), "{good}");
        }
        assert_eq!(
            BaseUrl::parse("http://api.wawp.net", false),
            Err(BaseUrlError::Plain)
        );
        assert_eq!(
            BaseUrl::parse("http://127.0.0.1.evil.example", false),
            Err(BaseUrlError::Plain)
        );
        assert!(BaseUrl::parse("http://api.wawp.net", true).is_ok());
    }

    #[test]
    fn base_url_with_query_or_userinfo_is_refused() {
        for bad in ["https://user:pw@h", "https://h/?a=b", "https://h/#f"] {
            assert_eq!(BaseUrl::parse(bad, true), Err(BaseUrlError::Extra), "{bad}");
        }
        assert_eq!(BaseUrl::parse("ftp://h", true), Err(BaseUrlError::Scheme));
        assert_eq!(
            BaseUrl::parse("api.wawp.net", true),
            Err(BaseUrlError::NotAUrl)
        );
    }
}
