//! What is said of files that are no YAML.

use snapbox::str;

use super::{one, same, says, v1};

#[test]
fn an_empty_file_says_how_a_manifest_starts() {
    same(
        says(&one("")),
        str![[r#"
error[syntax]: the file is empty; a manifest starts with `version: 1`
 --> m.yaml:1:1
  |
1 |  
  | ^


"#]],
    );
}

#[test]
fn a_file_of_comments_alone_is_an_empty_file() {
    same(
        says(&one("# a\n# b\n")),
        str![[r#"
error[syntax]: the file is empty; a manifest starts with `version: 1`
 --> m.yaml:1:1
  |
1 | # …
  | ^


"#]],
    );
}

#[test]
fn a_file_of_separators_alone_is_an_empty_file() {
    same(
        says(&one("---\n---\n")),
        str![[r#"
error[syntax]: the file is empty; a manifest starts with `version: 1`
 --> m.yaml:1:1
  |
1 | …
  | ^


"#]],
    );
}

#[test]
fn an_unclosed_double_quote_points_at_its_line() {
    same(
        says(&v1("instances:\n  - id: \"8D30ABB1E6DA\n    name: a\n")),
        str![[r#"
error[syntax]: invalid indentation in multiline quoted scalar; is a quote above never closed?
 --> m.yaml:4:5
  |
4 |     name: a
  |     ^


"#]],
    );
}

#[test]
fn an_unclosed_single_quote_points_at_its_line() {
    same(
        says(&v1("instances:\n  - id: '8D30ABB1E6DA\n    name: a\n")),
        str![[r#"
error[syntax]: invalid indentation in multiline quoted scalar; is a quote above never closed?
 --> m.yaml:4:5
  |
4 |     name: a
  |     ^


"#]],
    );
}

#[test]
fn an_unclosed_bracket_points_at_it() {
    same(
        says(&v1(
            "instances:\n  - id: 8D30ABB1E6DA\n    webhook_sets: [crm\n    name: a\n",
        )),
        str![[r#"
error[syntax]: illegal placement of ':' indicator; is a bracket above never closed?
 --> m.yaml:5:9
  |
5 |     name: …
  |         ^


"#]],
    );
}

#[test]
fn an_unclosed_brace_at_the_end_of_the_file_shows_a_line() {
    same(
        says(&v1("api: {auth: query")),
        str![[r#"
error[syntax]: unclosed bracket '{'
 --> m.yaml:2:6
  |
2 | api: {auth: query
  |      ^


"#]],
    );
}

#[test]
fn a_closing_bracket_too_many_points_at_it() {
    same(
        says(&v1("instances: []]\n")),
        str![[r#"
error[syntax]: misplaced bracket
 --> m.yaml:2:14
  |
2 | instances: []]
  |              ^


"#]],
    );
}

#[test]
fn a_tab_as_indentation_is_called_a_tab() {
    same(
        says(&v1("api:\n\tauth: query\n")),
        str![[r#"
error[syntax]: a tab is no indentation in YAML; indent with spaces
 --> m.yaml:3:1
  |
3 |  auth: query
  | ^


"#]],
    );
}

#[test]
fn a_missing_space_behind_a_colon_points_at_the_line() {
    same(
        says(&v1("instances:\n  - id:8D30ABB1E6DA\n    name: a\n")),
        str![[r#"
error[syntax]: is the space behind the colon missing?
 --> m.yaml:3:5
  |
3 |   - ……
  |     ^


"#]],
    );
}

#[test]
fn a_wrong_indentation_points_at_the_line() {
    same(
        says(&v1("instances:\n  - id: 8D30ABB1E6DA\n   name: a\n")),
        str![[r#"
error[syntax]: while parsing a block collection, did not find expected '-' indicator; the line is indented differently from its list
 --> m.yaml:4:4
  |
4 |    name: a
  |    ^


"#]],
    );
}
