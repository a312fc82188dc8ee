-- The feature toggles as backoffice told of them last (CFG-1). They are here because every replica of this service reaches
-- this database, and those of sites 1 and 2 do not reach backoffice (INF-7).
CREATE TABLE toggles (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    version     bigint  NOT NULL CHECK (version > 0),
    definitions json    NOT NULL CHECK (json_typeof(definitions) = 'object')
);
GRANT SELECT ON toggles TO orders_edge, orders_staff, orders_internal;
GRANT INSERT, UPDATE (version, definitions) ON toggles TO orders_internal;
