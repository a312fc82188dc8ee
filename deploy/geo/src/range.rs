use std::net::IpAddr;

use ipnet::{IpNet, IpSubnets, Ipv4Subnets, Ipv6Subnets};

/// All addresses from the first to the last, both included, of one version of IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// The first.
    pub first: IpAddr,
    /// The last; never less than the first.
    pub last: IpAddr,
}

impl Range {
    /// `None` where the ends are of different versions or the wrong way round.
    pub fn new(first: IpAddr, last: IpAddr) -> Option<Self> {
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    /// Whether `next` begins right after the end.
    pub fn touches(&self, next: &Self) -> bool {
        match (self.last, next.first) {
            (IpAddr::V4(last), IpAddr::V4(first)) => last.to_bits().checked_add(1) == Some(first.to_bits()),
            (IpAddr::V6(last), IpAddr::V6(first)) => last.to_bits().checked_add(1) == Some(first.to_bits()),
            _ => false,
        }
    }

    /// Whether an address is in both. `next` must not begin before this one.
    pub fn overlaps(&self, next: &Self) -> bool {
        self.last.is_ipv4() == next.first.is_ipv4() && next.first <= self.last
    }

    /// The fewest networks that hold these addresses and no others, ascending.
    pub fn networks(self) -> impl Iterator<Item = IpNet> {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => IpSubnets::V4(Ipv4Subnets::new(first, last, 0)),
            (IpAddr::V6(first), IpAddr::V6(last)) => IpSubnets::V6(Ipv6Subnets::new(first, last, 0)),
            _ => unreachable!("both ends are of one version"),
        }
    }
}

impl From<IpNet> for Range {
    fn from(network: IpNet) -> Self {
        Self {
            first: network.network(),
            last: network.broadcast(),
        }
    }
}
