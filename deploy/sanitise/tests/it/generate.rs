//! Customers by number: each has a name, a phone and an address of their own, and some of them order twice.

use pg::sqlx::PgConnection;

/// Puts `customers` with an order each into a migrated orders database; every tenth has a second order.
pub async fn customers(connection: &mut PgConnection, customers: i64) -> Result<(), pg::sqlx::Error> {
    pg::sqlx::query(
        "INSERT INTO delivery_slot (id, zone, starts_at, ends_at, capacity, taken)
         VALUES (gen_random_uuid(), 'moscow', now(), now() + interval '2 hours', 1000000, 0)
         ON CONFLICT DO NOTHING",
    )
    .execute(&mut *connection)
    .await?;
    pg::sqlx::query(
        "INSERT INTO orders (id, number, status, version, created_at, pay_before, currency, goods, delivery, total,
             pieces, volume_l, weight_g, zone, slot_id, places, courier, not_delivered,
             recipient_name, recipient_phone, postcode, city, street, flat)
         SELECT gen_random_uuid(), 'G-' || lpad(to_hex(n * 10 + again), 10, '0'), 'not_delivered', 5, now(), now(),
             'RUB', 100, 50, 150, 1, 10, 1000, 'moscow', (SELECT id FROM delivery_slot LIMIT 1), 1, 'courier.petrov',
             'Просил звонить ' || chr(1040 + (n % 30)::int) || 'не Сергеевне',
             initcap(translate(lpad(n::text, 7, '0'), '0123456789', 'абвгдежзик')) || 'ов '
                 || (ARRAY['Иван', 'Пётр', 'Анна', 'Ольга', 'Зоя'])[1 + n % 5],
             '+79' || lpad((n * 7919 % 1000000000)::text, 9, '0'),
             '1' || lpad((n % 100000)::text, 5, '0'), 'Москва',
             'ул. ' || initcap(translate(lpad((n * 31)::text, 8, '0'), '0123456789', 'аглмнопрст')) || 'ская, '
                 || (n % 200 + 1), (n % 300)::text
         FROM generate_series(1, $1) n, generate_series(0, CASE WHEN n % 10 = 0 THEN 1 ELSE 0 END) again",
    )
    .bind(customers)
    .execute(&mut *connection)
    .await?;
    pg::sqlx::query(
        "INSERT INTO payment (id, order_id, idempotency_key, provider_id, status, amount, currency, confirmation_url,
             return_path, created_at, checked_at)
         SELECT gen_random_uuid(), id, 'key-' || id, 'provider-' || id, 'succeeded', total, currency,
             'https://pay.example/' || number, '/orders', now(), now() FROM orders",
    )
    .execute(&mut *connection)
    .await?;
    // What must not be kept: a courier's open session, an event with a person in it.
    pg::sqlx::query(
        "INSERT INTO courier_session VALUES (sha256('token'), 'courier.petrov', 'Пётр Петров', now(), now())",
    )
    .execute(&mut *connection)
    .await?;
    pg::sqlx::query(
        "INSERT INTO events.outbox (id, type, data, at)
         SELECT gen_random_uuid(), 'order.paid', jsonb_build_object('phone', recipient_phone), now() FROM orders LIMIT 5",
    )
    .execute(connection)
    .await?;
    Ok(())
}
