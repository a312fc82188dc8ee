use std::sync::Arc;
use std::time::Duration;

use kernel::SharedClock;
use telemetry::Metrics;
use tokio::sync::watch;
use tokio::time::sleep;

use super::files::{Contents, Files};
use super::material::Material;

/// How long files that have changed must stay the same before they are judged: certificate and key are two files, and
/// who replaces them does so one after the other.
const SETTLE: Duration = Duration::from_secs(1);

/// Looks at the files and takes what has changed.
pub(super) struct Renewal {
    files: Files,
    /// What they held when they were judged last; `None` when they could not be read.
    seen: Option<Contents>,
    interval: Duration,
    metrics: Metrics,
    clock: SharedClock,
}

impl Renewal {
    /// Begins with what is in use.
    pub(super) fn new(
        files: Files,
        in_use: Contents,
        interval: Duration,
        metrics: &Metrics,
        clock: SharedClock,
    ) -> Self {
        Self {
            files,
            seen: Some(in_use),
            interval,
            metrics: metrics.clone(),
            clock,
        }
    }

    /// Until nobody uses the material any more.
    pub(super) async fn run(mut self, current: watch::Sender<Arc<Material>>) {
        self.tell_expiry(&current.borrow());
        loop {
            tokio::select! {
                () = current.closed() => return,
                () = sleep(self.interval) => {}
            }
            let Some(contents) = self.changed().await else {
                continue;
            };
            // Judged once: what is refused is not looked at again until it changes.
            self.seen = contents.as_ref().ok().cloned();
            let material = contents.and_then(|contents| Material::new(&contents, self.clock.now()));
            let result = match material {
                Ok(material) => {
                    tracing::info!(not_after = %material.not_after, "renewed certificate in use");
                    self.tell_expiry(&material);
                    current.send_replace(Arc::new(material));
                    "taken"
                }
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the renewed certificate cannot be used; the one in use stays"
                    );
                    "refused"
                }
            };
            self.metrics
                .counter_vec(
                    "tls_renewals_total",
                    "Changed certificate files, by whether they were taken.",
                    &["result"],
                )
                .with_label_values(&[result])
                .inc();
        }
    }

    /// The files' contents when they are others than those seen last, and stay so.
    async fn changed(&self) -> Option<anyhow::Result<Contents>> {
        let mut contents = self.read().await;
        loop {
            if contents.as_ref().ok() == self.seen.as_ref() {
                return None;
            }
            sleep(SETTLE.min(self.interval)).await;
            let later = self.read().await;
            if contents.as_ref().ok() == later.as_ref().ok() {
                return Some(later);
            }
            contents = later;
        }
    }

    async fn read(&self) -> anyhow::Result<Contents> {
        let files = self.files.clone();
        tokio::task::spawn_blocking(move || files.read()).await?
    }

    fn tell_expiry(&self, material: &Material) {
        self.metrics
            .gauge(
                "tls_certificate_expiry_timestamp_seconds",
                "When the certificate in use runs out, in seconds since 1970.",
            )
            .set(material.not_after.unix_timestamp());
    }
}
