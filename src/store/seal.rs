//! Encrypting records to age recipients (<https://age-encryption.org/v1>), and decrypting them.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use age::x25519;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::recipient::{Recipients, is_secret_key};
use crate::runlog::UnsealError;
use crate::source::{Links, read_bounded};

/// Whether records are encrypted.
#[derive(Clone)]
pub enum Seal {
    /// They are not; only the mode of the file protects them.
    None,
    /// Only the holders of the recipients' identities can read them.
    To(Recipients),
}

impl Seal {
    /// Returns the recipients as text, in the form that is parsed.
    pub fn recipients(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::To(recipients) => Some(recipients.to_string()),
        }
    }
}

impl Recipients {
    /// Encrypts text to these recipients, as the base64 of an age file; each of them can decrypt it.
    pub(super) fn seal(&self, text: &str) -> io::Result<String> {
        let encryptor = age::Encryptor::with_recipients(self.keys()).map_err(io::Error::other)?;
        let mut sealed = Vec::with_capacity(text.len() + 256);
        let mut writer = encryptor.wrap_output(&mut sealed)?;
        writer.write_all(text.as_bytes())?;
        writer.finish()?;
        Ok(STANDARD.encode(sealed))
    }
}

/// The secret keys of an identity file. It has no `Debug`.
pub struct Identities(Vec<x25519::Identity>);

/// The reason why an identity file can't be used. It never quotes the file.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The path is a secret key.
    #[error("--identity was given a secret key, and it takes the path of a file that holds one")]
    Key,
    /// It can't be read.
    #[error("cannot read the identity file `{}`", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A line is not a secret key.
    #[error("the identity file `{}` has something else than an age secret key on line {number}", .path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        number: usize,
    },
    /// A line is an identity that is not supported.
    #[error("the identity file `{}` has an identity of another kind on line {number}: the secret keys of `age-keygen` (X25519) are supported; those of plugins, of SSH, encrypted and post-quantum ones are not", .path.display())]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        number: usize,
    },
    /// It holds no secret key.
    #[error("the identity file `{}` has no age secret key in it", .0.display())]
    Empty(PathBuf),
}

/// The largest identity file that is read, in bytes.
const MAX_IDENTITIES: usize = 64 * 1024;

impl Identities {
    /// Reads a file of `age-keygen`: one secret key in each line, and comments after `#`.
    ///
    /// # Errors
    /// When it can't be read, holds anything else, or is empty.
    pub fn read(path: &Path) -> Result<Self, IdentityError> {
        if is_secret_key(&path.to_string_lossy()) {
            return Err(IdentityError::Key);
        }
        let read = read_bounded(path, MAX_IDENTITIES, Links::Follow).and_then(|bytes| {
            let text = String::from_utf8(bytes);
            text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
        });
        let text = read.map_err(|cause| IdentityError::Unreadable {
            path: path.to_owned(),
            cause,
        })?;
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let refused = |_| {
                let (path, number) = (path.to_owned(), index + 1);
                if is_other_kind(line) {
                    IdentityError::OtherKind { path, number }
                } else {
                    IdentityError::NotAKey { path, number }
                }
            };
            keys.push(line.parse().map_err(refused)?);
        }
        if keys.is_empty() {
            return Err(IdentityError::Empty(path.to_owned()));
        }
        Ok(Self(keys))
    }

    /// The recipients of all keys; `None` if there are none.
    pub fn recipients(&self) -> Option<Recipients> {
        Recipients::of(self.0.iter().map(x25519::Identity::to_public))
    }

    /// Decrypts records that were sealed to one of these keys.
    ///
    /// # Errors
    /// When they were sealed to another recipient, or are damaged.
    pub fn unseal(&self, sealed: &str) -> Result<String, UnsealError> {
        let damaged = |_| UnsealError::Damaged;
        let sealed = STANDARD.decode(sealed).map_err(|_| UnsealError::Damaged)?;
        let decryptor = age::Decryptor::new(sealed.as_slice()).map_err(|_| UnsealError::Damaged)?;
        let keys = self.0.iter().map(|key| key as &dyn age::Identity);
        let mut reader = decryptor.decrypt(keys).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => UnsealError::NoKey,
            _ => UnsealError::Damaged,
        })?;
        let mut text = String::with_capacity(sealed.len());
        reader.read_to_string(&mut text).map_err(damaged)?;
        Ok(text)
    }
}

/// Whether a line of an identity file begins an identity that age knows and this does not.
fn is_other_kind(line: &str) -> bool {
    let beginnings = [
        "AGE-PLUGIN-",
        "AGE-SECRET-KEY-PQ-",
        "age-encryption.org/",
        "-----BEGIN ",
    ];
    beginnings
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use age::secrecy::ExposeSecret;

    use super::*;

    fn key() -> (Recipients, Identities) {
        let key = x25519::Identity::generate();
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        let line = format!("# created: today\n{}\n", key.to_string().expose_secret());
        fs::write(&path, line).unwrap();
        (
            key.to_public().to_string().parse().unwrap(),
            Identities::read(&path).unwrap(),
        )
    }

    #[test]
    fn seal_opens_only_with_identity_of_recipient() {
        let ((recipient, identities), (_, others)) = (key(), key());
        let sealed = recipient.seal("a secret").unwrap();
        assert!(
            !STANDARD
                .decode(&sealed)
                .unwrap()
                .windows(8)
                .any(|bytes| bytes == b"a secret")
        );
        assert_eq!(identities.unseal(&sealed).unwrap(), "a secret");
        assert_eq!(others.unseal(&sealed), Err(UnsealError::NoKey));
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(
            identities.unseal(&STANDARD.encode(bytes)),
            Err(UnsealError::Damaged)
        );
        assert_eq!(identities.unseal("no base64"), Err(UnsealError::Damaged));
    }

    #[test]
    fn seal_to_several_recipients_opens_with_the_identity_of_each() {
        let ((first, one), (second, other), (_, third)) = (key(), key(), key());
        let both: Recipients = format!("{first}, {second}").parse().unwrap();
        let sealed = both.seal("a secret").unwrap();
        assert_eq!(one.unseal(&sealed).unwrap(), "a secret");
        assert_eq!(other.unseal(&sealed).unwrap(), "a secret");
        assert_eq!(third.unseal(&sealed), Err(UnsealError::NoKey));
    }

    #[test]
    fn identity_file_is_refused_at_line_that_is_no_key() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        fs::write(&path, "# none\n").unwrap();
        let read = || Identities::read(&path).err().unwrap().to_string();
        assert!(read().ends_with("has no age secret key in it"));
        fs::write(&path, "# none\nhunter2\n").unwrap();
        assert!(read().ends_with("has something else than an age secret key on line 2"));
        for other in [
            "AGE-PLUGIN-YUBIKEY-1QQQ",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "-----BEGIN AGE ENCRYPTED FILE-----",
            "age-encryption.org/v1",
            "AGE-SECRET-KEY-PQ-1QQQ",
        ] {
            fs::write(&path, format!("{other}\nhunter2\n")).unwrap();
            let why = read();
            assert!(
                why.contains("of another kind on line 1: the secret keys of `age-keygen`"),
                "{why}"
            );
        }
        fs::remove_file(&path).unwrap();
        assert!(read().starts_with("cannot read the identity file `"));
    }
}
