//! The README's console blocks and the transcripts of `tests/cmd` are what the binary prints.
//!
//! In a block, a line with `$ ` runs hookfleet, `? CODE` is its exit code where that is not 0, and the rest is what it
//! prints; `...` stands for any lines. `SNAPSHOTS=overwrite cargo test transcripts` writes files anew.

use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use snapbox::{Data, assert_data_eq};

use super::project;

/// Runs a line, and returns it with the exit code and all that was printed, on both streams in their order.
fn played(line: &str) -> String {
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("hookfleet"), "{line}");
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookfleet"));
    command
        .args(words)
        .current_dir(project(""))
        .env_clear()
        .envs([("NO_COLOR", "1"), ("COLUMNS", "100")])
        // Nobody listens there: a transcript that sent a request would say so.
        .env("HOOKFLEET_BASE_URL", "http://127.0.0.1:9")
        .stdin(std::process::Stdio::null())
        .stdout(writer.try_clone().unwrap())
        .stderr(writer);
    let mut child = command.spawn().unwrap();
    // It holds the writing ends of the pipe.
    drop(command);
    let mut printed = String::new();
    reader.read_to_string(&mut printed).unwrap();
    let code = match child.wait().unwrap().code().unwrap() {
        0 => String::new(),
        code => format!("? {code}\n"),
    };
    format!("$ {line}\n{code}{}\n", printed.trim_end())
}

/// A file as it would be if every transcript in it were played now.
fn replayed(text: &str) -> String {
    let mut parts: Vec<String> = text.split("```").map(str::to_owned).collect();
    for block in parts.iter_mut().skip(1).step_by(2) {
        let (language, body) = block.split_once('\n').unwrap();
        let Some(first) = body.strip_prefix("$ ") else {
            continue;
        };
        let commands = first.split("\n$ ");
        let lines = commands.map(|command| command.lines().next().unwrap());
        let played: Vec<String> = lines.map(played).collect();
        *block = format!("{language}\n{}", played.join("\n"));
    }
    parts.join("```")
}

fn is_true(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("```\n$ ") || text.contains("```console\n$ "));
    assert_data_eq!(replayed(&text), Data::read_from(path, None));
}

#[test]
fn transcripts_of_the_readme_are_what_the_binary_prints() {
    is_true(&project("README.md"));
}

#[test]
fn transcripts_of_the_command_line_are_what_the_binary_prints() {
    for name in ["help", "lists", "usage"] {
        is_true(&project(&format!("tests/cmd/{name}.md")));
    }
}
