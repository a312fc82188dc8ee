use axum::Router;
use axum::routing::get as route;
use http::StatusCode;
use problem::{Path, localize_layer};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::support::{accepts, get, refused, send};

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Seat {
    row: u16,
    side: Side,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Left,
    Right,
}

async fn read<T: DeserializeOwned + Send>(_: Path<T>) -> StatusCode {
    StatusCode::NO_CONTENT
}

fn app() -> Router {
    Router::new()
        .route("/products/{product_id}", route(read::<Uuid>))
        .route("/numbers/{number}", route(read::<u64>))
        .route("/flags/{flag}", route(read::<bool>))
        .route("/carts/{cart_id}/lines/{line}", route(read::<(Uuid, u32)>))
        .route("/seats/{row}/{side}", route(read::<Seat>))
        .route("/sides/{side}", route(read::<Side>))
        .route("/names/{name}", route(read::<String>))
        .route("/none", route(read::<String>))
        .layer(localize_layer())
}

const ID: &str = "0190a5c0-0000-7000-8000-000000000001";

#[tokio::test]
async fn good_parameters_are_taken() {
    for uri in [
        &*format!("/products/{ID}"),
        "/numbers/7",
        "/flags/true",
        &*format!("/carts/{ID}/lines/7"),
        "/seats/1/left",
        "/seats/1/right",
        "/names/%D1%88%D0%BA%D0%B0%D1%84",
        "/names/%EF%BF%BD",
    ] {
        accepts(&app(), get(uri)).await;
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_named() {
    let integer = ("type", "нужно целое число", "must be an integer");
    let uuid = ("type", "нужен UUID", "must be a UUID");
    let truth = ("type", "нужно true или false", "must be true or false");
    let side = (
        "unknown_value",
        "допустимые значения: left, right",
        "must be one of: left, right",
    );
    for (uri, field, (code, ru, en)) in [
        ("/products/Zq7pX9", "product_id", uuid),
        ("/numbers/Zq7pX9", "number", integer),
        ("/flags/Zq7pX9", "flag", truth),
        ("/carts/Zq7pX9/lines/7", "cart_id", uuid),
        (&*format!("/carts/{ID}/lines/Zq7pX9"), "line", integer),
        ("/seats/Zq7pX9/left", "row", integer),
        ("/sides/Zq7pX9", "side", side),
        // Which of several it is, axum does not tell for an enum.
        ("/seats/1/Zq7pX9", "path", side),
    ] {
        refused(&app(), get(uri)).await.names(field, code, ru, en);
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_utf8_is_named() {
    let refusal = refused(&app(), get("/names/Zq7pX9%FF")).await;
    refusal.names("name", "encoding", "не текст в UTF-8", "is not UTF-8 text");
}

#[tokio::test]
async fn nothing_has_nul_in_its_name() {
    let refusal = refused(&app(), get("/names/Zq7pX9%00")).await;
    refusal.is(404, "not-found", None);
}

#[tokio::test]
async fn a_route_without_the_parameter_is_an_error_of_ours() {
    let answer = send(&app(), get("/none").map(Into::into)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.problem().slug(), "internal");
}
