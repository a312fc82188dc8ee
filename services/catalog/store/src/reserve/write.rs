use std::collections::HashMap;

use catalog_domain::Take;
use contracts::catalog::ReservedLine;
use kernel::OrderId;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::attempt::{Asking, Chosen};
use crate::wanted::LineColumns;

/// Writes the reservation alone; answers whether it did not exist. Others that write the same one make this wait for them.
pub(super) async fn claim(conn: &mut PgConnection, asking: Asking<'_>) -> Result<bool, sqlx::Error> {
    let written = sqlx::query!(
        "INSERT INTO reservation (order_id, status, created_at, expires_at) VALUES ($1, 'reserved', $2, $3)
         ON CONFLICT (order_id) DO NOTHING",
        asking.order.uuid(),
        asking.now,
        asking.request.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes the reservations unless they are `claimed`, their lines, and what is taken for them, and answers their ends.
/// One that exists is missing there, and nothing is written of it. Others that write the same ones make this wait for
/// them. Reservations and then shelves are locked in the order that all keep.
pub(super) async fn write<'a>(
    conn: &mut PgConnection,
    chosen: impl Iterator<Item = &'a Chosen<'a>>,
    claimed: bool,
) -> Result<HashMap<OrderId, OffsetDateTime>, sqlx::Error> {
    let mut chosen: Vec<&Chosen<'_>> = chosen.collect();
    if chosen.is_empty() {
        return Ok(HashMap::new());
    }
    chosen.sort_unstable_by_key(|chosen| chosen.asking.order);
    let id = |chosen: &&Chosen<'_>| chosen.asking.order.uuid();
    let lines: Vec<(Uuid, i32, &ReservedLine)> = chosen
        .iter()
        .flat_map(|chosen| (0..).zip(&chosen.lines).map(|(at, line)| (id(chosen), at, line)))
        .collect();
    let columns = LineColumns::of(lines.iter().map(|(_, _, line)| *line));
    let takes: Vec<(Uuid, &Take)> = chosen
        .iter()
        .flat_map(|chosen| chosen.takes.iter().map(|take| (id(chosen), take)))
        .collect();
    let written = sqlx::query!(
        r#"WITH asked AS (
               SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS a (order_id, at, expires_at)
           ), written AS (
               INSERT INTO reservation (order_id, status, created_at, expires_at)
               SELECT order_id, 'reserved', at, expires_at FROM asked WHERE NOT $4
               ON CONFLICT (order_id) DO NOTHING
               RETURNING order_id, created_at, expires_at
           ), made AS (
               TABLE written UNION ALL SELECT * FROM asked WHERE $4
           ), line AS (
               INSERT INTO reservation_line
                   (order_id, position, product_id, set_id, slug, name_ru, name_en, quantity, price_amount,
                    price_currency, height_mm, width_mm, depth_mm, weight_g)
               SELECT made.order_id, l.position, l.product_id, l.set_id, l.slug, l.name_ru, l.name_en, l.quantity, l.price,
                      l.currency, l.height_mm, l.width_mm, l.depth_mm, l.weight_g
               FROM made
               JOIN unnest($5::uuid[], $6::integer[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::bigint[],
                           $12::bigint[], $13::text[], $14::integer[], $15::integer[], $16::integer[], $17::bigint[],
                           $18::uuid[])
                    AS l (order_id, position, product_id, slug, name_ru, name_en, quantity, price, currency, height_mm,
                          width_mm, depth_mm, weight_g, set_id) ON l.order_id = made.order_id
           ), take AS (
               SELECT made.order_id, made.created_at, t.component_id, t.warehouse_id, t.quantity
               FROM made
               JOIN unnest($19::uuid[], $20::uuid[], $21::uuid[], $22::bigint[])
                    AS t (order_id, component_id, warehouse_id, quantity) ON t.order_id = made.order_id
           ), locked AS MATERIALIZED (
               SELECT s.component_id, s.warehouse_id, t.quantity
               FROM (SELECT component_id, warehouse_id, sum(quantity)::bigint AS quantity
                     FROM take GROUP BY component_id, warehouse_id) t
               JOIN stock s ON s.component_id = t.component_id AND s.warehouse_id = t.warehouse_id
               ORDER BY s.component_id, s.warehouse_id
               FOR NO KEY UPDATE OF s
           ), balance AS (
               UPDATE stock s SET reserved = s.reserved + l.quantity
               FROM locked l WHERE s.component_id = l.component_id AND s.warehouse_id = l.warehouse_id
           ), journal AS (
               INSERT INTO stock_movement
                   (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, order_id, at)
               SELECT component_id, warehouse_id, 'reserve', 0, quantity, order_id, created_at FROM take
           ), stale AS (
               INSERT INTO stale_stock (components) SELECT array_agg(DISTINCT component_id) FROM take HAVING count(*) > 0
           ), pick AS (
               INSERT INTO reservation_pick (order_id, component_id, warehouse_id, quantity)
               SELECT order_id, component_id, warehouse_id, quantity FROM take
           )
           SELECT order_id AS "order_id!", expires_at AS "expires_at!" FROM made"#,
        &chosen.iter().map(id).collect::<Vec<_>>(),
        &chosen.iter().map(|chosen| chosen.asking.now).collect::<Vec<_>>(),
        &chosen.iter().map(|chosen| chosen.asking.request.expires_at).collect::<Vec<_>>(),
        claimed,
        &lines.iter().map(|(order, ..)| *order).collect::<Vec<_>>(),
        &lines.iter().map(|(_, position, _)| *position).collect::<Vec<_>>(),
        &columns.products,
        &columns.slugs as &[&str],
        &columns.names_ru as &[&str],
        &columns.names_en as &[&str],
        &columns.quantities,
        &columns.prices,
        &columns.currencies as &[&str],
        &columns.heights,
        &columns.widths,
        &columns.depths,
        &columns.weights,
        &columns.sets as &[Option<Uuid>],
        &takes.iter().map(|(order, _)| *order).collect::<Vec<_>>(),
        &takes.iter().map(|(_, take)| take.component.uuid()).collect::<Vec<_>>(),
        &takes.iter().map(|(_, take)| take.warehouse.uuid()).collect::<Vec<_>>(),
        &takes.iter().map(|(_, take)| take.quantity).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    Ok(written
        .into_iter()
        .map(|row| (row.order_id.into(), row.expires_at))
        .collect())
}
