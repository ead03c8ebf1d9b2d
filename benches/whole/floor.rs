//! Floors: what nothing built on the same libraries can be faster than. Each runs in a process of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, redirect, retry};

use crate::fleet::{Fleet, Typed};
use crate::request;

/// What a bare loop sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Load {
    /// A GET for every instance, as `plan`.
    Reads,
    /// That, and then for every instance a GET, a POST and a GET, as `apply`.
    Writes,
}

/// Sends what hookfleet would, `in_flight` at a time, reads every answer whole, and does nothing else.
pub(crate) fn bare_loop(base: &str, fleet: Fleet, in_flight: usize, load: Load) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    let size = fleet.size;
    let bodies: Vec<String> = match load {
        Load::Reads => Vec::new(),
        Load::Writes => (0..size).map(|index| request::body(fleet, index)).collect(),
    };
    let shared = Arc::new(Shared {
        // As src/api/http.rs sets it up.
        client: Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(retry::never())
            .no_proxy()
            .http1_only()
            .user_agent("hookfleet-floor")
            .build()
            .expect("the client can be set up"),
        base: base.to_owned(),
        bodies,
    });
    runtime.block_on(async {
        all(&shared, size, in_flight, Load::Reads).await;
        if load == Load::Writes {
            all(&shared, size, in_flight, Load::Writes).await;
        }
    });
}

struct Shared {
    client: Client,
    base: String,
    bodies: Vec<String>,
}

/// One worker for each request in flight was the fastest of the ways to write this.
async fn all(shared: &Arc<Shared>, size: usize, in_flight: usize, load: Load) {
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..in_flight).map(|_| {
        let (shared, next) = (shared.clone(), next.clone());
        tokio::spawn(async move {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= size {
                    return;
                }
                match load {
                    Load::Reads => shared.get(index).await,
                    Load::Writes => shared.write(index).await,
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.expect("every request succeeds");
    }
}

impl Shared {
    fn url(&self, index: usize) -> String {
        format!("{}{}", self.base, request::target(index))
    }

    async fn get(&self, index: usize) {
        send(self.client.get(self.url(index))).await;
    }

    async fn write(&self, index: usize) {
        let read = || {
            self.client
                .get(self.url(index))
                .header(CACHE_CONTROL, "no-cache")
        };
        send(read()).await;
        let post = self.client.post(self.url(index));
        let json = post.header(CONTENT_TYPE, "application/json");
        send(json.body(self.bodies[index].clone())).await;
        send(read()).await;
    }
}

async fn send(request: RequestBuilder) {
    let request = request.header(ACCEPT, "application/json");
    let answer = request.send().await.expect("the server answers");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("the answer is whole");
}

/// The YAML library's own parse of a manifest into types.
pub(crate) fn typed_parse(path: &str) {
    let text = std::fs::read_to_string(path).expect("the manifest is there");
    let typed: Typed = serde_yaml::from_str(&text).expect("the manifest is of that shape");
    std::hint::black_box(&typed);
}
