//! What an image is built from: `.dockerignore` sends what the build needs, and no log, plan, secret or history.

use super::{files_below, project};

/// Whether the file's rules send a path, as Docker reads them: the last rule that matches a path or a folder above it counts.
fn is_sent(rules: &str, path: &str) -> bool {
    let rules = rules.lines().map(str::trim);
    let rules = rules.filter(|rule| !rule.is_empty() && !rule.starts_with('#'));
    let mut sent = true;
    for rule in rules {
        let (pattern, includes) = match rule.strip_prefix('!') {
            Some(pattern) => (pattern, true),
            None => (rule, false),
        };
        let glob = globset::GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .unwrap()
            .compile_matcher();
        let parts: Vec<&str> = path.split('/').collect();
        let mut folders = (1..=parts.len()).map(|length| parts[..length].join("/"));
        if folders.any(|folder| glob.is_match(folder)) {
            sent = includes;
        }
    }
    sent
}

fn rules() -> String {
    std::fs::read_to_string(project(".dockerignore")).unwrap()
}

#[test]
fn an_image_is_built_from_no_log_plan_secret_or_history() {
    for path in [
        ".git/config",
        ".hookfleet/runs/0.run",
        ".env",
        "target/debug/hookfleet",
        "fuzz/target/release/manifest",
        "plan.json",
        "hookfleet.yaml",
        "report.html",
        "token",
        "secrets/token",
        "tests/cli/main.rs",
        "examples/demo/.hookfleet/runs/0.run",
        "examples/.env",
        "examples/kubernetes/0.run",
        "src/.env",
        "src/plan.json",
        "src/command/token",
        "benches/token",
        "schemas/plan.json",
        "schemas/token",
        "examples/plan.json",
        "examples/demo/plan.json",
        "examples/demo/tokens/eu",
        "examples/fleet/plan.json",
        "examples/fleet/tokens/eu",
        "examples/kubernetes/secret.yaml",
    ] {
        assert!(!is_sent(&rules(), path), "{path} is sent");
    }
}

#[test]
fn an_image_is_built_from_all_that_the_build_reads() {
    let own = |path: std::path::PathBuf| {
        let path = path.strip_prefix(project("")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let code = ["src", "benches", "schemas"].map(|folder| files_below(&project(folder)));
    let code = code.into_iter().flatten().map(own);
    let mut needed: Vec<String> = code.filter(|path| path != "benches/README.md").collect();
    needed.extend(
        [
            "Cargo.toml",
            "Cargo.lock",
            "build.rs",
            "README.md",
            "examples/demo/hookfleet.yaml",
            "examples/demo/world.yaml",
        ]
        .map(str::to_owned),
    );
    for path in needed {
        assert!(is_sent(&rules(), &path), "{path} is left out");
    }
}

#[test]
fn every_dockerfile_that_copies_a_checkout_has_these_rules() {
    // Docker takes the rules of the folder that it is given, which is the checkout.
    let text = std::fs::read_to_string(project("examples/kubernetes/Dockerfile")).unwrap();
    assert!(
        text.contains("COPY . .")
            && text.contains("-f examples/kubernetes/Dockerfile")
            && text.contains(" .\n")
    );
    let dockerfiles = files_below(&project("examples")).into_iter();
    let dockerfiles = dockerfiles.filter(|path| path.to_string_lossy().contains("Dockerfile"));
    assert_eq!(dockerfiles.count(), 1);
}
