//! Secrets in files. Links are followed, since mounted secrets are links; anything but a regular file is refused.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{MAX_SECRET, SecretError};

pub(super) fn read(path: &Arc<str>) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let fail = |error| SecretError::File(path.clone(), error);
    // Looked at before it is opened: opening a pipe would wait for its writer.
    if !std::fs::metadata(&**path).map_err(fail)?.is_file() {
        return Err(SecretError::NotRegular(path.clone()));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    let open = File::open(&**path).map_err(fail)?;
    open.take(MAX_SECRET as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(fail)?;
    if bytes.len() > MAX_SECRET {
        return Err(SecretError::TooLarge(format!(
            "file {}",
            crate::manifest::quoted(path)
        )));
    }
    Ok(bytes)
}
