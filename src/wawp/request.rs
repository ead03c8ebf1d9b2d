//! The requests of the endpoint `/v2/session/webhook`, as data (the vendor's page).

use std::collections::BTreeSet;

use url::form_urlencoded::Serializer;

use super::encode::encode;
use crate::desired::{Authentication, WriteVia};
use crate::plan::Action;
use crate::webhook::InstanceId;
use crate::wire::{Method, Request};

/// The endpoint.
const PATH: &str = "/v2/session/webhook";

/// The request that reads an instance.
pub fn read(auth: Authentication, instance: &InstanceId, token: &str) -> Request {
    request(Method::Get, auth, instance, token)
}

/// The request that overwrites the webhooks of an instance with those of `action`.
pub fn write(
    auth: Authentication,
    via: WriteVia,
    instance: &InstanceId,
    token: &str,
    action: &Action,
) -> Request {
    let mut request = request(Method::Post, auth, instance, token);
    let webhooks = encode(action);
    match via {
        WriteVia::Body => request.body = Some(format!("{{\"webhooks\":{webhooks}}}").into_bytes()),
        WriteVia::Query => {
            let has_query = request.target.contains('?');
            let query = Serializer::new(String::new())
                .append_pair("webhooks", &webhooks)
                .finish();
            request.target.push(if has_query { '&' } else { '?' });
            request.target.push_str(&query);
        }
    }
    request
}

/// The names of the fields that a write of `action` carries along without knowing them, sorted and once each.
pub fn carried(action: &Action) -> Vec<&str> {
    let entries = action.webhooks.iter().chain(&action.system);
    let names = entries.flat_map(|entry| entry.extra.names());
    let names: BTreeSet<&str> = names.filter(|name| !action.drop_fields.has(name)).collect();
    names.into_iter().collect()
}

fn request(method: Method, auth: Authentication, instance: &InstanceId, token: &str) -> Request {
    let mut target = PATH.to_owned();
    let mut headers = vec![("accept", "application/json".to_owned())];
    match auth {
        Authentication::Query => {
            let query = Serializer::new(String::new())
                .append_pair("instance_id", instance.as_str())
                .append_pair("access_token", token)
                .finish();
            target = format!("{PATH}?{query}");
        }
        Authentication::Header => {
            headers.push(("authorization", format!("Bearer {token}")));
            headers.push(("x-instance-id", instance.as_str().to_owned()));
        }
    }
    Request {
        method,
        target,
        headers,
        body: None,
    }
}
