-- Where the shop delivers, what it costs there and when (CHK-1).
CREATE TABLE delivery_zone (
    code        text PRIMARY KEY,
    position    smallint NOT NULL,
    name_ru     text NOT NULL,
    name_en     text NOT NULL,
    postcodes   text[] NOT NULL,
    base        bigint NOT NULL CHECK (base >= 0),
    per_100_l   bigint NOT NULL CHECK (per_100_l >= 0),
    per_10_kg   bigint NOT NULL CHECK (per_10_kg >= 0),
    oversize    bigint NOT NULL CHECK (oversize >= 0),
    lead_days   smallint NOT NULL CHECK (lead_days >= 0)
);

CREATE TABLE delivery_slot (
    id          uuid PRIMARY KEY,
    zone        text NOT NULL REFERENCES delivery_zone,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    capacity    integer NOT NULL CHECK (capacity >= 0),
    taken       integer NOT NULL DEFAULT 0,
    CONSTRAINT slot_not_overbooked CHECK (taken BETWEEN 0 AND capacity),
    CONSTRAINT slot_once_a_zone UNIQUE (zone, starts_at)
);

CREATE TABLE cart (
    id          uuid PRIMARY KEY,
    created_at  timestamptz NOT NULL
);
CREATE INDEX cart_age ON cart (created_at);

CREATE TABLE cart_line (
    cart_id     uuid NOT NULL REFERENCES cart ON DELETE CASCADE,
    product_id  uuid NOT NULL,
    quantity    bigint NOT NULL CONSTRAINT cart_line_quantity CHECK (quantity BETWEEN 1 AND 1000),
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (cart_id, product_id)
);

-- An Idempotency-Key is bound to an order id before stock is reserved, so that a repeated request, also one after
-- a crash, meets the same reservation. `lease` is held by the request that is working on it.
CREATE TABLE order_attempt (
    idempotency_key text PRIMARY KEY CHECK (length(idempotency_key) BETWEEN 1 AND 128),
    fingerprint     bytea NOT NULL,
    order_id        uuid NOT NULL UNIQUE,
    lease           uuid,
    leased_until    timestamptz,
    created_at      timestamptz NOT NULL
);
CREATE INDEX order_attempt_age ON order_attempt (created_at);

CREATE TABLE orders (
    id              uuid PRIMARY KEY,
    number          text NOT NULL CONSTRAINT orders_number_key UNIQUE,
    status          text NOT NULL CHECK (status IN ('created', 'paid', 'ready_to_ship', 'needs_change',
                        'in_delivery', 'delivered', 'not_delivered', 'cancelled')),
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    pay_before      timestamptz NOT NULL,
    currency        text NOT NULL,
    goods           bigint NOT NULL CHECK (goods >= 0),
    delivery        bigint NOT NULL CHECK (delivery >= 0),
    total           bigint NOT NULL,
    pieces          bigint NOT NULL CHECK (pieces > 0),
    volume_l        bigint NOT NULL,
    weight_g        bigint NOT NULL,
    zone            text NOT NULL REFERENCES delivery_zone,
    slot_id         uuid NOT NULL REFERENCES delivery_slot,
    places          integer NOT NULL CHECK (places > 0),
    courier         text,
    not_delivered   text,
    -- Personal data; the staff role cannot read these columns.
    recipient_name  text NOT NULL,
    recipient_phone text NOT NULL,
    postcode        text NOT NULL,
    city            text NOT NULL,
    street          text NOT NULL,
    flat            text,
    CONSTRAINT order_total CHECK (total = goods + delivery)
);
CREATE INDEX orders_unpaid ON orders (pay_before) WHERE status = 'created';
CREATE INDEX orders_free ON orders (slot_id) WHERE status = 'ready_to_ship';
CREATE INDEX orders_of_courier ON orders (courier) WHERE status = 'in_delivery';
CREATE INDEX orders_by_status ON orders (status, id DESC);
CREATE INDEX orders_by_slot ON orders (slot_id);

CREATE TABLE order_line (
    order_id    uuid NOT NULL REFERENCES orders,
    position    smallint NOT NULL,
    product_id  uuid NOT NULL,
    slug        text NOT NULL,
    name_ru     text NOT NULL,
    name_en     text NOT NULL,
    quantity    bigint NOT NULL CHECK (quantity > 0),
    unit_price  bigint NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, position)
);

-- Every status with its time and author (ORD-2); append-only.
CREATE TABLE order_step (
    order_id    uuid NOT NULL REFERENCES orders,
    version     integer NOT NULL,
    status      text NOT NULL,
    at          timestamptz NOT NULL,
    actor_kind  text NOT NULL CHECK (actor_kind IN ('customer', 'employee', 'courier', 'payment', 'system')),
    actor       text,
    PRIMARY KEY (order_id, version)
);

CREATE TABLE payment (
    id                  uuid PRIMARY KEY,
    order_id            uuid NOT NULL REFERENCES orders,
    idempotency_key     text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 128),
    provider_id         text CONSTRAINT payment_provider_id_key UNIQUE,
    status              text NOT NULL CHECK (status IN ('pending', 'succeeded', 'canceled', 'refunded')),
    amount              bigint NOT NULL CHECK (amount > 0),
    currency            text NOT NULL,
    confirmation_url    text,
    -- Part of what the provider was asked for; asking again must say the same.
    return_path         text NOT NULL,
    created_at          timestamptz NOT NULL,
    -- When the provider was last asked about it.
    checked_at          timestamptz NOT NULL,
    settled_at          timestamptz,
    refund_due          boolean NOT NULL DEFAULT false,
    CONSTRAINT payment_once_a_key UNIQUE (order_id, idempotency_key)
);
-- One page to pay at: an order cannot be paid twice by two open tabs.
CREATE UNIQUE INDEX payment_one_pending ON payment (order_id) WHERE status = 'pending';
CREATE INDEX payment_unchecked ON payment (checked_at) WHERE status = 'pending' AND provider_id IS NOT NULL;
CREATE INDEX payment_refunds ON payment (settled_at) WHERE refund_due;

-- Money the provider reports that fits no payment of ours (FLR-3): for people to look at.
CREATE TABLE stray_payment (
    provider_id text PRIMARY KEY,
    reason      text NOT NULL,
    seen_at     timestamptz NOT NULL
);

CREATE TABLE courier_session (
    token_hash  bytea PRIMARY KEY,
    login       text NOT NULL,
    name        text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX courier_session_expiry ON courier_session (expires_at);
