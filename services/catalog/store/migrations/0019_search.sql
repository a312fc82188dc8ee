-- Searches by words together with filters, in any order (ADR 0009).

-- Nothing reads it since lists have rows of their own.
ALTER TABLE product DROP COLUMN search;

-- A price in steps of 1.6 %, 0 to 2795; 3000 stands for none, after all others. However many units there are, a step has
-- few that words find.
CREATE FUNCTION price_step(price bigint) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN price IS NULL THEN 3000 ELSE floor(ln(greatest(price, 1)::float8) * 64) END::smallint
$$;

-- Words of a unit and its places, each plain, behind the number of its chunk of 2,000 units, and behind the step of its
-- price: so matches are found without reading all that have a common word, chunk by chunk or step by step.
CREATE FUNCTION listing_lexemes(chunk integer, step smallint, search tsvector, places text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_to_tsvector(array_agg(prefix || lexeme))
    FROM unnest(tsvector_to_array(search) || places) lexeme,
         unnest(ARRAY['', chunk::text || ':', 'p' || step::text || ':']) prefix
$$;

-- As before, but for the places: values of properties are among them, and none can be taken for a word.
CREATE OR REPLACE FUNCTION listing_source(units uuid[]) RETURNS TABLE (
    product_id uuid, path integer[], color integer, material integer, available boolean, price bigint,
    created_at timestamptz, props bigint[], number_props integer[], number_values double precision[], slug text,
    name_ru text, name_en text, search tsvector, places text[])
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE place (code, path) AS (
        SELECT c.code, ARRAY[c.key] FROM category c WHERE c.parent IS NULL
        UNION ALL
        SELECT c.code, place.path || c.key FROM category c JOIN place ON c.parent = place.code
    )
    SELECT p.id, place.path, k.key, m.key, coalesce(a.available, 0) > 0,
           coalesce(p.override_amount, p.price_amount), p.created_at,
           coalesce(v.props, '{}'), coalesce(v.number_props, '{}'), coalesce(v.number_values, '{}'),
           p.slug, lower(p.name_ru), lower(p.name_en),
           setweight(to_tsvector('russian', p.name_ru || ' ' || p.name_en), 'A')
           || setweight(to_tsvector('russian', p.description_ru || ' ' || p.description_en), 'D'),
           ARRAY(SELECT '#c' || c FROM unnest(place.path) c) || ARRAY['#k' || k.key, '#m' || m.key]
           || ARRAY(SELECT '#v' || t FROM unnest(v.props) t)
    FROM product p
    JOIN place ON place.code = p.category
    JOIN color k ON k.code = p.color
    JOIN material m ON m.code = p.material
    LEFT JOIN product_availability a ON a.product_id = p.id
    LEFT JOIN LATERAL (
        SELECT array_agg((r.key::bigint << 20) | value.key ORDER BY r.key)
                   FILTER (WHERE value.key IS NOT NULL) AS props,
               array_agg(r.key ORDER BY r.key) FILTER (WHERE r.kind = 'number' AND number IS NOT NULL) AS number_props,
               array_agg(number ORDER BY r.key) FILTER (WHERE r.kind = 'number' AND number IS NOT NULL)
                   AS number_values
        FROM jsonb_each(p.properties) e
        JOIN property r ON r.code = e.key AND r.filterable AND r.deleted_at IS NULL
        CROSS JOIN LATERAL (SELECT CASE r.kind
            WHEN 'choice' THEN (SELECT h.key FROM property_choice h
                                WHERE h.property = r.code AND h.code = e.value #>> '{}')
            WHEN 'color' THEN (SELECT c.key FROM color c WHERE c.code = e.value #>> '{}')
            WHEN 'material' THEN (SELECT t.key FROM material t WHERE t.code = e.value #>> '{}')
            WHEN 'flag' THEN CASE e.value #>> '{}' WHEN 'true' THEN 1 WHEN 'false' THEN 2 END
            END AS key) value
        CROSS JOIN LATERAL (SELECT CASE jsonb_typeof(e.value) WHEN 'number' THEN e.value::double precision END
                            AS number) number
    ) v ON p.properties <> '{}'
    WHERE p.id = ANY(units) AND p.deleted_at IS NULL
$$;

-- Of the price.
ALTER TABLE listing_text ADD COLUMN step smallint NOT NULL DEFAULT 3000;
DROP INDEX listing_text_lexemes;
UPDATE listing_text t SET places = s.places, step = price_step(s.price)
FROM listing_source(ARRAY(SELECT product_id FROM listing_text)) s
WHERE s.product_id = t.product_id;
CREATE INDEX listing_text_lexemes ON listing_text
    USING gin (listing_lexemes((serial / 2000)::integer, step, search, places)) WITH (fastupdate = off);
DROP FUNCTION listing_lexemes(integer, tsvector, text[]);
