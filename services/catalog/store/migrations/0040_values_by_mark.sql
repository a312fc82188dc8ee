-- Whether a mark is one value's alone, so that a walk need not look up who has it. The rows of all categories say which
-- values there are, in the same transaction as the units that have them; orders and stock do not touch these rows. The
-- function says the same as `listing_marks`, and must not be replaced: the index would keep what the old one said.
CREATE FUNCTION value_mark(term bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (((term >> 20) * 17 + (term & 1048575)) % 63)::integer
$$;
CREATE INDEX facet_value_by_mark ON facet_value (value_mark(term)) WHERE category = 0 AND NOT available;
