//! The demo needs nothing of the environment, and takes nothing from it.

use std::collections::BTreeSet;
use std::process::Command;

use clap::CommandFactory;
use hookfleet::cli::Cli;

/// The variables that options stand in for, of every command.
fn variables(command: &clap::Command) -> BTreeSet<String> {
    let arguments = command.get_arguments();
    let own = arguments.filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned()));
    let below = command.get_subcommands().flat_map(variables);
    own.chain(below).collect()
}

fn demo(environment: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookfleet"));
    command.env_clear().envs(environment.iter().copied());
    let output = command.arg("demo").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn demo_prints_the_same_whatever_hookfleet_variables_and_proxies_are_set() {
    let expected = demo(&[]);
    assert_eq!(expected.0, Some(0), "{}", expected.2);
    let mut names = variables(&Cli::command());
    names.retain(|name| name.starts_with("HOOKFLEET_"));
    assert!(names.len() >= 4, "{names:?}");
    names.extend(["HOOKFLEET_NO_PROGRESS", "HTTPS_PROXY", "WAWP_ACCESS_TOKEN"].map(str::to_owned));
    let environment: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "/nonexistent"))
        .collect();
    assert_eq!(demo(&environment), expected);
}
