//! Which instances of a manifest a run is about.

use super::model::{Desired, DesiredInstance};
use crate::manifest::nearest;

/// An `-i` that names no instance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no instance has the id or name `{asked}`{}", .near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownInstance {
    /// What was asked for.
    pub asked: String,
    /// The nearest id or name.
    pub near: Option<String>,
}

/// The indices, ascending, of the instances with one of the ids or names; all of them when none is asked for.
///
/// # Errors
/// The first that names no instance.
pub fn select(desired: &Desired, asked: &[String]) -> Result<Vec<usize>, UnknownInstance> {
    if asked.is_empty() {
        return Ok((0..desired.instances.len()).collect());
    }
    let is = |instance: &DesiredInstance, asked: &str| {
        instance.subject.id.as_str() == asked || instance.subject.name.as_deref() == Some(asked)
    };
    for asked in asked {
        if !desired.instances.iter().any(|instance| is(instance, asked)) {
            let names = desired.instances.iter().flat_map(|instance| {
                std::iter::once(instance.subject.id.as_str())
                    .chain(instance.subject.name.as_deref())
            });
            return Err(UnknownInstance {
                asked: asked.clone(),
                near: nearest(asked, names).map(str::to_owned),
            });
        }
    }
    let all = desired.instances.iter().enumerate();
    Ok(all
        .filter(|(_, instance)| asked.iter().any(|asked| is(instance, asked)))
        .map(|(index, _)| index)
        .collect())
}
