-- Margins that changed or that units came under by a move in the tree: a job computes the prices of the units of the
-- category and of all below it anew; null: of all units. A queue like `stale_bill`; `after` is the last unit that was.
CREATE TABLE stale_margin (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category text,
    after    uuid   NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
);
GRANT INSERT ON stale_margin TO catalog_staff;
GRANT SELECT, DELETE ON stale_margin TO catalog_internal;
GRANT UPDATE (after) ON stale_margin TO catalog_internal;
