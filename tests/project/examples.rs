//! Every example is parsed, checked against its schema, and planned.

use std::path::PathBuf;
use std::sync::Arc;

use hookfleet::desired::bind::{Needs, Values};
use hookfleet::desired::{Goal, bind, resolve};
use hookfleet::live::{AnswerBeyond, Live, LiveWebhook, Reading, SystemReading};
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::plan::{InstancePlan, plan_instance};
use hookfleet::webhook::{Events, HookUrl, UnknownFields, Webhook};

use super::{files_below, project};
use crate::harness::Validator;

/// What is for other programs, and not a manifest; `engines` looks at it.
const ENGINES: [&str; 3] = ["kubernetes", "github", "gitlab"];

/// The examples, each with the files that make it: a folder of manifests is one.
fn manifests() -> Vec<(String, Vec<PathBuf>)> {
    let mut examples = Vec::new();
    for entry in std::fs::read_dir(project("examples")).unwrap() {
        let path = entry.unwrap().path();
        if ENGINES.iter().any(|engine| path.ends_with(engine)) {
            continue;
        }
        let files = if path.is_dir() {
            files_below(&path)
        } else {
            vec![path.clone()]
        };
        let files: Vec<PathBuf> = files
            .into_iter()
            .filter(|file| !file.ends_with("world.yaml"))
            .collect();
        if !files.is_empty() {
            examples.push((
                path.file_name().unwrap().to_string_lossy().into_owned(),
                files,
            ));
        }
    }
    examples.sort();
    examples
}

fn errors(validator: &Validator, yaml: &str) -> String {
    validator.errors(&serde_yaml::from_str(yaml).unwrap())
}

#[test]
fn every_manifest_fits_its_schema() {
    let validator = Validator::named("manifest");
    let mut checked = 0;
    for file in manifests().into_iter().flat_map(|(_, files)| files) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(errors(&validator, &text), "", "{}", file.display());
        checked += 1;
    }
    assert!(checked >= 6, "only {checked} examples were found");
}

#[test]
fn every_world_fits_its_schema() {
    let validator = Validator::named("world");
    for world in ["examples/demo/world.yaml", "examples/emulator/world.yaml"] {
        let text = std::fs::read_to_string(project(world)).unwrap();
        assert_eq!(errors(&validator, &text), "", "{world}");
    }
}

/// An instance that holds nothing yet.
fn empty() -> Live {
    let webhook = Webhook {
        url: HookUrl::live("https://app.wawp.net/api/webhook/x"),
        events: Events::new(["message"]),
        is_active: true,
    };
    let system = SystemReading::Present(LiveWebhook {
        webhook,
        extra: UnknownFields::default(),
    });
    Live {
        webhooks: Vec::new(),
        system,
        listed_system_disagrees: false,
        beyond: AnswerBeyond::default(),
    }
}

#[test]
fn every_example_is_clean_and_plans_to_nothing_once_it_is_applied() {
    for (name, files) in manifests() {
        let mut findings = Findings::default();
        let manifests: Vec<_> = files
            .iter()
            .flat_map(|file| {
                let bytes = std::fs::read(file).unwrap().into();
                decode(
                    &SourceFile {
                        name: Arc::from(file.to_string_lossy()),
                        bytes,
                    },
                    &mut findings,
                )
            })
            .collect();
        let desired = resolve(&manifests, &mut findings);
        let all: Vec<usize> = (0..desired.instances.len()).collect();
        let needs = Needs::of(&desired, &all);
        let secrets: Values = needs
            .secrets
            .into_iter()
            .map(|name| (name, "s3cret".to_owned().into()))
            .collect();
        let targets = bind(&desired, &all, &secrets, &mut findings);
        assert_eq!(findings, Findings::default(), "{name}");
        assert!(!targets.is_empty(), "{name} has instances");
        for target in targets {
            let Goal::Managed(wanted) = target.goal else {
                continue;
            };
            let plan = |live: Live| match plan_instance(&wanted, &Reading::Seen(live)) {
                InstancePlan::Planned(planned) => planned,
                _ => panic!("{name}: what was seen is planned"),
            };
            let Some(action) = plan(empty()).action else {
                continue;
            };
            let system = SystemReading::Present(action.system.clone().unwrap());
            let after = Live {
                webhooks: action.webhooks.clone(),
                system,
                ..empty()
            };
            assert!(!plan(after).has_changes(), "{name}: {}", target.subject.id);
        }
    }
}

#[test]
fn the_readmes_manifest_is_clean_and_fits_the_schema() {
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let manifest = readme
        .split("```yaml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert_eq!(errors(&Validator::named("manifest"), manifest), "");
    let mut findings = Findings::default();
    let bytes = manifest.as_bytes().into();
    let manifests = decode(
        &SourceFile {
            name: Arc::from("README.md"),
            bytes,
        },
        &mut findings,
    );
    assert_eq!(resolve(&manifests, &mut findings).instances.len(), 2);
    assert_eq!(findings, Findings::default());
}
