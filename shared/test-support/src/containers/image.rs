use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use testcontainers::core::logs::LogFrame;
use testcontainers::core::logs::consumer::LogConsumer;
use testcontainers::core::wait::HealthWaitStrategy;
use testcontainers::core::{Healthcheck, IntoContainerPort as _, Mount, WaitFor};
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerRequest, GenericImage, ImageExt as _};

use super::server::Server;
use super::{on_engine, reaper};

/// The first start of a domain controller provisions a domain, and a machine that builds meanwhile is slow.
const READY_WITHIN: Duration = Duration::from_mins(5);

/// One of our images, and how to run it.
#[must_use]
pub struct Image {
    name: String,
    /// Ports of this machine by the server's. Chosen before it starts, so that they stay the same when it is stopped and
    /// started.
    ports: BTreeMap<u16, u16>,
    request: ContainerRequest<GenericImage>,
}

impl Image {
    /// The image `garnitur/<name>:dev`. It is up when its own health check says so.
    pub fn new(name: &str) -> Self {
        Self::made(name, image(name))
    }

    /// The image, begun with a script instead of its own entry point, which the script is to run at its end.
    pub fn begun_with(name: &str, script: &str) -> Self {
        Self::made(name, image(name).with_entrypoint("/bin/sh"))
            .with(|request| request.with_cmd(["-euc", script]))
    }

    fn made(name: &str, image: GenericImage) -> Self {
        Self {
            name: name.to_owned(),
            ports: BTreeMap::new(),
            request: image
                .with_startup_timeout(READY_WITHIN)
                // The image's own check, which is not to give up before we do.
                .with_health_check(Healthcheck::empty().with_start_period(READY_WITHIN)),
        }
    }

    /// A TCP port to reach; [`Server::address`] tells at which address.
    pub fn port(self, port: u16) -> Self {
        self.port_at(port, crate::free_port())
    }

    /// A TCP port to reach at this one of 127.0.0.1.
    pub fn port_at(mut self, port: u16, outside: u16) -> Self {
        self.ports.insert(port, outside);
        self
    }

    /// Words after those of the image's entry point.
    pub fn words(self, words: &[&str]) -> Self {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        self.with(|request| request.with_cmd(words))
    }

    /// It is up when it writes this, and its health is not asked: for servers that are up sooner than an engine asks for
    /// the first time, and of which each test has its own.
    pub fn up_with(self, line: &str) -> Self {
        let line = WaitFor::message_on_either_std(line);
        self.with(|request| {
            request
                .with_ready_conditions(vec![line])
                .with_health_check(Healthcheck::none())
        })
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

    /// A right beyond those every container has, as in `SYS_ADMIN`.
    pub fn right(self, capability: &str) -> Self {
        self.with(|request| request.with_cap_add(capability))
    }

    /// A loosened guard, as in `seccomp=unconfined` for system calls that Docker's own profile leaves out.
    pub fn security(self, option: &str) -> Self {
        self.with(|request| request.with_security_opt(option))
    }

    /// Devices that may be used, as in `b 7:* rmw` (the kernel's documentation of device cgroups).
    pub fn devices(self, rules: &[&str]) -> Self {
        let rules: Vec<String> = rules.iter().map(|&rule| rule.to_owned()).collect();
        self.with(|request| {
            request.with_host_config_modifier(move |host| host.device_cgroup_rules = Some(rules.clone()))
        })
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
        for (&inside, &outside) in &ports {
            request = request.with_mapped_port(outside, inside.tcp());
        }
        let log = Log::default();
        let request = request.with_log_consumer(log.clone());
        let container = on_engine(|| request.start()).await.unwrap_or_else(|error| {
            panic!(
                "garnitur/{name}:dev could not be started: {error}\n{log}\n\
                 Tests against real servers need Docker and our images: `make images` makes them (and \
                 `scripts/docker-engine` starts an engine). GARNITUR_WITHOUT_CONTAINERS=1 leaves these tests out."
            )
        });
        reaper::watch(container.id());
        Server::new(name, container, ports)
    }
}

/// What a container says until it is up; shown when it never is.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl LogConsumer for Log {
    fn accept<'a>(&'a self, record: &'a LogFrame) -> BoxFuture<'a, ()> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&String::from_utf8_lossy(record.bytes()));
        Box::pin(std::future::ready(()))
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn image(name: &str) -> GenericImage {
    let up = HealthWaitStrategy::new().with_poll_interval(Duration::from_millis(200));
    GenericImage::new(format!("garnitur/{name}"), "dev".to_owned()).with_wait_for(WaitFor::Healthcheck(up))
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image")
            .field("name", &self.name)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}
