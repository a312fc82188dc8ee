use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many connections of a pool are opened at once.
const OPENING: usize = 2;

/// Lets in as many as a pool has connections, and two more, who may open some.
///
/// Whoever finds no connection free in a pool of sqlx opens one and waits for that, though another may be free long before: opening
/// takes far longer than most statements. Where many came to a pool that was new, all of them opened one at once, and on a busy
/// machine some were not ready in time, whereupon the next began from the start. Here the others wait for those that
/// are open. Only where all of a pool's connections are dead and nobody knows yet, as after a restart of the server, everybody
/// opens one.
#[derive(Debug)]
pub(crate) struct Gate {
    places: Arc<Semaphore>,
    /// How many places there are, taken ones included.
    made: Mutex<usize>,
    /// The most connections that the pool opens.
    most: usize,
    /// How many are inside whose connection is not ready.
    coming: AtomicUsize,
}

impl Gate {
    pub(crate) fn new(most: usize) -> Self {
        let made = most.min(OPENING);
        Self {
            places: Arc::new(Semaphore::new(made)),
            made: Mutex::new(made),
            most,
            coming: AtomicUsize::new(0),
        }
    }

    /// What `acquire` answers, which takes a connection of a pool with `size` connections, those that are being opened among
    /// them; and a place that is to be kept until the connection is back. Waits its turn before.
    pub(crate) async fn enter<T, E>(
        &self,
        size: impl Fn() -> usize,
        acquire: impl Future<Output = Result<T, E>>,
    ) -> Result<(T, OwnedSemaphorePermit), E> {
        // Connections that were closed since.
        self.fit(&size);
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.expect("it is never closed");
        let coming = Coming::new(&self.coming);
        let acquired = acquire.await?;
        drop(coming);
        self.fit(&size);
        Ok((acquired, place))
    }

    /// Makes as many places as the pool's connections need. What is too many goes where it is free; where somebody waits for it,
    /// another time.
    fn fit(&self, size: impl Fn() -> usize) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let size = size();
        let open = size.saturating_sub(self.coming.load(Ordering::Relaxed));
        let least = self.most.min(open + OPENING);
        let enough = self.most.min(size + OPENING);
        if *made < least {
            self.places.add_permits(least - *made);
            *made = least;
        } else if *made > enough {
            *made -= self.places.forget_permits(*made - enough);
        }
    }
}

/// One whose connection is not ready, until dropped.
struct Coming<'a>(&'a AtomicUsize);

impl<'a> Coming<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::Duration;

    use tokio::task::JoinSet;
    use tokio::time::{Instant, sleep, timeout};

    use super::*;

    /// How long a connection takes to open, and what it is used for then.
    const OPENS: Duration = Duration::from_millis(100);
    const USED: Duration = Duration::from_millis(1);

    /// A pool as sqlx has them, of numbers.
    struct Pool {
        gate: Gate,
        idle: Mutex<VecDeque<usize>>,
        size: AtomicUsize,
        opening: AtomicUsize,
        most_opening: AtomicUsize,
    }

    impl Pool {
        fn of(most: usize) -> Arc<Self> {
            Arc::new(Self {
                gate: Gate::new(most),
                idle: Mutex::default(),
                size: AtomicUsize::new(0),
                opening: AtomicUsize::new(0),
                most_opening: AtomicUsize::new(0),
            })
        }

        fn size(&self) -> usize {
            self.size.load(Ordering::Relaxed)
        }

        async fn acquire(&self) -> Result<usize, ()> {
            let idle = self.idle.lock().unwrap().pop_front();
            if let Some(connection) = idle {
                return Ok(connection);
            }
            let connection = self.size.fetch_add(1, Ordering::Relaxed);
            let opening = self.opening.fetch_add(1, Ordering::Relaxed) + 1;
            self.most_opening.fetch_max(opening, Ordering::Relaxed);
            sleep(OPENS).await;
            self.opening.fetch_sub(1, Ordering::Relaxed);
            Ok(connection)
        }

        async fn work(self: Arc<Self>, takes: Duration) {
            let (connection, place) = self.gate.enter(|| self.size(), self.acquire()).await.unwrap();
            sleep(takes).await;
            // It comes back later than its user goes.
            tokio::spawn(async move {
                sleep(USED).await;
                self.idle.lock().unwrap().push_back(connection);
                drop(place);
            });
        }

        /// How long `many` take that come at once and work for so long each.
        async fn visited_by(self: &Arc<Self>, many: usize, takes: Duration) -> Duration {
            let started = Instant::now();
            let mut visitors = JoinSet::new();
            for _ in 0..many {
                visitors.spawn(Arc::clone(self).work(takes));
            }
            visitors.join_all().await;
            let took = started.elapsed();
            sleep(USED * 2).await;
            took
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_to_a_new_pool_waits_for_few_connections() {
        let pool = Pool::of(16);
        let took = pool.visited_by(16, USED).await;
        assert_eq!(pool.most_opening.load(Ordering::Relaxed), OPENING);
        // Two are opened and serve all sixteen; who opened one more waits for it.
        assert!(took <= OPENS * 2 + USED * 16, "{took:?}");
        assert!(pool.size() <= 4, "{} connections", pool.size());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pool_grows_to_its_most_where_so_many_are_needed() {
        let pool = Pool::of(16);
        let long = Duration::from_mins(1);
        let took = pool.visited_by(16, long).await;
        assert_eq!((pool.size(), *pool.gate.made.lock().unwrap()), (16, 16));
        assert!(took < long * 2, "all worked beside each other: {took:?}");
        assert_eq!(pool.most_opening.load(Ordering::Relaxed), OPENING);
        // Not one more.
        let took = pool.visited_by(17, long).await;
        assert_eq!(pool.size(), 16);
        assert!(took >= long * 2, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pool_that_lost_its_connections_is_new_again() {
        let pool = Pool::of(16);
        pool.visited_by(16, Duration::from_mins(1)).await;
        pool.idle.lock().unwrap().clear();
        pool.size.store(0, Ordering::Relaxed);
        pool.most_opening.store(0, Ordering::Relaxed);
        let took = pool.visited_by(16, USED).await;
        assert_eq!(pool.most_opening.load(Ordering::Relaxed), OPENING);
        assert!(took <= OPENS * 2 + USED * 32, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_fails_or_gives_up_takes_no_place_with_him() {
        let gate = Gate::new(16);
        for _ in 0..OPENING * 2 {
            let failed = timeout(USED, gate.enter(|| 0, async { Err::<(), _>("refused") })).await;
            assert_eq!(failed.expect("there is a place").err(), Some("refused"));
            let never = gate.enter(|| 0, std::future::pending::<Result<(), ()>>());
            timeout(USED, never).await.expect_err("he gave up");
        }
        assert_eq!(gate.coming.load(Ordering::Relaxed), 0);
        let entered = timeout(USED, gate.enter(|| 1, async { Ok::<_, ()>(()) })).await;
        assert!(entered.expect("there is a place").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_pool_of_one_has_one_place() {
        let pool = Pool::of(1);
        let took = pool.visited_by(3, USED).await;
        // Each but the last comes back before the next begins.
        assert_eq!((pool.size(), took), (1, OPENS + USED * 5));
    }
}
