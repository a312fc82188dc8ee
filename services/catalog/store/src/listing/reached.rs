use sqlx::PgConnection;

use super::along::Along;
use super::filter::Wanted;
use super::position::Position;
use super::walk::position;
use super::{ListError, Sort};

/// Where a walk that looked through all it may has come to; `None` when the list ended before.
pub(crate) async fn reached(
    conn: &mut PgConnection,
    wanted: &Wanted,
    along: Along,
    from: &Position,
) -> Result<Option<Position>, ListError> {
    let from = from.within(wanted);
    macro_rules! reached {
        ($along:literal, $after:literal, $order:literal, $created:literal, $key:expr $(, $value:expr)*) => {
            sqlx::query!(
                "SELECT l.product_id, l.price, " + $created + r#" AS "created_at?" FROM listing l
                 WHERE "# + $along + $after + " ORDER BY " + $order + " OFFSET 1999 LIMIT 1",
                $key,
                from.2,
                $($value),*
            )
            .fetch_optional(conn)
            .await?
            .map(|row| (row.product_id, row.price, row.created_at))
        };
    }
    macro_rules! in_order {
        ($($order:tt)*) => {
            match along {
                Along::All => reached!("", $($order)*),
                Along::Root(root) => reached!("l.root = $3 AND ", $($order)*, root),
                Along::Category(category) => reached!("l.category = $3 AND ", $($order)*, category),
                Along::Color(color) => reached!("l.color = $3 AND ", $($order)*, color),
                Along::Material(material) => reached!("l.material = $3 AND ", $($order)*, material),
                Along::CategoryColor(category, color) => {
                    reached!("l.category = $3 AND l.color = $4 AND ", $($order)*, category, color)
                }
                Along::CategoryMaterial(category, material) => {
                    reached!("l.category = $3 AND l.material = $4 AND ", $($order)*, category, material)
                }
            }
        };
    }
    let last = match from.0 {
        Sort::Newest | Sort::Relevance => in_order!(
            "(l.created_at, l.product_id) < ($1::timestamptz, $2)",
            "l.created_at DESC, l.product_id DESC",
            "l.created_at",
            from.time()?
        ),
        Sort::Price => in_order!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)",
            "coalesce(l.price, 9223372036854775807), l.product_id",
            "NULL::timestamptz",
            from.1
        ),
        Sort::PriceDown => in_order!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)",
            "coalesce(l.price, -1) DESC, l.product_id DESC",
            "NULL::timestamptz",
            from.1
        ),
    };
    Ok(last
        .map(|(id, price, created_at)| position(from.0, id, price, created_at))
        .filter(|position| in_range(position, wanted)))
}

/// Whether anything in the range of prices may come after the position.
fn in_range(position: &Position, wanted: &Wanted) -> bool {
    match position.0 {
        Sort::Price => wanted.max_price.is_none_or(|max| position.1 <= max),
        Sort::PriceDown => wanted.min_price.is_none_or(|min| position.1 >= min),
        Sort::Newest | Sort::Relevance => true,
    }
}
