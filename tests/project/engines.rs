//! The files for Kubernetes, GitHub and GitLab: each fits the schema that is published for it, and says what it should.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use hookfleet::desired::resolve;
use hookfleet::manifest::{Findings, SourceFile, decode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::project;
use crate::harness::Validator;

/// The documents of a YAML file of the examples.
pub(crate) fn documents(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(project(&format!("examples/{path}"))).unwrap();
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect()
}

fn kubernetes() -> Vec<Value> {
    let files = ["config", "apply", "merge", "drift"];
    let files = files.map(|file| documents(&format!("kubernetes/{file}.yaml")));
    files.into_iter().flatten().collect()
}

fn published(name: &str) -> Value {
    let path = project(&format!("tests/project/schemas/{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(name: &str, kind: Option<&str>) -> Validator {
    let mut schema = published(name);
    if let Some(kind) = kind {
        let mut of_kind = schema["kinds"][kind].take();
        of_kind["$defs"] = schema["$defs"].take();
        schema = of_kind;
    }
    Validator::of(schema)
}

/// Each document with what it is held against.
fn all() -> Vec<(Value, Validator)> {
    let mut all: Vec<_> = kubernetes()
        .into_iter()
        .map(|document| {
            let validator = validator("kubernetes-1.36", document["kind"].as_str());
            (document, validator)
        })
        .collect();
    for (path, schema) in [
        ("github/hookfleet.yml", "github-workflows"),
        ("gitlab/.gitlab-ci.yml", "gitlab-ci"),
    ] {
        let [document] = documents(path).try_into().unwrap();
        all.push((document, validator(schema, None)));
    }
    all
}

#[test]
fn every_file_for_an_engine_fits_its_published_schema() {
    for (document, validator) in all() {
        assert_eq!(validator.errors(&document), "", "{document:#}");
    }
}

/// Every object of a document, as a pointer, with its keys.
fn objects(value: &Value, at: &str, found: &mut Vec<(String, Vec<String>)>) {
    match value {
        Value::Object(object) => {
            found.push((at.to_owned(), object.keys().cloned().collect()));
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                objects(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                objects(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_key_that_is_misspelt_anywhere_is_seen() {
    // Where keys are the user's own.
    let free = [
        "labels", "data", "requests", "limits", "env", "with", "matrix", "jobs",
    ];
    let mut tried = 0;
    for (document, validator) in all() {
        let mut found = Vec::new();
        objects(&document, "", &mut found);
        let is_gitlab = document.get("stages").is_some();
        let is_free = |at: &str| {
            let last = at.rsplit('/').next().unwrap();
            (is_gitlab && at.is_empty()) || free.contains(&last)
        };
        for (at, keys) in found.iter().filter(|(at, _)| !is_free(at)) {
            for key in keys {
                let mut wrong = document.clone();
                let object = wrong.pointer_mut(at).unwrap().as_object_mut().unwrap();
                let value = object.remove(key).unwrap();
                object.insert(format!("{key}s"), value);
                assert!(!validator.accepts(&wrong), "{at}/{key}s passes");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_value_of_another_type_is_seen() {
    for (pointer, value, document, validator) in
        all().into_iter().filter_map(|(document, validator)| {
            let (pointer, value) = [
                ("/spec/completions", json!("three")),
                ("/spec/concurrencyPolicy", json!(1)),
                ("/spec/template/spec/restartPolicy", json!(true)),
                ("/spec/accessModes", json!("ReadWriteMany")),
                ("/data/hookfleet.yaml", json!({ "version": 1 })),
                ("/jobs/plan/runs-on", json!(1)),
                ("/plan/parallel", json!("three")),
            ]
            .into_iter()
            .find(|(pointer, _)| document.pointer(pointer).is_some())?;
            Some((pointer, value, document, validator))
        })
    {
        let mut wrong = document;
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.accepts(&wrong), "{pointer}");
    }
}

#[test]
fn the_manifest_of_the_config_map_is_clean() {
    let mut findings = Findings::default();
    let text = kubernetes()[0]["data"]["hookfleet.yaml"].clone();
    let file = SourceFile {
        name: Arc::from("hookfleet.yaml"),
        bytes: text.as_str().unwrap().as_bytes().into(),
    };
    let desired = resolve(&decode(&file, &mut findings), &mut findings);
    assert_eq!(findings, Findings::default());
    assert_eq!(desired.instances.len(), 3);
}

/// The pods of the Kubernetes files, by their Jobs.
pub(crate) fn pods() -> Vec<Value> {
    let documents = kubernetes();
    let pods = documents.iter().filter_map(|document| {
        let spec = &document["spec"];
        let pod = spec.pointer("/template/spec");
        pod.or_else(|| spec.pointer("/jobTemplate/spec/template/spec"))
    });
    pods.cloned().collect()
}

#[test]
fn every_pod_has_no_more_rights_than_it_needs() {
    assert_eq!(pods().len(), 3);
    for pod in pods() {
        assert_eq!(pod["automountServiceAccountToken"], false);
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        assert_eq!(
            pod["securityContext"]["seccompProfile"],
            json!({ "type": "RuntimeDefault" })
        );
        for container in pod["containers"].as_array().unwrap() {
            assert_eq!(
                container["securityContext"],
                json!({
                    "allowPrivilegeEscalation": false,
                    "readOnlyRootFilesystem": true,
                    "capabilities": { "drop": ["ALL"] }
                })
            );
            assert!(container["resources"]["limits"]["memory"].is_string());
        }
    }
}

#[test]
fn every_engine_runs_as_many_shards_as_it_says() {
    let [apply] = documents("kubernetes/apply.yaml").try_into().unwrap();
    let spec = &apply["spec"];
    assert_eq!(spec["completions"], spec["parallelism"]);
    let env = &spec["template"]["spec"]["containers"][0]["env"];
    let shards = env
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "SHARDS");
    assert_eq!(
        shards.unwrap()["value"],
        spec["completions"].to_string(),
        "SHARDS"
    );
    let [github] = documents("github/hookfleet.yml").try_into().unwrap();
    for job in ["plan", "apply"] {
        let shards = github["jobs"][job]["strategy"]["matrix"]["shard"].clone();
        let count = shards.as_array().unwrap().len();
        assert_eq!(shards, json!((1..=count).collect::<Vec<_>>()), "{job}");
        assert_eq!(github["jobs"][job]["strategy"]["fail-fast"], false, "{job}");
    }
}

#[test]
fn a_pull_request_of_a_fork_gets_no_secret_and_only_what_it_runs_is_untrusted() {
    let [github] = documents("github/hookfleet.yml").try_into().unwrap();
    assert_eq!(github["permissions"], json!({ "contents": "read" }));
    // Unlike `pull_request_target`, it gives forks no secrets.
    let on: BTreeSet<&String> = github["on"].as_object().unwrap().keys().collect();
    assert_eq!(
        on.into_iter().collect::<Vec<_>>(),
        ["pull_request", "push", "schedule"]
    );
    for (name, job) in github["jobs"].as_object().unwrap() {
        let has_secret = job.to_string().contains("secrets.");
        let condition = job["if"].as_str().unwrap();
        let is_of_fork =
            condition.contains("pull_request") && !condition.contains("head.repo.full_name");
        assert!(!(has_secret && is_of_fork), "{name}");
        assert_eq!(
            job.to_string().contains("--untrusted"),
            ["plan", "validate"].contains(&name.as_str()),
            "{name}"
        );
    }
}
