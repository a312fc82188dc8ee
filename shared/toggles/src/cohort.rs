use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest as _, Sha256};

/// The header that says to which cohort the employee belongs. The portal sets it on each request to server 3; a rollout's
/// A/B routing matches on it, and rules of toggles see it as `cohort`.
pub const HEADER: HeaderName = HeaderName::from_static("x-garnitur-cohort");
/// The cookie that says the same of a browser, for routing in front of the portal.
pub const COOKIE: &str = "garnitur-cohort";
/// The cohort that meets a version on trial and nobody else does: what Flagger's A/B matches on.
const PILOT: &str = "pilot";

/// The longest name of a cohort.
const MAX: usize = 32;

/// A group of people that sees the same variants: `a`, `stable`, `early-birds`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cohort(String);

/// The name cannot be a cohort's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a cohort's name is 1 to 32 lower-case letters, digits and `-`")]
pub struct BadCohort;

impl Cohort {
    /// A cohort by its name. Fails when the name could not stand in a header, a cookie and a metric alike.
    pub fn new(name: &str) -> Result<Self, BadCohort> {
        let sane = (1..=MAX).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if sane {
            Ok(Self(name.to_owned()))
        } else {
            Err(BadCohort)
        }
    }

    /// Of a request that says so and says it well; only those that the portal has made are to be believed.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        Self::new(headers.get(HEADER)?.to_str().ok()?).ok()
    }

    /// Whether a request is of the cohort that meets a version on trial.
    pub fn is_pilot(headers: &HeaderMap) -> bool {
        headers.get(HEADER).is_some_and(|cohort| cohort == PILOT)
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The header's value.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("letters, digits and hyphens")
    }
}

impl fmt::Display for Cohort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who belongs to which cohort.
#[derive(Debug, Clone, confique::Config)]
pub struct CohortConfig {
    /// Cohorts and their shares, as in `{ a = 90, b = 10 }`. An employee stays in one as long as the shares stay.
    #[config(default = {})]
    pub shares: BTreeMap<String, u32>,

    /// Logins that belong to a cohort whatever their share, as in `{ "sklad.sidorov" = "b" }`.
    #[config(default = {})]
    pub members: BTreeMap<String, String>,

    /// Mixed into the choice. Another one deals everybody anew.
    #[config(default = "garnitur")]
    pub seed: String,
}

/// Deals people to cohorts: those that are named to theirs, the others by a stable hash of their login.
#[derive(Debug, Clone, Default)]
pub struct Cohorts {
    shares: Vec<(Cohort, u64)>,
    members: BTreeMap<String, Cohort>,
    seed: String,
}

impl Cohorts {
    /// Fails when a name cannot be a cohort's.
    pub fn new(config: &CohortConfig) -> Result<Self, BadCohort> {
        let shares = config
            .shares
            .iter()
            .map(|(name, share)| Ok((Cohort::new(name)?, u64::from(*share))))
            .collect::<Result<_, BadCohort>>()?;
        let members = config
            .members
            .iter()
            .map(|(login, name)| Ok((login.to_lowercase(), Cohort::new(name)?)))
            .collect::<Result<_, BadCohort>>()?;
        Ok(Self {
            shares,
            members,
            seed: config.seed.clone(),
        })
    }

    /// The cohort of a login; none when nobody is dealt to any.
    pub fn of(&self, login: &str) -> Option<&Cohort> {
        let login = login.to_lowercase();
        if let Some(cohort) = self.members.get(&login) {
            return Some(cohort);
        }
        let all: u64 = self.shares.iter().map(|(_, share)| share).sum();
        if all == 0 {
            return None;
        }
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        hash.update([0]);
        hash.update(login.as_bytes());
        let hash = hash.finalize();
        let first: [u8; 8] = hash[..8].try_into().expect("eight bytes");
        let mut place = u64::from_be_bytes(first) % all;
        self.shares
            .iter()
            .find(|(_, share)| {
                let here = place < *share;
                place = place.saturating_sub(*share);
                here
            })
            .map(|(cohort, _)| cohort)
    }
}
