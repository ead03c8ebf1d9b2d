//! The README's console blocks and the transcripts of `tests/cmd` are what the binary prints.

#[test]
fn transcripts_are_true() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").env("COLUMNS", "100");
    // Nobody listens there: a transcript that sent a request would say so.
    cases.env("HOOKFLEET_BASE_URL", "http://127.0.0.1:9");
    cases.case("README.md").case("tests/cmd/*.trycmd");
}
