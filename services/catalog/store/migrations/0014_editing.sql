-- Units whose availability is to be computed anew because they are new or their parts have changed. A queue like
-- `stale_component`, which would have all units computed that share a component.
CREATE TABLE stale_unit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
GRANT INSERT ON stale_unit TO catalog_staff;
GRANT SELECT, INSERT, DELETE ON stale_unit TO catalog_internal;

-- What the employee's client called the beginning of a draft.
ALTER TABLE draft ADD COLUMN request_key text;
CREATE UNIQUE INDEX draft_request_key ON draft (author, request_key) WHERE request_key IS NOT NULL;

-- Who names a component as a substitute: asked when it becomes an assembly or is deleted.
CREATE INDEX bill_line_substitutes ON bill_line USING gin (substitutes) WHERE substitutes <> '{}';
CREATE INDEX assembly_line_substitutes ON assembly_line USING gin (substitutes) WHERE substitutes <> '{}';
