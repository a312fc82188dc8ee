use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use open_feature::{Client, OpenFeature};
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec};
use tokio::sync::watch;

use crate::{BadSnapshot, Provider, Snapshot, TogglesConfig};

/// The toggles in force. Cheap to clone.
#[derive(Clone)]
pub struct Toggles {
    inner: Arc<Inner>,
}

struct Inner {
    config: TogglesConfig,
    current: watch::Sender<Arc<Snapshot>>,
    /// What was offered last, good or bad: it is looked at once.
    offered: Mutex<String>,
    metrics: Metrics,
}

struct Metrics {
    offers: IntCounterVec,
    bad: IntGauge,
    unreached: IntGauge,
    version: IntGaugeVec,
    pub evaluations: IntCounterVec,
}

impl Toggles {
    /// The last good toggles, and over them what the file says now, where that is good. Never fails: without either,
    /// every toggle is what the code says.
    pub fn open(config: &TogglesConfig, metrics: &telemetry::Metrics) -> Self {
        let metrics = Metrics {
            offers: metrics.counter_vec(
                "toggles_snapshots_total",
                "Definitions of toggles that were taken or refused.",
                &["outcome"],
            ),
            bad: metrics.gauge(
                "toggles_snapshot_bad",
                "Whether the newest definitions of toggles were refused and older ones are in force: 1 or 0.",
            ),
            unreached: metrics.gauge(
                "toggles_source_unreached",
                "Whether the settings could not be asked for toggles the last time: 1 or 0.",
            ),
            version: metrics.gauge_vec(
                "toggles_snapshot_info",
                "Which definitions of toggles are in force; always 1.",
                &["version"],
            ),
            evaluations: metrics.counter_vec(
                "toggle_evaluations_total",
                "Times a toggle was asked for, by the variant chosen.",
                &["toggle", "variant"],
            ),
        };
        let toggles = Self {
            inner: Arc::new(Inner {
                config: config.clone(),
                current: watch::Sender::new(Arc::new(Snapshot::empty())),
                offered: Mutex::default(),
                metrics,
            }),
        };
        if let Some(file) = &config.last_good {
            toggles.remember(file);
        }
        toggles.look();
        toggles
    }

    /// The toggles in force.
    pub fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.current.borrow())
    }

    /// Tells when other toggles come into force.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.current.subscribe()
    }

    /// A client of `OpenFeature` that asks these toggles. Not of the process's only `OpenFeature`: several services may share
    /// a process, and tests do.
    pub fn client(&self) -> Client {
        let mut api = OpenFeature::default();
        let set = api.set_provider(Provider::new(self.clone())).now_or_never();
        set.expect("nobody else has it, and our provider begins at once");
        api.create_client()
    }

    /// Puts definitions into force and keeps them for the next start. Answers whether they are other ones than before;
    /// fails when anything about them is wrong, and those before stay.
    pub fn offer(&self, text: &str) -> Result<bool, BadSnapshot> {
        let inner = &self.inner;
        let mut offered = inner.offered.lock().unwrap_or_else(PoisonError::into_inner);
        if *offered == text {
            return Ok(false);
        }
        text.clone_into(&mut offered);
        let snapshot = Snapshot::parse(text).inspect_err(|error| {
            inner.metrics.offers.with_label_values(&["refused"]).inc();
            inner.metrics.bad.set(1);
            tracing::error!(%error, in_force = self.current().version(), "definitions of toggles refused");
        })?;
        inner.metrics.offers.with_label_values(&["taken"]).inc();
        if let Some(file) = &inner.config.last_good
            && let Err(error) = write(file, text)
        {
            tracing::warn!(file = %file.display(), %error, "the toggles cannot be kept for the next start");
        }
        self.put(snapshot);
        Ok(true)
    }

    /// Looks at the file once, where there is one.
    pub(crate) fn look(&self) {
        let Some(file) = &self.inner.config.file else {
            return;
        };
        match std::fs::read_to_string(file) {
            // A bad one has been told of.
            Ok(text) => drop(self.offer(&text)),
            Err(error) => {
                let told = self.inner.metrics.bad.get() == 1;
                self.inner.metrics.bad.set(1);
                if !told {
                    tracing::error!(file = %file.display(), %error, in_force = self.current().version(), "the file of toggles cannot be read");
                }
            }
        }
    }

    /// Notes whether the settings could be asked, and why not. Told once, not at every look.
    pub(crate) fn reached(&self, error: Option<&dyn Display>) {
        let unreached = &self.inner.metrics.unreached;
        let before = unreached.get() == 1;
        unreached.set(error.is_some().into());
        match error {
            Some(error) if !before => {
                tracing::warn!(%error, in_force = self.current().version(), "the settings cannot be asked for toggles");
            }
            None if before => tracing::info!("the settings can be asked for toggles again"),
            _ => {}
        }
    }

    pub(crate) fn has_file(&self) -> bool {
        self.inner.config.file.is_some()
    }

    pub(crate) fn poll_ms(&self) -> u64 {
        self.inner.config.poll_ms
    }

    pub(crate) fn count(&self, toggle: &str, variant: &str) {
        let labels = [toggle, variant];
        self.inner.metrics.evaluations.with_label_values(&labels).inc();
    }

    fn remember(&self, file: &Path) {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                tracing::error!(file = %file.display(), %error, "the last good toggles cannot be read");
                return;
            }
        };
        match Snapshot::parse(&text) {
            Ok(snapshot) => {
                text.clone_into(&mut self.inner.offered.lock().unwrap_or_else(PoisonError::into_inner));
                self.put(snapshot);
            }
            Err(error) => {
                tracing::error!(file = %file.display(), %error, "the last good toggles are not good any more");
            }
        }
    }

    fn put(&self, snapshot: Snapshot) {
        let metrics = &self.inner.metrics;
        metrics.bad.set(0);
        metrics.version.reset();
        metrics.version.with_label_values(&[snapshot.version()]).set(1);
        tracing::info!(
            version = snapshot.version(),
            toggles = snapshot.keys().count(),
            "toggles are in force"
        );
        self.inner.current.send_replace(Arc::new(snapshot));
    }
}

/// Writes the whole file or nothing of it.
fn write(file: &PathBuf, text: &str) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut fresh = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
    fresh.write_all(text.as_bytes())?;
    fresh.as_file().sync_all()?;
    fresh.persist(file)?;
    Ok(())
}
