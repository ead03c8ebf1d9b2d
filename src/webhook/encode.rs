//! How a value stands in a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// RFC 3986's unreserved characters are left; that is right in every part of a URL.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value percent-encoded for any part of a URL.
///
/// At its full size from the start: a growing string would leave unwiped copies of a secret behind.
pub fn percent_encoded(value: &str) -> Zeroizing<String> {
    let mut encoded = Zeroizing::new(String::with_capacity(3 * value.len()));
    encoded.extend(utf8_percent_encode(value, ENCODED));
    encoded
}
