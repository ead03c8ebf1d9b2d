//! How a value stands in a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986's unreserved characters are left; that is right in every part of a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value percent-encoded for any part of a URL.
pub fn percent_encoded(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}
