-- Rows of an upload while it is brought in: written, checked and taken away in one transaction, so nobody ever sees
-- any. A table and not a temporary one, so that what is asked of it is checked when the program is built.
CREATE UNLOGGED TABLE import_row (
    run  uuid   NOT NULL,
    -- Its line in the file, from 1.
    line bigint NOT NULL,
    -- What the row is known by.
    key  text   NOT NULL,
    -- The id that it gets when it is new.
    id   uuid   NOT NULL,
    data jsonb  NOT NULL,
    PRIMARY KEY (run, line)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
-- Uploads that were brought in, so that each is once however often it is sent.
CREATE TABLE import_run (
    actor       text        NOT NULL,
    request_key text        NOT NULL,
    -- Of what was uploaded.
    digest      bytea       NOT NULL,
    report      jsonb       NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (actor, request_key)
);
GRANT SELECT, INSERT, DELETE ON import_row TO catalog_staff;
GRANT SELECT, INSERT ON import_run TO catalog_staff;
GRANT UPDATE (shelf) ON stock TO catalog_staff;
