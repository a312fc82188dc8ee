use std::collections::{BTreeMap, BTreeSet};

use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// Held while sales are counted: the sums have one writer. The number is arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6709;

/// Products of one order that are counted in pairs. An order with more of them says little about which of them belong
/// together, and pairs are quadratic: 20 products are 190 pairs, 50 would be 1,225.
const PAIRED: i64 = 20;

/// Counts what was bought together (CRT-1) for up to `limit` orders that were paid or whose money went back, oldest
/// first. Answers how many changes were worked off: as many as `limit` mean that there may be more, 0 also that
/// somebody else is at it.
///
/// An order counts for what its reservation says now, and what it counted for before is taken back first: so it
/// counts once however often it is looked at, and not at all when it was cancelled, whichever came first.
pub async fn count_sales(pg: &Pg, limit: i64) -> Result<usize, sqlx::Error> {
    pg.run("count_sales", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(0);
        }
        let mut orders = sqlx::query_scalar!(
            "DELETE FROM stale_sale
             WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_sale ORDER BY id LIMIT $1))
             RETURNING order_id",
            limit,
        )
        .fetch_all(&mut *tx)
        .await?;
        let changes = orders.len();
        if changes > 0 {
            orders.sort_unstable();
            orders.dedup();
            // Statements of their own: they see every reservation whose change the one before saw.
            let counted = counted(&mut tx, &orders).await?;
            let sold = sold(&mut tx, &orders).await?;
            write(&mut tx, &counted, &sold).await?;
        }
        Ok(changes)
    })
    .await
}

/// What an order counts for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Basket {
    sold_at: Option<OffsetDateTime>,
    /// Each product, and whether it is in pairs.
    products: BTreeMap<Uuid, bool>,
}

type Baskets = BTreeMap<Uuid, Basket>;

/// What the orders have counted for until now.
async fn counted(conn: &mut PgConnection, orders: &[Uuid]) -> Result<Baskets, sqlx::Error> {
    let mut baskets = Baskets::new();
    for row in sqlx::query!(
        "SELECT order_id, product_id, sold_at, paired FROM sale_line WHERE order_id = ANY($1)",
        orders,
    )
    .fetch_all(conn)
    .await?
    {
        let basket = baskets.entry(row.order_id).or_default();
        basket.sold_at = Some(row.sold_at);
        basket.products.insert(row.product_id, row.paired);
    }
    Ok(baskets)
}

/// What they are to count for: the products of those that are paid.
async fn sold(conn: &mut PgConnection, orders: &[Uuid]) -> Result<Baskets, sqlx::Error> {
    let mut baskets = Baskets::new();
    for row in sqlx::query!(
        r#"SELECT l.order_id, l.product_id, min(r.settled_at) AS "sold_at!",
                  row_number() OVER (PARTITION BY l.order_id ORDER BY min(l.position)) <= $2 AS "paired!"
           FROM reservation r JOIN reservation_line l ON l.order_id = r.order_id
           WHERE r.order_id = ANY($1) AND r.status = 'confirmed'
           GROUP BY l.order_id, l.product_id"#,
        orders,
        PAIRED,
    )
    .fetch_all(conn)
    .await?
    {
        let basket = baskets.entry(row.order_id).or_default();
        basket.sold_at = Some(row.sold_at);
        basket.products.insert(row.product_id, row.paired);
    }
    Ok(baskets)
}

/// By how much the sums change.
#[derive(Debug, Default, PartialEq, Eq)]
struct Deltas {
    orders: i64,
    products: BTreeMap<Uuid, i64>,
    pairs: BTreeMap<(Uuid, Uuid), i64>,
}

impl Deltas {
    fn add(&mut self, basket: &Basket, times: i64) {
        self.orders += times;
        for &product in basket.products.keys() {
            *self.products.entry(product).or_default() += times;
        }
        let paired: BTreeSet<Uuid> = basket
            .products
            .iter()
            .filter(|&(_, &paired)| paired)
            .map(|(&product, _)| product)
            .collect();
        for &product in &paired {
            for &other in paired.iter().filter(|&&other| other != product) {
                *self.pairs.entry((product, other)).or_default() += times;
            }
        }
    }
}

/// Replaces what orders counted for; eight statements at most.
async fn write(conn: &mut PgConnection, counted: &Baskets, sold: &Baskets) -> Result<(), sqlx::Error> {
    let mut deltas = Deltas::default();
    let gone: Vec<(&Uuid, &Basket)> = counted
        .iter()
        .filter(|&(order, basket)| sold.get(order) != Some(basket))
        .collect();
    let come: Vec<(&Uuid, &Basket)> = sold
        .iter()
        .filter(|&(order, basket)| counted.get(order) != Some(basket))
        .collect();
    for (_, basket) in &gone {
        deltas.add(basket, -1);
    }
    for (_, basket) in &come {
        deltas.add(basket, 1);
    }
    deltas.products.retain(|_, delta| *delta != 0);
    deltas.pairs.retain(|_, delta| *delta != 0);

    if !gone.is_empty() {
        let orders: Vec<Uuid> = gone.iter().map(|&(&order, _)| order).collect();
        sqlx::query!("DELETE FROM sale_line WHERE order_id = ANY($1)", &orders)
            .execute(&mut *conn)
            .await?;
    }
    insert_lines(conn, &come).await?;
    if deltas.orders != 0 {
        sqlx::query!("UPDATE sales_total SET orders = orders + $1", deltas.orders)
            .execute(&mut *conn)
            .await?;
    }
    add_to_products(conn, &deltas.products).await?;
    add_to_pairs(conn, &deltas.pairs).await
}

async fn insert_lines(conn: &mut PgConnection, come: &[(&Uuid, &Basket)]) -> Result<(), sqlx::Error> {
    let (mut orders, mut products, mut times, mut paired) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for &(&order, basket) in come {
        for (&product, &is_paired) in &basket.products {
            orders.push(order);
            products.push(product);
            times.extend(basket.sold_at);
            paired.push(is_paired);
        }
    }
    if orders.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO sale_line (order_id, product_id, sold_at, paired)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::boolean[])",
        &orders,
        &products,
        &times,
        &paired,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn add_to_products(conn: &mut PgConnection, deltas: &BTreeMap<Uuid, i64>) -> Result<(), sqlx::Error> {
    let added = deltas.iter().filter(|&(_, &delta)| delta > 0);
    let (products, orders): (Vec<Uuid>, Vec<i64>) = added.map(|(&id, &delta)| (id, delta)).unzip();
    if !products.is_empty() {
        sqlx::query!(
            "INSERT INTO product_sales AS s (product_id, orders)
             SELECT * FROM unnest($1::uuid[], $2::bigint[])
             ON CONFLICT (product_id) DO UPDATE SET orders = s.orders + EXCLUDED.orders",
            &products,
            &orders,
        )
        .execute(&mut *conn)
        .await?;
    }
    let taken = deltas.iter().filter(|&(_, &delta)| delta < 0);
    let (products, orders): (Vec<Uuid>, Vec<i64>) = taken.map(|(&id, &delta)| (id, delta)).unzip();
    if !products.is_empty() {
        sqlx::query!(
            "UPDATE product_sales s SET orders = s.orders + d.orders
             FROM unnest($1::uuid[], $2::bigint[]) AS d (product_id, orders) WHERE s.product_id = d.product_id",
            &products,
            &orders,
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

async fn add_to_pairs(
    conn: &mut PgConnection,
    deltas: &BTreeMap<(Uuid, Uuid), i64>,
) -> Result<(), sqlx::Error> {
    let columns = |sign: i64| {
        let (mut products, mut others, mut orders) = (Vec::new(), Vec::new(), Vec::new());
        for (&(product, other), &delta) in deltas.iter().filter(|&(_, delta)| delta.signum() == sign) {
            products.push(product);
            others.push(other);
            orders.push(delta);
        }
        (products, others, orders)
    };
    let (products, others, orders) = columns(1);
    if !products.is_empty() {
        sqlx::query!(
            "INSERT INTO product_pair AS p (product_id, other_id, orders)
             SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
             ON CONFLICT (product_id, other_id) DO UPDATE SET orders = p.orders + EXCLUDED.orders",
            &products,
            &others,
            &orders,
        )
        .execute(&mut *conn)
        .await?;
    }
    let (products, others, orders) = columns(-1);
    if !products.is_empty() {
        sqlx::query!(
            "UPDATE product_pair p SET orders = p.orders + d.orders
             FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS d (product_id, other_id, orders)
             WHERE p.product_id = d.product_id AND p.other_id = d.other_id",
            &products,
            &others,
            &orders,
        )
        .execute(&mut *conn)
        .await?;
        // Pairs that no order has any more would stay for ever.
        sqlx::query!(
            "DELETE FROM product_pair p USING unnest($1::uuid[], $2::uuid[]) AS d (product_id, other_id)
             WHERE p.product_id = d.product_id AND p.other_id = d.other_id AND p.orders = 0",
            &products,
            &others,
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}
