-- What a checkout writes most, made lighter. Both foreign keys looked up, for every piece picked, rows that the same
-- statement had just locked or written, and locked them once more; shelves and reservations are never deleted. That
-- nothing is picked or moved that is not there is what the invariants `balance`, `held` and `orphan` say.
ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_stock_fkey;
ALTER TABLE reservation_pick DROP CONSTRAINT reservation_pick_stock_fkey, DROP CONSTRAINT reservation_pick_fkey;

-- Components whose free pieces changed, those of one change together: `stale_component` with a row a change instead
-- of one a component. Both are worked off.
CREATE TABLE stale_stock (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    components uuid[] NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
GRANT SELECT, INSERT, DELETE ON stale_stock TO catalog_internal;
GRANT INSERT ON stale_stock TO catalog_staff;
