//! Templates: webhook URLs with `${…}` variables.

use std::sync::Arc;

use super::literals;
use super::url::{DesiredUrl, UrlPiece};
use super::wanted::InstanceRef;
use crate::escape::lookalike::as_read;
use crate::manifest::{Reveal, did_you_mean, nearest, quoted, reveal};
use crate::webhook::{ExposeUrl, HookUrl, Provenance, percent_encoded};

/// A URL as written: text and variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Id,
    Name,
    Label(Arc<str>),
    Secret(Arc<str>),
}

/// What fills in the host of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HostFrom {
    /// Nothing: it is written out.
    Manifest,
    /// The id, name or a label of each instance.
    Instance,
    /// A secret.
    Secret,
}

/// What placeholders are called where an instance fills them in; no secret has this name.
const INSTANCE: &str = "";

const VARIABLES: [&str; 4] = ["instance.id", "instance.name", "label.KEY", "secret.NAME"];

impl Template {
    /// Parses a written URL; the error is the message for the user.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = written;
        while let Some(at) = rest.find("${") {
            let (before, behind) = rest.split_at(at);
            if let Some(literal) = before.strip_suffix('$') {
                text.push_str(literal);
                text.push_str("${");
                rest = &behind[2..];
                continue;
            }
            text.push_str(before);
            let end = behind
                .find('}')
                .ok_or("`${` is never closed; write `$${` for a literal `${`")?;
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::parse(&behind[2..end])?);
            rest = &behind[end + 1..];
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Self(parts))
    }

    /// Iterates over the names of its secrets.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().filter_map(|part| match part {
            Part::Secret(name) => Some(name),
            _ => None,
        })
    }

    /// The host, when it has no variables.
    pub(super) fn host(&self) -> Option<String> {
        self.with_known_host()?.host()
    }

    /// The URL with placeholders for variables, when its host has none.
    pub(super) fn with_known_host(&self) -> Option<HookUrl> {
        let url = self.with_placeholders();
        let is_known = url.secrets_in(url.parts()?.authority).is_empty();
        is_known.then_some(url)
    }

    /// What fills in its host.
    pub(super) fn host_from(&self) -> HostFrom {
        let url = self.with_placeholders();
        let places = match url.parts() {
            Some(parts) => vec![parts.scheme, parts.authority],
            None => std::iter::once(0..url.expose().len()).collect(),
        };
        let filled = places.into_iter().flat_map(|place| url.secrets_in(place));
        let filled = filled.map(|name| match &*name {
            INSTANCE => HostFrom::Instance,
            _ => HostFrom::Secret,
        });
        filled.max().unwrap_or(HostFrom::Manifest)
    }

    /// What of it is a secret that is written out, as a message.
    pub(super) fn written_secret(&self) -> Option<String> {
        literals::written_secret(&self.with_placeholders())
    }

    /// The path segments and query keys without variables.
    pub(super) fn words(&self) -> Vec<Box<str>> {
        let url = self.with_placeholders();
        url.written_words().into_iter().map(Box::from).collect()
    }

    /// The URL with placeholders for variables.
    fn with_placeholders(&self) -> HookUrl {
        let of = |name: &Arc<str>| Provenance::Secret(name.clone());
        let instance = Arc::from(INSTANCE);
        HookUrl::from_pieces(self.0.iter().map(|part| match part {
            Part::Text(text) => (text.as_str(), Provenance::Manifest),
            Part::Id | Part::Name | Part::Label(_) => ("x", of(&instance)),
            Part::Secret(name) => ("x", of(name)),
        }))
    }

    /// Expands the URL when it is the same for every instance.
    pub(super) fn expand_shared(&self) -> Option<DesiredUrl> {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => Some(UrlPiece::Text(text.clone())),
            Part::Secret(name) => Some(UrlPiece::Secret(name.clone())),
            Part::Id | Part::Name | Part::Label(_) => None,
        });
        parts.collect::<Option<Vec<_>>>().map(DesiredUrl::new)
    }

    /// Expands the URL for `subject`; the error names the missing name or label.
    pub(super) fn expand(&self, subject: &InstanceRef) -> Result<DesiredUrl, String> {
        let whole = self.0.len() == 1;
        let place = |value: &str| {
            UrlPiece::Text(if whole {
                value.to_owned()
            } else {
                percent_encoded(value)
            })
        };
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => Ok(UrlPiece::Text(text.clone())),
            Part::Secret(name) => Ok(UrlPiece::Secret(name.clone())),
            Part::Id => Ok(place(subject.id.as_str())),
            Part::Name => subject.name.as_deref().map(place).ok_or_else(|| {
                "`${instance.name}` is used, and the instance has no name".to_owned()
            }),
            Part::Label(key) => subject
                .labels
                .get(key)
                .map(|value| place(value))
                .ok_or_else(|| {
                    let near = nearest(key, subject.labels.keys().map(AsRef::as_ref));
                    let advice = near
                        .map(|near| format!("; {}", did_you_mean(key, near)))
                        .unwrap_or_default();
                    format!(
                        "{} is used, and the instance has no such label{advice}",
                        quoted(&format!("${{label.{key}}}")),
                    )
                }),
        });
        Ok(DesiredUrl::new(parts.collect::<Result<Vec<_>, String>>()?))
    }
}

impl Part {
    fn parse(variable: &str) -> Result<Self, String> {
        match variable.split_once('.') {
            Some(("instance", "id")) => Ok(Self::Id),
            Some(("instance", "name")) => Ok(Self::Name),
            Some(("label", key)) if !key.is_empty() => Ok(Self::Label(Arc::from(key))),
            Some(("secret", name)) if !name.is_empty() => Ok(Self::Secret(Arc::from(name))),
            _ => {
                let read = as_read(variable);
                let is_read = *read != *variable
                    && reveal(variable) == Reveal::Text
                    && Self::parse(&read).is_ok();
                let near = nearest(variable, ["instance.id", "instance.name"]);
                let advice = match near.or(is_read.then_some(&*read)) {
                    Some(near) => did_you_mean(variable, &format!("${{{near}}}")),
                    None => format!(
                        "known are {}",
                        VARIABLES.map(|name| format!("`${{{name}}}`")).join(", ")
                    ),
                };
                Err(format!(
                    "unknown variable {}; {advice}",
                    quoted(&format!("${{{variable}}}"))
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::manifest::Origin;
    use crate::webhook::{Fingerprints, InstanceId};

    fn subject() -> InstanceRef {
        InstanceRef {
            id: InstanceId::new("8D30ABB1E6DA"),
            name: Some(Arc::from("support eu")),
            labels: Arc::new(BTreeMap::from([(Arc::from("env"), Arc::from("a/b"))])),
            is_listed: true,
            origin: Origin {
                file: Arc::from("f"),
                line: 1,
                column: 1,
            },
        }
    }

    fn bound(written: &str) -> Result<String, String> {
        let url = Template::parse(written)?.expand(&subject())?;
        url.bind(|name| (name == "s").then_some("p&ss/é"))
            .map(|url| url.expose().to_owned())
            .ok_or("unset".to_owned())
    }

    #[test]
    fn variables_are_percent_encoded() {
        assert_eq!(
            bound("https://h/${instance.id}/${instance.name}/${label.env}?s=${secret.s}"),
            Ok("https://h/8D30ABB1E6DA/support%20eu/a%2Fb?s=p%26ss%2F%C3%A9".to_owned())
        );
    }

    #[test]
    fn variable_that_is_the_whole_url_is_not_encoded() {
        assert_eq!(bound("${secret.s}"), Ok("p&ss/é".to_owned()));
    }

    #[test]
    fn doubled_dollar_escapes_a_variable_and_a_lone_one_is_literal() {
        assert_eq!(
            bound("https://h/$${instance.id}/$5"),
            Ok("https://h/${instance.id}/$5".to_owned())
        );
    }

    #[test]
    fn unknown_or_missing_variable_is_named() {
        assert_eq!(
            bound("https://h/${x"),
            Err("`${` is never closed; write `$${` for a literal `${`".to_owned())
        );
        assert_eq!(
            bound("https://h/${instance.nam}"),
            Err("unknown variable `${instance.nam}`; did you mean `${instance.name}`?".to_owned())
        );
        assert_eq!(
            bound("https://h/${label.en}"),
            Err(
                "`${label.en}` is used, and the instance has no such label; did you mean `env`?"
                    .to_owned()
            )
        );
    }

    #[test]
    fn bound_secret_is_redacted_to_its_fingerprint_or_its_name() {
        let url = Template::parse("https://h/?s=${secret.s}")
            .and_then(|url| url.expand(&subject()))
            .unwrap();
        let url = url.bind(|_| Some("hunter2")).unwrap();
        let run = Fingerprints::new([0; 32]);
        assert_eq!(
            url.redacted(&run),
            format!("https://h/?s={}", run.of("hunter2"))
        );
        let by_name = url.redacted_by_name(&run);
        assert_eq!(by_name.as_deref(), Some("https://h/?s=${secret.s}"));
    }
}
