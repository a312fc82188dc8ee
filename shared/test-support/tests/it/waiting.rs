use std::collections::HashSet;
use std::net::TcpListener;
use std::time::Duration;

use test_support::{ManualClock, free_port, wait_for};
use time::macros::datetime;

#[test]
fn the_clock_stands_still_until_it_is_moved() {
    let clock = ManualClock::at(datetime!(2026-03-01 12:00 UTC));
    let service = clock.shared();
    assert_eq!(service.now(), datetime!(2026-03-01 12:00 UTC));
    clock.advance(time::Duration::minutes(20));
    assert_eq!(service.now(), datetime!(2026-03-01 12:20 UTC));
}

#[tokio::test]
async fn waiting_ends_with_what_was_found() {
    let mut looks = 0;
    let found = wait_for("the third look", Duration::from_secs(1), async || {
        looks += 1;
        (looks == 3).then_some(looks)
    })
    .await;
    assert_eq!(found, 3);
}

#[tokio::test]
#[should_panic(expected = "in vain for a miracle")]
async fn waiting_in_vain_names_what_was_awaited() {
    wait_for("a miracle", Duration::from_millis(50), async || None::<()>).await;
}

#[tokio::test]
#[should_panic(expected = "in vain for an answer")]
async fn a_look_that_hangs_is_given_up() {
    wait_for("an answer", Duration::from_millis(50), async || {
        std::future::pending::<Option<()>>().await
    })
    .await;
}

#[test]
fn a_free_port_can_be_bound() {
    TcpListener::bind(("127.0.0.1", free_port())).expect("the port is free");
}

#[test]
fn a_free_port_comes_once_and_is_none_that_the_kernel_gives_away() {
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").expect("Linux");
    let first: u16 = range
        .split_whitespace()
        .next()
        .and_then(|port| port.parse().ok())
        .expect("two ports");
    let ports: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..100).map(|_| free_port()).collect::<Vec<_>>()))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("ports"))
            .collect()
    });
    let different: HashSet<_> = ports.iter().collect();
    assert_eq!(different.len(), 400);
    assert!(ports.iter().all(|&port| port < first), "{ports:?} reach {first}");
}
