//! Lists and products are kept for a second, ready to be sent.

use std::io::Read as _;

use axum::http::{StatusCode, header};
use contracts::catalog::ProductDetail;
use flate2::read::GzDecoder;
use futures_util::future::join_all;
use serde_json::Value;
use time::Duration;

use crate::house::{Answer, Ask, House};
use crate::seed::WARDROBE;

const LIST: &str = "/api/catalog/v1/products?page_size=10";

fn detail() -> String {
    format!("/api/catalog/v1/products/{WARDROBE}")
}

async fn put_panels(house: &House, on_hand: i64) {
    pg::sqlx::query(
        "UPDATE stock SET on_hand = $1 FROM component c WHERE c.id = component_id AND c.sku = 'PNL-WAL'",
    )
    .bind(on_hand)
    .execute(house.db.admin())
    .await
    .expect("stock can be set");
}

fn available(answer: &Answer) -> i64 {
    answer.ok::<ProductDetail>().card.available
}

#[tokio::test]
async fn an_answer_is_a_second_old_at_most() {
    let house = House::open().await;
    assert_eq!(available(&house.get(&detail()).await), 5);
    put_panels(&house, 20).await;
    house.clock.advance(Duration::milliseconds(999));
    assert_eq!(available(&house.get(&detail()).await), 5);
    house.clock.advance(Duration::milliseconds(1));
    assert_eq!(available(&house.get(&detail()).await), 10);
    assert_eq!(house.operations("product"), 2);

    put_panels(&house, 2).await;
    house.clock.advance(Duration::seconds(-3600));
    assert_eq!(
        available(&house.get(&detail()).await),
        1,
        "a clock set back does not keep an answer for an hour"
    );
}

#[tokio::test]
async fn however_many_ask_at_once_it_is_read_once() {
    let house = House::open().await;
    let detail = detail();
    for path in [LIST, &detail] {
        let answers = join_all((0..200).map(|_| house.get(path))).await;
        assert!(
            answers
                .iter()
                .all(|answer| answer.status == StatusCode::OK && answer.body == answers[0].body)
        );
    }
    assert_eq!(
        (house.operations("list_products"), house.operations("product")),
        (1, 1)
    );
}

#[tokio::test]
async fn queries_that_mean_the_same_share_an_answer() {
    let house = House::open().await;
    for query in [
        "",
        "?sort=new",
        "?page_size=30",
        "?q=+",
        "?available=false&min_price=0",
        "?sort=new&q=",
    ] {
        house
            .get(&format!("/api/catalog/v1/products{query}"))
            .await
            .ok::<Value>();
    }
    assert_eq!(house.operations("list_products"), 1);
    for query in [
        "?sort=price",
        "?page_size=29",
        "?q=table",
        "?q=Table",
        "?available=true",
    ] {
        house
            .get(&format!("/api/catalog/v1/products{query}"))
            .await
            .ok::<Value>();
    }
    assert_eq!(
        house.operations("list_products"),
        5,
        "case does not matter to a search"
    );
}

#[tokio::test]
async fn a_failure_is_kept_for_nobody() {
    let house = House::open().await;
    let rename = |to: &'static str, from: &'static str| {
        let statement = format!("UPDATE product SET slug = '{to}' WHERE slug = '{from}'");
        async {
            let statement = pg::sqlx::AssertSqlSafe(statement);
            pg::sqlx::query(statement)
                .execute(house.db.admin())
                .await
                .expect("a slug can be set");
        }
    };
    rename("elsewhere", WARDROBE).await;
    assert_eq!(house.get(&detail()).await.status, StatusCode::NOT_FOUND);
    rename(WARDROBE, "elsewhere").await;
    assert_eq!(house.get(&detail()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_has_it_already_is_told_so() {
    let house = House::open().await;
    let detail = detail();
    for path in [LIST, &detail] {
        let answer = house.get(path).await;
        let etag = answer.header(header::ETAG).to_owned();
        assert!(etag.starts_with("W/\""), "{etag}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=1");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");

        let again = house.edge(Ask::get(path).header("if-none-match", &etag)).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(again.header(header::ETAG), etag);
        let other = house
            .edge(Ask::get(path).header("if-none-match", "\"other\""))
            .await;
        assert_eq!(other.status, StatusCode::OK);
        assert_eq!(other.body, answer.body);
    }
}

#[tokio::test]
async fn a_changed_answer_has_another_tag() {
    let house = House::open().await;
    let before = house.get(&detail()).await;
    house.clock.advance(Duration::SECOND);
    let same = house.get(&detail()).await;
    assert_eq!(
        before.header(header::ETAG),
        same.header(header::ETAG),
        "the same content keeps its tag"
    );
    put_panels(&house, 20).await;
    house.clock.advance(Duration::SECOND);
    let request = Ask::get(&detail()).header("if-none-match", before.header(header::ETAG));
    let after = house.edge(request).await;
    assert_eq!((after.status, available(&after)), (StatusCode::OK, 10));
}

#[tokio::test]
async fn who_takes_gzip_gets_it() {
    let house = House::open().await;
    let plain = house.get(LIST).await;
    let packed = house
        .edge(Ask::get(LIST).header("accept-encoding", "br, gzip"))
        .await;
    assert_eq!(packed.header(header::CONTENT_ENCODING), "gzip");
    assert_eq!(packed.header(header::VARY), "accept-encoding");
    assert_eq!(packed.header(header::ETAG), plain.header(header::ETAG));
    let mut body = Vec::new();
    GzDecoder::new(&*packed.body)
        .read_to_end(&mut body)
        .expect("gzip");
    assert_eq!(body, plain.body);
    assert!(
        packed.body.len() * 3 < body.len(),
        "{} of {}",
        packed.body.len(),
        body.len()
    );
}
