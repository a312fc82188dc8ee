-- Where words meet (ADR 0009): of each word and each place, which of a chunk's 2,000 units have it, as a row of bits. All
-- units that have several words are found by laying such rows over each other, at a tenth of what it costs to merge the
-- lists of an index.
CREATE TABLE search_chunk (
    -- A stem as `search` has it, or a place as `places` has it.
    lexeme text COLLATE "C" NOT NULL,
    chunk  integer          NOT NULL,
    -- The bit of a unit is its serial number within the chunk.
    units  bit(2000)        NOT NULL,
    CONSTRAINT search_chunk_pkey PRIMARY KEY (lexeme, chunk)
) WITH (fillfactor = 80);
GRANT SELECT ON search_chunk TO catalog_edge;
GRANT SELECT, INSERT, UPDATE ON search_chunk TO catalog_internal;

CREATE FUNCTION search_bit(serial bigint) RETURNS bit LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT set_bit(repeat('0', 2000)::bit(2000), (serial % 2000)::integer, 1)
$$;

-- Whoever writes what searches read, of whatever version.
CREATE FUNCTION add_to_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_chunk AS s (lexeme, chunk, units)
    SELECT lexeme, (u.serial / 2000)::integer, bit_or(u.bit)
    FROM (SELECT serial, search_bit(serial) AS bit, tsvector_to_array(search) || places AS lexemes FROM changed) u,
         unnest(u.lexemes) lexeme
    GROUP BY 1, 2
    ON CONFLICT (lexeme, chunk) DO UPDATE SET units = s.units | EXCLUDED.units
    WHERE (s.units | EXCLUDED.units) <> s.units;
    RETURN NULL;
END
$$;
CREATE FUNCTION take_from_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_chunk s SET units = s.units & ~ g.units
    FROM (SELECT lexeme, (u.serial / 2000)::integer AS chunk, bit_or(u.bit) AS units
          FROM (SELECT serial, search_bit(serial) AS bit, tsvector_to_array(search) || places AS lexemes
                FROM changed) u,
               unnest(u.lexemes) lexeme
          GROUP BY 1, 2) g
    WHERE s.lexeme = g.lexeme AND s.chunk = g.chunk;
    RETURN NULL;
END
$$;
CREATE FUNCTION move_in_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Mostly a price has changed, and no word.
    IF NOT EXISTS (SELECT serial, search, places FROM come EXCEPT SELECT serial, search, places FROM gone) THEN
        RETURN NULL;
    END IF;
    UPDATE search_chunk s SET units = s.units & ~ g.units
    FROM (SELECT lexeme, (serial / 2000)::integer AS chunk, bit_or(search_bit(serial)) AS units
          FROM (SELECT serial, unnest(tsvector_to_array(search) || places) AS lexeme FROM gone
                EXCEPT
                SELECT serial, unnest(tsvector_to_array(search) || places) FROM come) u
          GROUP BY 1, 2) g
    WHERE s.lexeme = g.lexeme AND s.chunk = g.chunk;
    INSERT INTO search_chunk AS s (lexeme, chunk, units)
    SELECT lexeme, (serial / 2000)::integer, bit_or(search_bit(serial))
    FROM (SELECT serial, unnest(tsvector_to_array(search) || places) AS lexeme FROM come
          EXCEPT
          SELECT serial, unnest(tsvector_to_array(search) || places) FROM gone) u
    GROUP BY 1, 2
    ON CONFLICT (lexeme, chunk) DO UPDATE SET units = s.units | EXCLUDED.units;
    RETURN NULL;
END
$$;
CREATE TRIGGER chunks_inserted AFTER INSERT ON listing_text REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION add_to_chunks();
CREATE TRIGGER chunks_deleted AFTER DELETE ON listing_text REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION take_from_chunks();
CREATE FUNCTION empty_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE search_chunk;
    RETURN NULL;
END
$$;
CREATE TRIGGER chunks_emptied AFTER TRUNCATE ON listing_text
    FOR EACH STATEMENT EXECUTE FUNCTION empty_chunks();
CREATE TRIGGER chunks_updated AFTER UPDATE ON listing_text REFERENCING OLD TABLE AS gone NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION move_in_chunks();

-- Lists are not brought up to date meanwhile; a million units take some minutes.
SET LOCAL work_mem = '256MB';
INSERT INTO search_chunk (lexeme, chunk, units)
SELECT lexeme, (u.serial / 2000)::integer, bit_or(u.bit)
FROM (SELECT serial, search_bit(serial) AS bit, tsvector_to_array(search) || places AS lexemes FROM listing_text) u,
     unnest(u.lexemes) lexeme
GROUP BY 1, 2 ORDER BY 1, 2;
