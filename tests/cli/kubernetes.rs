//! What the pods of `examples/kubernetes` run, run: each Job's own shell line, with its volumes as directories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage};

fn documents(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/kubernetes");
    let text = fs::read_to_string(path.join(file)).unwrap();
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect()
}

/// With `$(NAME)` as Kubernetes expands it: what it does not know stays.
fn expanded(text: &str, env: &[(String, String)]) -> String {
    assert!(
        !text.contains("$$"),
        "Kubernetes takes that for one: {text}"
    );
    let mut text = text.to_owned();
    for (name, value) in env {
        text = text.replace(&format!("$({name})"), value);
    }
    text
}

/// A stage with the manifest of the example, of which every instance lacks its webhook, and the binary on its path.
fn cluster() -> Stage {
    let world: String = ["8D30ABB1E6DA", "3B42EE63CBD5", "2A31DD52BAC4"]
        .map(|id| format!("  - {{ id: {id}, webhooks: [], system: {{ url: 'https://app.wawp.net/api/webhook/k', events: [message] }} }}\n"))
        .concat();
    let config = documents("config.yaml");
    let stage = Stage::new(
        &world,
        config[0]["data"]["hookfleet.yaml"].as_str().unwrap(),
    );
    fs::create_dir_all(stage.dir.path().join("volume")).unwrap();
    fs::create_dir_all(stage.dir.path().join("bin")).unwrap();
    let binary = stage.dir.path().join("bin/hookfleet");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hookfleet"), binary).unwrap();
    stage
}

/// Runs a Job's container with one more variable, as the kubelet does.
fn pod(stage: &Stage, job: &Value, name: &str, more: (&str, &str)) -> Run {
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let text = |value: &Value| value.as_str().unwrap_or(name).to_owned();
    let mut env: Vec<(String, String)> = vec![(more.0.to_owned(), more.1.to_owned())];
    for one in container["env"].as_array().unwrap() {
        // What comes from elsewhere is the name of the Job; the token is the stage's.
        env.push((text(&one["name"]), text(&one["value"])));
    }
    let mut mounts: Vec<(String, PathBuf)> = Vec::new();
    for mount in container["volumeMounts"].as_array().unwrap() {
        let below = mount["subPathExpr"].as_str().or(mount["subPath"].as_str());
        let place = if let Some(below) = below {
            let below = expanded(below, &env).replace("APPLY_JOB", name);
            stage.dir.path().join("volume").join(below)
        } else {
            // Where the manifest is.
            stage.dir.path().to_owned()
        };
        fs::create_dir_all(&place).unwrap();
        mounts.push((text(&mount["mountPath"]), place));
    }
    let mounted = |text: &str| {
        let mut text = text.to_owned();
        for (path, place) in &mounts {
            text = text.replace(path, &place.display().to_string());
        }
        text
    };
    let words = [&container["command"], &container["args"]];
    let words: Vec<String> = words
        .into_iter()
        .flat_map(|words| words.as_array().unwrap())
        .map(|word| mounted(&expanded(word.as_str().unwrap(), &env)))
        .collect();
    let (program, args) = words.split_first().unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(program)
        .args(args)
        .env_clear()
        .envs(env.iter().map(|(name, value)| (name, mounted(value))))
        .envs(stage.environment.iter().cloned())
        .env("HOOKFLEET_BASE_URL", &stage.base_url)
        .env(
            "PATH",
            format!("{}:{path}", stage.dir.path().join("bin").display()),
        )
        .current_dir("/")
        .output()
        .unwrap();
    Run::of(&output)
}

#[test]
fn the_pods_of_the_indexed_job_apply_all_of_it_and_the_next_job_tells_it_as_one() {
    let stage = cluster();
    let [apply] = documents("apply.yaml").try_into().unwrap();
    let [merge] = documents("merge.yaml").try_into().unwrap();
    for index in ["0", "1", "2"] {
        let run = pod(&stage, &apply, "apply-x", ("JOB_COMPLETION_INDEX", index));
        assert_eq!(run.code, 0, "{}", run.told());
    }
    assert_data_eq!(
        pod(&stage, &merge, "apply-x", ("HOME", "/")).told(),
        str![[r#"
exit 0
--- stdout
notice: shards 1, 2 and 3 of 3, each: new host crm.example.com: no live webhook of the selection goes there, and 1 instance would

applied and verified: 3 instances
    sales-us (2A31DD52BAC4), support-eu (8D30ABB1E6DA), billing (3B42EE63CBD5)

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as <RUN> (shard 1), <RUN> (shard 2), <RUN> (shard 3); `hookfleet rollback RUN`, with the --state-dir of that shard, puts back what it has overwritten.

"#]]
    );
    assert_eq!(stage.live().matches("crm.example.com").count(), 3);
    for index in 0..3 {
        let runs = stage
            .dir
            .path()
            .join(format!("volume/state/shard-{index}/runs"));
        assert!(fs::read_dir(runs).unwrap().count() > 0, "{index}");
    }
    // The next run has reports of its own, and one of its pods never starts.
    for index in ["0", "2"] {
        let run = pod(&stage, &apply, "apply-y", ("JOB_COMPLETION_INDEX", index));
        assert_eq!(run.code, 0, "{}", run.told());
    }
    assert_data_eq!(
        pod(&stage, &merge, "apply-y", ("HOME", "/")).told(),
        str![[r#"
exit 1
--- stdout
missing: shard 2 of 3, with 1 instance of 3

Apply complete: 0 applied, 2 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped. 1 of 3 shards is missing.
--- stderr

hint: run that shard again with the options of the others, and join anew: `hookfleet apply --shard 2/3`

"#]]
    );
}
