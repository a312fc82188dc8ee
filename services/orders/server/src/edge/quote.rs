use axum::extract::State;
use contracts::orders::{Quote, QuoteRequest};
use kernel::Currency;
use orders_domain::{Line, Parcel, Zone, totals};
use problem::{Json, Problem, ProblemBody, kinds};
use time::{Duration, OffsetDateTime, UtcOffset};

use super::Edge;
use crate::{convert, problems};

/// What delivery of a cart to an address costs and when it can be (CHK-1).
///
/// The price comes from the zone of the postal code and from volume, weight and length of the goods; windows
/// have room for them.
#[utoipa::path(
    post, path = "/api/orders/v1/delivery/quotes", operation_id = "quote", tag = "delivery",
    request_body = QuoteRequest,
    responses(
        (status = 200, description = "Price and windows", body = Quote),
        (status = 404, description = "No such cart", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "cart-empty or not-for-sale", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong, or no-delivery to the address", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    Json(request): Json<QuoteRequest>,
) -> Result<Json<Quote>, Problem> {
    let zones = edge.zones.get().await.map_err(zones_unread)?;
    let zone = zones.of_postcode(&request.address.postcode);
    let zone = zone.ok_or_else(|| Problem::new(&problems::NO_DELIVERY))?;
    let parcel = parcel(&edge, &request).await?;
    let price = zone
        .tariff
        .price(parcel, Currency::default())
        .map_err(Problem::internal)?;
    let after = earliest(zone, edge.clock.now(), edge.ordering.utc_offset());
    let slots = edge
        .store
        .free_slots(&zone.code, after, parcel.places())
        .await
        .map_err(problems::database)?;
    Ok(Json(Quote {
        zone: zone.name.clone(),
        price,
        volume_l: parcel.litres,
        weight_g: parcel.weight_g,
        slots: slots.into_iter().map(convert::free_slot).collect(),
    }))
}

async fn parcel(edge: &Edge, request: &QuoteRequest) -> Result<Parcel, Problem> {
    let cart = edge
        .store
        .cart(request.cart_id)
        .await
        .map_err(problems::database)?;
    let cart = cart.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    if cart.is_empty() {
        return Err(Problem::new(&problems::CART_EMPTY));
    }
    let products = edge
        .catalog
        .products(cart.iter().map(|line| line.product_id))
        .await?;
    let lines: Option<Vec<Line>> = cart
        .iter()
        .map(|line| {
            let product = products.get(&line.product_id)?;
            Some(Line {
                quantity: line.quantity,
                unit_price: product.price?,
                dimensions: product.dimensions,
                weight_g: product.weight_g,
            })
        })
        .collect();
    let lines = lines.ok_or_else(|| Problem::new(&problems::NOT_FOR_SALE))?;
    Ok(totals(Currency::default(), &lines)
        .map_err(Problem::internal)?
        .parcel)
}

/// The zones could not be read.
pub(super) fn zones_unread(error: std::sync::Arc<pg::sqlx::Error>) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("postgres", error)
    } else {
        Problem::internal(error)
    }
}

/// The first moment a window of a zone may start: local midnight after the lead days.
pub(super) fn earliest(zone: &Zone, now: OffsetDateTime, local: UtcOffset) -> OffsetDateTime {
    if zone.lead_days == 0 {
        return now;
    }
    let day = now.to_offset(local) + Duration::days(zone.lead_days);
    day.replace_time(time::Time::MIDNIGHT).to_offset(UtcOffset::UTC) - Duration::SECOND
}
