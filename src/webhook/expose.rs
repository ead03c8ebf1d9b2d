//! The bytes of a URL, for the rooms that must have them: the wire, comparisons, patterns. No renderer may import this.

use super::url::HookUrl;

/// Gives bytes of a URL away. Imported only where something is compared, matched, pinned or sent; a test holds that
/// rooms which make text for people do not import it.
pub trait ExposeUrl {
    /// The exact bytes: for the wire, for comparing and for matching, never for anything that is printed.
    fn expose(&self) -> &str;

    /// Host and port in the form in which hosts are compared; `None` when this is not an http(s) URL.
    fn host(&self) -> Option<String>;

    /// Everything but userinfo, query and fragment: two URLs with equal identities differ at most in secrets.
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
