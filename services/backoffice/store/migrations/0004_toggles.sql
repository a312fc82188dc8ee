-- Definitions of the feature toggles (CFG-1), in flagd's JSON format. Each row was put into force at once and as a whole,
-- the last one is in force. They say who changed what, when and why, so they stay.
CREATE TABLE toggles_version (
    version     bigint      PRIMARY KEY CHECK (version > 0),
    -- Not jsonb: given out as it was checked.
    definitions json        NOT NULL CHECK (json_typeof(definitions) = 'object'),
    at          timestamptz NOT NULL,
    actor       text        NOT NULL,
    reason      text        NOT NULL CHECK (reason <> '')
);

CREATE FUNCTION toggles_version_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'versions of toggles stay as they are' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER toggles_version_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON toggles_version
    FOR EACH STATEMENT EXECUTE FUNCTION toggles_version_refuse();

REVOKE ALL ON toggles_version FROM PUBLIC;
GRANT SELECT, INSERT ON toggles_version TO backoffice_staff;
GRANT SELECT ON toggles_version TO backoffice_internal;
