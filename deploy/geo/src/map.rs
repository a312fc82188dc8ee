use std::fmt;

use ipnet::IpNet;

use crate::{Located, Range, Rules};

/// Networks with the sites that serve them, ascending, as few as can be. Who is in none of them is for the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteMap {
    entries: Vec<(IpNet, String)>,
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// An address is in two countries.
    #[error("lines {0} and {1} of the table have addresses in common")]
    Overlap(u64, u64),
}

impl SiteMap {
    /// The map of a table. What lies side by side and goes to the same site is merged.
    pub fn new(mut table: Vec<Located>, rules: &Rules) -> Result<Self, MapError> {
        table.sort_by_key(|located| (located.range, located.line));
        for pair in table.windows(2) {
            if pair[0].range.overlaps(&pair[1].range) {
                return Err(MapError::Overlap(pair[0].line, pair[1].line));
            }
        }
        let mut merged: Vec<(Range, &str)> = Vec::new();
        for located in &table {
            let site = rules.site(&located.country);
            if site == rules.default_site() {
                continue;
            }
            match merged.last_mut() {
                Some((range, same)) if *same == site && range.touches(&located.range) => {
                    range.last = located.range.last;
                }
                _ => merged.push((located.range, site)),
            }
        }
        let entries = merged
            .into_iter()
            .flat_map(|(range, site)| range.networks().map(move |network| (network, site.to_owned())))
            .collect();
        Ok(Self { entries })
    }

    /// The networks with their sites.
    pub fn entries(&self) -> &[(IpNet, String)] {
        &self.entries
    }
}

impl fmt::Display for SiteMap {
    /// HAProxy's form of a map: a network and a value a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (network, site) in &self.entries {
            writeln!(f, "{network} {site}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::*;

    fn rules() -> Rules {
        Rules::parse(
            "default = \"site1\"\n[sites]\nsite1 = [\"RU\"]\nsite2 = [\"KZ\", \"UZ\"]\nsite3 = [\"CN\"]\n",
        )
        .unwrap()
    }

    fn map(table: &str) -> String {
        SiteMap::new(crate::read(table.as_bytes()).unwrap(), &rules())
            .unwrap()
            .to_string()
    }

    #[test]
    fn neighbours_of_one_site_are_one_network() {
        let table = "network,country\n198.51.100.128/25,KZ\n198.51.100.0/25,UZ\n203.0.113.0/24,RU\n\
                     2001:db8::/33,KZ\n2001:db8:8000::/33,KZ\n192.0.2.0/25,CN\n192.0.2.128/25,KZ\n";
        assert_eq!(
            map(table),
            "192.0.2.0/25 site3\n192.0.2.128/25 site2\n198.51.100.0/24 site2\n2001:db8::/32 site2\n"
        );
    }

    #[test]
    fn the_ends_of_the_address_space_are_no_neighbours() {
        let table = "255.255.255.0,255.255.255.255,KZ\n::,::ff,KZ\n\
                     ffff:ffff:ffff:ffff:ffff:ffff:ffff:0,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,KZ\n";
        assert_eq!(
            map(table),
            "255.255.255.0/24 site2\n::/120 site2\nffff:ffff:ffff:ffff:ffff:ffff:ffff:0/112 site2\n"
        );
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused_with_both_lines() {
        let table = "network,country\n198.51.100.0/24,KZ\n203.0.113.0/24,RU\n198.51.100.64/26,RU\n";
        let refused = SiteMap::new(crate::read(table.as_bytes()).unwrap(), &rules()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "lines 2 and 4 of the table have addresses in common"
        );
    }

    proptest! {
        /// Whatever the table, each address goes where its own line says, and no two neighbours could be one.
        #[test]
        fn merging_changes_nobodys_site(lines in proptest::collection::vec((1..40_u32, 0..4_usize, 0..3_u32), 1..40)) {
            let codes = ["RU", "KZ", "UZ", "CN"];
            let (mut at, mut table, mut expected) = (u32::from(Ipv4Addr::new(198, 51, 100, 0)), Vec::new(), Vec::new());
            for (line, (length, country, gap)) in lines.into_iter().enumerate() {
                at += gap;
                let last = at + length - 1;
                let range = Range::new(Ipv4Addr::from(at).into(), Ipv4Addr::from(last).into()).unwrap();
                table.push(Located { range, country: codes[country].to_owned(), line: line as u64 });
                expected.extend((at..=last).map(|address| (address, rules().site(codes[country]).to_owned())));
                at = last + 1;
            }
            table.reverse();
            let map = SiteMap::new(table, &rules()).unwrap();
            for (address, site) in expected {
                let address = IpAddr::from(Ipv4Addr::from(address));
                let found = map.entries().iter().find(|(network, _)| network.contains(&address));
                prop_assert_eq!(found.map_or("site1", |(_, site)| site.as_str()), site);
            }
            for pair in map.entries().windows(2) {
                let ((left, site), (right, other)) = (&pair[0], &pair[1]);
                let one = IpNet::aggregate(&vec![*left, *right]).len() == 1;
                prop_assert!(!(one && site == other), "{left} and {right} could be one");
            }
        }
    }
}
