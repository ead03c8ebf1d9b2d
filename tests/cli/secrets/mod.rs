//! Where secrets come from, and that no output shows one.

pub(crate) mod broken_urls;
pub(crate) mod commands;
pub(crate) mod delimiters;
pub(crate) mod echoed;
pub(crate) mod guesses;
pub(crate) mod hosts;
pub(crate) mod links;
pub(crate) mod manifest_limits;
pub(crate) mod non_interference;
pub(crate) mod odd_values;
pub(crate) mod sources;
pub(crate) mod tokens;
pub(crate) mod untrusted;
pub(crate) mod written_links;
