//! Access to the exact bytes of a URL, for the wire, comparisons and patterns. No renderer may import it.

use super::url::HookUrl;

/// Exposes the bytes of a URL. Only modules that compare, match, digest or send URLs import it; a test forbids it to
/// modules that make text for people.
pub trait ExposeUrl {
    /// The exact bytes, never for anything that is printed.
    fn expose(&self) -> &str;

    /// Host and port, lower-case, for comparing hosts; `None` when this is not an http(s) URL.
    fn host(&self) -> Option<String>;

    /// Scheme, authority and path: two URLs with equal identities differ at most in userinfo, query and fragment.
    ///
    /// `None` when this is not an http(s) URL.
    fn identity(&self) -> Option<(&str, &str, &str)>;
}

impl ExposeUrl for HookUrl {
    fn expose(&self) -> &str {
        self.text()
    }

    fn host(&self) -> Option<String> {
        self.identity()
            .map(|(_, authority, _)| authority.to_ascii_lowercase())
    }

    fn identity(&self) -> Option<(&str, &str, &str)> {
        let parts = self.parts()?;
        let text = self.text();
        Some((
            &text[parts.scheme],
            &text[parts.authority],
            &text[parts.path],
        ))
    }
}
