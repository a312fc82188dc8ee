//! Reading entries of the directory.

use ldap3::SearchEntry;
use uuid::Uuid;

/// The first value of an attribute that has one.
pub(crate) fn text<'a>(entry: &'a SearchEntry, attribute: &str) -> Option<&'a str> {
    let values = entry
        .attrs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(attribute));
    values
        .and_then(|(_, values)| values.first())
        .map(String::as_str)
        .filter(|value| !value.is_empty())
}

/// `objectGUID`: sixteen bytes, which the client library takes for text when they happen to be UTF-8.
pub(crate) fn guid(entry: &SearchEntry) -> Option<Uuid> {
    const NAME: &str = "objectGUID";
    let binary = entry
        .bin_attrs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let bytes = binary
        .and_then(|(_, values)| values.first())
        .map(Vec::as_slice)
        .or_else(|| text(entry, NAME).map(str::as_bytes))?;
    bytes.try_into().ok().map(Uuid::from_bytes_le)
}
