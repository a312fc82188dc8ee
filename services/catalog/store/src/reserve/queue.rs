use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::catalog::{Reservation, ReserveRequest};
use futures_util::future::join_all;
use kernel::OrderId;
use pg::Pg;
use time::OffsetDateTime;
use tokio::sync::oneshot;

use super::ReserveError;
use super::attempt::{Asking, alone, together};

/// Orders that one statement reserves for, at most.
const TOGETHER: usize = 32;
/// Groups at hand at the same time: while one waits for the disk, the other computes.
const AT_HAND: usize = 2;

/// Reserves as [`reserve`](super::reserve()) does, for all who wait at the same moment together: three statements and one
/// commit, however many they are, and a shelf that many want is written once for them. Nobody waits for others to come:
/// who finds nothing at hand is served at once, alone.
#[derive(Clone)]
pub struct ReserveQueue(Arc<Queue>);

struct Queue {
    pg: Pg,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Groups at hand.
    serving: usize,
}

struct Waiting {
    now: OffsetDateTime,
    order: OrderId,
    request: ReserveRequest,
    answer: oneshot::Sender<Result<Reservation, ReserveError>>,
}

impl ReserveQueue {
    /// Nobody waits in it.
    pub fn new(pg: Pg) -> Self {
        Self(Arc::new(Queue {
            pg,
            state: Mutex::default(),
        }))
    }

    /// Holds stock for an order, as [`reserve`](super::reserve()) does. Who stops waiting for the answer does not undo it.
    pub async fn reserve(
        &self,
        now: OffsetDateTime,
        order: OrderId,
        request: ReserveRequest,
    ) -> Result<Reservation, ReserveError> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            now,
            order,
            request,
            answer,
        };
        if self.0.enter(waiting) {
            let serving = Serving {
                queue: Arc::clone(&self.0),
                counted: true,
            };
            tokio::spawn(serving.serve());
        }
        // Dropped unanswered when whoever served has panicked.
        answered.await.unwrap_or(Err(sqlx::Error::WorkerCrashed.into()))
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers whether somebody has to begin serving.
    fn enter(&self, waiting: Waiting) -> bool {
        let mut state = self.state();
        state.waiting.push_back(waiting);
        let begin = state.serving < AT_HAND;
        state.serving += usize::from(begin);
        begin
    }
}

/// One who serves groups until nobody waits.
struct Serving {
    queue: Arc<Queue>,
    /// Whether the queue's state counts this one.
    counted: bool,
}

impl Serving {
    async fn serve(mut self) {
        while let Some(group) = self.next() {
            answer(&self.queue.pg, group).await;
        }
    }

    /// Those who wait, each order once; `None`, and this one counts no more, when nobody does.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut state = self.queue.state();
        let mut orders = HashSet::new();
        let mut group = Vec::new();
        while group.len() < TOGETHER
            && let Some(waiting) = state.waiting.pop_front_if(|next| orders.insert(next.order))
        {
            group.push(waiting);
        }
        if group.is_empty() {
            state.serving -= 1;
            self.counted = false;
            return None;
        }
        Some(group)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.counted {
            // A panic. Where nobody else serves, those who wait are told rather than left: they may ask again.
            let mut state = self.queue.state();
            state.serving -= 1;
            if state.serving == 0 {
                state.waiting.clear();
            }
        }
    }
}

async fn answer(pg: &Pg, group: Vec<Waiting>) {
    let mut left = Vec::new();
    if group.len() == 1 {
        left = group;
    } else {
        let askings: Vec<Asking<'_>> = group.iter().map(Waiting::asking).collect();
        let answers = together(pg, &askings).await;
        match answers {
            Ok(answers) => {
                for (waiting, answer) in group.into_iter().zip(answers) {
                    match answer {
                        // Nobody may be waiting any more.
                        Some(answer) => drop(waiting.answer.send(answer)),
                        None => left.push(waiting),
                    }
                }
            }
            // One may be wrong for all, or all want what is there for some: each alone, as if there were no group.
            Err(_) => left = group,
        }
    }
    join_all(left.into_iter().map(|waiting| async move {
        let answer = alone(pg, waiting.asking()).await;
        drop(waiting.answer.send(answer));
    }))
    .await;
}

impl Waiting {
    const fn asking(&self) -> Asking<'_> {
        Asking {
            now: self.now,
            order: self.order,
            request: &self.request,
        }
    }
}
