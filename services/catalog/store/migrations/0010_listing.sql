-- What lists, facets, search and suggestions read (ADR 0009). Everything here can be computed anew from the
-- assortment; a job keeps it up (`stale_product`). Keys are small numbers, so that several make up one term.

ALTER TABLE category        ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT category_key_key UNIQUE;
ALTER TABLE color           ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT color_key_key UNIQUE;
ALTER TABLE material        ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT material_key_key UNIQUE;
ALTER TABLE property        ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT property_key_key UNIQUE;
ALTER TABLE property_choice ADD COLUMN key integer GENERATED ALWAYS AS IDENTITY CONSTRAINT property_choice_key_key UNIQUE;
-- Twenty bits each have to do.
ALTER TABLE category        ADD CONSTRAINT category_key_small CHECK (key < 1048576);
ALTER TABLE color           ADD CONSTRAINT color_key_small CHECK (key < 1048576);
ALTER TABLE material        ADD CONSTRAINT material_key_small CHECK (key < 1048576);
ALTER TABLE property        ADD CONSTRAINT property_key_small CHECK (key < 1048576);
ALTER TABLE property_choice ADD CONSTRAINT property_choice_key_small CHECK (key < 1048576);

-- What a unit is found by: its category, each one above it, its colour and its material, alone and in every
-- combination; that it can be bought, alone and in each category; and, as negative numbers, its properties' values,
-- alone and in each category. So whatever is chosen among them, one list of the index has all that match, and
-- `facet_cell` or `facet_value` says how long it is.
CREATE FUNCTION listing_terms(path integer[], color integer, material integer, available boolean, props bigint[])
RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_agg(term) FROM (
        SELECT (c::bigint << 40) | (k::bigint << 20) | m::bigint AS term
        FROM unnest(0 || path) c, unnest(ARRAY[0, color]) k, unnest(ARRAY[0, material]) m
        WHERE c + k + m > 0
        UNION ALL
        SELECT (c::bigint << 40) | (1048575::bigint << 20) FROM unnest(0 || path) c WHERE available
        UNION ALL
        SELECT -((c::bigint << 40) | p) FROM unnest(0 || path) c, unnest(props) p
    ) terms
$$;

-- One row for each unit on sale. No foreign key: the row of a unit that is gone goes when the job comes to it.
CREATE TABLE listing (
    product_id uuid        PRIMARY KEY,
    -- Keys of the categories from the root to the unit's own.
    path       integer[]   NOT NULL,
    root       integer     NOT NULL,
    category   integer     NOT NULL,
    color      integer     NOT NULL,
    material   integer     NOT NULL,
    available  boolean     NOT NULL,
    price      bigint,
    created_at timestamptz NOT NULL,
    -- Values of filterable properties, (property << 20) | value: a choice's, colour's or material's key; 1 and 2 for
    -- a flag that is on and off.
    props      bigint[]    NOT NULL,
    -- Filterable numbers: the properties' keys, and the values beside them.
    number_props  integer[]          NOT NULL,
    number_values double precision[] NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX listing_term ON listing USING gin (listing_terms(path, color, material, available, props)) WITH (fastupdate = off);
-- A list walks one of these from the cursor on, passing by what other filters leave out, and stops after a page.
CREATE INDEX listing_by_created ON listing (created_at DESC, product_id DESC);
CREATE INDEX listing_by_price ON listing ((coalesce(price, 9223372036854775807)), product_id);
CREATE INDEX listing_by_price_down ON listing ((coalesce(price, -1)) DESC, product_id DESC);
CREATE INDEX listing_root_by_created ON listing (root, created_at DESC, product_id DESC);
CREATE INDEX listing_root_by_price ON listing (root, (coalesce(price, 9223372036854775807)), product_id);
CREATE INDEX listing_root_by_price_down ON listing (root, (coalesce(price, -1)) DESC, product_id DESC);
CREATE INDEX listing_category_by_created ON listing (category, created_at DESC, product_id DESC);
CREATE INDEX listing_category_by_price ON listing (category, (coalesce(price, 9223372036854775807)), product_id);
CREATE INDEX listing_category_by_price_down ON listing (category, (coalesce(price, -1)) DESC, product_id DESC);
CREATE INDEX listing_color_by_created ON listing (color, created_at DESC, product_id DESC);
CREATE INDEX listing_color_by_price ON listing (color, (coalesce(price, 9223372036854775807)), product_id);
CREATE INDEX listing_color_by_price_down ON listing (color, (coalesce(price, -1)) DESC, product_id DESC);
CREATE INDEX listing_material_by_created ON listing (material, created_at DESC, product_id DESC);
CREATE INDEX listing_material_by_price ON listing (material, (coalesce(price, 9223372036854775807)), product_id);
CREATE INDEX listing_material_by_price_down ON listing (material, (coalesce(price, -1)) DESC, product_id DESC);

CREATE TABLE listing_number (
    product_id uuid             NOT NULL,
    property   integer          NOT NULL,
    category   integer          NOT NULL,
    value      double precision NOT NULL,
    PRIMARY KEY (product_id, property)
);
CREATE INDEX listing_number_of_category ON listing_number (property, category, value, product_id);

-- How many units there are with a category (or one below it), a colour, a material; 0 stands for any. `available`
-- rows count what can be bought, the others everything. Without a check that there are no fewer than none: it would be
-- asked of the difference that an upsert brings.
CREATE TABLE facet_cell (
    category  integer NOT NULL,
    available boolean NOT NULL,
    material  integer NOT NULL,
    color     integer NOT NULL,
    units     bigint  NOT NULL,
    PRIMARY KEY (category, available, material, color)
) WITH (fillfactor = 50);
CREATE INDEX facet_cell_of_color ON facet_cell (category, available, color, material);
-- The same for values of properties.
CREATE TABLE facet_value (
    category  integer NOT NULL,
    available boolean NOT NULL,
    term      bigint  NOT NULL,
    units     bigint  NOT NULL,
    PRIMARY KEY (category, available, term)
) WITH (fillfactor = 50);

-- ---- search ---------------------------------------------------------------------------------------------------

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Words of a unit and where it belongs (`c<category>`, `k<colour>`, `m<material>`), each plain and behind the number
-- of its chunk: the newest matches of a common word are found without reading all that have it, chunk by chunk.
CREATE FUNCTION listing_lexemes(chunk integer, search tsvector, places text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_to_tsvector(array_agg(prefix || lexeme))
    FROM unnest(tsvector_to_array(search) || places) lexeme,
         unnest(ARRAY['', chunk::text || ':']) prefix
$$;

CREATE TABLE listing_text (
    product_id uuid     PRIMARY KEY,
    -- In the order in which units first went on sale.
    serial     bigint   GENERATED ALWAYS AS IDENTITY,
    slug       text     COLLATE "C" NOT NULL,
    -- Lower case.
    name_ru    text     COLLATE "C" NOT NULL,
    name_en    text     COLLATE "C" NOT NULL,
    -- Names weigh A, descriptions D. The configuration `russian` stems Latin words as English ones.
    search     tsvector NOT NULL,
    places     text[]   NOT NULL
);
CREATE INDEX listing_text_lexemes ON listing_text
    USING gin (listing_lexemes((serial / 20000)::integer, search, places)) WITH (fastupdate = off);
CREATE INDEX listing_text_serial ON listing_text (serial);
CREATE INDEX listing_text_slug ON listing_text (slug);
CREATE INDEX listing_text_name_ru ON listing_text (name_ru);
CREATE INDEX listing_text_name_en ON listing_text (name_en);

-- Every word there is to be found, stemmed, with the units that have it: says how common a word is, and what was meant
-- when there is none like it.
CREATE TABLE search_word (
    lexeme text   COLLATE "C" PRIMARY KEY,
    units  bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX search_word_like ON search_word USING gin (lexeme gin_trgm_ops);

-- ---- keeping it up --------------------------------------------------------------------------------------------

-- The rows of these units as they ought to be; none for a unit that is not on sale.
CREATE FUNCTION listing_source(units uuid[]) RETURNS TABLE (
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
           ARRAY(SELECT 'c' || c FROM unnest(place.path) c) || ARRAY['k' || k.key, 'm' || m.key]
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

-- Who moves a category or makes a property filterable need not know whose rows that changes.
CREATE FUNCTION relist_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_product (product_id)
    WITH RECURSIVE below (code) AS (
        SELECT NEW.code UNION SELECT c.code FROM category c JOIN below ON c.parent = below.code
    )
    SELECT p.id FROM product p JOIN below ON below.code = p.category;
    RETURN NULL;
END $$;
CREATE TRIGGER category_moved AFTER UPDATE OF parent ON category
    FOR EACH ROW WHEN (OLD.parent IS DISTINCT FROM NEW.parent) EXECUTE FUNCTION relist_category();
CREATE FUNCTION relist_property() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_product (product_id) SELECT p.id FROM product p WHERE p.properties ? NEW.code;
    RETURN NULL;
END $$;
CREATE TRIGGER property_filterable AFTER UPDATE OF filterable, deleted_at ON property
    FOR EACH ROW WHEN ((OLD.filterable AND OLD.deleted_at IS NULL) <> (NEW.filterable AND NEW.deleted_at IS NULL))
    EXECUTE FUNCTION relist_property();

-- Lists no longer read these. One stays for what looks for units of a category.
DROP INDEX product_by_price, product_by_price_down, product_by_created, product_of_category_by_price_down,
           product_of_category_by_created, product_of_color, product_of_material, product_search;

INSERT INTO stale_product (product_id) SELECT id FROM product;
