use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use telemetry::Metrics;
use tokio_util::task::TaskTracker;
use utoipa::openapi::OpenApi;

use crate::description::{add_shared_answers, open_parts};
use crate::readiness::{CHECK_TIMEOUT, Readiness, ReadyCheck};
use crate::stack::Stack;
use crate::{HttpConfig, Job, ops};

/// Who a router is for. A face that is not asked for is not mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Face {
    /// Customers and couriers, from the outer network.
    Edge,
    /// Employees, through the portal.
    Staff,
    /// Other services.
    Internal,
}

impl Face {
    /// All faces.
    pub const ALL: [Self; 3] = [Self::Edge, Self::Staff, Self::Internal];

    /// The face's name in flags and configuration keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Staff => "staff",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Face {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|face| face.name() == name)
            .ok_or_else(|| format!("there is no face {name:?}, only edge, staff and internal"))
    }
}

/// The faces a process serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faces(Vec<Face>);

impl Faces {
    /// These faces, each once.
    pub fn new(faces: impl IntoIterator<Item = Face>) -> Self {
        let mut faces: Vec<Face> = faces.into_iter().collect();
        faces.sort_unstable();
        faces.dedup();
        Self(faces)
    }

    /// Every face.
    pub fn all() -> Self {
        Self::new(Face::ALL)
    }

    /// Whether `face` is to be served.
    pub fn has(&self, face: Face) -> bool {
        self.0.contains(&face)
    }

    /// The faces, in order.
    pub fn iter(&self) -> impl Iterator<Item = Face> {
        self.0.iter().copied()
    }
}

/// A built service: its faces behind the HTTP stack, what it needs to be ready, and its jobs.
pub struct Service {
    name: &'static str,
    metrics: Metrics,
    stack: Stack,
    faces: Vec<(Face, Router, OpenApi)>,
    checks: Vec<Arc<ReadyCheck>>,
    jobs: Vec<Job>,
    draining: Arc<AtomicBool>,
    tasks: TaskTracker,
}

impl Service {
    /// A service with nothing in it and the defaults of [`HttpConfig`].
    pub fn new(name: &'static str, metrics: Metrics) -> Self {
        Self {
            name,
            stack: Stack::new(metrics.clone(), &HttpConfig::default()),
            metrics,
            faces: Vec::new(),
            checks: Vec::new(),
            jobs: Vec::new(),
            draining: Arc::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Takes the limits from the configuration. Comes before the faces, which are wrapped as they come.
    #[must_use]
    pub fn http(mut self, config: &HttpConfig) -> Self {
        assert!(self.faces.is_empty(), "Service::http comes before Service::face");
        self.stack = Stack::new(self.metrics.clone(), config);
        self
    }

    /// Gives operations whose paths begin so a time limit of their own: those that take in large files. Comes before
    /// the faces, after [`Service::http`].
    #[must_use]
    pub fn slow(mut self, slow: &'static [(&'static str, Duration)]) -> Self {
        assert!(self.faces.is_empty(), "Service::slow comes before Service::face");
        self.stack.slow(slow);
        self
    }

    /// Adds a face, wrapped in the one HTTP stack, with its description. The router must not set a fallback:
    /// several services' routers may share a listener, and the stack answers unknown paths with a problem.
    #[must_use]
    pub fn face(mut self, face: Face, router: Router, openapi: OpenApi) -> Self {
        self.faces.push((face, self.stack.wrap(router), openapi));
        self
    }

    /// Adds a check to `/readyz`, given 2 s to answer. Its error text is logged, never answered.
    #[must_use]
    pub fn ready<F, Fut>(self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.ready_within(name, CHECK_TIMEOUT, check)
    }

    /// Adds a check to `/readyz` with a time limit of its own.
    #[must_use]
    pub fn ready_within<F, Fut>(mut self, name: &'static str, timeout: Duration, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push(Arc::new(ReadyCheck::new(name, timeout, check)));
        self
    }

    /// Adds a job. In read-only mode jobs do not run.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// For what outlives the request that began it, such as an upgraded connection: a drain waits for it as for
    /// requests, up to the deadline. It has to end by itself when [`Context::shutdown`](crate::Context) is ordered.
    pub fn tasks(&self) -> TaskTracker {
        self.tasks.clone()
    }

    /// The service's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The service's metrics.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The router of a face, wrapped; `None` where the service has no such face.
    pub fn router(&self, face: Face) -> Option<Router> {
        self.faces
            .iter()
            .filter(|(of, ..)| *of == face)
            .map(|(_, router, _)| router.clone())
            .reduce(Router::merge)
    }

    /// The description of all faces, as `/openapi.json` answers it.
    pub fn openapi(&self) -> OpenApi {
        merged(self.faces.iter().map(|(.., openapi)| openapi.clone()))
    }

    /// The router of the internal listener: `/healthz`, `/readyz`, `/metrics`, `/openapi.json` and the internal
    /// face. Checks added later are not in it.
    pub fn ops_router(&self) -> Router {
        let ops = ops::router(self.readiness(), self.metrics.clone(), &self.openapi());
        let internal = self.router(Face::Internal);
        // Of two merged routers the latter answers unknown paths: that must be the one in the stack.
        ops.merge(internal.unwrap_or_else(|| self.stack.wrap(Router::new())))
    }

    /// The router of the listener for health checks: `/healthz` and `/readyz` alone, which tell nothing of the business.
    pub fn probes_router(&self) -> Router {
        // The stack answers unknown paths with a problem.
        ops::probes(self.readiness()).merge(self.stack.wrap(Router::new()))
    }

    fn readiness(&self) -> Readiness {
        Readiness::new(
            self.checks.clone(),
            Arc::clone(&self.draining),
            self.metrics.clone(),
        )
    }

    /// From now on `/readyz` answers 503.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// The jobs that are to run.
    pub(crate) fn take_jobs(&mut self) -> Vec<Job> {
        let jobs = std::mem::take(&mut self.jobs);
        if self.stack.read_only() && !jobs.is_empty() {
            tracing::info!(
                service = self.name,
                jobs = jobs.len(),
                "read-only mode: jobs do not run"
            );
            return Vec::new();
        }
        jobs
    }
}

/// Several faces' descriptions as one, with the answers that all operations share; the first gives title and version.
pub(crate) fn merged(descriptions: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut openapi = descriptions
        .into_iter()
        .reduce(OpenApi::merge_from)
        .unwrap_or_default();
    add_shared_answers(&mut openapi);
    open_parts(&mut openapi);
    openapi
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .field(
                "faces",
                &self.faces.iter().map(|(face, ..)| face).collect::<Vec<_>>(),
            )
            .field("jobs", &self.jobs)
            .finish_non_exhaustive()
    }
}
