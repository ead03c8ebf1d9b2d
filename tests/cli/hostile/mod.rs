//! Hostile worlds, manifests, servers and names against every command and format: what comes out is harmless to a terminal
//! and a CI log, means the same in JSON, is bounded, and ends.

pub(crate) mod answers;
pub(crate) mod applied;
pub(crate) mod check;
pub(crate) mod commands;
pub(crate) mod deep_json;
pub(crate) mod findings;
pub(crate) mod forged;
pub(crate) mod huge;
pub(crate) mod names;
pub(crate) mod plan;
pub(crate) mod redirects;
pub(crate) mod scene;
pub(crate) mod terminal;
pub(crate) mod texts;
