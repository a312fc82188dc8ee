-- What is bought together (CRT-1), what does not sell (CAT-11), what is waited for (STK-6).

-- ---- sales ----------------------------------------------------------------------------------------------------

-- Orders that were paid or whose money went back: what they count for is to be computed anew. A queue like
-- `stale_component`; payments do not wait for each other's counting.
CREATE TABLE stale_sale (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
INSERT INTO stale_sale (order_id)
SELECT order_id FROM reservation WHERE status = 'confirmed' ORDER BY settled_at;

-- What each order counts for just now, each product once however many of it were bought.
CREATE TABLE sale_line (
    order_id   uuid        NOT NULL,
    product_id uuid        NOT NULL,
    sold_at    timestamptz NOT NULL,
    -- Whether it is in pairs: of an order with very many products only the first ones are, as pairs are quadratic.
    paired     boolean     NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
CREATE INDEX sale_line_of_product ON sale_line (product_id, sold_at DESC);

-- Sums of `sale_line`: orders in all, with a product, with two.
CREATE TABLE sales_total (
    one    boolean PRIMARY KEY DEFAULT true CONSTRAINT sales_total_one CHECK (one),
    orders bigint  NOT NULL CONSTRAINT sales_total_not_negative CHECK (orders >= 0)
);
INSERT INTO sales_total (orders) VALUES (0);
CREATE TABLE product_sales (
    product_id uuid   PRIMARY KEY,
    orders     bigint NOT NULL CONSTRAINT product_sales_not_negative CHECK (orders >= 0)
) WITH (fillfactor = 70);
-- Each pair both ways round.
CREATE TABLE product_pair (
    product_id uuid   NOT NULL,
    other_id   uuid   NOT NULL,
    orders     bigint NOT NULL CONSTRAINT product_pair_not_negative CHECK (orders >= 0),
    PRIMARY KEY (product_id, other_id),
    CONSTRAINT product_pair_of_two CHECK (product_id <> other_id)
);
CREATE INDEX product_pair_by_orders ON product_pair (product_id, orders DESC, other_id);

-- ---- wishes ---------------------------------------------------------------------------------------------------

-- Somebody waits for so many of a unit. Whose wish it is, only the service knows that sent it.
CREATE TABLE wish (
    id         uuid        PRIMARY KEY,
    product_id uuid        NOT NULL CONSTRAINT wish_product_fkey REFERENCES product ON DELETE CASCADE,
    quantity   bigint      NOT NULL CONSTRAINT wish_quantity_positive CHECK (quantity > 0),
    asked_at   timestamptz NOT NULL,
    -- When it was told that there is enough; it is open while null.
    told_at    timestamptz
);
CREATE INDEX wish_open_of_product ON wish (product_id, quantity) WHERE told_at IS NULL;

-- Units of which there is enough for some open wish. A queue like `stale_component`.
CREATE TABLE stale_wish (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid   NOT NULL
);

-- ---- rights ---------------------------------------------------------------------------------------------------

-- Customers see which units go together, not in whose orders.
GRANT SELECT ON sales_total, product_sales, product_pair TO catalog_edge;

GRANT SELECT, INSERT, DELETE ON stale_sale, stale_wish, sale_line TO catalog_internal;
GRANT SELECT, UPDATE (orders) ON sales_total TO catalog_internal;
GRANT SELECT, INSERT, DELETE, UPDATE (orders) ON product_sales, product_pair TO catalog_internal;
GRANT SELECT, INSERT, DELETE, UPDATE (product_id, quantity, asked_at, told_at) ON wish TO catalog_internal;

GRANT SELECT ON sale_line, product_sales, wish TO catalog_staff;
