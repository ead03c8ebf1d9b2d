//! The age recipients of new logs: parsing them, and saying what is wrong with one.

use std::fmt;
use std::str::FromStr;

use age::x25519;

/// One age recipient or more, `age1…`, each once. They are public.
#[derive(Clone)]
pub struct Recipients {
    first: x25519::Recipient,
    others: Vec<x25519::Recipient>,
}

impl Recipients {
    /// Makes the list of recipients, each once; `None` of none.
    pub(super) fn of(all: impl IntoIterator<Item = x25519::Recipient>) -> Option<Self> {
        let mut all = all.into_iter();
        let first = all.next()?;
        let mut others = Vec::new();
        for recipient in all {
            if recipient != first && !others.contains(&recipient) {
                others.push(recipient);
            }
        }
        Some(Self { first, others })
    }

    /// The recipients, as age takes them.
    pub(super) fn keys(&self) -> impl Iterator<Item = &dyn age::Recipient> {
        self.all().map(|recipient| recipient as &dyn age::Recipient)
    }

    fn all(&self) -> impl Iterator<Item = &x25519::Recipient> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl fmt::Display for Recipients {
    /// Writes them with commas between, as they are parsed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.all().map(ToString::to_string).collect();
        formatter.write_str(&texts.join(", "))
    }
}

impl FromStr for Recipients {
    type Err = &'static str;

    /// Parses recipients with commas or white space between them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A secret key may be given by mistake, and no message may repeat it.
        if words(text).any(is_secret_key) {
            return Err("was given a secret key; a recipient starts with age1");
        }
        // The beginning of an SSH key is a word of its own.
        let words = words(text).map(|word| word.parse().map_err(|_| fault(word)));
        let all = words.collect::<Result<Vec<_>, _>>()?;
        Self::of(all).ok_or(fault(""))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    words.filter(|word| !word.is_empty())
}

/// The length of a recipient.
const LENGTH: usize = 62;

/// Says what is wrong with one recipient, without repeating it.
fn fault(text: &str) -> &'static str {
    const OTHER_KIND: &str = "takes an age recipient of an X25519 key, which `age-keygen` makes; recipients of plugins, such as age1yubikey1…, of SSH keys and of other kinds are not supported";
    let lower = text.to_ascii_lowercase();
    if lower.matches("age1").count() > 1 {
        return "takes several age recipients with commas or white space between them";
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

pub(super) fn is_secret_key(text: &str) -> bool {
    text.trim()
        .to_ascii_uppercase()
        .starts_with("AGE-SECRET-KEY-")
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn recipient_is_refused_without_quoting_if_secret_key() {
        let key = x25519::Identity::generate().to_string();
        for text in [
            key.expose_secret().to_owned(),
            format!("{GOOD}, {}", key.expose_secret()),
        ] {
            assert_eq!(
                text.parse::<Recipients>().err().unwrap(),
                "was given a secret key; a recipient starts with age1"
            );
        }
    }

    #[test]
    fn recipients_are_separated_by_commas_and_white_space_and_each_counts_once() {
        let other = x25519::Identity::generate().to_public().to_string();
        for text in [
            format!("{GOOD},{other}"),
            format!(" {GOOD} \n\t{other}\r\n"),
            format!("{GOOD}, {other}, {GOOD},"),
        ] {
            let recipients: Recipients = text.parse().unwrap();
            assert_eq!(recipients.to_string(), format!("{GOOD}, {other}"));
        }
        let one: Recipients = format!("{GOOD},{GOOD}").parse().unwrap();
        assert_eq!(one.to_string(), GOOD);
    }

    const GOOD: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn what_is_wrong_with_a_recipient_is_said() {
        assert!(GOOD.parse::<Recipients>().is_ok());
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
                "an X25519 key, which `age-keygen` makes; recipients of plugins",
            ),
            ("age1pq1qqqq".to_owned(), "not supported"),
            ("ssh-ed25519 AAAA me".to_owned(), "SSH"),
            (format!("{GOOD}{GOOD}"), "commas or white space between"),
            (format!("{GOOD};{GOOD}"), "commas or white space between"),
            (format!("{GOOD}, me"), "which starts with age1"),
            (format!("{GOOD}, {short}"), "is shorter"),
            (", ,".to_owned(), "which starts with age1"),
            (format!("\"{GOOD}\""), "without quotes"),
            (format!("'{GOOD}'"), "without quotes"),
            (GOOD.replace("age1q", "age1Q"), "lower case"),
            ("someone".to_owned(), "which starts with age1"),
            (String::new(), "which starts with age1"),
        ] {
            let why = text.parse::<Recipients>().err().unwrap();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
