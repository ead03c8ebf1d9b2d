//! From `-i`, `-l` and `--shard` to instances of the manifest, and what is to be said of that.

use super::load::Loaded;
use crate::context::Context;
use crate::desired::select::unknown_keys;
use crate::desired::{Scope, Selection, select};
use crate::document;
use crate::english::plural;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::text::selection::words;

/// The indices of the instances that a scope has, and what is to be said of them.
///
/// # Errors
/// When `-i` names nothing. That nothing is left is none: a shard can be empty.
pub fn selected(
    loaded: &Loaded,
    scope: Scope,
    context: &mut Context<'_>,
) -> Result<(Vec<usize>, Selection), Failure> {
    let indices = select(&loaded.desired, &scope).map_err(|error| {
        Failure::from_error("usage", ExitCode::Usage, &error)
            .hint("`-i` takes an id or a name of the manifest")
    })?;
    for (key, near) in scope
        .selector
        .iter()
        .flat_map(|selector| unknown_keys(&loaded.desired, selector))
    {
        let near = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        warn(&format!("no instance has a label `{key}`{near}"), context);
    }
    let of = loaded.desired.instances.len();
    let selection = Selection { scope, of };
    if of == 0 {
        warn("the manifest lists no instances", context);
    } else if indices.is_empty() {
        let said = document::plan_of::selection(&selection).map(|selection| words(&selection));
        let said = said.unwrap_or_default();
        let all = plural(of, "instance");
        warn(&format!("{said}: none of {all} is selected"), context);
    }
    Ok((indices, selection))
}

fn warn(text: &str, context: &mut Context<'_>) {
    let label = context.colors_err.yellow("warning:");
    context.note(&format!("{label} {}\n", truncate::message(text)));
}
