//! Words and counts are read at most once a second.

use axum::http::StatusCode;
use test_support::wait_for;
use time::Duration;

use crate::house::House;

/// Lists that nobody has asked for.
fn list(size: usize) -> String {
    format!("/api/catalog/v1/products?page_size={size}")
}

async fn somebody_waits(house: &House) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND usename = 'catalog_edge' AND wait_event_type = 'Lock'";
    wait_for(
        "somebody to wait for the lock",
        std::time::Duration::from_mins(1),
        async || {
            let waiting: i64 = pg::sqlx::query_scalar(waiting)
                .fetch_one(house.db.admin())
                .await
                .expect("read");
            (waiting > 0).then_some(())
        },
    )
    .await;
}

#[tokio::test]
async fn who_comes_while_they_are_read_anew_waits_only_when_they_are_old() {
    let house = House::open().await;
    assert_eq!(house.get(&list(1)).await.status, StatusCode::OK);
    let mut lock = house.db.admin().begin().await.expect("a transaction");
    pg::sqlx::query("LOCK TABLE facet_cell IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *lock)
        .await
        .expect("locked");
    let going_on = async {
        somebody_waits(&house).await;
        // With the words of before.
        assert_eq!(house.get(&list(3)).await.status, StatusCode::OK);
        assert_eq!(house.operations("facet_counts"), 1);
        house.clock.advance(Duration::SECOND);
        let path = list(4);
        let freed = async { lock.rollback().await.expect("rolled back") };
        let (late, ()) = tokio::join!(house.get(&path), freed);
        assert_eq!(late.status, StatusCode::OK);
    };
    house.clock.advance(Duration::SECOND);
    let path = list(2);
    let (first, ()) = tokio::join!(house.get(&path), going_on);
    assert_eq!(first.status, StatusCode::OK);
    // Once for the first, and once for the late one, whose words were two seconds old.
    assert_eq!(house.operations("facet_counts"), 3);
}
