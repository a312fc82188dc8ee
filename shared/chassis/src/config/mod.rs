//! Layered configuration: flags over environment over file over defaults.
//!
//! A service derives `confique::Config` and needs no further annotation: every key is settable from every
//! layer. For the service `catalog` the key `http.read_only` is
//! * `read_only = true` in the section `[http]` of a file given with `--config` or in the variable `GARNITUR_CONFIG`,
//! * `GARNITUR_CATALOG_HTTP__READ_ONLY=true` in the environment (`__` separates sections),
//! * `--set http.read_only=true` on the command line.
//!
//! Each layer refuses keys it does not know, and every error names the key and where it came from.

mod entries;
mod error;
mod keys;
mod value;

use std::path::PathBuf;

use confique::Config;
use confique::Layer as _;
use toml::Table;

use crate::ConfigArgs;
use entries::Entry;
pub use error::{ConfigError, Fault, Origin};
use keys::Keys;

/// Loads a service's configuration from the flags' files, the environment and the flags.
pub fn load<C: Config>(service: &'static str, args: &ConfigArgs) -> Result<C, ConfigError> {
    args.config
        .iter()
        .fold(Loader::new(service), |loader, file| {
            loader.file(Some(file.clone()))
        })
        .environment()
        .set(args.assignments())
        .load()
}

/// The annotated example of a service's configuration file, made from the doc comments of its fields.
pub fn config_example<C: Config>(service: &str) -> String {
    format!(
        "# Configuration of {service}. Lines beginning with `#key =` show defaults or what is optional.\n\
         # Each key can also be set by a variable, {prefix}SECTION__KEY, or by a flag, --set section.key=value;\n\
         # flags win over variables, variables over this file.\n\n{}",
        confique::toml::template::<C>(confique::toml::FormatOptions::default()),
        prefix = entries::prefix(service),
    )
}

/// Collects the layers of a configuration. In which order different methods are called does not matter.
#[derive(Debug)]
pub struct Loader {
    service: &'static str,
    base: Vec<(String, Table)>,
    files: Vec<PathBuf>,
    variables: Vec<(String, String)>,
    flags: Vec<String>,
}

impl Loader {
    /// A configuration of the service `service`, with no layer but the defaults.
    pub const fn new(service: &'static str) -> Self {
        Self {
            service,
            base: Vec::new(),
            files: Vec::new(),
            variables: Vec::new(),
            flags: Vec::new(),
        }
    }

    /// Values that only the defaults are below, named `what` in errors: for whoever runs a service inside
    /// another program. Later calls win.
    #[must_use]
    pub fn base(mut self, what: impl Into<String>, values: Table) -> Self {
        self.base.push((what.into(), values));
        self
    }

    /// A TOML file; it must exist. Later calls win.
    #[must_use]
    pub fn file(mut self, path: Option<PathBuf>) -> Self {
        self.files.extend(path);
        self
    }

    /// The variables of this process.
    #[must_use]
    pub fn environment(self) -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        });
        self.variables(variables)
    }

    /// These variables; those without the service's prefix are not looked at.
    #[must_use]
    pub fn variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let prefix = entries::prefix(self.service);
        self.variables.extend(
            variables
                .into_iter()
                .filter(|(name, _)| name.starts_with(&prefix)),
        );
        self
    }

    /// Assignments `key=value` from the command line; later ones win.
    #[must_use]
    pub fn set(mut self, assignments: impl IntoIterator<Item = String>) -> Self {
        self.flags.extend(assignments);
        self
    }

    /// Merges the layers. The error lists everything that is wrong, not only the first.
    pub fn load<C: Config>(self) -> Result<C, ConfigError> {
        let keys = Keys::of(&C::META);
        let mut faults = Vec::new();
        let mut entries = Vec::new();
        for (what, table) in self.base {
            entries::of_table(table, &Origin::Base(what), &keys, &mut entries, &mut faults);
        }
        for path in self.files {
            entries::of_file(path, &keys, &mut entries, &mut faults);
        }
        for (name, text) in self.variables {
            entries.push(entries::of_variable(self.service, name, &text));
        }
        for assignment in self.flags {
            match entries::of_flag(&assignment) {
                Ok(entry) => entries.push(entry),
                Err(fault) => faults.push(fault),
            }
        }

        let mut merged = Table::new();
        for entry in entries {
            match accept::<C>(entry, &keys) {
                Ok(Some((path, value))) => value::put(&mut merged, &path, value),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(keys.missing(&merged).map(|key| Fault::Missing {
            variable: entries::variable(self.service, &key),
            key,
        }));
        if faults.is_empty() {
            let layer: Result<C::Layer, _> = toml::Value::Table(merged).try_into();
            match layer.map(|layer| C::from_layer(layer.with_fallback(C::Layer::default_values()))) {
                Ok(Ok(config)) => return Ok(config),
                Ok(Err(error)) => faults.push(Fault::Invalid {
                    message: error.to_string(),
                }),
                Err(error) => faults.push(Fault::Invalid {
                    message: error.message().to_owned(),
                }),
            }
        }
        Err(ConfigError { faults })
    }
}

/// Checks one entry by itself, so that what is wrong with it can be said with its key and origin.
fn accept<C: Config>(entry: Entry, keys: &Keys) -> Result<Option<(Vec<String>, toml::Value)>, Fault> {
    let key = entry.path.join(".");
    if !keys.is_leaf(&entry.path) {
        return Err(Fault::Unknown {
            known: keys.beside(&entry.path),
            key,
            origin: entry.origin,
        });
    }
    let mut message = String::new();
    for candidate in entry.candidates {
        let mut table = Table::new();
        value::put(&mut table, &entry.path, candidate.clone());
        match toml::Value::Table(table).try_into::<C::Layer>() {
            Ok(_) => return Ok(Some((entry.path, candidate))),
            Err(error) => error.message().clone_into(&mut message),
        }
    }
    if entry.empty_means_unset {
        return Ok(None);
    }
    if value::is_secret(&key) {
        "the value is not valid (it is not shown, as it may be a secret)".clone_into(&mut message);
    }
    Err(Fault::Value {
        key,
        origin: entry.origin,
        message,
    })
}
