//! Reading the file of `--ca-cert`. It must not know what a certificate is.

use std::path::Path;

use crate::api::{Authorities, ca::MAX_PEM};
use crate::manifest::quoted;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::source::{Links, read_bounded};

/// Reads the certificates of a file; `setting` is the option or the variable that names it.
///
/// # Errors
/// When the file can't be read, or holds no usable certificate.
pub(super) fn read(file: &Path, setting: &str) -> Result<Authorities, Failure> {
    let name = quoted(&file.display().to_string());
    let usage = |message: String| {
        Failure::new(ProblemKind::Usage, message).hint(format!(
            "give {setting} a PEM file with the authority's certificate (-----BEGIN CERTIFICATE-----)"
        ))
    };
    let bytes = read_bounded(file, MAX_PEM, Links::Follow)
        .map_err(|error| usage(format!("cannot read {name} of {setting}: {error}")))?;
    Authorities::from_pem(&bytes).map_err(|error| usage(format!("{name} of {setting} {error}")))
}
