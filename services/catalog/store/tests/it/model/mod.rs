//! Random histories of stock and orders, against the real store and against a model in memory.
//!
//! One after the other, the model says what each operation answers, numbers and shelves included. At once, by many
//! workers, it says whether what they were answered can have happened one after the other. Whenever nobody is at work,
//! balances, orders, journal and availability are the same.
//!
//! A run is made from a seed, which a failure prints and `TEST_SEED` sets.

mod checkpoint;
mod choice;
mod counting;
mod draw;
mod history;
#[expect(clippy::module_inception, reason = "it is the model that the module is about")]
mod model;
mod operations;
mod order;
mod store;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use kernel::OrderId;
use test_support::wait_for;

use history::Event;
use model::Model;
use operations::{Answer, Operation};
use world::World;

use crate::random::{Random, seed};

// More than ten thousand operations in all.
const ALONE: usize = 2_400;
const CHECKPOINT_AFTER: usize = 200;
const WORKERS: usize = 12;
const BURSTS: usize = 16;
const IN_A_BURST: usize = 40;

/// How often each operation was answered how.
type Counts = BTreeMap<(&'static str, &'static str), usize>;

fn note(counts: &mut Counts, operation: &Operation, answer: &Answer) {
    *counts.entry((operation.name(), answer.name())).or_default() += 1;
}

fn assert_happened(counts: &Counts, wanted: &[(&'static str, &'static str)]) {
    println!("{counts:?}");
    for pair in wanted {
        assert!(counts.contains_key(pair), "never happened: {pair:?}");
    }
}

const USUAL: [(&str, &str); 20] = [
    ("reserve", "held"),
    ("reserve", "short"),
    ("replace", "held"),
    ("replace", "short"),
    ("replace", "outdated"),
    ("replace", "settled"),
    ("replace", "not found"),
    ("confirm", "done"),
    ("confirm", "released"),
    ("confirm", "not found"),
    ("release", "done"),
    ("release", "not found"),
    ("events", "done"),
    ("events", "failed"),
    ("expire", "expired"),
    ("receive", "done"),
    ("correct", "stock"),
    ("correct", "too few"),
    ("edit unit", "edited"),
    ("edit assembly", "edited"),
];

async fn assert_moved(world: &World) {
    for kind in [
        "reserve",
        "replace",
        "confirm",
        "release",
        "refund",
        "expire",
        "correction",
        "receipt",
    ] {
        let made = world
            .shop
            .count_where("SELECT count(*) FROM stock_movement WHERE kind = $1", kind)
            .await;
        assert!(made > 0, "there was no {kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_after_the_other_each_answer_is_the_one_the_model_has() {
    let mut random = Random(seed());
    let (world, mut model) = World::new().await;
    let choose = |model: &Model, lines: &[_], held: &_, near| world.choose(model, lines, held, near);
    let (mut orders, mut counts, mut seen) = (Vec::new(), Counts::new(), world.journal_end().await);
    for number in 0..ALONE {
        let mut operation = random.operation(&orders, &number.to_string());
        if let Operation::Reserve { order, .. } = &operation {
            orders.push(*order);
        }
        loop {
            let answer = world.carry_out(&operation).await;
            let expected = model.carry_out(&operation, &choose);
            assert_eq!(answer, expected, "operation {number}: {operation:#?}");
            note(&mut counts, &operation, &answer);
            match again(operation, &answer, &mut random) {
                Some(same) => operation = same,
                None => break,
            }
        }
        if number % CHECKPOINT_AFTER == CHECKPOINT_AFTER - 1 {
            world.carry_out(&Operation::RefreshBills).await;
            model.multiply_all();
            expire(&world, &mut model).await;
            world.assert_agrees(&model, seen).await;
            (model.journal, seen) = (Vec::new(), world.journal_end().await);
        }
    }
    assert_happened(&counts, &USUAL);
    assert_moved(&world).await;
}

/// Employees whose connection breaks send a receipt or a correction again, with the same key.
fn again(operation: Operation, answer: &Answer, random: &mut Random) -> Option<Operation> {
    let sent = matches!(
        (&operation, answer),
        (Operation::Receive { .. }, _) | (Operation::Correct { .. }, Answer::Stock(..))
    );
    (sent && random.below(4) == 0).then_some(operation)
}

/// Gives back what is over, so that nothing is overdue.
async fn expire(world: &World, model: &mut Model) {
    let choose = |_: &Model, _: &[_], _: &_, _| unreachable!("nothing is taken");
    let rest = Operation::Expire { minutes: 0 };
    assert_eq!(world.carry_out(&rest).await, model.carry_out(&rest, &choose));
}

/// Everything of a burst: the clock that all share, and what was done.
#[derive(Default)]
struct Burst {
    moment: AtomicU64,
    orders: Mutex<Vec<OrderId>>,
    events: Mutex<Vec<Event>>,
}

impl Burst {
    fn now(&self) -> u64 {
        self.moment.fetch_add(1, Ordering::SeqCst)
    }

    fn orders(&self) -> Vec<OrderId> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn work(&self, world: &World, mut random: Random, name: &str) {
        for number in 0..IN_A_BURST {
            let mut operation = random.operation(&self.orders(), &format!("{name}-{number}"));
            if let Operation::Reserve { order, .. } = &operation {
                self.orders
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(*order);
            }
            loop {
                let begin = self.now();
                let answer = world.carry_out(&operation).await;
                let event = Event {
                    begin,
                    end: self.now(),
                    operation: operation.clone(),
                    answer: answer.clone(),
                };
                self.events
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(event);
                match again(operation, &answer, &mut random) {
                    Some(same) => operation = same,
                    None => break,
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_once_all_that_happens_could_have_happened_one_after_the_other() {
    let mut random = Random(seed());
    let (world, mut model) = World::new().await;
    let world = Arc::new(world);
    let (mut orders, mut counts, mut seen) = (Vec::new(), Counts::new(), world.journal_end().await);
    for number in 0..BURSTS {
        let burst = Arc::new(Burst {
            orders: Mutex::new(orders),
            ..Burst::default()
        });
        let workers = (0..WORKERS).map(|worker| {
            let (world, burst, random) = (Arc::clone(&world), Arc::clone(&burst), random.fork());
            tokio::spawn(async move { burst.work(&world, random, &format!("{number}-{worker}")).await })
        });
        for worker in join_all(workers).await {
            worker.expect("no panic");
        }
        orders = burst.orders();
        let events = std::mem::take(&mut *burst.events.lock().unwrap_or_else(PoisonError::into_inner));
        for event in &events {
            note(&mut counts, &event.operation, &event.answer);
            if let Operation::Expire { minutes } = event.operation {
                model.now += minutes;
            }
        }
        history::follow(
            &mut model,
            &events,
            &world.journal(seen).await,
            &world.orders().await,
        );
        world.carry_out(&Operation::RefreshBills).await;
        model.multiply_all();
        expire(&world, &mut model).await;
        world.assert_agrees(&model, seen).await;
        (model.journal, seen) = (Vec::new(), world.journal_end().await);
    }
    assert_happened(&counts, &USUAL);
    assert_happened(&counts, &[("confirm", "short"), ("edit unit", "stale")]);
    assert_moved(&world).await;
    assert_no_deadlock(&world).await;
}

async fn assert_no_deadlock(world: &World) {
    // A backend reports what it met when it ends, at the latest.
    let shop = &world.shop;
    shop.internal.close().await;
    shop.staff.close().await;
    wait_for(
        "the pools' backends to end",
        Duration::from_secs(30),
        async || {
            let left = shop
                .count(
                    "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND usename IN ('catalog_internal', 'catalog_staff')",
                )
                .await;
            (left == 0).then_some(())
        },
    )
    .await;
    let deadlocks = shop
        .count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        .await;
    assert_eq!(deadlocks, 0);
}
