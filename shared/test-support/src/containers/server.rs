use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use testcontainers::core::ExecCommand;
use testcontainers::{ContainerAsync, GenericImage};

use super::on_engine;

/// A server in a container. Removed when it is dropped or the process ends.
pub struct Server {
    name: String,
    container: Option<Arc<Container>>,
    /// Ports of this machine by the server's.
    ports: BTreeMap<u16, u16>,
}

/// What a command in a container said.
#[derive(Debug)]
pub struct Output {
    /// How it ended; 0 is well.
    pub code: i64,
    /// What it wrote.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

type Container = ContainerAsync<GenericImage>;
type Result<T> = testcontainers::core::error::Result<T>;

impl Server {
    pub(super) fn new(name: String, container: Container, ports: BTreeMap<u16, u16>) -> Self {
        Self {
            name,
            container: Some(Arc::new(container)),
            ports,
        }
    }

    /// Where one of its ports is reached: the same after it was stopped and started.
    pub fn address(&self, port: u16) -> SocketAddr {
        let outside = self
            .ports
            .get(&port)
            .unwrap_or_else(|| panic!("{}: Image::port({port}) was not asked for", self.name));
        SocketAddr::from((Ipv4Addr::LOCALHOST, *outside))
    }

    /// Runs a command in the container; panics when it ends badly.
    pub async fn run(&self, command: &[&str]) -> String {
        let output = self.exec(command).await;
        assert_eq!(output.code, 0, "{command:?} in {}: {output:?}", self.name);
        output.stdout
    }

    /// Runs a command in the container to its end.
    pub async fn exec(&self, command: &[&str]) -> Output {
        let command: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
        self.does("run a command", |container| async move {
            let mut running = container.exec(ExecCommand::new(command)).await?;
            let (stdout, stderr) = (running.stdout_to_vec().await?, running.stderr_to_vec().await?);
            Ok(Output {
                code: running.exit_code().await?.unwrap_or(-1),
                stdout: String::from_utf8_lossy(&stdout).into_owned(),
                stderr: String::from_utf8_lossy(&stderr).into_owned(),
            })
        })
        .await
    }

    /// Ends it at once, as `kill -9` does. What it has on its disk stays.
    pub async fn kill(&self) {
        self.does("be killed", |container| async move {
            container.stop_with_timeout(Some(0)).await
        })
        .await;
    }

    /// Asks it to end, and ends it after ten seconds.
    pub async fn stop(&self) {
        self.does("stop", |container| async move {
            container.stop_with_timeout(Some(10)).await
        })
        .await;
    }

    /// Starts it again after [`Self::kill`] or [`Self::stop`], at the same addresses. Whether it is up already has to
    /// be found out by asking it.
    pub async fn start(&self) {
        self.does("start", |container| async move { container.start().await })
            .await;
    }

    /// Stops its processes where they are: it takes connections and says nothing.
    pub async fn pause(&self) {
        self.does("pause", |container| async move { container.pause().await })
            .await;
    }

    /// Lets it go on after [`Self::pause`].
    pub async fn unpause(&self) {
        self.does("go on", |container| async move { container.unpause().await })
            .await;
    }

    /// What it has written to its log so far, errors last.
    pub async fn log(&self) -> String {
        self.does("show its log", |container| async move {
            let (out, errors) = (container.stdout_to_vec().await?, container.stderr_to_vec().await?);
            Ok(format!(
                "{}{}",
                String::from_utf8_lossy(&out),
                String::from_utf8_lossy(&errors)
            ))
        })
        .await
    }

    async fn does<T, F>(&self, what: &str, act: impl FnOnce(Arc<Container>) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = Result<T>>,
    {
        let container = Arc::clone(self.container.as_ref().expect("taken in drop only"));
        let done = on_engine(|| act(container)).await;
        done.unwrap_or_else(|error| panic!("{} could not {what}: {error}", self.name))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its own drop needs the runtime of the engine's client. What is left over the reaper removes.
        if let Some(container) = self.container.take() {
            drop(super::engine().spawn(async move { drop(container) }));
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("name", &self.name)
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}
