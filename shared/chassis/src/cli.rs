use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::{Face, Faces};

/// The command line of a service.
#[derive(Debug, Parser)]
pub struct Cli {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub config: ConfigArgs,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Parses the process's arguments under the service's name; prints help or an error and exits by itself.
    pub fn parse_for(name: &'static str, about: &'static str) -> Self {
        let matches = Self::command()
            .name(name)
            .about(about)
            .version(env!("CARGO_PKG_VERSION"))
            .get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// Where the configuration comes from.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// TOML file with the configuration; `config-example` prints one. May be given several times, a later file over
    /// an earlier one: secrets have a file of their own.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GARNITUR_CONFIG",
        value_delimiter = ':'
    )]
    pub config: Vec<PathBuf>,

    /// Sets one key, over file and environment. May be given several times.
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,

    /// Read-only mode: the same as `--set http.read_only=true`.
    #[arg(long, global = true)]
    pub read_only: bool,
}

impl ConfigArgs {
    pub(crate) fn assignments(&self) -> Vec<String> {
        let mut assignments = self.set.clone();
        if self.read_only {
            assignments.push("http.read_only=true".to_owned());
        }
        assignments
    }
}

/// What a service's binary can do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve {
        /// A face to serve; may be given several times. Without it, all faces.
        #[arg(long = "face", value_enum)]
        faces: Vec<Face>,
    },
    /// Bring the database to this version's schema.
    Migrate,
    /// Print an annotated configuration file.
    #[command(alias = "print-config")]
    ConfigExample,
    /// Print the interface's description.
    Openapi {
        /// Only this face's.
        #[arg(long, value_enum)]
        face: Option<Face>,
    },
    /// Print the schema of the GraphQL interface.
    GraphqlSchema,
    /// Ask the running service whether it can serve; fails if not. For container health checks.
    Healthcheck,
}

impl Command {
    /// The faces of `serve`: those named, else all.
    pub(crate) fn faces(named: &[Face]) -> Faces {
        if named.is_empty() {
            Faces::all()
        } else {
            Faces::new(named.iter().copied())
        }
    }
}
