//! Parses the codes of `--except`.

use crate::manifest::{Code, Severity, nearest};

/// Parses the code of a warning.
pub(super) fn warning(text: &str) -> Result<Code, String> {
    let all = || Code::ALL.iter();
    let warnings = || all().filter(|code| code.severity() == Severity::Warning);
    let names = || warnings().map(|code| code.as_str());
    if let Some(code) = warnings().find(|code| code.as_str() == text) {
        return Ok(*code);
    }
    if all().any(|code| code.as_str() == text) {
        return Err("this is the code of an error, and an error stays one".to_owned());
    }
    let advice = nearest(text, names()).map_or_else(
        || format!("the codes are {}", names().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(format!("no warning has this code; {advice}"))
}
