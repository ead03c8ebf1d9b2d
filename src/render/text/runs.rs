//! Rendering runs: a table, oldest first.

use super::colors::Colors;
use crate::document::runs::{RunStateV1, RunV1, RunsV1};
use crate::escape::truncate;

/// Renders the table.
pub fn runs(runs: &RunsV1, colors: Colors) -> String {
    let head = ["RUN", "KIND", "STATE", "DONE", "EXIT", ""].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head)
        .chain(runs.runs.iter().map(row))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let states = runs.runs.iter().map(|run| {
        // A run that another one has finished needs no attention.
        let is_settled = run.finished_by.is_some();
        Some(if is_settled {
            RunStateV1::Finished
        } else {
            run.state
        })
    });
    let states = std::iter::once(None).chain(states);
    let mut text = String::new();
    for (row, state) in rows.iter().zip(states) {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let line = line.join("  ");
        let line = line.trim_end();
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
    text
}

fn row(run: &RunV1) -> [String; 6] {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, clean);
    let number = |number: Option<usize>| number.map_or("?".to_owned(), |n| n.to_string());
    let (writes, done) = (number(run.writes), number(run.done));
    let of = run.of.iter().map(|of| format!("of {}", clean(of)));
    let by = run.finished_by.iter();
    let by = by.map(|by| format!("finished by {}", clean(by)));
    let sealed = run.sealed_to.iter().map(|_| "encrypted".to_owned());
    let remarks: Vec<String> = of
        .chain(by)
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

fn clean(text: &str) -> String {
    truncate::name(text).into_owned()
}
