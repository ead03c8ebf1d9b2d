//! On a terminal, text is laid out at its width, from 40 to 110 columns: prose wraps at words, and ids stay whole.
//! Elsewhere it is not laid out.

use crate::harness::terminal::{Screen, Terminal};
use crate::harness::{Stage, masked, stage};

/// Instances with names, so that lists are long.
fn many() -> Stage {
    let ids: Vec<String> = (0..30).map(|number| format!("{number:012X}")).collect();
    let faults: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "")).collect();
    let stage = stage(&faults);
    let manifest = std::fs::read_to_string(stage.path("hookfleet.yaml")).unwrap();
    let named = ids.iter().fold(manifest, |manifest, id| {
        let name = format!("shop-{}", id.trim_start_matches('0'));
        manifest.replace(
            &format!("- id: {id}\n"),
            &format!("- id: {id}\n    name: {name}\n"),
        )
    });
    stage.write("hookfleet.yaml", named);
    stage
}

fn screen(stage: &Stage, args: &[&str], columns: u16) -> String {
    let command = stage.command(&[args, &["--color", "never"]].concat());
    let Screen { text, .. } = Terminal::of_columns(columns).starts(command).ends();
    masked(&text)
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn text_fits_the_terminal_and_says_what_it_says_elsewhere() {
    let stage = many();
    stage.write("unknown.yaml", "version: 1\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'http://a.example', events: [mesage] }] }]\n");
    let applied = stage.run(&["apply", "--auto-approve", "--shard", "1/4"]);
    assert_eq!(applied.code, 0, "{}", applied.told());
    for args in [
        &["plan"][..],
        &["drift", "-f", "unknown.yaml"],
        &["runs"],
        &["validate", "-f", "unknown.yaml", "--strict"],
        &["plan", "--base-url", "http://a.example"],
        &["plan", "--dry-run"],
        &["apply", "--auto-approve", "-f", "missing.yaml"],
    ] {
        let run = stage.run(args);
        for columns in [20, 40, 60, 80, 110, 200] {
            let text = screen(&stage, args, columns);
            let elsewhere = [&*run.out, &*run.err].concat();
            let (mut here, mut there) = (words(&text), words(&elsewhere));
            // The streams mix on a terminal.
            here.sort_unstable();
            there.sort_unstable();
            assert_eq!(here, there, "{args:?} {columns}");
            let width = usize::from(columns).clamp(40, 110);
            for line in text.lines().filter(|line| line.chars().count() > width) {
                let is_source = line
                    .trim_start_matches([' ', '1', '2', '3'])
                    .starts_with(['|', '-']);
                let longest = words(line).iter().map(|word| word.len()).max().unwrap();
                // A masked run is shorter than it was.
                let is_whole = longest + 8 > width || line.contains('`') || line.contains("<RUN>");
                assert!(is_source || is_whole, "{columns}: {line}");
            }
        }
    }
}

#[test]
fn a_list_wraps_between_names_and_a_name_stays_with_its_id() {
    let stage = many();
    for columns in [40, 72, 80, 110] {
        let text = screen(&stage, &["plan"], columns);
        let lines = text.lines().filter(|line| line.starts_with("    shop-"));
        let lists: Vec<&str> = lines.collect();
        let names = lists
            .iter()
            .flat_map(|line| line.trim().trim_end_matches(',').split(", "));
        assert_eq!(
            names
                .filter(|name| name.ends_with(')') && name.contains(" ("))
                .count(),
            30
        );
        assert!(lists.len() > 30 * 20 / usize::from(columns) - 2, "{text}");
    }
}

#[test]
fn help_fits_the_terminal() {
    let stage = many();
    for args in [
        &["-h"][..],
        &["--help"],
        &["apply", "-h"],
        &["rollback", "--help"],
        &["help", "plan"],
    ] {
        for columns in [60, 80, 110, 200] {
            let text = screen(&stage, args, columns);
            let width = usize::from(columns).min(110);
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{columns}: {line}");
            }
        }
    }
    let wide = stage.run(&["plan", "--help"]).out;
    assert!(wide.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_field_of_runs_is_one_word() {
    let stage = many();
    for shard in ["1/4", "2/4"] {
        assert_eq!(
            stage
                .run(&["apply", "--auto-approve", "--shard", shard])
                .code,
            0
        );
    }
    let log = std::fs::read_dir(stage.path(".hookfleet"))
        .unwrap()
        .filter_map(|file| {
            let path = file.unwrap().path();
            (path.extension()? == "run").then_some(path)
        })
        .min();
    // Without its end, it is cut off.
    let path = log.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let (rest, _) = text.trim_end().rsplit_once('\n').unwrap();
    std::fs::write(path, format!("{rest}\n")).unwrap();
    let run = stage.run(&["runs"]);
    let mut rows = run.out.lines().map(words);
    let head = rows.next().unwrap();
    assert_eq!(head, ["RUN", "KIND", "STATE", "DONE", "EXIT", "NOTE"]);
    // The note is the rest of the line.
    for (row, shard, state, exit) in [
        (rows.next().unwrap(), "1/4", "cut-off", "-"),
        (rows.next().unwrap(), "2/4", "finished", "0"),
    ] {
        let done = row[3];
        assert!(done.contains('/'), "{}", run.out);
        let note = ["127.0.0.1:<PORT>,", "shard", shard];
        let fields = ["<RUN>", "apply", state, done, exit];
        assert_eq!(row, [&fields[..], &note].concat(), "{}", run.out);
    }
}

#[test]
fn the_columns_of_runs_stay_columns_on_a_narrow_terminal() {
    let stage = many();
    let applied = stage.run(&["apply", "--auto-approve", "--shard", "1/4"]);
    assert_eq!(applied.code, 0, "{}", applied.told());
    let text = screen(&stage, &["runs"], 40);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let expected = [
        "RUN",
        "  KIND   STATE     DONE  EXIT",
        "      NOTE",
        "<RUN>",
        "  apply  finished  9/9   0",
        "      127.0.0.1:<PORT>, shard 1/4",
    ];
    let starts = |line: &str, start: &str| line.starts_with(start.split("  9").next().unwrap());
    assert_eq!(lines.len(), 6, "{text}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(starts(line, expected), "{text}");
    }
}
