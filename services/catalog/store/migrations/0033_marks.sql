-- Which values a unit's properties may have, in one number: each value has one of 63 bits, so that some have the bit of
-- another. `filter.rs` says the same of what is wanted.
CREATE FUNCTION listing_marks(props bigint[]) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(bit_or(1::bigint << (((term >> 20) * 17 + (term & 1048575)) % 63)::integer), 0)
    FROM unnest(props) term
$$;

-- Null until 0034 comes to a row: whoever has no marks is looked up. A generated column would write the table and all
-- its indexes anew while lists are refused.
ALTER TABLE listing ADD COLUMN marks bigint;

-- Whoever writes a row, of whatever version.
CREATE FUNCTION mark_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.marks := listing_marks(NEW.props);
    RETURN NEW;
END
$$;
CREATE TRIGGER marked BEFORE INSERT OR UPDATE OF props ON listing
    FOR EACH ROW EXECUTE FUNCTION mark_listing();
