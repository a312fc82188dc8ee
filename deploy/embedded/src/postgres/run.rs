use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::Signal;
use tokio::process::Child;
use tokio::time::{Instant, interval, sleep};
use tracing::warn;

use super::error::Doing as _;
use super::log::Log;
use super::process::{self, Guard};
use super::{Error, Server, ready};

/// The start includes the recovery after a crash, which replays up to `max_wal_size` of changes.
const START_WITHIN: Duration = Duration::from_mins(1);
/// How often a starting server is asked; it has no event for it that reaches another process.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// How long each kind of stop may take before the next harsher one.
const STOP_WITHIN: Duration = Duration::from_secs(30);
/// How long the sessions of a killed server may take to notice and leave its shared memory.
const LEAVE_WITHIN: Duration = Duration::from_secs(15);
/// How long the port of a server that has just ended may stay taken.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);
/// How many free ports are tried when any will do: another process may take one before the server does.
const PORT_TRIES: u32 = 5;
/// The longest path of a Unix socket (`sun_path` of `sockaddr_un`, with its closing zero), less the socket's name.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.65535".len();

/// A postmaster and the process that watches over it.
#[derive(Debug)]
pub(super) struct Running {
    postmaster: Child,
    guard: Option<Guard>,
    durable: bool,
}

/// What to do about a start that failed.
enum Failed {
    /// The sessions of a killed predecessor are still leaving.
    Occupied(Error),
    /// The port was taken.
    Port,
    /// Nothing helps.
    Final(Error),
}

impl Server {
    pub(super) async fn launch(&mut self) -> Result<Running, Error> {
        let deadline = Instant::now() + LEAVE_WITHIN;
        let mut tries = 0;
        loop {
            if self.port == 0 {
                self.port = free_port()?;
            } else if !is_free(self.port).await {
                return Err(Error::PortTaken { port: self.port });
            }
            match self.try_launch().await {
                Ok(running) => return Ok(running),
                Err(Failed::Port) if self.options.port == 0 && tries < PORT_TRIES => {
                    tries += 1;
                    self.port = 0;
                }
                Err(Failed::Port) => return Err(Error::PortTaken { port: self.port }),
                Err(Failed::Occupied(error)) if Instant::now() > deadline => return Err(error),
                // Those processes are not our children, so there is nothing to wait on but time.
                Err(Failed::Occupied(_)) => sleep(Duration::from_millis(200)).await,
                Err(Failed::Final(error)) => return Err(error),
            }
        }
    }

    async fn try_launch(&self) -> Result<Running, Failed> {
        let (log, out) = Log::open(&self.layout.log).map_err(Failed::Final)?;
        let err = out
            .try_clone()
            .doing(|| "cannot share the log".to_owned())
            .map_err(Failed::Final)?;
        let mut command = self
            .account
            .command(&self.binaries.program("postgres"), &self.layout.root);
        command.arg("-D").arg(&self.layout.data);
        for (name, value) in self.settings() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let mut postmaster = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .doing(|| "cannot run postgres".to_owned())
            .map_err(Failed::Final)?;
        let guard = match Guard::watch(&self.binaries, self.account, &self.layout.data) {
            Ok(guard) => guard,
            Err(error) => {
                // Nothing would stop it any more, so it goes at once.
                let _ = postmaster.kill().await;
                return Err(Failed::Final(error));
            }
        };
        let mut running = Running {
            postmaster,
            guard: Some(guard),
            durable: self.options.durable,
        };
        match self.wait_ready(&mut running.postmaster, &log).await {
            Ok(()) => Ok(running),
            Err(error) => {
                let _ = running.postmaster.kill().await;
                running.forget().await;
                Err(error)
            }
        }
    }

    async fn wait_ready(&self, postmaster: &mut Child, log: &Log) -> Result<(), Failed> {
        let deadline = Instant::now() + START_WITHIN;
        let pid = postmaster.id().unwrap_or(0);
        let mut ticks = interval(ASK_EVERY);
        loop {
            tokio::select! {
                ended = postmaster.wait() => {
                    let status = ended.map_or_else(|error| error.to_string(), process::describe);
                    return Err(failed(status, log));
                }
                _ = ticks.tick() => {}
            }
            if ready::says_ready(&self.layout.data, pid) && ready::accepts(self.port).await {
                return Ok(());
            }
            if Instant::now() > deadline {
                let file = log.file().to_path_buf();
                return Err(Failed::Final(Error::NotReady {
                    within: START_WITHIN,
                    file,
                    log: log.tail(),
                }));
            }
        }
    }

    /// The settings on the command line, the later ones winning.
    fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", self.port.to_string()),
            ("unix_socket_directories", self.socket_folder()),
            ("logging_collector", "off".to_owned()),
            ("log_line_prefix", "%m [%p] %q%u@%d ".to_owned()),
            // The details of a violated constraint quote the row, which may be a customer's (SEC-1).
            ("log_error_verbosity", "terse".to_owned()),
            ("log_min_error_statement", "panic".to_owned()),
        ];
        if !self.options.durable {
            settings.push(("fsync", "off".to_owned()));
            settings.push(("full_page_writes", "off".to_owned()));
        }
        let chosen = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
        chosen.chain(self.options.settings.clone()).collect()
    }

    /// The data folder, or nothing when its path does not fit into a socket's address.
    fn socket_folder(&self) -> String {
        let path = self.layout.root.as_os_str();
        match path.to_str() {
            Some(text) if path.as_bytes().len() <= LONGEST_SOCKET_FOLDER && !text.contains([',', '"']) => {
                text.to_owned()
            }
            _ => String::new(),
        }
    }
}

fn failed(status: String, log: &Log) -> Failed {
    let tail = log.tail();
    let error = Error::Start {
        status,
        file: log.file().to_path_buf(),
        log: tail.clone(),
    };
    if tail.contains("pre-existing shared memory block") {
        Failed::Occupied(error)
    } else if tail.contains("could not bind") && tail.contains("Address already in use") {
        Failed::Port
    } else {
        Failed::Final(error)
    }
}

/// Whether the port can be had. A predecessor removes its pid file a moment before the kernel closes its port, so a
/// taken one is asked about for a while.
async fn is_free(port: u16) -> bool {
    let deadline = Instant::now() + CLOSE_WITHIN;
    while TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        if Instant::now() > deadline {
            return false;
        }
        sleep(ASK_EVERY).await;
    }
    true
}

fn free_port() -> Result<u16, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .doing(|| "cannot find a free port".to_owned())
}

impl Running {
    pub fn pid(&self) -> Option<u32> {
        self.postmaster.id()
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.postmaster.try_wait(), Ok(None))
    }

    /// Lets go of a server whose process is gone.
    pub async fn forget(mut self) {
        if let Some(guard) = self.guard.take() {
            guard.dismiss().await;
        }
    }

    /// Fast shutdown (SIGINT); immediate (SIGQUIT) and SIGKILL for a server that does not follow.
    pub async fn stop(mut self) -> Result<(), Error> {
        for kind in [Signal::INT, Signal::QUIT, Signal::KILL] {
            let Some(pid) = self.pid() else { break };
            process::signal(pid, kind);
            if process::ended(&mut self.postmaster, STOP_WITHIN).await {
                break;
            }
            warn!(pid, signal = ?kind, "PostgreSQL does not stop");
        }
        self.postmaster
            .wait()
            .await
            .doing(|| "cannot wait for PostgreSQL to stop".to_owned())?;
        self.forget().await;
        Ok(())
    }

    /// Kills the postmaster and every process of its own.
    pub async fn kill(mut self) -> Result<(), Error> {
        if let Some(pid) = self.pid() {
            // Held still, it can neither start another session nor react to the loss of one.
            process::signal(pid, Signal::STOP);
            let sessions = process::children_of(pid);
            process::signal(pid, Signal::KILL);
            for session in sessions {
                process::signal(session, Signal::KILL);
            }
        }
        self.postmaster
            .wait()
            .await
            .doing(|| "cannot wait for the killed PostgreSQL".to_owned())?;
        self.forget().await;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Best effort, without waiting. The guard, whose pipe closes now, repeats it with `pg_ctl`.
        if let Some(pid) = self.postmaster.id() {
            process::signal(pid, if self.durable { Signal::INT } else { Signal::QUIT });
        }
    }
}
