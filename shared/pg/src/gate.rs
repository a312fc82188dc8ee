use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many connections of a pool are opened at once.
const OPENING: usize = 2;

/// Lets in as many as a pool has connections, and two more, who may open some.
///
/// Whoever finds no connection free in a pool of sqlx opens one and waits for that, though another may be free long before: opening
/// takes a hundred times as long as most statements. Where many come to a pool that is new, all of them opened one at once,
/// and on a busy machine none was ready in time, whereupon the next began from the start. Here the others wait for those that
/// are open.
#[derive(Debug)]
pub(crate) struct Gate {
    places: Semaphore,
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
            places: Semaphore::new(made),
            made: Mutex::new(made),
            most,
            coming: AtomicUsize::new(0),
        }
    }

    /// What `acquire` answers, which takes a connection of a pool with `size` connections, those that are being opened among
    /// them; and a place that is to be kept as long as the connection. Waits its turn before.
    pub(crate) async fn enter<T, E>(
        &self,
        size: impl Fn() -> usize,
        acquire: impl Future<Output = Result<T, E>>,
    ) -> Result<(T, SemaphorePermit<'_>), E> {
        let place = self.places.acquire().await.expect("it is never closed");
        let coming = Coming::new(&self.coming);
        let acquired = acquire.await?;
        drop(coming);
        self.fit(size().saturating_sub(self.coming.load(Ordering::Relaxed)));
        Ok((acquired, place))
    }

    /// Makes as many places as fit `open` connections. Of those that are too many, what is taken goes later.
    fn fit(&self, open: usize) {
        let wanted = self.most.min(open + OPENING);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if *made < wanted {
            self.places.add_permits(wanted - *made);
            *made = wanted;
        } else {
            *made -= self.places.forget_permits(*made - wanted);
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
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::task::JoinSet;
    use tokio::time::{Instant, sleep};

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

        async fn work(&self, takes: Duration) {
            let (connection, _place) = self.gate.enter(|| self.size(), self.acquire()).await.unwrap();
            sleep(takes).await;
            self.idle.lock().unwrap().push_back(connection);
        }

        /// How long `many` take that come at once and work for so long each.
        async fn visited_by(self: &Arc<Self>, many: usize, takes: Duration) -> Duration {
            let started = Instant::now();
            let mut visitors = JoinSet::new();
            for _ in 0..many {
                let pool = Arc::clone(self);
                visitors.spawn(async move { pool.work(takes).await });
            }
            visitors.join_all().await;
            started.elapsed()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_to_a_new_pool_waits_for_few_connections() {
        let pool = Pool::of(16);
        let took = pool.visited_by(16, USED).await;
        assert_eq!(pool.most_opening.load(Ordering::Relaxed), OPENING);
        // Two are opened and serve all sixteen; who opened one more waits for it.
        assert!(took <= OPENS * 2 + USED * 8, "{took:?}");
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
        pool.visited_by(1, USED).await;
        let took = pool.visited_by(16, USED).await;
        assert_eq!(pool.most_opening.load(Ordering::Relaxed), OPENING);
        assert!(took <= OPENS * 2 + USED * 16, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_fails_or_gives_up_takes_no_place_with_him() {
        let gate = Gate::new(16);
        for _ in 0..OPENING * 2 {
            let failed = gate.enter(|| 0, async { Err::<(), _>("refused") }).await;
            assert_eq!(failed.err(), Some("refused"));
            let never = gate.enter(|| 0, std::future::pending::<Result<(), ()>>());
            tokio::time::timeout(USED, never).await.expect_err("he gave up");
        }
        assert_eq!(gate.coming.load(Ordering::Relaxed), 0);
        let entered = gate.enter(|| 1, async { Ok::<_, ()>(()) }).await;
        entered.map(drop).expect("there is a place");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pool_of_one_has_one_place() {
        let pool = Pool::of(1);
        let took = pool.visited_by(3, USED).await;
        assert_eq!((pool.size(), took), (1, OPENS + USED * 3));
    }
}
