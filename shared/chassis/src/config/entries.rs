use std::path::PathBuf;

use toml::{Table, Value};

use super::error::{Fault, Origin};
use super::keys::Keys;
use super::value;

/// One value of one layer, not yet checked.
pub(super) struct Entry {
    pub(super) path: Vec<String>,
    pub(super) origin: Origin,
    /// What the value may mean; the first that fits its setting is taken.
    pub(super) candidates: Vec<Value>,
    /// Compose files cannot leave a variable out, so an empty one that does not fit counts as not set.
    pub(super) empty_means_unset: bool,
}

/// The variables of a service begin with this.
pub(super) fn prefix(service: &str) -> String {
    format!("GARNITUR_{}_", service.to_uppercase().replace('-', "_"))
}

/// The variable that sets `key`.
pub(super) fn variable(service: &str, key: &str) -> String {
    format!("{}{}", prefix(service), key.to_uppercase().replace('.', "__"))
}

pub(super) fn of_variable(service: &str, name: String, text: &str) -> Entry {
    let key = name
        .strip_prefix(&prefix(service))
        .unwrap_or(&name)
        .to_lowercase();
    Entry {
        path: key.split("__").map(str::to_owned).collect(),
        origin: Origin::Variable(name),
        candidates: value::candidates(text),
        empty_means_unset: text.is_empty(),
    }
}

pub(super) fn of_flag(assignment: &str) -> Result<Entry, Fault> {
    let Some((key, text)) = assignment.split_once('=') else {
        return Err(Fault::NotAnAssignment {
            assignment: assignment.to_owned(),
        });
    };
    Ok(Entry {
        path: key.trim().split('.').map(str::to_owned).collect(),
        origin: Origin::Flag,
        candidates: value::candidates(text),
        empty_means_unset: false,
    })
}

pub(super) fn of_file(path: PathBuf, keys: &Keys, entries: &mut Vec<Entry>, faults: &mut Vec<Fault>) {
    let text = std::fs::read_to_string(&path);
    let origin = Origin::File(path);
    match text {
        Err(error) => faults.push(Fault::File {
            origin,
            message: error.to_string(),
        }),
        Ok(text) => match text.parse::<Table>() {
            Err(error) => faults.push(Fault::File {
                origin,
                message: error.to_string(),
            }),
            Ok(table) => of_table(table, &origin, keys, entries, faults),
        },
    }
}

pub(super) fn of_table(
    table: Table,
    origin: &Origin,
    keys: &Keys,
    entries: &mut Vec<Entry>,
    faults: &mut Vec<Fault>,
) {
    descend(table, &mut Vec::new(), origin, keys, entries, faults);
}

fn descend(
    table: Table,
    path: &mut Vec<String>,
    origin: &Origin,
    keys: &Keys,
    entries: &mut Vec<Entry>,
    faults: &mut Vec<Fault>,
) {
    for (name, value) in table {
        path.push(name);
        match value {
            Value::Table(section) if keys.is_section(path) => {
                descend(section, path, origin, keys, entries, faults);
            }
            other if keys.is_section(path) => faults.push(Fault::Value {
                key: path.join("."),
                origin: origin.clone(),
                message: format!("expected a section, found {}", other.type_str()),
            }),
            value => entries.push(Entry {
                path: path.clone(),
                origin: origin.clone(),
                candidates: vec![value],
                empty_means_unset: false,
            }),
        }
        path.pop();
    }
}
