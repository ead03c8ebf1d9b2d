//! Every test that the README names beside a promise is there.

use super::project;

/// `FILE::NAME` of every test that the README names.
fn named(readme: &str) -> Vec<(&str, &str)> {
    let quoted = readme.split('`').skip(1).step_by(2);
    let tests = quoted.filter(|text| text.starts_with("tests/"));
    tests.filter_map(|test| test.split_once("::")).collect()
}

#[test]
fn the_tests_that_the_readme_names_are_there() {
    let readme = std::fs::read_to_string(project("README.md")).unwrap();
    let promises = readme.split("## What hookfleet promises").nth(1).unwrap();
    let rows = promises.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<&str> = rows.skip(1).collect();
    assert!(rows.len() >= 9, "{rows:?}");
    for row in rows {
        let tests = named(row);
        assert!(!tests.is_empty(), "no test holds: {row}");
        for (file, name) in tests {
            let text = std::fs::read_to_string(project(file)).unwrap_or_default();
            assert!(text.contains(&format!("fn {name}(")), "{file}::{name}");
        }
    }
}
