-- Stock, its journal, and what is held for orders.

CREATE TABLE stock (
    component_id uuid   NOT NULL CONSTRAINT stock_component_fkey REFERENCES component,
    warehouse_id uuid   NOT NULL CONSTRAINT stock_warehouse_fkey REFERENCES warehouse,
    shelf        text,
    on_hand      bigint NOT NULL,
    reserved     bigint NOT NULL,
    PRIMARY KEY (component_id, warehouse_id),
    -- STK-4: the last line of defence against overselling.
    CONSTRAINT stock_reserved_not_negative CHECK (reserved >= 0),
    CONSTRAINT stock_reserved_is_on_hand CHECK (reserved <= on_hand)
) WITH (
    -- No index covers the balances, so with room in the page an update touches no index (HOT).
    fillfactor = 70
);

-- Every change of a balance. Rows are only ever added; their sums are the balances.
CREATE TABLE stock_movement (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    component_id   uuid        NOT NULL,
    warehouse_id   uuid        NOT NULL,
    kind           text        NOT NULL CONSTRAINT stock_movement_kind CHECK (
        kind IN ('import', 'correction', 'reserve', 'confirm', 'release', 'refund', 'expire')),
    on_hand_delta  bigint      NOT NULL,
    reserved_delta bigint      NOT NULL,
    -- The order, for all kinds but the first two.
    order_id       uuid,
    -- The employee's login and reason, for corrections.
    actor          text,
    reason         text,
    -- What the employee's client called the correction, so that it is made once however often it is sent.
    request_key    text,
    at             timestamptz NOT NULL,
    CONSTRAINT stock_movement_stock_fkey FOREIGN KEY (component_id, warehouse_id) REFERENCES stock,
    CONSTRAINT stock_movement_moves CHECK (on_hand_delta <> 0 OR reserved_delta <> 0),
    CONSTRAINT stock_movement_names_its_cause CHECK (
        CASE kind WHEN 'import' THEN true WHEN 'correction' THEN actor IS NOT NULL AND reason IS NOT NULL
                  ELSE order_id IS NOT NULL END)
);
CREATE UNIQUE INDEX stock_movement_request_key ON stock_movement (actor, request_key)
    WHERE request_key IS NOT NULL;

CREATE TABLE reservation (
    order_id   uuid        PRIMARY KEY,
    status     text        NOT NULL CONSTRAINT reservation_status CHECK (
        status IN ('reserved', 'confirmed', 'released', 'expired')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- When it was last confirmed, released or expired.
    settled_at timestamptz,
    CONSTRAINT reservation_settled CHECK ((status = 'reserved') = (settled_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX reservation_due ON reservation (expires_at) WHERE status = 'reserved';

-- The products as they were then: an order keeps its price whatever happens to the assortment.
CREATE TABLE reservation_line (
    order_id       uuid    NOT NULL CONSTRAINT reservation_line_fkey REFERENCES reservation,
    position       integer NOT NULL,
    product_id     uuid    NOT NULL,
    slug           text    NOT NULL,
    name_ru        text    NOT NULL,
    name_en        text    NOT NULL,
    quantity       bigint  NOT NULL CONSTRAINT reservation_line_quantity_positive CHECK (quantity > 0),
    price_amount   bigint  NOT NULL,
    price_currency text    NOT NULL,
    height_mm      integer NOT NULL,
    width_mm       integer NOT NULL,
    depth_mm       integer NOT NULL,
    weight_g       bigint  NOT NULL,
    PRIMARY KEY (order_id, position)
);

CREATE TABLE reservation_pick (
    order_id     uuid   NOT NULL CONSTRAINT reservation_pick_fkey REFERENCES reservation,
    component_id uuid   NOT NULL,
    warehouse_id uuid   NOT NULL,
    quantity     bigint NOT NULL CONSTRAINT reservation_pick_quantity_positive CHECK (quantity > 0),
    PRIMARY KEY (order_id, component_id, warehouse_id),
    CONSTRAINT reservation_pick_stock_fkey FOREIGN KEY (component_id, warehouse_id) REFERENCES stock
);

-- Components whose free pieces changed since product_availability was computed. A queue, with a row for each
-- change: were it one row per component, a change could find the row of an earlier one, leave it at that, and
-- be overtaken by the job that takes the row before the change is committed.
CREATE TABLE stale_component (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    component_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- What lists show: units that can be put together (CAT-6), computed by a job within a second of each change.
-- A product without a row has none.
CREATE TABLE product_availability (
    product_id uuid   PRIMARY KEY
                      CONSTRAINT product_availability_product_fkey REFERENCES product ON DELETE CASCADE,
    available  bigint NOT NULL CONSTRAINT product_availability_not_negative CHECK (available >= 0)
) WITH (fillfactor = 70);
