//! The parsers of foreign bytes: each with its property, the cases of its corpus and the words of its dictionary.

use std::path::{Path, PathBuf};

use crate::fuzz::dictionary;
use crate::fuzz::properties::{self, Verdict};

/// A parser, as it is tested.
pub struct Target {
    /// The name of its fuzz target, corpus and dictionary.
    pub name: &'static str,
    /// What has to hold.
    pub property: fn(&[u8]) -> Verdict,
    /// How many mutations an ordinary test run makes: as many as take two or three seconds in a debug build.
    pub mutations: u64,
}

/// A file of a corpus.
pub struct Case {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

pub const MANIFEST: Target = Target {
    name: "manifest",
    property: properties::manifest,
    mutations: 1_500,
};

pub const ANSWER: Target = Target {
    name: "answer",
    property: properties::answer,
    mutations: 5_000,
};

pub const ERROR_BODY: Target = Target {
    name: "error_body",
    property: properties::error_body,
    mutations: 5_000,
};

pub const PLAN_FILE: Target = Target {
    name: "plan_file",
    property: properties::plan_file,
    mutations: 3_000,
};

pub const RUN_LOG: Target = Target {
    name: "run_log",
    property: properties::run_log,
    mutations: 2_000,
};

pub const TARGETS: [Target; 5] = [MANIFEST, ANSWER, ERROR_BODY, PLAN_FILE, RUN_LOG];

impl Target {
    /// What is kept of its corpus, by name: files without an extension were found on this machine.
    pub fn corpus(&self) -> Vec<Case> {
        let entries = std::fs::read_dir(fuzz("corpus").join(self.name)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some()).collect();
        paths.sort();
        let case = |path: PathBuf| Case {
            bytes: std::fs::read(&path).unwrap(),
            path,
        };
        paths.into_iter().map(case).collect()
    }

    /// The words that its inputs are made of.
    pub fn dictionary(&self) -> Vec<Vec<u8>> {
        let path = fuzz("dictionary").join(format!("{}.txt", self.name));
        dictionary::words(&std::fs::read_to_string(path).unwrap())
    }
}

/// A path below `fuzz`.
pub fn fuzz(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(path)
}
