//! Which network is nearest to which site: a GeoIP table (network → country) and rules (country → site) become a map
//! that HAProxy looks client addresses up in.
//!
//! ```text
//! GeoIP CSV ─▶ Networks ─┐
//!                        ├─▶ SiteMap ─▶ "198.51.100.0/24 site2"
//! rules.toml ─▶ Rules ───┘
//! ```

mod map;
mod networks;
mod range;
mod rules;

pub use map::{MapError, SiteMap};
pub use networks::{Located, TableError, read};
pub use range::Range;
pub use rules::{Rules, RulesError};
