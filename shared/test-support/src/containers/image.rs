use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use testcontainers::core::wait::HealthWaitStrategy;
use testcontainers::core::{IntoContainerPort as _, Mount, WaitFor};
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerRequest, GenericImage, ImageExt as _};

use super::server::Server;
use super::{on_engine, reaper};

/// The first start of a domain controller provisions a domain.
const READY_WITHIN: Duration = Duration::from_secs(180);

/// One of our images, and how to run it.
#[must_use]
pub struct Image {
    name: String,
    ports: Vec<u16>,
    request: ContainerRequest<GenericImage>,
}

impl Image {
    /// The image `garnitur/<name>:dev`. It is up when its own health check says so.
    pub fn new(name: &str) -> Self {
        let image = GenericImage::new(format!("garnitur/{name}"), "dev".to_owned())
            .with_wait_for(WaitFor::Healthcheck(
                HealthWaitStrategy::new().with_poll_interval(Duration::from_millis(200)),
            ))
            .with_startup_timeout(READY_WITHIN);
        Self {
            name: name.to_owned(),
            ports: Vec::new(),
            request: image,
        }
    }

    /// A TCP port to reach; [`Server::address`] tells at which address.
    pub fn port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// An environment variable.
    pub fn env(self, name: &str, value: &str) -> Self {
        self.with(|request| request.with_env_var(name, value))
    }

    /// A file, put there before it starts.
    pub fn file(self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        let content = content.into();
        self.with(|request| request.with_copy_to(path, content))
    }

    /// A folder of this machine, seen read-only.
    pub fn folder(self, path: &str, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let mount = Mount::bind_mount(folder.display().to_string(), path)
            .with_access_mode(testcontainers::core::AccessMode::ReadOnly);
        self.with(|request| request.with_mount(mount))
    }

    /// A folder in memory of at most so many bytes: a disk that can be full.
    pub fn small_disk(self, path: &str, bytes: usize) -> Self {
        let path = path.to_owned();
        self.with(|request| {
            request.with_host_config_modifier(move |host| {
                let options = format!("rw,size={bytes},mode=1777");
                let disks = host.tmpfs.get_or_insert_default();
                disks.insert(path.clone(), options);
            })
        })
    }

    /// A right beyond those every container has, as in `SYS_ADMIN`.
    pub fn right(self, capability: &str) -> Self {
        self.with(|request| request.with_cap_add(capability))
    }

    /// Whatever else the engine can do.
    pub fn with(
        mut self,
        change: impl FnOnce(ContainerRequest<GenericImage>) -> ContainerRequest<GenericImage>,
    ) -> Self {
        self.request = change(self.request);
        self
    }

    /// Starts it and waits until it is up. Panics, saying what to do, where that cannot be.
    pub async fn start(self) -> Server {
        let Self {
            name,
            ports,
            mut request,
        } = self;
        // Chosen here, so that they stay the same when it is stopped and started.
        let ports: BTreeMap<u16, u16> = ports.into_iter().map(|port| (port, crate::free_port())).collect();
        for (&inside, &outside) in &ports {
            request = request.with_mapped_port(outside, inside.tcp());
        }
        let container = on_engine(|| request.start()).await.unwrap_or_else(|error| {
            panic!(
                "garnitur/{name}:dev could not be started: {error}\n\
                 Tests against real servers need Docker and our images: `make images` makes them (and \
                 `scripts/docker-engine` starts an engine). GARNITUR_WITHOUT_CONTAINERS=1 leaves these tests out."
            )
        });
        reaper::watch(container.id());
        Server::new(name, container, ports)
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("name", &self.name)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}
