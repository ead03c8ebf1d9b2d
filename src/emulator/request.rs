//! Decodes requests: instance, token and webhooks. Pure: it decides nothing and holds no state.

use std::borrow::Cow;

use serde::Deserialize;
use url::form_urlencoded;

use super::webhook::{Extra, WebhookState};

/// The only path of the endpoint.
const PATH: &str = "/v2/session/webhook";

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Reads.
    Get,
    /// Writes.
    Post,
    /// Any other method, which the endpoint rejects.
    Other,
}

impl Verb {
    /// The method with this name on the wire.
    pub fn of(method: &str) -> Self {
        match method {
            "GET" => Self::Get,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

/// One request. It has no `Debug`: target and headers carry the token, the body carries webhook URLs.
pub struct Incoming {
    /// The method.
    pub verb: Verb,
    /// Path and query, percent-encoded.
    pub target: String,
    /// Lower-case header names and their values.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

/// A decoded request.
pub(super) struct Asked {
    pub(super) verb: Verb,
    pub(super) on_the_path: bool,
    pub(super) instance: Option<String>,
    pub(super) token: Option<String>,
    webhooks: Option<String>,
    body: Vec<u8>,
}

/// The credentials in the JSON body of a POST, as the vendor's MCP server sends them.
#[derive(Default, Deserialize)]
struct Credentials {
    instance_id: Option<String>,
    access_token: Option<String>,
}

impl Credentials {
    fn of(incoming: &Incoming) -> Self {
        let found: Option<Self> = match incoming.verb {
            Verb::Post => serde_json::from_slice(&incoming.body).ok(),
            Verb::Get | Verb::Other => None,
        };
        let Self {
            instance_id,
            access_token,
        } = found.unwrap_or_default();
        let filled = |text: &String| !text.is_empty();
        Self {
            instance_id: instance_id.filter(filled),
            access_token: access_token.filter(filled),
        }
    }
}

impl From<Incoming> for Asked {
    fn from(incoming: Incoming) -> Self {
        let (path, query) = incoming
            .target
            .split_once('?')
            .unwrap_or((&incoming.target, ""));
        let header = |name: &str| {
            incoming
                .headers
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let in_body = Credentials::of(&incoming);
        Self {
            verb: incoming.verb,
            on_the_path: path == PATH,
            instance: parameter(query, "instance_id")
                .or_else(|| header("x-instance-id").and_then(nonempty))
                .or(in_body.instance_id),
            token: parameter(query, "access_token")
                .or_else(|| header("authorization").and_then(bearer))
                .or(in_body.access_token),
            webhooks: parameter(query, "webhooks"),
            body: incoming.body,
        }
    }
}

impl Asked {
    /// Decodes the webhooks of a POST, from its body or else its query; `None` when they are missing or malformed.
    pub(super) fn webhooks(&self) -> Option<Vec<WebhookState>> {
        let entries: Vec<Extra> = serde_json::from_str(&self.list()?).ok()?;
        entries.into_iter().map(webhook).collect()
    }

    /// The JSON text of the webhooks.
    fn list(&self) -> Option<Cow<'_, str>> {
        let mut fields = match self.body.as_slice() {
            [] => Extra::default(),
            body => serde_json::from_slice(body).ok()?,
        };
        match fields.take("webhooks") {
            Some(list) => Some(Cow::Owned(Box::<str>::from(list).into_string())),
            None => self.webhooks.as_deref().map(Cow::Borrowed),
        }
    }
}

/// The last non-empty query parameter with this name, as in PHP.
fn parameter(query: &str, name: &str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == name)
        .last()?;
    nonempty(&value)
}

fn nonempty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn bearer(authorization: &str) -> Option<String> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| nonempty(token.trim()))?
}

/// Decodes a webhook. Undocumented fields are `extra`, except `enabled`, which the server adds to responses.
fn webhook(mut fields: Extra) -> Option<WebhookState> {
    fn read<'a, T: Deserialize<'a>>(value: &'a serde_json::value::RawValue) -> Option<T> {
        serde_json::from_str(value.get()).ok()
    }
    let url: String = read(&fields.take("url")?)?;
    let events = read(&fields.take("events")?)?;
    let is_active = match fields.take("is_active") {
        Some(value) => flag(value.get())?,
        None => true,
    };
    fields.take("enabled");
    (!url.is_empty()).then_some(WebhookState {
        url,
        events,
        is_active,
        extra: fields,
    })
}

/// Decodes a flag from JSON.
pub(super) fn flag(json: &str) -> Option<bool> {
    match json {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(target: &str, headers: &[(&str, &str)], body: &str) -> Asked {
        Asked::from(Incoming {
            verb: Verb::Post,
            target: target.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        })
    }

    fn sender(asked: &Asked) -> (Option<&str>, Option<&str>) {
        (asked.instance.as_deref(), asked.token.as_deref())
    }

    fn posted(body: &str) -> Option<Vec<WebhookState>> {
        asked(PATH, &[], body).webhooks()
    }

    #[test]
    fn query_carries_instance_and_token() {
        let asked = asked(
            "/v2/session/webhook?instance_id=8D30&access_token=a%2Bb+c",
            &[],
            "",
        );
        assert_eq!(
            (asked.on_the_path, sender(&asked)),
            (true, (Some("8D30"), Some("a+b c")))
        );
    }

    #[test]
    fn headers_carry_instance_and_token() {
        let asked = asked(
            PATH,
            &[("authorization", "bearer t"), ("x-instance-id", "8D30")],
            "",
        );
        assert_eq!(sender(&asked), (Some("8D30"), Some("t")));
    }

    #[test]
    fn the_json_body_of_a_post_carries_instance_and_token_where_nothing_else_does() {
        let body = r#"{"instance_id":"8D30","access_token":"t","webhooks":[]}"#;
        let own = asked(PATH, &[], body);
        assert_eq!(sender(&own), (Some("8D30"), Some("t")));
        assert_eq!(own.webhooks(), Some(Vec::new()));
        let query = asked(
            &format!("{PATH}?instance_id=1F20&access_token=q"),
            &[],
            body,
        );
        assert_eq!(sender(&query), (Some("1F20"), Some("q")));
        for body in [
            r#"{"instance_id":"","access_token":""}"#,
            r#"{"instance_id":7,"access_token":["t"]}"#,
            "[]",
            "no JSON",
        ] {
            assert_eq!(sender(&asked(PATH, &[], body)), (None, None), "{body}");
        }
    }

    #[test]
    fn empty_parameters_and_other_schemes_are_ignored() {
        let asked = asked(
            "/v2/other?instance_id=&access_token=",
            &[("authorization", "Basic t")],
            "",
        );
        assert_eq!((asked.on_the_path, sender(&asked)), (false, (None, None)));
    }

    #[test]
    fn body_and_query_carry_the_same_webhooks() {
        let json = r#"[{"url":"https://a","events":["message"],"is_active":0}]"#;
        let query: String = form_urlencoded::byte_serialize(json.as_bytes()).collect();
        let expected = vec![WebhookState {
            url: "https://a".to_owned(),
            events: vec!["message".to_owned()],
            is_active: false,
            extra: Extra::default(),
        }];
        assert_eq!(
            posted(&format!(r#"{{"webhooks":{json}}}"#)),
            Some(expected.clone())
        );
        assert_eq!(
            asked(&format!("{PATH}?webhooks={query}"), &[], "").webhooks(),
            Some(expected.clone())
        );
        assert_eq!(
            asked(&format!("{PATH}?webhooks={query}"), &[], "{}").webhooks(),
            Some(expected)
        );
    }

    #[test]
    fn unknown_fields_are_kept_as_text_and_enabled_is_not() {
        let entries = posted(
            r#"{"webhooks":[{"z":12345678901234567890123,"url":"u","events":[],"enabled":false,"a":{"c": 1}}]}"#,
        );
        let extra = Extra::from_json(r#"{"z":12345678901234567890123,"a":{"c": 1}}"#).unwrap();
        assert_eq!(
            entries,
            Some(vec![WebhookState {
                url: "u".to_owned(),
                events: vec![],
                is_active: true,
                extra
            }])
        );
    }

    #[test]
    fn malformed_webhooks_are_none() {
        for body in [
            "",
            "{}",
            "[]",
            r#"[[{"url":"u","events":[]}]]"#,
            "nonsense",
            r#"{"webhooks":null}"#,
            r#"{"webhooks":{}}"#,
            r#"{"webhooks":[1]}"#,
            r#"{"webhooks":[{"events":[]}]}"#,
            r#"{"webhooks":[{"url":"","events":[]}]}"#,
            r#"{"webhooks":[{"url":"u"}]}"#,
            r#"{"webhooks":[{"url":"u","events":"message"}]}"#,
            r#"{"webhooks":[{"url":"u","events":[1]}]}"#,
            r#"{"webhooks":[{"url":"u","events":[],"is_active":2}]}"#,
            r#"{"webhooks":[{"url":"u","events":[],"is_active":"1"}]}"#,
            r#"{"webhooks":[{"url":"u","events":[],"is_active":null}]}"#,
        ] {
            assert_eq!(posted(body), None, "{body}");
        }
    }
}
