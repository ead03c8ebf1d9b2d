//! What holds for the project as a whole: its modules, its schemas, its examples, its README.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on should stop"
)]

mod engine_commands;
mod engines;
mod examples;
#[path = "../harness/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "each test binary needs a part of it"
)]
mod harness;
mod image;
mod manifest_schema;
mod modules;
mod promises;
mod schemas;
mod transcripts;

use std::path::{Path, PathBuf};

/// A path of the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every file below a folder of the project, sorted.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
