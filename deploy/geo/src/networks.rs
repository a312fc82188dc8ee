use std::io;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::Range;

/// Where a range of addresses is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The addresses.
    pub range: Range,
    /// The country's code, ISO 3166-1 alpha-2, or what the table has where there is none.
    pub country: String,
    /// The line it came from.
    pub line: u64,
}

/// Why a table is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file cannot be read, or is not CSV.
    #[error("the table is not readable: {0}")]
    Csv(#[from] csv::Error),
    /// It lacks a column.
    #[error("the table has no column {0}")]
    Column(&'static str),
    /// Something is no network or address.
    #[error("line {line}: {text:?} is not {what}")]
    Address {
        /// The line.
        line: u64,
        /// What is written there.
        text: String,
        /// What was expected.
        what: &'static str,
    },
}

/// Columns by the names that providers of such tables use.
const NETWORK: [&str; 2] = ["network", "cidr"];
const FIRST: [&str; 3] = ["ip_start", "start_ip", "range_start"];
const LAST: [&str; 3] = ["ip_end", "end_ip", "range_end"];
const COUNTRY: [&str; 4] = [
    "country",
    "country_code",
    "country_iso_code",
    "country_alpha2_code",
];

enum Shape {
    Networks(usize),
    Ranges(usize, usize),
}

/// Reads a GeoIP table: CSV with a header that has `network` (or `ip_start` and `ip_end`) and `country`, others beside
/// them being passed over; or without a header, as DB-IP's: first address, last address, country.
pub fn read(table: impl io::Read) -> Result<Vec<Located>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(table);
    let mut located = Vec::new();
    let mut columns = None;
    for record in reader.records() {
        let record = record?;
        let (shape, country) = if let Some(columns) = &columns {
            columns
        } else {
            let (found, is_header) = header(&record)?;
            let found = columns.insert(found);
            if is_header {
                continue;
            }
            found
        };
        let line = record.position().map_or(0, csv::Position::line);
        let range = match shape {
            Shape::Networks(at) => network(record.get(*at).unwrap_or_default(), line)?,
            Shape::Ranges(first, last) => range(
                record.get(*first).unwrap_or_default(),
                record.get(*last).unwrap_or_default(),
                line,
            )?,
        };
        let country = record.get(*country).unwrap_or_default().to_owned();
        located.push(Located { range, country, line });
    }
    Ok(located)
}

/// Where the columns are, and whether the record that says so is a header.
fn header(record: &csv::StringRecord) -> Result<((Shape, usize), bool), TableError> {
    let position = |names: &[&str]| {
        record
            .iter()
            .position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
    };
    if record.get(0).is_some_and(|cell| cell.parse::<IpAddr>().is_ok()) {
        return Ok(((Shape::Ranges(0, 1), 2), false));
    }
    let shape = match (position(&NETWORK), position(&FIRST), position(&LAST)) {
        (Some(network), ..) => Shape::Networks(network),
        (None, Some(first), Some(last)) => Shape::Ranges(first, last),
        _ => return Err(TableError::Column("network")),
    };
    let country = position(&COUNTRY).ok_or(TableError::Column("country"))?;
    Ok(((shape, country), true))
}

fn network(text: &str, line: u64) -> Result<Range, TableError> {
    // Some tables write single addresses without a prefix.
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(Range::from).map_err(|_| TableError::Address {
        line,
        text: text.to_owned(),
        what: "a network like 198.51.100.0/24",
    })
}

fn range(first: &str, last: &str, line: u64) -> Result<Range, TableError> {
    let address = |text: &str| text.parse::<IpAddr>().ok();
    let range = address(first)
        .zip(address(last))
        .and_then(|(first, last)| Range::new(first, last));
    range.ok_or_else(|| TableError::Address {
        line,
        text: format!("{first} to {last}"),
        what: "a range of addresses",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn countries(table: &str) -> Vec<(String, String)> {
        let located = read(table.as_bytes()).unwrap();
        let said = |one: &Located| {
            let networks: Vec<String> = one.range.networks().map(|network| network.to_string()).collect();
            (networks.join(" "), one.country.clone())
        };
        located.iter().map(said).collect()
    }

    #[test]
    fn the_tables_of_several_providers_are_understood() {
        let expected = vec![
            ("192.0.2.0/25".to_owned(), "RU".to_owned()),
            ("2001:db8::/33".to_owned(), "KZ".to_owned()),
        ];
        for table in [
            "network,country\n192.0.2.0/25,RU\n2001:db8::/33,KZ\n",
            "network,continent,country_iso_code\n192.0.2.0/25,EU,RU\n2001:db8::/33,AS,KZ\n",
            "ip_start,ip_end,country\n192.0.2.0,192.0.2.127,RU\n2001:db8::,2001:db8:7fff:ffff:ffff:ffff:ffff:ffff,KZ\n",
            "192.0.2.0,192.0.2.127,RU\n2001:db8::,2001:db8:7fff:ffff:ffff:ffff:ffff:ffff,KZ\n",
        ] {
            assert_eq!(countries(table), expected, "{table}");
        }
    }

    #[test]
    fn what_is_no_address_is_named_with_its_line() {
        let refused = |table: &str| read(table.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            refused("network,country\n192.0.2.0/24,RU\n192.0.2.0/33,RU\n"),
            "line 3: \"192.0.2.0/33\" is not a network like 198.51.100.0/24"
        );
        assert!(refused("192.0.2.9,192.0.2.1,RU\n").contains("192.0.2.9 to 192.0.2.1"));
        assert!(refused("net,country\n").contains("no column network"));
        assert!(refused("network,city\n").contains("no column country"));
    }
}
