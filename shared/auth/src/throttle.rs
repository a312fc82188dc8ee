use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::http::{HeaderValue, header};
use kernel::{SharedClock, Text};
use problem::{Problem, kinds};
use time::OffsetDateTime;

use crate::token::hash_token;

/// How many failed logins are too many.
#[derive(Debug, Clone, Copy)]
pub struct ThrottlePolicy {
    /// Failures older than this are forgotten.
    pub window: Duration,
    /// Failures within the window that one login may have.
    pub per_login: usize,
    /// Failures within the window that one client address may have, over all logins. Many people may share
    /// an address.
    pub per_client: usize,
    /// How many logins, and as many addresses, are remembered at most; then the oldest are forgotten.
    pub tracked: usize,
}

impl Default for ThrottlePolicy {
    /// Ten failures for a login and fifty for an address in five minutes; 20,000 remembered.
    fn default() -> Self {
        Self {
            window: Duration::from_mins(5),
            per_login: 10,
            per_client: 50,
            tracked: 20_000,
        }
    }
}

/// Slows down the guessing of passwords: counts failed logins in a sliding window, per login and per client.
/// Kept in memory of bounded size, so each replica counts for itself. Cheap to clone.
#[derive(Clone)]
pub struct LoginThrottle {
    inner: Arc<Inner>,
}

struct Inner {
    policy: ThrottlePolicy,
    clock: SharedClock,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    logins: Failures,
    clients: Failures,
}

/// Too many failures: the login must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many failed logins, the next attempt in {} s", .retry_after.as_secs())]
pub struct Throttled {
    /// After how long the next attempt is heard, rounded up to seconds.
    pub retry_after: Duration,
}

impl From<Throttled> for Problem {
    fn from(throttled: Throttled) -> Self {
        let seconds = throttled.retry_after.as_secs();
        Self::new(&kinds::THROTTLED)
            .header(header::RETRY_AFTER, HeaderValue::from(seconds))
            .detail(Text::new(
                format!("Слишком много неудачных попыток входа. Повторите через {seconds} с."),
                format!("Too many failed attempts to sign in. Try again in {seconds} s."),
            ))
    }
}

/// An attempt to log in. It counts as failed until it is said to be otherwise, so a hundred at once are not
/// a hundred free guesses.
#[must_use = "an attempt that is dropped counts as failed"]
pub struct Attempt {
    inner: Arc<Inner>,
    login: Key,
    client: Option<Key>,
    at: OffsetDateTime,
}

impl LoginThrottle {
    /// A throttle without any failures yet.
    pub fn new(policy: ThrottlePolicy, clock: SharedClock) -> Self {
        Self {
            inner: Arc::new(Inner {
                policy,
                clock,
                counts: Mutex::default(),
            }),
        }
    }

    /// Begins an attempt to log in as `login` (case does not matter) from `client`, where known; refused
    /// when either has failed too often. An IPv6 client counts as its /64 network.
    pub fn attempt(&self, login: &str, client: Option<IpAddr>) -> Result<Attempt, Throttled> {
        let policy = &self.inner.policy;
        let at = self.inner.clock.now();
        let login = hash_token(&login.to_lowercase());
        let client = client.map(client_key);

        let mut counts = self.inner.lock();
        counts.logins.check(&login, policy.per_login, policy.window, at)?;
        if let Some(client) = &client {
            counts
                .clients
                .check(client, policy.per_client, policy.window, at)?;
        }
        counts.logins.add(login, policy, at);
        if let Some(client) = client {
            counts.clients.add(client, policy, at);
        }
        drop(counts);
        Ok(Attempt {
            inner: Arc::clone(&self.inner),
            login,
            client,
            at,
        })
    }

    /// How many logins and client addresses are remembered.
    pub fn tracked(&self) -> usize {
        let counts = self.inner.lock();
        counts.logins.0.len() + counts.clients.0.len()
    }
}

impl Attempt {
    /// The password was right: the login starts afresh. Other failures of the client stay, or its own
    /// account would buy an attacker new guesses at others.
    pub fn succeeded(self) {
        let mut counts = self.inner.lock();
        counts.logins.0.remove(&self.login);
        if let Some(client) = &self.client {
            counts.clients.take_back(client, self.at);
        }
    }

    /// Nobody could tell whether the password was right (the directory was away): nothing is counted.
    pub fn undecided(self) {
        let mut counts = self.inner.lock();
        counts.logins.take_back(&self.login, self.at);
        if let Some(client) = &self.client {
            counts.clients.take_back(client, self.at);
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Hashed: an endless login costs no memory, and no list of logins lies about.
type Key = [u8; 32];

fn client_key(client: IpAddr) -> Key {
    let network = match client.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let prefix = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(prefix))
        }
    };
    hash_token(&network.to_string())
}

/// Times of failures by key, oldest first.
#[derive(Default)]
struct Failures(HashMap<Key, VecDeque<OffsetDateTime>>);

impl Failures {
    fn check(
        &mut self,
        key: &Key,
        limit: usize,
        window: Duration,
        now: OffsetDateTime,
    ) -> Result<(), Throttled> {
        let Some(times) = self.0.get_mut(key) else {
            return Ok(());
        };
        while times.front().is_some_and(|&time| time + window <= now) {
            times.pop_front();
        }
        match times.front() {
            Some(&oldest) if times.len() >= limit => {
                let wait = oldest + window - now;
                let seconds = u64::try_from(wait.whole_seconds()).unwrap_or(0)
                    + u64::from(wait.subsec_nanoseconds() > 0);
                Err(Throttled {
                    retry_after: Duration::from_secs(seconds.max(1)),
                })
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, key: Key, policy: &ThrottlePolicy, now: OffsetDateTime) {
        if self.0.len() >= policy.tracked && !self.0.contains_key(&key) {
            self.forget(policy, now);
        }
        self.0.entry(key).or_default().push_back(now);
    }

    /// Makes room: what the window has left behind, or else the eighth that failed longest ago.
    fn forget(&mut self, policy: &ThrottlePolicy, now: OffsetDateTime) {
        self.0
            .retain(|_, times| times.back().is_some_and(|&last| last + policy.window > now));
        if self.0.len() < policy.tracked {
            return;
        }
        let mut last: Vec<_> = self
            .0
            .values()
            .filter_map(|times| times.back().copied())
            .collect();
        let (_, &mut oldest, _) = {
            let middle = last.len() / 8;
            last.select_nth_unstable(middle)
        };
        self.0
            .retain(|_, times| times.back().is_some_and(|&last| last > oldest));
    }

    fn take_back(&mut self, key: &Key, at: OffsetDateTime) {
        if let Entry::Occupied(mut entry) = self.0.entry(*key) {
            let times = entry.get_mut();
            if let Some(position) = times.iter().position(|&time| time == at) {
                times.remove(position);
            }
            if times.is_empty() {
                entry.remove();
            }
        }
    }
}

impl fmt::Debug for LoginThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginThrottle")
            .field("policy", &self.inner.policy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
