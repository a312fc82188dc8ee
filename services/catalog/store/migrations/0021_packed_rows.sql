-- What lists and searches decide by, in one value a row: it is sent and read several times faster than its parts, and
-- lies where words are found, so that none of what is found has to be looked up (ADR 0009).

-- Read by `listing/packed.rs`. Numbers as PostgreSQL sends them, each array behind its length; -1 stands for no price.
CREATE FUNCTION listing_packed(
    product_id uuid, path integer[], color integer, material integer, available boolean, price bigint,
    created_at timestamptz, props bigint[], number_props integer[], number_values double precision[]) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT uuid_send(product_id) || int4send(color) || int4send(material) || boolsend(available)
        || int8send(coalesce(price, -1)) || timestamptz_send(created_at)
        || int4send(cardinality(path))
        || coalesce((SELECT string_agg(int4send(k), '' ORDER BY n) FROM unnest(path) WITH ORDINALITY p (k, n)), '')
        || int4send(cardinality(props))
        || coalesce((SELECT string_agg(int8send(v), '' ORDER BY n) FROM unnest(props) WITH ORDINALITY p (v, n)), '')
        || int4send(cardinality(number_props))
        || coalesce((SELECT string_agg(int4send(p.k) || float8send(p.v), '' ORDER BY n)
                     FROM unnest(number_props, number_values) WITH ORDINALITY p (k, v, n)), '')
$$;

-- Writes the table anew: a million rows take some seconds, in which lists wait.
ALTER TABLE listing ADD COLUMN packed bytea GENERATED ALWAYS AS (listing_packed(
    product_id, path, color, material, available, price, created_at, props, number_props, number_values)) STORED;

ALTER TABLE listing_text ADD COLUMN packed bytea;
UPDATE listing_text t SET packed = l.packed FROM listing l WHERE l.product_id = t.product_id;

-- Whoever writes a row, of whatever version: the words have it as it is.
CREATE FUNCTION pack_listings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE listing_text t SET packed = l.packed
    FROM changed c JOIN listing l ON l.product_id = c.product_id
    WHERE t.product_id = c.product_id AND t.packed IS DISTINCT FROM l.packed;
    RETURN NULL;
END
$$;
CREATE TRIGGER packed_inserted AFTER INSERT ON listing REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION pack_listings();
CREATE TRIGGER packed_updated AFTER UPDATE ON listing REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION pack_listings();
CREATE TRIGGER packed_inserted AFTER INSERT ON listing_text REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION pack_listings();
