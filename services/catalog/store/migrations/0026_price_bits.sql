-- Searches within a range of prices: rows of bits say which units have a price of these steps, four of them in a row, so
-- 6.4 % (ADR 0009). Without, most of what words find is read for nothing. What a unit has in `search_chunk`:
CREATE FUNCTION chunk_lexemes(search tsvector, places text[], step smallint) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT tsvector_to_array(search) || places || ('#p' || (step / 4)::text)
$$;

CREATE OR REPLACE FUNCTION add_to_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_chunk AS s (lexeme, chunk, units)
    SELECT lexeme, (u.serial / 2000)::integer, bit_or(u.bit)
    FROM (SELECT serial, search_bit(serial) AS bit, chunk_lexemes(search, places, step) AS lexemes FROM changed) u,
         unnest(u.lexemes) lexeme
    GROUP BY 1, 2
    ON CONFLICT (lexeme, chunk) DO UPDATE SET units = s.units | EXCLUDED.units
    WHERE (s.units | EXCLUDED.units) <> s.units;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION take_from_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_chunk s SET units = s.units & ~ g.units
    FROM (SELECT lexeme, (u.serial / 2000)::integer AS chunk, bit_or(u.bit) AS units
          FROM (SELECT serial, search_bit(serial) AS bit, chunk_lexemes(search, places, step) AS lexemes FROM changed) u,
               unnest(u.lexemes) lexeme
          GROUP BY 1, 2) g
    WHERE s.lexeme = g.lexeme AND s.chunk = g.chunk;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION move_in_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Mostly a price has changed by little, and no word.
    IF NOT EXISTS (SELECT serial, search, places, step / 4 FROM come
                   EXCEPT SELECT serial, search, places, step / 4 FROM gone) THEN
        RETURN NULL;
    END IF;
    UPDATE search_chunk s SET units = s.units & ~ g.units
    FROM (SELECT lexeme, (serial / 2000)::integer AS chunk, bit_or(search_bit(serial)) AS units
          FROM (SELECT serial, unnest(chunk_lexemes(search, places, step)) AS lexeme FROM gone
                EXCEPT
                SELECT serial, unnest(chunk_lexemes(search, places, step)) FROM come) u
          GROUP BY 1, 2) g
    WHERE s.lexeme = g.lexeme AND s.chunk = g.chunk;
    INSERT INTO search_chunk AS s (lexeme, chunk, units)
    SELECT lexeme, (serial / 2000)::integer, bit_or(search_bit(serial))
    FROM (SELECT serial, unnest(chunk_lexemes(search, places, step)) AS lexeme FROM come
          EXCEPT
          SELECT serial, unnest(chunk_lexemes(search, places, step)) FROM gone) u
    GROUP BY 1, 2
    ON CONFLICT (lexeme, chunk) DO UPDATE SET units = s.units | EXCLUDED.units;
    RETURN NULL;
END
$$;

-- Lists are not brought up to date meanwhile; a million units take some seconds.
LOCK TABLE listing_text IN SHARE MODE;
SET LOCAL work_mem = '256MB';
INSERT INTO search_chunk (lexeme, chunk, units)
SELECT '#p' || step / 4, (serial / 2000)::integer, bit_or(search_bit(serial))
FROM listing_text
GROUP BY 1, 2 ORDER BY 1, 2;
