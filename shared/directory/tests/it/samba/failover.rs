use std::time::Duration;

use directory::{Directory as _, LdapDirectory, SignInError};
use test_support::wait_for;
use tokio::time::Instant;

use super::domain::{Domain, PASSWORD, domain};
use crate::gate::Gate;
use crate::support::sign_in;

/// Two ways to the domain: the client knows domain controllers by their addresses only.
struct Pair {
    first: Gate,
    second: Gate,
    directory: LdapDirectory,
}

const REST: Duration = Duration::from_millis(1_500);

impl Pair {
    async fn to(domain: &Domain) -> Self {
        let (first, second) = (Gate::to(domain.ldaps()).await, Gate::to(domain.ldaps()).await);
        let mut config = domain.config_at(&[first.address(), second.address()]);
        config.rest_ms = u64::try_from(REST.as_millis()).expect("little");
        config.connect_timeout_ms = 2_000;
        config.request_timeout_ms = 2_000;
        let directory = LdapDirectory::new(&config).expect("complete");
        Self {
            first,
            second,
            directory,
        }
    }

    async fn sign_in(&self) {
        sign_in(&self.directory, "sklad.kuznetsova", PASSWORD)
            .await
            .expect("right");
    }
}

#[tokio::test]
async fn the_first_that_answers_is_asked_and_work_returns_to_the_best() {
    let Some(domain) = domain().await else { return };
    let pair = Pair::to(domain).await;
    pair.sign_in().await;
    assert_eq!(pair.second.connections(), 0, "the first one answers");

    pair.first.close();
    let before = pair.first.connections();
    let down = Instant::now();
    for _ in 0..5 {
        pair.sign_in().await;
    }
    assert!(pair.second.connections() > 0);
    let asked = pair.first.connections() - before;
    // Once, and once more for each rest that is over.
    let rests = down.elapsed().as_millis() / REST.as_millis();
    assert!(
        asked as u128 <= 1 + rests,
        "{asked} attempts at who is down in {:?}",
        down.elapsed()
    );

    pair.first.open();
    let before = pair.first.connections();
    wait_for(
        "work to return to the first",
        Duration::from_secs(20),
        async || {
            pair.sign_in().await;
            (pair.first.connections() > before).then_some(())
        },
    )
    .await;
    let before = pair.second.connections();
    pair.sign_in().await;
    assert_eq!(pair.second.connections(), before);
}

#[tokio::test]
async fn one_that_says_nothing_is_passed_over() {
    let Some(domain) = domain().await else { return };
    let pair = Pair::to(domain).await;
    pair.sign_in().await;
    // What is connected hangs, and what connects hangs.
    pair.first.hush();
    pair.sign_in().await;
    let started = Instant::now();
    pair.sign_in().await;
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "it rests: {:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn when_none_answers_it_is_said_which() {
    let Some(domain) = domain().await else { return };
    let pair = Pair::to(domain).await;
    pair.first.close();
    pair.second.close();
    let error = pair
        .directory
        .probe()
        .await
        .expect_err("none is there")
        .to_string();
    for gate in [&pair.first, &pair.second] {
        assert!(error.contains(&gate.address().port().to_string()), "{error}");
    }
    // Resting ones are asked all the same when nobody else is left.
    pair.second.open();
    pair.sign_in().await;
    let refused = sign_in(&pair.directory, "sklad.kuznetsova", "wrong")
        .await
        .expect_err("wrong");
    assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
}

#[tokio::test]
async fn a_guess_counts_once_however_many_controllers_there_are() {
    let Some(domain) = domain().await else { return };
    let (pair, admin) = (Pair::to(domain).await, domain.admin().await);
    admin.employ("failover.guess").await;
    let rounds: [fn(&Pair); 3] = [
        |_| {},
        |pair| pair.first.close(),
        |pair| {
            // Both rest, and both are back.
            pair.second.close();
        },
    ];
    for (round, prepare) in rounds.into_iter().enumerate() {
        prepare(&pair);
        if round == 2 {
            pair.directory.probe().await.expect_err("none is there");
            pair.first.open();
            pair.second.open();
        }
        let refused = sign_in(&pair.directory, "failover.guess", "wrong")
            .await
            .expect_err("wrong");
        assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
        let counted = admin.value("failover.guess", "badPwdCount").await;
        assert_eq!(counted, Some((round + 1).to_string()));
    }
}
