-- The audit (AUD-1): append-only, each entry chained to the one before by its hash.
CREATE TABLE audit_entry (
    seq         bigint      PRIMARY KEY CHECK (seq > 0),
    -- An entry made from an event has the event's id: it is written once, however often the event comes.
    id          uuid        NOT NULL CONSTRAINT audit_entry_once UNIQUE,
    at          timestamptz NOT NULL,
    source      text        NOT NULL,
    actor       text        NOT NULL,
    action      text        NOT NULL,
    subject     text,
    -- Not jsonb: the hash is over exactly the characters that were written.
    details     json        NOT NULL CHECK (json_typeof(details) = 'object'),
    prev_hash   bytea       NOT NULL CHECK (length(prev_hash) = 32),
    hash        bytea       NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX audit_by_actor ON audit_entry (actor, seq);
CREATE INDEX audit_by_action ON audit_entry (action, seq);
CREATE INDEX audit_by_subject ON audit_entry (subject, seq) WHERE subject IS NOT NULL;
CREATE INDEX audit_by_time ON audit_entry (at);

-- The last entry. Kept apart from the entries, it shows when their end was cut off.
CREATE TABLE audit_head (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq     bigint  NOT NULL,
    hash    bytea   NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Moves the head to a new entry, which must follow from it: nobody can fork the chain or leave a gap, not even with
-- the right to insert. Runs with the owner's rights, so no face needs any on the head but to read it.
CREATE FUNCTION audit_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.audit_head SET seq = NEW.seq, hash = NEW.hash
    WHERE seq = NEW.seq - 1 AND hash = NEW.prev_hash;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'audit entry % does not follow from the last one', NEW.seq
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_follow';
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION audit_follow() FROM PUBLIC;
CREATE TRIGGER audit_follow AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_follow();

-- What is written stays, for the owner too: who wants to change it must first take this away, which shows in the
-- schema, and break the chain, which shows in the hashes.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays BEFORE INSERT OR DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
-- The head moves from within audit_follow alone.
CREATE TRIGGER audit_head_follows BEFORE UPDATE ON audit_head
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse();
