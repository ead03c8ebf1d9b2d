//! The file that `--ca-cert` names. It must not know what a certificate is.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::api::Authorities;
use crate::api::ca::MAX_PEM;
use crate::exit::ExitCode;
use crate::manifest::quoted;
use crate::output::Failure;

/// Reads the certificates of a file.
///
/// # Errors
/// When it can't be read, or holds none that can be used.
pub(super) fn read(file: &Path) -> Result<Authorities, Failure> {
    let name = quoted(&file.display().to_string());
    let bytes = bytes(file).map_err(|error| {
        let message = format!("cannot read {name} of --ca-cert: {error}");
        usage(message)
    })?;
    Authorities::from_pem(&bytes).map_err(|error| usage(format!("{name} of --ca-cert {error}")))
}

fn usage(message: String) -> Failure {
    Failure::new("usage", ExitCode::Usage, message).hint(
        "give --ca-cert or HOOKFLEET_CA_CERT a PEM file with the authority's certificate (-----BEGIN CERTIFICATE-----)",
    )
}

/// At most one byte more than there may be, so that a file that is too large is told from one that just fits.
fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?
        .take(MAX_PEM as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
