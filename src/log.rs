//! Logs on stderr, for `-v`. Only hookfleet's own events are logged: libraries would log URLs, which carry the token.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging: nothing for 0, each instance's outcome for 1, every request for 2.
pub fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    let own = Targets::new().with_target(env!("CARGO_PKG_NAME"), level);
    // Fails only if a logger is set already, as in a test that runs several commands.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(own))
        .try_init();
}
