//! What other tools call the things that hookfleet has: options and commands of terraform, kubectl, decK and their
//! like. A name is told only where its option or command exists.

use clap::Command;

/// Options of other tools, the option here that a command must have for the hint to hold, and the hint.
const OPTIONS: [(&[&str], &str, &str); 19] = [
    (
        &[
            "--yes",
            "-y",
            "--assume-yes",
            "--approve",
            "--no-input",
            "--autoapprove",
        ],
        "auto-approve",
        "`--auto-approve` skips the confirmation prompt",
    ),
    (
        &[
            "--target",
            "--targets",
            "--only",
            "--id",
            "--ids",
            "--instance-id",
            "--instances",
            "--name",
        ],
        "instance",
        "`-i ID|NAME` selects an instance",
    ),
    (
        &[
            "--label",
            "--labels",
            "--tag",
            "--tags",
            "--select-tag",
            "--filter",
        ],
        "selector",
        "`-l SELECTOR` selects instances by their labels",
    ),
    (
        &["--output", "-o"],
        "out",
        "`--format FORMAT` says in which form the plan is printed, and `--out FILE` saves it",
    ),
    (
        &["--output", "-o", "--output-format"],
        "format",
        "`--format FORMAT` says in which form the output is printed",
    ),
    (&["--json"], "format", "`--format json` prints JSON"),
    (
        &["--save", "--save-plan", "--plan-file"],
        "out",
        "`--out FILE` saves the plan",
    ),
    (
        &[
            "--filename",
            "--files",
            "--manifest",
            "--config",
            "-c",
            "--state",
            "-s",
            "--var-file",
        ],
        "file",
        "`-f PATH` names a manifest",
    ),
    (
        &[
            "--url",
            "--api-url",
            "--api",
            "--server",
            "--host",
            "--endpoint",
            "--address",
        ],
        "base-url",
        "`--base-url URL` says where the API is",
    ),
    (
        &[
            "--token",
            "--access-token",
            "--api-key",
            "--apikey",
            "--key",
            "--password",
        ],
        "base-url",
        "tokens are no options: WAWP_ACCESS_TOKEN has one, unless `credentials` in the manifest say otherwise",
    ),
    (
        &[
            "--insecure",
            "--insecure-skip-tls-verify",
            "-k",
            "--skip-verify",
            "--tls-skip-verify",
        ],
        "ca-cert",
        "`--ca-cert FILE` trusts the authority of a private certificate",
    ),
    (
        &[
            "--cacert",
            "--ca",
            "--ca-file",
            "--certificate-authority",
            "--ca-cert-file",
        ],
        "ca-cert",
        "`--ca-cert FILE` trusts certificate authorities",
    ),
    (
        &["--parallelism", "--parallel", "--jobs", "-j", "--workers"],
        "concurrency",
        "`--concurrency N` says how many requests may be in flight",
    ),
    (
        &["--rate", "--rate-limit", "--qps", "--rps"],
        "max-rps",
        "`--max-rps N` limits requests per second",
    ),
    (
        &["--request-timeout", "--lock-timeout", "--wait-timeout"],
        "timeout",
        "`--timeout TIME` limits one request, and `--deadline TIME` the whole run",
    ),
    (
        &[
            "--exit-code",
            "--non-zero-exit-code",
            "--check",
            "--error-on-diff",
        ],
        "detailed-exitcode",
        "`--detailed-exitcode` exits with 2 where there are changes",
    ),
    (
        &[
            "--allow-removals",
            "--allow-empty",
            "--allow-changes",
            "--allow-delete",
            "--allow-destroy",
        ],
        "allow",
        "`--allow GUARD` lets a guard pass",
    ),
    (
        &["--prune", "--no-prune", "--delete"],
        "file",
        "`prune:` in the manifest says what becomes of live webhooks that it does not have",
    ),
    (
        &["--debug", "--log-level", "--trace"],
        "verbose",
        "`-vv` logs every request on stderr",
    ),
];

/// Options of other tools for a run that only shows what would be done.
const DRY_RUNS: [&str; 8] = [
    "--dry-run",
    "--dryrun",
    "-n",
    "--noop",
    "--what-if",
    "--preview",
    "--plan",
    "--check",
];

/// Commands of other tools, the command here, and the hint.
const COMMANDS: [(&[&str], &str, &str); 9] = [
    (
        &["diff", "preview", "dry-run", "dryrun", "compare", "changes"],
        "plan",
        "`hookfleet plan` shows what an apply would change",
    ),
    (
        &[
            "sync",
            "deploy",
            "up",
            "push",
            "update",
            "set",
            "patch",
            "replace",
            "create",
            "reconcile",
        ],
        "apply",
        "`hookfleet apply` makes live state what the manifest says",
    ),
    (
        &["destroy", "delete", "remove", "down", "prune"],
        "apply",
        "`hookfleet apply` removes what the manifest does not have, where it says `prune: true`",
    ),
    (
        &["refresh", "status", "verify", "watch"],
        "drift",
        "`hookfleet drift` compares live state with the manifest",
    ),
    (
        &["lint", "check", "test", "vet", "fmt", "format"],
        "validate",
        "`hookfleet validate` checks a manifest offline",
    ),
    (
        &["list", "ls", "get", "history", "log", "logs", "state"],
        "runs",
        "`hookfleet runs` lists what was applied; `hookfleet plan` reads what is live",
    ),
    (
        &["undo", "revert", "restore", "reset", "rollout"],
        "rollback",
        "`hookfleet rollback RUN` puts back what a run has overwritten",
    ),
    (
        &["resume", "continue", "retry"],
        "apply",
        "`hookfleet apply --resume RUN` finishes an interrupted run",
    ),
    (
        &["serve", "server", "mock", "emulator", "simulate"],
        "emulate",
        "`hookfleet emulate` serves an emulator of the API",
    ),
];

/// Returns what an option of another tool is here, for a command that has it.
pub(super) fn option(typed: &str, command: &Command) -> Option<&'static str> {
    let takes = |name: &str| has(command, name);
    if DRY_RUNS.contains(&typed) && takes("auto-approve") {
        return Some(match command.get_name() {
            "rollback" => "that is `hookfleet rollback RUN --plan`, which cannot write",
            _ => "that is `hookfleet plan`, which shows what would be changed and cannot write",
        });
    }
    if DRY_RUNS.contains(&typed) && takes("base-url") && !takes("detailed-exitcode") {
        return Some("it never writes, so the option is not needed");
    }
    if typed != "--check" && DRY_RUNS.contains(&typed) && takes("out") {
        return Some("`plan` never writes to the API, so the option is not needed");
    }
    if typed == "--force" && takes("auto-approve") {
        return Some(
            "`--auto-approve` skips the confirmation prompt, and `--allow GUARD` lets a guard pass",
        );
    }
    if typed == "--detailed-exitcode" && command.get_name() == "drift" {
        return Some(
            "`drift` exits with 2 wherever there are changes, so the option is not needed",
        );
    }
    if ["--refresh-only", "--refresh"].contains(&typed) {
        return Some("`hookfleet drift` compares live state with the manifest");
    }
    let mut known = OPTIONS.iter();
    known
        .find(|(names, needed, _)| names.contains(&typed) && takes(needed))
        .map(|(_, _, hint)| *hint)
}

/// Returns what a command of another tool is here.
pub(super) fn command(typed: &str, root: &Command) -> Option<&'static str> {
    let mut known = COMMANDS.iter();
    known
        .find(|(names, here, _)| names.contains(&typed) && root.find_subcommand(here).is_some())
        .map(|(_, _, hint)| *hint)
}

/// Whether a command takes an option with this long name.
pub(super) fn has(command: &Command, name: &str) -> bool {
    command
        .get_arguments()
        .any(|argument| argument.get_long() == Some(name))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    #[test]
    fn hints_name_options_and_commands_that_exist_for_words_that_do_not() {
        let mut root = Cli::command();
        root.build();
        let commands: Vec<&Command> = root.get_subcommands().collect();
        for (names, needed, hint) in OPTIONS {
            assert!(
                commands.iter().any(|command| has(command, needed)),
                "{hint}"
            );
            for name in names.iter().filter_map(|name| name.strip_prefix("--")) {
                assert!(
                    !commands.iter().any(|command| has(command, name)),
                    "--{name}"
                );
            }
        }
        for (names, here, hint) in COMMANDS {
            assert!(root.find_subcommand(here).is_some(), "{hint}");
            assert!(
                names
                    .iter()
                    .all(|name| root.find_subcommand(name).is_none()),
                "{names:?}"
            );
        }
    }
}
