//! Selecting instances of the manifest with `-i`, `-l` and `--shard`, and warning about selectors that match nothing.

use super::load::Loaded;
use crate::context::Context;
use crate::desired::{Scope, Selection, select, select::unknown_labels};
use crate::document::selection::SelectionV1;
use crate::english::plural;
use crate::escape::truncate;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::render::text::selection::words;

/// Returns the indices of the instances that a scope selects, and the selection for the plan.
///
/// # Errors
/// When `-i` matches no instance. An empty selection is no error, since a shard can be empty.
pub fn selected(
    loaded: &Loaded,
    scope: Scope,
    context: &mut Context<'_>,
) -> Result<(Vec<usize>, Selection), Failure> {
    let indices = select(&loaded.desired, &scope).map_err(|error| {
        Failure::from_error(ProblemKind::Usage, &error)
            .hint("`-i` takes an id or a name of the manifest")
    })?;
    for (label, near) in scope
        .selector
        .iter()
        .flat_map(|selector| unknown_labels(&loaded.desired, selector))
    {
        let near = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        context.output.warn(&truncate::message(&format!(
            "no instance has a label `{label}`{near}"
        )));
    }
    let of = loaded.desired.instances.len();
    let selection = Selection { scope, of };
    if of == 0 {
        context
            .output
            .warn(&truncate::message("the manifest lists no instances"));
    } else if indices.is_empty() {
        let scope = SelectionV1::of(&selection).map(|selection| words(&selection));
        let scope = scope.unwrap_or_default();
        let all = plural(of, "instance");
        context.output.warn(&truncate::message(&format!(
            "{scope}: none of {all} is selected"
        )));
    }
    Ok((indices, selection))
}
