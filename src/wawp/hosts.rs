//! The vendor's hosts.

/// The vendor's own (vendor's page for `/v2/session/webhook`).
pub const DEFAULT_BASE_URL: &str = "https://api.wawp.net";

/// Whether a host is the vendor's own, as that of every system webhook is.
pub(crate) fn is_vendors_host(host: &str) -> bool {
    host == "wawp.net" || host.ends_with(".wawp.net")
}
