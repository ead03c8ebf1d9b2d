//! What keeps git from adding logs, held against git itself where it is installed.

use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use hookfleet::store::{LockedDirectory, StateError};

/// Files that keep git from adding logs.
const KEEPING: [&[u8]; 37] = [
    b"*\n",
    b"*",
    b"# logs\r\n*\r\n",
    b"*\r",
    b"\xef\xbb\xbf*\n",
    b"*  \n",
    b"/*\n",
    b"/**\n",
    b"***\n",
    b"**/*\n",
    b"/**/*\n",
    b"?*\n",
    b"*?\n",
    b"*.run\n",
    b"*.*\n",
    b"*run\n",
    b"*.r?n\n",
    b"*.\\run\n",
    b"**\n!.gitignore\n!.gitkeep\n",
    b"*\n!lock\n",
    b"*\n!?lock\n",
    b"*\n!*/\n",
    b"*\n!*.md\n",
    b"*\n!README*\n",
    b"*\n!*.run/\n",
    b"*\n!below/*.run\n",
    b"*\n!/below/**\n",
    b"*\n!run\n",
    b"*\n!\n",
    b"*\n\\!*.run\n",
    b"*\n#!*.run\n",
    b"*\n!*.run\t\n",
    b"*\n\xff!*.run\n",
    b"!*.run\n*\n",
    b"*.log\n!*.run\n*.run\n",
    b"\0\n*\n",
    b"*\n!*.run.age\n",
];

/// Files that let git add logs.
const LETTING: [&[u8]; 29] = [
    b"",
    b"\n",
    b"*.log\n",
    b"#*\n",
    b"\\*\n",
    b"*\\\n",
    b"*\\ \n",
    b" *\n",
    b"*\t\n",
    b"/\n",
    b"*/\n",
    b"**/\n",
    b"*/*\n",
    b"target/\n",
    b"lock\n",
    b"????????????????????????????????????????*\n",
    b"\xef\xbb\xbf\xef\xbb\xbf*\n",
    b"*\n!*.run\n",
    b"*\n!*.run\r",
    b"*\n!*.run \r\n",
    b"*\n!*.run\0x\n",
    b"*\n!*\n",
    b"*\n!2*\n",
    b"*\n!20??????-*\n",
    b"*\n!*.[r]un\n",
    b"*\n!*[/r]*\n",
    b"*\n!/**/*.run\n",
    b"*\n!**/*\n",
    b"*\n!*.\\run\n",
];

/// A file that may keep git from it, and which is not understood.
const UNSURE: [&[u8]; 4] = [b"[0-9]*\n", b"2*\n", b"*\n![a-z]*\n", b"*\n!*.RUN\n"];

/// Whether a state directory with such a file is used.
fn ignores_logs(contents: &[u8]) -> bool {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".gitignore"), contents).unwrap();
    match LockedDirectory::lock(home.path(), true) {
        // An empty file is written.
        Ok(_) => !contents.is_empty(),
        Err(StateError::NotIgnored(_)) => false,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_file_keeps_logs_from_git_where_its_last_word_on_them_does() {
    for contents in KEEPING {
        assert!(ignores_logs(contents), "{}", contents.escape_ascii());
    }
    for contents in LETTING.iter().chain(&UNSURE) {
        assert!(!ignores_logs(contents), "{}", contents.escape_ascii());
    }
}

/// Whether git ignores a log beside files with these contents, one after another; `None` where there is no git.
fn git_ignores<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<bool>> {
    let home = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.args(args).current_dir(home.path());
        // What the machine ignores has no say here.
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("HOME", "/nonexistent"),
            ("XDG_CONFIG_HOME", "/nonexistent"),
        ] {
            git.env(name, value);
        }
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(name);
        }
        git.output()
    };
    if !git(&["init", "-q"]).ok()?.status.success() {
        return None;
    }
    let state = home.path().join("state");
    std::fs::create_dir(&state).unwrap();
    let log = "state/20261128-155818.861-6deb.run";
    std::fs::write(home.path().join(log), "").unwrap();
    let ignores = files.into_iter().map(|contents| {
        std::fs::write(state.join(".gitignore"), contents).unwrap();
        match git(&["check-ignore", "-q", log]).unwrap().status.code() {
            Some(0) => true,
            Some(1) => false,
            other => panic!("git ends with {other:?}"),
        }
    });
    Some(ignores.collect())
}

#[test]
fn git_says_the_same() {
    let all = || KEEPING.iter().chain(&LETTING).copied();
    if let Some(git) = git_ignores(all()) {
        for (contents, ignores) in all().zip(git) {
            assert_eq!(
                ignores,
                ignores_logs(contents),
                "{}",
                contents.escape_ascii()
            );
        }
    }
}

#[test]
fn git_ignores_the_logs_beside_every_file_that_is_trusted_to_keep_them() {
    let line = prop::collection::vec(
        prop::sample::select(vec![
            "*", "?", "!", "/", "\\", "[r]", ".", "run", ".run", "**/", "2", "lock", " ", "\r",
            "#", "\0",
        ]),
        0..5,
    );
    let file = prop::collection::vec(line.prop_map(|parts| parts.concat()), 1..4);
    let file = file.prop_map(|lines| lines.join("\n").into_bytes());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut trusted = Vec::new();
    while trusted.len() < 150 {
        let contents = file.new_tree(&mut runner).unwrap().current();
        if ignores_logs(&contents) {
            trusted.push(contents);
        }
    }
    if let Some(git) = git_ignores(trusted.iter().map(Vec::as_slice)) {
        for (contents, ignores) in trusted.iter().zip(git) {
            assert!(ignores, "{}", contents.escape_ascii());
        }
    }
}
