//! Rendering runs: a table, oldest first.

use super::colors::Colors;
use super::selection::words;
use crate::document::runs::{RunStateV1, RunV1, RunsV1};
use crate::escape::truncate;

/// The columns before the note.
const COLUMNS: usize = 5;
/// What stands before the second line of a row that takes several, and before its note.
const INDENT: [&str; 2] = ["  ", "      "];

/// Renders the table. Where a row is wider than the terminal, every row takes several lines: the run, the other columns,
/// the note.
pub fn runs(runs: &RunsV1, colors: Colors, width: Option<usize>) -> String {
    let rows: Vec<[String; 6]> = runs.runs.iter().map(row).collect();
    let has_notes = rows.iter().any(|row| !row[COLUMNS].is_empty());
    let note = if has_notes { "NOTE" } else { "" };
    let head = ["RUN", "KIND", "STATE", "DONE", "EXIT", note].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| widest(column).unwrap_or_default());
    let cells = |row: &[String], from: usize| {
        let cells = row[from..].iter().zip(&widths[from..]);
        let cells: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let whole: Vec<String> = rows.iter().map(|row| cells(row, 0)).collect();
    let is_too_wide = |line: &String| width.is_some_and(|width| line.chars().count() > width);
    let rows: Vec<Vec<String>> = if whole.iter().any(is_too_wide) {
        let lines = rows.iter().map(|row| {
            let note = &row[COLUMNS];
            let note = (!note.is_empty()).then(|| format!("{}{note}", INDENT[1]));
            let columns = format!("{}{}", INDENT[0], cells(&row[..COLUMNS], 1));
            [row[0].clone(), columns].into_iter().chain(note).collect()
        });
        lines.collect()
    } else {
        whole.into_iter().map(|line| vec![line]).collect()
    };
    let states = runs.runs.iter().map(|run| {
        // A run that another one has finished needs no attention.
        let is_settled = run.finished_by.is_some() || run.rolled_back_by.is_some();
        Some(if is_settled {
            RunStateV1::Finished
        } else {
            run.state
        })
    });
    let states = std::iter::once(None).chain(states);
    let mut text = String::new();
    for (lines, state) in rows.iter().zip(states) {
        for line in lines {
            text.push_str(&match state {
                None => colors.bold(line),
                Some(RunStateV1::CutOff | RunStateV1::Empty | RunStateV1::Interrupted) => {
                    colors.yellow(line)
                }
                Some(RunStateV1::Unreadable) => colors.red(line),
                Some(RunStateV1::Finished | RunStateV1::Running) => line.to_owned(),
            });
            text.push('\n');
        }
    }
    text
}

fn row(run: &RunV1) -> [String; 6] {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, clean);
    let number = |number: Option<usize>| number.map_or("?".to_owned(), |n| n.to_string());
    let (writes, done) = (number(run.writes), number(run.done));
    let host = run.base_url.iter().map(|url| host(url));
    let of = run.of.iter().map(|of| format!("of {}", clean(of)));
    let by = run.finished_by.iter();
    let by = by.map(|by| format!("finished by {}", clean(by)));
    let back = run.rolled_back_by.iter();
    let back = back.map(|back| format!("rolled back by {}", clean(back)));
    let sealed = run.sealed_to.iter().map(|_| "encrypted".to_owned());
    let selection = run.selection.iter().map(words);
    let remarks: Vec<String> = host
        .chain(selection)
        .chain(of)
        .chain(by)
        .chain(back)
        .chain(sealed)
        .chain(
            run.error
                .iter()
                .map(|error| truncate::message(error).into_owned()),
        )
        .collect();
    [
        clean(&run.run),
        text(&run.kind),
        // A field is one word, for tools that split a line at spaces.
        run.state.as_str().replace(' ', "-"),
        match run.state {
            RunStateV1::Empty | RunStateV1::Unreadable => "-".to_owned(),
            _ => format!("{done}/{writes}"),
        },
        run.exit_code
            .map_or_else(|| "-".to_owned(), |code| code.to_string()),
        remarks.join(", "),
    ]
}

/// Returns the host of a base URL, with its port and its path.
fn host(base_url: &str) -> String {
    let host = base_url
        .split_once("://")
        .map_or(base_url, |(_, host)| host);
    clean(host.trim_end_matches('/'))
}

fn clean(text: &str) -> String {
    truncate::name(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_wider_than_the_terminal_takes_a_line_for_its_run_its_columns_and_its_note() {
        let run = |name: &str, of: Option<&str>| RunV1 {
            run: name.to_owned(),
            kind: Some(if of.is_some() { "rollback" } else { "apply" }.to_owned()),
            state: RunStateV1::CutOff,
            of: of.map(str::to_owned),
            writes: Some(12),
            done: Some(3),
            ..RunV1::default()
        };
        let runs_of = |of: Option<&str>| RunsV1 {
            format_version: "1".to_owned(),
            runs: vec![run("first", None), run("second", of)],
            exit_code: 0,
        };
        let noted = runs_of(Some("first"));
        let wide = "RUN     KIND      STATE    DONE  EXIT  NOTE\n\
                    first   apply     cut-off  3/12  -\n\
                    second  rollback  cut-off  3/12  -     of first\n";
        for width in [None, Some(47)] {
            assert_eq!(runs(&noted, Colors::Plain, width), wide);
        }
        assert_eq!(
            runs(&noted, Colors::Plain, Some(46)),
            "RUN\n  KIND      STATE    DONE  EXIT\n      NOTE\n\
             first\n  apply     cut-off  3/12  -\n\
             second\n  rollback  cut-off  3/12  -\n      of first\n"
        );
        let plain = runs(&runs_of(None), Colors::Plain, Some(40));
        assert!(
            plain.starts_with("RUN     KIND   STATE    DONE  EXIT\nfirst"),
            "{plain}"
        );
    }
}
