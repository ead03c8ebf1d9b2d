//! Secrets as people have them, and as nobody should.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fastrand::Rng;

/// What a secret is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One character.
    One,
    /// Base64, most with `=` at the end.
    Base64,
    /// Letters, signs and pictures of many scripts.
    Unicode,
    /// A key in a file's form, over several lines.
    Pem,
    /// A part of a host's name.
    OfHost,
    /// Already percent-encoded.
    Percent,
    /// At least twelve random bytes, printable.
    Long,
}

const KINDS: [Kind; 7] = [
    Kind::One,
    Kind::Base64,
    Kind::Unicode,
    Kind::Pem,
    Kind::OfHost,
    Kind::Percent,
    Kind::Long,
];

/// The hosts of every scene, from which secrets are cut.
pub(crate) const HOSTS: [&str; 3] = [
    "hooks.example.com",
    "crm-eu.example.net",
    "live.example.org",
];

impl Kind {
    /// Any of them.
    pub(crate) fn any(rng: &mut Rng) -> Self {
        KINDS[rng.usize(..KINDS.len())]
    }

    /// A secret of that kind.
    pub(crate) fn draw(self, rng: &mut Rng) -> String {
        match self {
            Self::One => {
                let all: Vec<char> = ('!'..='~').chain(['é', '中', '🔑', '\u{301}']).collect();
                all[rng.usize(..all.len())].to_string()
            }
            Self::Base64 => STANDARD.encode(bytes(rng, 1, 24)),
            Self::Unicode => {
                let ranges = ['à'..='ÿ', 'α'..='ω', 'א'..='ת', '一'..='十', '😀'..='😏'];
                let length = rng.usize(1..12);
                (0..length)
                    .map(|_| {
                        let range = ranges[rng.usize(..ranges.len())].clone();
                        rng.char(range)
                    })
                    .collect()
            }
            Self::Pem => {
                let body = STANDARD.encode(bytes(rng, 60, 120));
                let lines: Vec<&str> = (0..body.len())
                    .step_by(64)
                    .map(|at| &body[at..body.len().min(at + 64)])
                    .collect();
                format!(
                    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
                    lines.join("\n")
                )
            }
            Self::OfHost => {
                let host = HOSTS[rng.usize(..HOSTS.len())];
                let start = rng.usize(..host.len());
                let end = rng.usize(start + 1..=host.len());
                host[start..end].to_owned()
            }
            Self::Percent => {
                let bytes = bytes(rng, 1, 16).into_iter();
                bytes
                    .flat_map(|byte| format!("%{byte:02X}").into_bytes())
                    .map(char::from)
                    .collect()
            }
            Self::Long => match rng.u8(..3) {
                0 => hex::encode(bytes(rng, 12, 32)),
                1 => URL_SAFE_NO_PAD.encode(bytes(rng, 12, 32)),
                _ => {
                    let length = rng.usize(16..40);
                    (0..length).map(|_| rng.char('!'..='~')).collect()
                }
            },
        }
    }
}

fn bytes(rng: &mut Rng, least: usize, most: usize) -> Vec<u8> {
    let length = rng.usize(least..=most);
    (0..length).map(|_| rng.u8(..)).collect()
}
