//! The next step after a mistake that clap describes and has no advice for.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::scan::option_name;

/// Returns the next step; `verb` is the command as it is typed, such as `hookfleet plan`.
pub(super) fn of(error: &Error, verb: &str) -> String {
    let arguments = arguments(error, ContextKind::InvalidArg);
    let first = arguments
        .first()
        .map_or("", |argument| option_name(argument));
    let general = || match first {
        "" => format!("`{verb} --help` lists what it takes"),
        first => format!("`{verb} --help` says what `{first}` takes"),
    };
    match error.kind() {
        ErrorKind::InvalidValue if value(error).is_empty() => {
            format!("give it a value; one that begins with a hyphen is written as `{first}=VALUE`")
        }
        ErrorKind::ArgumentConflict => {
            let others = self::arguments(error, ContextKind::PriorArg);
            conflict(first, others.first().map_or("", |other| option_name(other)))
        }
        ErrorKind::MissingRequiredArgument => missing(first, verb).unwrap_or_else(general),
        _ => general(),
    }
}

fn conflict(first: &str, second: &str) -> String {
    let both = [first, second];
    let has = |name: &str| {
        both.iter()
            .any(|argument| argument.trim_matches(['[', ']', '<', '>']) == name)
    };
    if first == second {
        return format!("give `{first}` once");
    }
    match () {
        () if has("--untrusted") && (has("RUN") || has("--resume")) => {
            "no state directory is read with --untrusted, since a run log says what is written; leave it out once the manifest has been reviewed".to_owned()
        }
        () if has("FILE") && has("--resume") => {
            "a saved plan and the rest of a run are applied one at a time".to_owned()
        }
        () if has("FILE") => "a saved plan says which instances it is for; narrow it when it is made, with `hookfleet plan --out FILE`".to_owned(),
        () if has("--resume") => {
            "a run is finished over the instances that it was over; `hookfleet plan` narrows a new one".to_owned()
        }
        () => "leave one of them out".to_owned(),
    }
}

fn missing(argument: &str, verb: &str) -> Option<String> {
    let hint = match (argument, verb) {
        ("--strict", _) => "`--except` goes with `--strict`",
        ("--untrusted", _) => "`--allow-env` goes with `--untrusted`",
        ("<FILE>", "hookfleet apply") => {
            "`--max-age` is about a saved plan, which `hookfleet apply FILE` names"
        }
        ("<FILE|RUN>", _) => {
            "`hookfleet plan --out FILE` saves a plan, and `hookfleet runs` lists the runs"
        }
        ("<FILE>...", _) => {
            "name the reports, such as those of `hookfleet plan --shard K/N --format json`"
        }
        ("<RUN>", _) => "`hookfleet runs` lists the runs",
        ("--world", _) => "`hookfleet schema world` describes a world file",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn value(error: &Error) -> &str {
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value,
        _ => "",
    }
}

fn arguments(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(argument)) => vec![argument.clone()],
        Some(ContextValue::Strings(arguments)) => arguments.clone(),
        _ => Vec::new(),
    }
}
