//! One rule of colour for every output: what was typed, then the variables, then the terminal.

use crate::harness::Scratch;
use crate::harness::terminal::{Screen, Terminal};

/// Outputs of each kind: help, a usage error, an error, and data.
const OUTPUTS: [&[&str]; 6] = [
    &["--help"],
    &["plan", "-h"],
    &["plan", "--nope"],
    &["plan", "-f", "nowhere"],
    &["demo"],
    &[],
];

fn is_coloured(variables: &[(&str, &str)], before: &[&str], args: &[&str], terminal: bool) -> bool {
    let mut scratch = Scratch::new();
    for (name, value) in variables {
        scratch.set(name, value);
    }
    let args = [before, args].concat();
    let text = if terminal {
        let Screen { text, .. } = Terminal::start(scratch.command(&args)).ends();
        text
    } else {
        let run = scratch.run(&args);
        run.out + &run.err
    };
    assert!(!text.is_empty());
    text.contains('\u{1b}')
}

#[test]
fn every_output_follows_the_one_rule_of_colour() {
    for args in OUTPUTS {
        for (variables, before, terminal, expected) in [
            (&[][..], &[][..], true, true),
            (&[], &[], false, false),
            (&[("TERM", "dumb")], &[], true, false),
            (&[("NO_COLOR", "1")], &[], true, false),
            (&[("NO_COLOR", "")], &[], true, true),
            (&[("CLICOLOR", "0")], &[], true, false),
            (&[("CLICOLOR_FORCE", "1")], &[], false, true),
            (
                &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
                &[],
                true,
                false,
            ),
            (&[("NO_COLOR", "1")], &["--color", "always"], false, true),
            (&[], &["--color=never"], true, false),
            (&[("CLICOLOR_FORCE", "1")], &["--no-color"], true, false),
        ] {
            // Without a command there is nothing but the variables.
            if args.is_empty() && !before.is_empty() {
                continue;
            }
            let found = is_coloured(variables, before, args, terminal);
            assert_eq!(
                found, expected,
                "{variables:?} {before:?} {args:?} {terminal}"
            );
        }
    }
}

#[test]
fn the_option_is_heeded_behind_the_command_and_behind_help() {
    for args in [
        &["--help", "--color", "always"][..],
        &["plan", "--help", "--color=always"],
        &["plan", "--nope", "--color", "always"],
    ] {
        assert!(is_coloured(&[], &[], args, false), "{args:?}");
    }
    for args in [
        &["--help", "--color", "never"][..],
        &["plan", "--help", "--no-color"],
        &["plan", "--nope", "--no-color"],
    ] {
        assert!(!is_coloured(&[], &[], args, true), "{args:?}");
    }
}
