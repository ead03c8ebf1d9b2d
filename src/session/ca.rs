//! Reading the file of `--ca-cert`. It must not know what a certificate is.

use std::path::Path;

use crate::api::{Authorities, ca::MAX_PEM};
use crate::manifest::quoted;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::source::read_bounded;

/// Reads the certificates of a file.
///
/// # Errors
/// When the file can't be read, or holds no usable certificate.
pub(super) fn read(file: &Path) -> Result<Authorities, Failure> {
    let name = quoted(&file.display().to_string());
    let bytes = read_bounded(file, MAX_PEM).map_err(|error| {
        let message = format!("cannot read {name} of --ca-cert: {error}");
        usage(message)
    })?;
    Authorities::from_pem(&bytes).map_err(|error| usage(format!("{name} of --ca-cert {error}")))
}

fn usage(message: String) -> Failure {
    Failure::new(ProblemKind::Usage, message).hint(
        "give --ca-cert or HOOKFLEET_CA_CERT a PEM file with the authority's certificate (-----BEGIN CERTIFICATE-----)",
    )
}
