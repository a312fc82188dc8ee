use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The order to stop, heard by everything that runs: first softly (finish what was begun), then hard.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Shutdown {
    /// An order that is given with [`Shutdown::trigger`] alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// An order that SIGTERM or SIGINT (Ctrl-C) gives. A second signal cuts the drain short.
    /// Fails where the operating system refuses the handlers.
    pub fn on_signals() -> io::Result<Self> {
        let shutdown = Self::new();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let given = shutdown.clone();
        tokio::spawn(async move {
            for order in [&given.soft, &given.hard] {
                tokio::select! {
                    _ = terminate.recv() => tracing::info!("SIGTERM received"),
                    _ = interrupt.recv() => tracing::info!("SIGINT received"),
                }
                order.cancel();
            }
        });
        Ok(shutdown)
    }

    /// Orders the soft stop: no new work, finish what was begun.
    pub fn trigger(&self) {
        self.soft.cancel();
    }

    /// Orders the hard stop: what still runs is cut off.
    pub fn trigger_hard(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    /// Whether the stop was ordered.
    pub fn is_triggered(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Returns once the stop is ordered. Endless answers (server-sent events) should end on it.
    pub async fn wait(&self) {
        self.soft.cancelled().await;
    }

    /// Returns once the hard stop is ordered.
    pub async fn wait_hard(&self) {
        self.hard.cancelled().await;
    }
}
