//! What can be wrong with a webhook URL, in words that quote none of it.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::escape::characters::{is_hidden, named};

/// Why a URL is no target of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlFault {
    /// It is longer than servers accept.
    Long,
    /// It does not start with http(s) and a host.
    Scheme,
    /// The scheme stands twice.
    SchemeTwice,
    /// It holds a second URL.
    Second,
    /// A character that no URL holds, or that nobody can see.
    Character(char),
    /// A `%` that encodes nothing.
    Percent,
    /// What is wrong with its userinfo.
    Userinfo(&'static str),
    /// What is wrong with its host.
    Host(&'static str),
    /// Its host is another name for some readers; with the one name in ASCII that it may stand for.
    MappedHost(Box<str>),
    /// A character that no host holds.
    HostCharacter(char),
    /// A letter of its host that looks like a delimiter, and that delimiter.
    FalseDelimiter(char, char),
    /// What is wrong with its port.
    Port(&'static str),
    /// The part that readers of URLs do not agree on.
    Disagree(&'static str),
}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long => f.write_str("it is longer than 8192 bytes"),
            Self::Scheme => f.write_str("it must start with https:// or http://, and name a host"),
            Self::SchemeTwice => f.write_str("its scheme stands twice; remove one"),
            Self::Second => f.write_str(
                "it holds a second URL; write one webhook for each, or, where it is one URL, the comma as %2C",
            ),
            Self::Character('\\') => f.write_str(
                "it holds `\\` (U+005C), which some readers of URLs take for `/` and others for a part of the host; write / or %5C",
            ),
            Self::Character(c) if c.is_control() || c.is_whitespace() => {
                write!(f, "it holds {}; remove it, or write it as {}", named(*c), encoded(*c))
            }
            Self::Character(c) if is_hidden(*c) => {
                write!(f, "it holds {}, which nobody sees; remove it", named(*c))
            }
            Self::Character(c) => {
                write!(f, "it holds {}, which no URL holds there; write it as {}", named(*c), encoded(*c))
            }
            Self::Percent => f.write_str(
                "it holds a `%` without two hex digits behind it; write a literal `%` as %25",
            ),
            Self::Userinfo(why) => write!(f, "its userinfo {why}"),
            Self::Host(why) => write!(f, "its host {why}"),
            Self::MappedHost(name) if name.is_empty() => {
                f.write_str("its host is mapped to another name by some readers; write that name, in ASCII or as `xn--…`")
            }
            Self::MappedHost(name) => write!(
                f,
                "its host is mapped to another name by some readers; write `{name}` where that is meant"
            ),
            Self::HostCharacter(c) => write!(f, "its host holds {}, which no host holds", named(*c)),
            Self::FalseDelimiter(c, delimiter) => write!(
                f,
                "its host holds {}, which looks like `{delimiter}` beside letters of another script, so that a part of the host looks like all of it; where it is meant, write the host as `xn--…`",
                named(*c)
            ),
            Self::Port(why) => write!(f, "its port {why}"),
            Self::Disagree(part) => write!(
                f,
                "readers of URLs disagree about its {part}; write it in the one plain form"
            ),
        }
    }
}

impl UrlFault {
    /// The fault of a URL that a secret fills: it names the part, and no character of it.
    pub fn without_text(self) -> String {
        match self {
            Self::Character(_) | Self::Percent => {
                "it holds a character that no URL holds there".to_owned()
            }
            Self::HostCharacter(_) => "its host holds a character that no host holds".to_owned(),
            Self::Userinfo(_) => "its userinfo is not valid".to_owned(),
            Self::Host(_) | Self::MappedHost(_) | Self::FalseDelimiter(..) => {
                "its host is not valid".to_owned()
            }
            Self::Port(_) => "its port is not valid".to_owned(),
            other => other.to_string(),
        }
    }
}

fn encoded(c: char) -> String {
    utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string()
}
