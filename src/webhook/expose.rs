//! Access to the exact bytes of a URL, for the wire, comparisons and patterns. No renderer may import it.

use super::spelling::normal_authority;
use super::url::HookUrl;

/// Exposes the bytes of a URL. Only modules that compare, match, digest or send URLs import it; a test forbids it to
/// modules that make text for people.
pub trait ExposeUrl {
    /// The exact bytes, never for anything that is printed.
    fn expose(&self) -> &str;

    /// The host in its normal spelling, with its port where that is not the scheme's own, for comparing hosts; `None` when
    /// this is not an http(s) URL, or its authority is not plainly one.
    fn host(&self) -> Option<String>;

    /// Scheme and host with port, as they are written; `None` where there is no [host](Self::host).
    fn written_host(&self) -> Option<(&str, &str)>;
}

impl ExposeUrl for HookUrl {
    fn expose(&self) -> &str {
        self.text()
    }

    fn host(&self) -> Option<String> {
        let (scheme, authority) = self.written_host()?;
        Some(normal_authority(&scheme.to_ascii_lowercase(), authority))
    }

    fn written_host(&self) -> Option<(&str, &str)> {
        let parts = self.plain_parts()?;
        let text = self.text();
        Some((&text[parts.scheme], &text[parts.authority]))
    }
}
