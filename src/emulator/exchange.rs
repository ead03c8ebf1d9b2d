//! Carries one request through the world, with its delays. Effectful; it knows nothing of connections.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Incoming, Reply, World};

/// A world that servers, clients and tests share.
pub type SharedWorld = Arc<Mutex<World>>;

/// Locks a world, also after a panic.
pub(super) fn hold(world: &SharedWorld) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries a request through, even if its sender disconnects. `None` if that panicked.
pub(super) async fn exchange(world: SharedWorld, incoming: Incoming) -> Option<Reply> {
    tokio::spawn(attended(world, incoming)).await.ok()
}

async fn attended(world: SharedWorld, incoming: Incoming) -> Reply {
    let arrival = hold(&world).arrive(incoming);
    let flight = Flight(world);
    pause(arrival.delay).await;
    let mut reply = hold(&flight.0).handle(arrival.ticket);
    if let Some(later) = reply.later.take() {
        let world = Arc::clone(&flight.0);
        tokio::spawn(async move {
            pause(later.after).await;
            hold(&world).settle(later);
        });
    }
    pause(reply.delay).await;
    reply
}

/// Sleeps, but not for zero: even the shortest sleep takes a millisecond.
async fn pause(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

struct Flight(SharedWorld);

impl Drop for Flight {
    fn drop(&mut self) {
        hold(&self.0).depart();
    }
}
