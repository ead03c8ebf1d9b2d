//! Responses, and the success response in every shape. Pure: it sends nothing; errors are in `error`.

use schemars::JsonSchema;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde::{Deserialize, Serialize as SerializeDerive};

use super::{Habits, InstanceState, SystemState, Unknown, WebhookState};

/// A whole HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status code.
    pub status: u16,
    /// Lower-case header names and their values.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// The number of body bytes sent before the connection closes; `None` sends all and keeps the connection.
    pub cut: Option<usize>,
}

/// How arrays are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Arrays {
    /// As objects with the keys "0", "1", …, as in the vendor's example; an empty one is `[]`, as PHP has it.
    #[default]
    Index,
    /// As arrays.
    List,
}

/// How `is_active` is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Flags {
    /// 1 or 0.
    #[default]
    Number,
    /// true or false.
    Bool,
    /// "1" or "0".
    Text,
}

#[derive(SerializeDerive)]
struct Success<'a> {
    status: &'static str,
    webhooks: Array<'a, Webhook<'a>>,
    #[serde(rename = "systemConfig", skip_serializing_if = "System::is_absent")]
    system: System<'a>,
}

struct Array<'a, T> {
    items: &'a [T],
    arrays: Arrays,
}

struct Webhook<'a> {
    state: &'a WebhookState,
    habits: Habits,
    echo: bool,
}

struct System<'a> {
    state: &'a SystemState,
    habits: Habits,
}

impl Answer {
    /// Makes the success response for a state.
    pub(super) fn success(state: &InstanceState, habits: Habits) -> Self {
        let listed = match &state.system {
            SystemState::Set(system)
                if habits.list_system
                    && !state.webhooks.iter().any(|own| own.url == system.url) =>
            {
                Some(system)
            }
            _ => None,
        };
        let items: Vec<_> = state
            .webhooks
            .iter()
            .chain(listed)
            .map(|state| Webhook {
                state,
                habits,
                echo: true,
            })
            .collect();
        let webhooks = Array {
            items: &items,
            arrays: habits.arrays,
        };
        Self::json(
            200,
            &Success {
                status: "success",
                webhooks,
                system: System {
                    state: &state.system,
                    habits,
                },
            },
        )
    }

    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        // Plain data with text keys always serializes.
        Self::plain(
            status,
            "application/json",
            serde_json::to_string(body).unwrap_or_default(),
        )
    }

    pub(super) fn plain(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into_bytes(),
            cut: None,
        }
    }
}

impl System<'_> {
    fn is_absent(&self) -> bool {
        *self.state == SystemState::Absent
    }
}

impl<T: Serialize> Serialize for Array<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.arrays {
            Arrays::Index if !self.items.is_empty() => {
                serializer.collect_map(self.items.iter().enumerate())
            }
            _ => serializer.collect_seq(self.items),
        }
    }
}

impl Serialize for Webhook<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let WebhookState {
            url,
            events,
            is_active,
            extra,
        } = self.state;
        let events = Array {
            items: events,
            arrays: self.habits.arrays,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("url", url)?;
        if self.echo {
            map.serialize_entry("events", &events)?;
            self.serialize_flag(&mut map)?;
            map.serialize_entry("enabled", is_active)?;
        } else {
            self.serialize_flag(&mut map)?;
            map.serialize_entry("events", &events)?;
        }
        match self.habits.unknown_fields {
            Unknown::Mask => extra.masked().serialize_into(&mut map)?,
            Unknown::Keep | Unknown::Drop | Unknown::Refuse => extra.serialize_into(&mut map)?,
        }
        map.end()
    }
}

impl Webhook<'_> {
    fn serialize_flag<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let is_active = self.state.is_active;
        match self.habits.flags {
            Flags::Number => map.serialize_entry("is_active", &u8::from(is_active)),
            Flags::Bool => map.serialize_entry("is_active", &is_active),
            Flags::Text => map.serialize_entry("is_active", if is_active { "1" } else { "0" }),
        }
    }
}

impl Serialize for System<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.state {
            SystemState::Absent | SystemState::Null => serializer.serialize_unit(),
            SystemState::Empty => serializer.collect_seq([(); 0]),
            SystemState::Set(state) => Webhook {
                state,
                habits: self.habits,
                echo: false,
            }
            .serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests;
