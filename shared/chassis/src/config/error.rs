use std::fmt;
use std::path::PathBuf;

/// Everything that is wrong with a configuration.
#[derive(Debug)]
pub struct ConfigError {
    /// What is wrong, in the order of the layers.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration is not valid")?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// One thing that is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file cannot be read or is not TOML.
    #[error("{origin}: {message}")]
    File {
        /// The file.
        origin: Origin,
        /// What the operating system or the parser says.
        message: String,
    },
    /// A layer has a key that there is no setting for.
    #[error("{key}: unknown key, from {origin}; known here: {known}", known = known.join(", "))]
    Unknown {
        /// The key, sections separated by dots.
        key: String,
        /// The layer it came from.
        origin: Origin,
        /// The keys of the same section.
        known: Vec<String>,
    },
    /// A value does not fit its setting.
    #[error("{key}: {message}, from {origin}")]
    Value {
        /// The key, sections separated by dots.
        key: String,
        /// The layer it came from.
        origin: Origin,
        /// Why it does not fit.
        message: String,
    },
    /// A `--set` without an equals sign.
    #[error("--set {assignment}: expected key=value")]
    NotAnAssignment {
        /// What was given.
        assignment: String,
    },
    /// A setting without a default is in no layer.
    #[error("{key}: not set; put it into the file, into {variable}, or give --set {key}=…")]
    Missing {
        /// The key, sections separated by dots.
        key: String,
        /// The variable that would set it.
        variable: String,
    },
    /// The settings do not fit together.
    #[error("{message}")]
    Invalid {
        /// What the section's own check says.
        message: String,
    },
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Values given by the program around the service.
    Base(String),
    /// A configuration file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// The flag `--set`.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(what) => f.write_str(what),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Flag => f.write_str("flag --set"),
        }
    }
}
