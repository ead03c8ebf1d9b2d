//! Encrypting records to an age recipient (<https://age-encryption.org/v1>), and decrypting them.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use age::x25519;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::runlog::UnsealError;

/// Whether records are encrypted.
#[derive(Clone)]
pub enum Seal {
    /// They are not; only the mode of the file protects them.
    None,
    /// Only the holder of the recipient's identity can read them.
    To(Recipient),
}

impl Seal {
    /// Returns the recipient as text.
    pub fn recipient(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::To(recipient) => Some(recipient.0.to_string()),
        }
    }
}

/// An age recipient, `age1…`. It is public.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A secret key may be given by mistake, and no message may repeat it.
        if is_secret_key(text) {
            return Err("was given a secret key; a recipient starts with age1");
        }
        text.parse().map(Self).map_err(|_| fault(text))
    }
}

/// The length of a recipient.
const LENGTH: usize = 62;

/// Says what is wrong with a recipient, without repeating it.
fn fault(text: &str) -> &'static str {
    const OTHER_KIND: &str = "takes an age recipient of its plain kind; recipients of plugins, such as age1yubikey1…, of SSH and of other kinds are not supported";
    let is_separator = |c: char| c.is_whitespace() || [',', ';'].contains(&c);
    let lower = text.to_ascii_lowercase();
    if lower.matches("age1").count() > 1 {
        return "takes one age recipient, and was given several";
    }
    if text.contains(['"', '\'', '`']) {
        return "takes an age recipient without quotes";
    }
    if lower.starts_with("ssh-") {
        return OTHER_KIND;
    }
    match lower.strip_prefix("age1") {
        None => "takes an age recipient, which starts with age1",
        // The name of another kind ends with the next `1`, which is no character of a recipient's data.
        Some(data) if data.contains('1') => OTHER_KIND,
        Some(data) if data.contains(is_separator) => {
            "takes one age recipient, and this value has more than one word"
        }
        Some(_) if text != lower => "takes an age recipient, which is in lower case",
        Some(_) if text.len() < LENGTH => {
            "takes an age recipient of 62 characters, and this one is shorter: a part is missing"
        }
        Some(_) if text.len() > LENGTH => {
            "takes an age recipient of 62 characters, and this one is longer"
        }
        Some(_) => "takes an age recipient, and this one is mistyped: its checksum does not match",
    }
}

fn is_secret_key(text: &str) -> bool {
    text.trim()
        .to_ascii_uppercase()
        .starts_with("AGE-SECRET-KEY-")
}

impl Recipient {
    /// Encrypts text to this recipient, as the base64 of an age file.
    pub(super) fn seal(&self, text: &str) -> io::Result<String> {
        let recipients = std::iter::once(&self.0 as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
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
    #[error("the identity file `{}` has something else than an age secret key on line {line}", .path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It holds no secret key.
    #[error("the identity file `{}` has no age secret key in it", .0.display())]
    Empty(PathBuf),
}

/// The largest identity file that is read, in bytes.
const MAX_IDENTITIES: u64 = 64 * 1024;

impl Identities {
    /// Reads a file of `age-keygen`: one secret key in each line, and comments after `#`.
    ///
    /// # Errors
    /// When it can't be read, holds anything else, or is empty.
    pub fn read(path: &Path) -> Result<Self, IdentityError> {
        if is_secret_key(&path.to_string_lossy()) {
            return Err(IdentityError::Key);
        }
        let mut text = String::new();
        let read = if path.as_os_str() == "-" {
            io::stdin().take(MAX_IDENTITIES).read_to_string(&mut text)
        } else {
            fs::File::open(path)
                .and_then(|file| file.take(MAX_IDENTITIES).read_to_string(&mut text))
        };
        read.map_err(|cause| IdentityError::Unreadable {
            path: path.to_owned(),
            cause,
        })?;
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            keys.push(line.parse().map_err(|_| IdentityError::NotAKey {
                path: path.to_owned(),
                line: index + 1,
            })?);
        }
        if keys.is_empty() {
            return Err(IdentityError::Empty(path.to_owned()));
        }
        Ok(Self(keys))
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

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    fn key() -> (Recipient, Identities) {
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
    fn recipient_is_refused_without_quoting_if_secret_key() {
        let key = x25519::Identity::generate().to_string();
        assert_eq!(
            key.expose_secret().parse::<Recipient>().err().unwrap(),
            "was given a secret key; a recipient starts with age1"
        );
        assert!("age1x".parse::<Recipient>().is_err());
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
        fs::remove_file(&path).unwrap();
        assert!(read().starts_with("cannot read the identity file `"));
    }

    const GOOD: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn what_is_wrong_with_a_recipient_is_said() {
        assert!(GOOD.parse::<Recipient>().is_ok());
        let short = &GOOD[..40];
        let swapped = GOOD.replace("ql3z7", "ql3z8");
        for (text, part) in [
            (short.to_owned(), "is shorter"),
            (format!("{GOOD}q"), "is longer"),
            (swapped, "its checksum does not match"),
            (format!("{}px", &GOOD[..60]), "its checksum does not match"),
            (
                "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"
                    .to_owned(),
                "plugins",
            ),
            ("age1pq1qqqq".to_owned(), "not supported"),
            ("ssh-ed25519 AAAA me".to_owned(), "SSH"),
            (format!("{GOOD} {GOOD}"), "was given several"),
            (format!("{GOOD},{GOOD}"), "was given several"),
            (format!("{GOOD}, me"), "more than one word"),
            (format!("\"{GOOD}\""), "without quotes"),
            (format!("'{GOOD}'"), "without quotes"),
            (GOOD.replace("age1q", "age1Q"), "lower case"),
            ("someone".to_owned(), "which starts with age1"),
            (String::new(), "which starts with age1"),
        ] {
            let why = text.parse::<Recipient>().err().unwrap();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
