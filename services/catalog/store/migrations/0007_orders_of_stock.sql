-- Availability whose upkeep does not grow with the assortment, sets in reservations, orders that are edited, goods in.

-- ---- availability (CAT-6, STK-5) --------------------------------------------------------------------------------

ALTER TABLE product_availability
    -- There can be more units only when one of these components becomes more (the domain's minimal cut).
    ADD COLUMN limited_by uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX product_availability_limited_by ON product_availability USING gin (limited_by);

-- No unit that uses up to so many pieces of the component, and is not limited by it, shows more than `bound`. While the
-- free pieces suffice for that many, a change of them concerns none of these units, however many there are. Raised
-- with the units, lowered when a look at all of them finds less.
CREATE TABLE availability_bound (
    component_id uuid   NOT NULL,
    pieces       bigint NOT NULL CONSTRAINT availability_bound_pieces_positive CHECK (pieces > 0),
    bound        bigint NOT NULL,
    PRIMARY KEY (component_id, pieces)
) WITH (fillfactor = 70);

-- Units whose availability is to be computed anew: their parts have changed, or a component of theirs that may matter.
-- A queue like `stale_component`.
CREATE TABLE stale_unit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
INSERT INTO stale_unit (product_id) SELECT id FROM product;

-- ---- reservations (CAT-8, ORD-4) --------------------------------------------------------------------------------

ALTER TABLE reservation_line
    -- The set that the units were ordered as; null for units ordered by themselves.
    ADD COLUMN set_id uuid;
ALTER TABLE reservation
    -- The edit of the order that the lines are of; 0 as it was placed. An edit older than that is refused.
    ADD COLUMN revision bigint NOT NULL DEFAULT 0
               CONSTRAINT reservation_revision_not_negative CHECK (revision >= 0);

-- ---- goods in (STK-1) -------------------------------------------------------------------------------------------

CREATE TABLE stock_receipt (
    id           uuid        PRIMARY KEY,
    warehouse_id uuid        NOT NULL CONSTRAINT stock_receipt_warehouse_fkey REFERENCES warehouse,
    -- Number of the supplier's delivery note.
    document     text        NOT NULL CONSTRAINT stock_receipt_document_given CHECK (document <> ''),
    actor        text        NOT NULL,
    -- What the employee's client called it, so that it is entered once however often it is sent.
    request_key  text        NOT NULL,
    -- As it was sent, so that a key used for something else is noticed.
    request      jsonb       NOT NULL,
    at           timestamptz NOT NULL,
    CONSTRAINT stock_receipt_request_key UNIQUE (actor, request_key)
);
ALTER TABLE stock_movement
    ADD COLUMN receipt_id uuid,
    DROP CONSTRAINT stock_movement_kind,
    ADD CONSTRAINT stock_movement_kind CHECK (
        kind IN ('import', 'correction', 'receipt', 'reserve', 'replace', 'confirm', 'release', 'refund', 'expire')),
    DROP CONSTRAINT stock_movement_names_its_cause,
    ADD CONSTRAINT stock_movement_names_its_cause CHECK (
        CASE kind WHEN 'import' THEN true WHEN 'correction' THEN actor IS NOT NULL AND reason IS NOT NULL
                  WHEN 'receipt' THEN receipt_id IS NOT NULL
                  ELSE order_id IS NOT NULL END);

-- ---- rights -----------------------------------------------------------------------------------------------------

GRANT UPDATE (limited_by) ON product_availability TO catalog_internal;
GRANT SELECT, INSERT ON availability_bound TO catalog_internal;
GRANT UPDATE (bound) ON availability_bound TO catalog_internal;
GRANT SELECT, INSERT, DELETE ON stale_unit TO catalog_internal;
GRANT INSERT ON stale_unit TO catalog_staff;
-- The lines of an edited order are written anew.
GRANT DELETE ON reservation_line TO catalog_internal;
GRANT UPDATE (revision) ON reservation TO catalog_internal;
GRANT SELECT ON stock_receipt TO catalog_internal;
GRANT SELECT, INSERT ON stock_receipt TO catalog_staff;
GRANT UPDATE (shelf) ON stock TO catalog_staff;
