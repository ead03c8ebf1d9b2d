//! Comparison with an inline snapshot.

use snapbox::{Assert, Data, IntoData};

/// Compares all of `actual` with an inline snapshot, character by character.
pub(crate) fn same(actual: impl Into<String>, expected: impl IntoData) {
    Assert::new()
        .normalize_paths(false)
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .eq(Data::text(actual.into()).raw(), expected.raw());
}
