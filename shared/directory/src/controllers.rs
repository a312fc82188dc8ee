//! Which domain controller is asked: the first that answers, in the order of the configuration.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

/// Domain controllers in order of preference. One that has failed rests for a while: it is asked before its time
/// only when all of them rest.
pub(crate) struct Controllers {
    all: Vec<Controller>,
    rest: Duration,
}

pub(crate) struct Controller {
    pub url: Url,
    resting: Mutex<Option<Instant>>,
    /// A name can have several addresses, of which some are dead.
    dead: Mutex<HashMap<SocketAddr, Instant>>,
}

impl Controllers {
    /// `urls` must not be empty.
    pub(crate) fn new(urls: Vec<Url>, rest: Duration) -> Self {
        let all = urls.into_iter().map(|url| Controller {
            url,
            resting: Mutex::default(),
            dead: Mutex::default(),
        });
        Self {
            all: all.collect(),
            rest,
        }
    }

    pub(crate) fn get(&self, rank: usize) -> &Controller {
        &self.all[rank]
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Those that do not rest, best first.
    pub(crate) fn awake(&self) -> Vec<usize> {
        let now = Instant::now();
        self.ranks().filter(|&rank| !self.all[rank].rests(now)).collect()
    }

    /// Takes one whose rest is over for an attempt: meanwhile others leave it alone. `false` when somebody else is
    /// at it, or it rests.
    pub(crate) fn take(&self, rank: usize) -> bool {
        let now = Instant::now();
        let mut resting = lock(&self.all[rank].resting);
        match *resting {
            None => true,
            Some(until) if until > now => false,
            Some(_) => {
                *resting = Some(now + self.rest);
                true
            }
        }
    }

    pub(crate) fn failed(&self, rank: usize) {
        *lock(&self.all[rank].resting) = Some(Instant::now() + self.rest);
    }

    pub(crate) fn answered(&self, rank: usize) {
        let mut resting = lock(&self.all[rank].resting);
        if resting.take().is_some() {
            tracing::info!(controller = %self.all[rank].url, "the domain controller answers again");
        }
    }

    /// Whether one that comes before this one may answer: a connection to this one is then given up, so that work
    /// returns when the better one does.
    pub(crate) fn has_better_than(&self, rank: usize) -> bool {
        let now = Instant::now();
        self.all[..rank].iter().any(|better| !better.rests(now))
    }

    fn ranks(&self) -> std::ops::Range<usize> {
        0..self.all.len()
    }

    /// Addresses with those that were dead lately last.
    pub(crate) fn sorted(&self, rank: usize, addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
        let now = Instant::now();
        let dead = lock(&self.all[rank].dead);
        let mut addresses: Vec<_> = addresses.collect();
        addresses.sort_by_key(|address| dead.get(address).is_some_and(|until| *until > now));
        addresses
    }

    pub(crate) fn mark(&self, rank: usize, address: SocketAddr, is_dead: bool) {
        let now = Instant::now();
        let mut dead = lock(&self.all[rank].dead);
        dead.retain(|_, until| *until > now);
        if is_dead {
            dead.insert(address, now + self.rest);
        } else {
            dead.remove(&address);
        }
    }
}

impl Controller {
    fn rests(&self, now: Instant) -> bool {
        lock(&self.resting).is_some_and(|until| until > now)
    }
}

impl fmt::Debug for Controllers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.all.iter().map(|controller| controller.url.as_str()))
            .finish()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(15);

    fn three() -> Controllers {
        let urls = ["ldaps://a", "ldaps://b", "ldaps://c"];
        Controllers::new(urls.map(|url| url.parse().expect("a URL")).to_vec(), REST)
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_failed_rests_and_comes_back() {
        let controllers = three();
        assert_eq!(controllers.awake(), [0, 1, 2]);
        controllers.failed(0);
        assert_eq!(controllers.awake(), [1, 2]);
        assert!(!controllers.take(0));
        assert!(!controllers.has_better_than(1), "the better one rests");
        assert!(controllers.has_better_than(2));

        tokio::time::advance(REST).await;
        assert!(controllers.has_better_than(1));
        assert!(controllers.take(0), "its rest is over");
        assert!(!controllers.take(0), "somebody is at it");
        assert_eq!(controllers.awake(), [1, 2]);
        controllers.answered(0);
        assert_eq!(controllers.awake(), [0, 1, 2]);
        assert!(controllers.take(0) && controllers.take(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_address_comes_last_for_a_while() {
        let controllers = three();
        let [one, two] = ["10.0.0.1:636", "10.0.0.2:636"].map(|address| address.parse().expect("an address"));
        let sorted = || controllers.sorted(0, [one, two].into_iter());
        assert_eq!(sorted(), [one, two]);
        controllers.mark(0, one, true);
        assert_eq!(sorted(), [two, one]);
        tokio::time::advance(REST).await;
        assert_eq!(sorted(), [one, two]);
    }
}
