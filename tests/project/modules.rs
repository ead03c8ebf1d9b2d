//! The modules of the source and the arrows between them: what is pure imports nothing effectful, renderers see documents
//! alone, commands do not import each other, and every file says what it is for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{files_below, project};

/// The modules and files that are pure (design: "Modules").
const PURE: [&str; 27] = [
    "wawp",
    "wire.rs",
    "problem.rs",
    "manifest",
    "desired",
    "webhook",
    "live.rs",
    "plan",
    "approval",
    "runlog",
    "report.rs",
    "document",
    "escape",
    "render",
    "english.rs",
    "exit.rs",
    "emulator/answer.rs",
    "emulator/error.rs",
    "emulator/fault.rs",
    "emulator/file.rs",
    "emulator/habit.rs",
    "emulator/history.rs",
    "emulator/instance.rs",
    "emulator/log.rs",
    "emulator/request.rs",
    "emulator/webhook.rs",
    "emulator/world.rs",
];

/// What a pure module may not name: runtimes, networks, files, processes, time, randomness, logs.
const IMPURE: [&str; 16] = [
    "tokio",
    "reqwest",
    "hyper",
    "tracing",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io",
    "SystemTime",
    "Instant",
    "getrandom",
    "rand::",
    "fs::",
    "env::var",
];

/// The effectful modules.
const EFFECTFUL: [&str; 18] = [
    "crate::api",
    "crate::apply",
    "crate::cancel",
    "crate::cli",
    "crate::command",
    "crate::consent",
    "crate::context",
    "crate::fetch",
    "crate::log",
    "crate::output",
    "crate::panic",
    "crate::pool",
    "crate::ports",
    "crate::run",
    "crate::secret",
    "crate::session",
    "crate::source",
    "crate::store",
];

fn sources(pure: &str) -> Vec<PathBuf> {
    let path = project("src").join(pure);
    if path.is_dir() {
        files_below(&path)
    } else {
        vec![path]
    }
}

/// The code of a file: without comments, and without its tests at the end, which may do as they like.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    // `use std::{fs, io}` would hide what it takes.
    lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("std::{", "std::fs std::net std::{")
}

fn is_test(path: &Path) -> bool {
    // The project itself may stand below any folder.
    let path = path.strip_prefix(project("")).unwrap_or(path);
    path.components().any(|part| part.as_os_str() == "tests")
        || path
            .file_stem()
            .is_some_and(|stem| stem == "tests" || stem == "properties")
}

#[test]
fn a_pure_module_imports_nothing_effectful() {
    let mut found = Vec::new();
    let mut scanned = 0;
    for path in PURE
        .iter()
        .flat_map(|module| sources(module))
        .filter(|path| !is_test(path))
    {
        scanned += 1;
        let code = code(&path);
        for word in IMPURE
            .iter()
            .chain(&EFFECTFUL)
            .filter(|word| names(&code, word))
        {
            found.push(format!("{} names {word}", path.display()));
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert!(
        scanned > 40,
        "the scan sees the modules, and saw only {scanned} files"
    );
}

/// The modules that make text for people, and what gives bytes of secrets away.
const TELLING: [&str; 7] = [
    "document",
    "escape",
    "render",
    "english.rs",
    "report.rs",
    "cli",
    "log.rs",
];
const EXPOSING: [&str; 5] = [
    "ExposeUrl",
    "ExposeSecret",
    "expose_secret",
    "SecretString",
    "RawValue",
];

#[test]
fn no_module_that_makes_text_for_people_imports_what_gives_bytes_of_secrets_away() {
    let mut found = Vec::new();
    let files = TELLING.iter().flat_map(|module| sources(module));
    for path in files.filter(|path| !is_test(path)) {
        let code = code(&path);
        let named = EXPOSING.iter().filter(|word| names(&code, word));
        found.extend(named.map(|word| format!("{} names {word}", path.display())));
    }
    assert_eq!(found, Vec::<String>::new());
    let wire = code(&project("src/wawp/encode.rs"));
    assert!(names(&wire, "ExposeUrl"), "the scan sees it where it is");
}

/// Whether `code` has `word` and not only inside a longer one.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !inside(before) && (word.ends_with(':') || !inside(after))
    })
}

/// The files below `module` that import one of `others`, tests aside.
fn importing(module: &str, others: &[&str]) -> Vec<String> {
    let files = sources(module).into_iter().filter(|path| !is_test(path));
    let found = files.flat_map(|path| {
        let code = code(&path);
        let named = others.iter().filter(|other| names(&code, other));
        let named = named.map(|other| format!("{} imports {other}", path.display()));
        named.collect::<Vec<_>>()
    });
    found.collect()
}

#[test]
fn no_command_imports_another() {
    let files = files_below(&project("src/command"));
    let verbs: Vec<String> = files
        .iter()
        .filter_map(|path| path.file_stem()?.to_str())
        .filter(|stem| *stem != "mod")
        .flat_map(|verb| [format!("super::{verb}"), format!("crate::command::{verb}")])
        .collect();
    let verbs: Vec<&str> = verbs.iter().map(String::as_str).collect();
    assert!(verbs.len() > 20, "the scan sees the commands");
    let found = importing("command", &verbs);
    let found: Vec<_> = found
        .into_iter()
        .filter(|found| !found.contains("command/mod.rs"))
        .collect();
    assert_eq!(found, Vec::<String>::new());
}

/// The modules that `code` names by their paths from the crate.
fn modules_of(code: &str) -> BTreeSet<&str> {
    let paths = code.split("crate::").skip(1);
    paths
        .map(|path| {
            let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
            &path[..end.unwrap_or(path.len())]
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn a_renderer_imports_documents_and_what_makes_text_harmless_alone() {
    let may = BTreeSet::from(["document", "escape", "english", "render"]);
    let mut found = Vec::new();
    for path in sources("render") {
        let code = code(&path);
        let others = modules_of(&code);
        found.extend(
            others
                .difference(&may)
                .map(|other| format!("{} imports {other}", path.display())),
        );
    }
    assert_eq!(found, Vec::<String>::new());
    let plan = code(&project("src/render/text/plan.rs"));
    assert!(
        modules_of(&plan).contains("document"),
        "the scan sees imports"
    );
}

#[test]
fn transport_limits_and_retries_know_no_vendor() {
    let importing = importing("api", &["crate::wawp"]);
    let expected = ["reader.rs", "writer.rs"].map(|file| {
        format!(
            "{} imports crate::wawp",
            project("src/api").join(file).display()
        )
    });
    assert_eq!(importing, expected);
}

#[test]
fn only_wawp_and_the_emulator_spell_the_vendors_paths_and_parameters() {
    let spelled = [
        "/v2/session/webhook",
        "access_token",
        "\"instance_id\"",
        "\"systemConfig\"",
    ];
    let knows = |path: &Path| {
        // What query keys of webhook URLs are called has nothing to do with the API's.
        ["src/wawp", "src/emulator", "src/webhook/public_words.rs"]
            .iter()
            .any(|module| path.starts_with(project(module)))
    };
    let mut found = Vec::new();
    for path in sources("")
        .into_iter()
        .filter(|path| !is_test(path) && !knows(path))
    {
        let code = code(&path);
        let words = spelled.iter().filter(|word| code.contains(*word));
        found.extend(words.map(|word| format!("{} spells {word}", path.display())));
    }
    assert_eq!(found, Vec::<String>::new());
    let request = code(&project("src/wawp/request.rs"));
    assert!(
        spelled[..3].iter().all(|word| request.contains(word)),
        "the scan sees them"
    );
}

#[test]
fn the_api_imports_no_renderer() {
    assert_eq!(
        importing("api", &["crate::render", "crate::document"]),
        Vec::<String>::new()
    );
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    assert!(names("use tokio::time;", "tokio"));
    assert!(names("std::env::var(\"X\")", "std::env"));
    assert!(!names("let instant_message = 1;", "Instant"));
    assert!(!names("crate::apiary::x()", "crate::api"));
}

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let silent: Vec<PathBuf> = ["src", "tests", "fuzz/properties", "fuzz/targets"]
        .iter()
        .flat_map(|folder| files_below(&project(folder)))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//!"))
        .collect();
    assert_eq!(silent, Vec::<PathBuf>::new());
}
