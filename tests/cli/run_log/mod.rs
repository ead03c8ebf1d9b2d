//! The log of a run: what is recorded, who may read it, and what damage is found.

pub(crate) mod damaged;
pub(crate) mod encrypted;
pub(crate) mod gitignore;
mod list;
pub(crate) mod lock;
mod recipients;
pub(crate) mod recorded;
mod show;
mod show_unfinished;
pub(crate) mod state_dir;
mod unfinished;
