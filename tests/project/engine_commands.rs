//! Each command line in the files for Kubernetes, GitHub and GitLab is one that hookfleet takes, as a shell would give it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use clap::Parser;
use hookfleet::cli::Cli;
use serde_json::Value;

use super::engines::{documents, pods};

/// A script and the environment that it runs in.
type Script = (String, Vec<(String, String)>);

/// Every script of the examples that can name hookfleet.
fn scripts() -> Vec<Script> {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let mut scripts: Vec<Script> = Vec::new();
    for pod in pods() {
        let container = &pod["containers"][0];
        let words = |key: &str| container[key].as_array().cloned().unwrap_or_default();
        let words: Vec<String> = [words("command"), words("args")]
            .concat()
            .iter()
            .map(text)
            .collect();
        let script = match words.as_slice() {
            [shell, flags, script] if shell == "/bin/sh" && flags == "-ec" => script.clone(),
            words => words.join(" "),
        };
        let env = container["env"].as_array().unwrap();
        let env = env
            .iter()
            .map(|one| (text(&one["name"]), text(&one["value"])));
        let index = ("JOB_COMPLETION_INDEX".to_owned(), "0".to_owned());
        scripts.push((script, env.chain([index]).collect()));
    }
    let [github] = documents("github/hookfleet.yml").try_into().unwrap();
    for job in github["jobs"].as_object().unwrap().values() {
        for step in job["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["run"].is_string())
        {
            let script = text(&step["run"]);
            assert!(
                !script.contains("${{"),
                "what GitHub puts into a script could be one: {script}"
            );
            let env = step["env"].as_object().cloned().unwrap_or_default();
            let env = env
                .iter()
                .map(|(name, value)| (name.clone(), filled_in(&text(value))));
            scripts.push((script, env.collect()));
        }
    }
    let [gitlab] = documents("gitlab/.gitlab-ci.yml").try_into().unwrap();
    let given = [
        "CI_NODE_INDEX",
        "CI_NODE_TOTAL",
        "HOOKFLEET_STATE_RECIPIENT",
    ];
    for job in gitlab
        .as_object()
        .unwrap()
        .values()
        .filter(|job| job["script"].is_array())
    {
        let lines: Vec<String> = job["script"].as_array().unwrap().iter().map(text).collect();
        let given = given.map(|name| (name.to_owned(), "1".to_owned()));
        scripts.push((lines.join("\n"), given.into()));
    }
    scripts
}

/// With `1` for every `${{ … }}`.
fn filled_in(text: &str) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        filled += "1";
        filled += part.split_once("}}").unwrap().1;
    }
    filled
}

#[test]
fn every_command_line_of_the_examples_is_one_that_hookfleet_takes() {
    let dir = tempfile::tempdir().unwrap();
    // The shell of the scripts says what the arguments are.
    let stand_in = dir.path().join("hookfleet");
    fs::write(
        &stand_in,
        "#!/bin/sh\nprintf '%s\\0' hookfleet \"$@\"\nprintf '\\n'\n",
    )
    .unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let mut verbs = Vec::new();
    for (script, env) in scripts() {
        let output = Command::new("sh")
            .args(["-euc", &script])
            .env_clear()
            .envs(env)
            .env("PATH", format!("{}:/usr/bin:/bin", dir.path().display()))
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), &*said), (Some(0), ""), "{script}");
        let calls = String::from_utf8(output.stdout).unwrap();
        for call in calls.lines() {
            let words: Vec<&str> = call.split_terminator('\0').collect();
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{words:?}: {error}");
            }
            verbs.push(words[1].to_owned());
        }
    }
    assert_eq!(
        verbs,
        [
            // Kubernetes, by its files.
            "apply", "report", "drift",
            // GitHub and GitLab, by the names of their jobs.
            "report", "apply", "drift", "plan", "report", "validate", "report", "apply", "drift",
            "plan", "report", "validate",
        ]
    );
}
