//! Domains below which anybody can have a host. It must not know what is allowed there.

use psl::Psl as _;

/// Where anybody can have a host.
pub(super) enum Public {
    /// Directly below the domain.
    Itself,
    /// Below some of the names below it.
    Below,
}

/// Domains that are not on the public suffix list, although their vendors' documentation says that customers have names
/// below: virtual machines of Azure, n8n's cloud, localtunnel, and receivers of webhooks.
const UNLISTED: [&str; 6] = [
    "app.n8n.cloud",
    "cloudapp.azure.com",
    "free.beeceptor.com",
    "loca.lt",
    "m.pipedream.net",
    "webhook.site",
];

/// Where anybody can have a host below a domain in lower case and ASCII; `None` if nowhere, as far as is known.
pub(super) fn public(domain: &str) -> Option<Public> {
    let domain = domain.trim_end_matches('.');
    let is_listed = psl::suffix(domain.as_bytes()).is_some_and(|found| found == domain);
    if is_listed || UNLISTED.contains(&domain) {
        return Some(Public::Itself);
    }
    let is_below = |name: &str| {
        let labels = name.strip_suffix(domain);
        labels.is_some_and(|labels| labels.ends_with('.'))
    };
    (has_listed_below(domain) || UNLISTED.iter().any(|name| is_below(name)))
        .then_some(Public::Below)
}

/// Whether the list has suffixes below a domain: it asks for one more label only where it has longer ones.
fn has_listed_below(domain: &str) -> bool {
    let mut is_asked_for_more = false;
    let more = core::iter::from_fn(|| {
        is_asked_for_more = true;
        None
    });
    let labels = domain.rsplit('.').map(str::as_bytes);
    psl::List.find(labels.chain(more));
    is_asked_for_more
}
