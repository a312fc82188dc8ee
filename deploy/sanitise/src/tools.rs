use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::{Child, Command};

/// PostgreSQL's own programs, which know its archives better than anyone.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    /// Folder of `pg_dump` and `pg_restore`; without it, they are looked for as any program is.
    pub folder: Option<PathBuf>,
}

/// Why one of them did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It is not there, or may not be run.
    #[error("{program} cannot be run")]
    Start {
        /// Its name.
        program: &'static str,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// It failed. What it says about rows is left out: there may be people in it.
    #[error("{program} failed: {message}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// Its first error, without the detail.
        message: String,
    },
}

impl Tools {
    /// Runs a program to its end and returns what it prints.
    pub(crate) async fn run(&self, program: &'static str, arguments: &[&str]) -> Result<String, ToolError> {
        let child = self.start(program, arguments, Stdio::piped())?;
        let output = child
            .wait_with_output()
            .await
            .map_err(|source| ToolError::Start { program, source })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(ToolError::Failed {
            program,
            message: first_error(&String::from_utf8_lossy(&output.stderr)),
        })
    }

    /// Starts a program whose output is read while it runs.
    pub(crate) fn start(
        &self,
        program: &'static str,
        arguments: &[&str],
        stdout: Stdio,
    ) -> Result<Child, ToolError> {
        let path = self
            .folder
            .as_ref()
            .map_or_else(|| PathBuf::from(program), |folder| folder.join(program));
        Command::new(path)
            .args(arguments)
            // Their messages are read, and times are.
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| ToolError::Start { program, source })
    }
}

/// The first line with an error. Those after it (`DETAIL`, `CONTEXT`) quote rows.
fn first_error(stderr: &str) -> String {
    let line = stderr.lines().find(|line| line.contains("error:"));
    line.or_else(|| stderr.lines().next())
        .unwrap_or_default()
        .to_owned()
}
