//! Every test that the README and SECURITY.md name beside a promise is there.

use super::project;

/// What stands in backquotes in a row and names a place: `FILE::NAME`, or a file.
fn named(row: &str) -> Vec<(&str, Option<&str>)> {
    let quoted = row.split('`').skip(1).step_by(2);
    let places = quoted.filter(|text| {
        ["tests/", "src/", ".ci/", "deny.toml"]
            .iter()
            .any(|start| text.starts_with(start))
    });
    places
        .map(|place| match place.split_once("::") {
            Some((file, name)) => (file, Some(name)),
            None => (place, None),
        })
        .collect()
}

/// The rows of the first table behind a heading, without its head, as far as their last column names nothing that is
/// there.
fn unheld(document: &str, heading: &str, least: usize) -> Vec<String> {
    let text = std::fs::read_to_string(project(document)).unwrap();
    let section = text.split(heading).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.skip(1).collect();
    assert!(rows.len() >= least, "{rows:?}");
    let mut wrong = Vec::new();
    for row in rows {
        let places = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let places = named(places);
        if places.is_empty() {
            wrong.push(format!("nothing holds: {row}"));
        }
        for (file, name) in places {
            let text = std::fs::read_to_string(project(file)).unwrap_or_default();
            let is_there = name.map_or(!text.is_empty(), |name| {
                text.contains(&format!("fn {name}("))
            });
            if !is_there {
                wrong.push(format!("{file}::{}", name.unwrap_or_default()));
            }
        }
    }
    wrong
}

#[test]
fn the_tests_that_the_readme_names_are_there() {
    let wrong = unheld("README.md", "## What hookfleet promises", 9);
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_tests_that_the_threat_model_names_are_there() {
    let wrong = unheld("SECURITY.md", "## What is defended", 19);
    assert_eq!(wrong, Vec::<String>::new());
}
