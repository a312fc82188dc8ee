-- The assortment: what there is to sell and what it is made of. Only the owner writes these tables (import);
-- the faces read them.

-- Values that the assortment defines. Codes are stable and appear in filters and addresses.
CREATE TABLE category (
    code     text    PRIMARY KEY CONSTRAINT category_code_format CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_ru  text    NOT NULL,
    name_en  text    NOT NULL,
    position integer NOT NULL
);
CREATE TABLE color (
    code     text    PRIMARY KEY CONSTRAINT color_code_format CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_ru  text    NOT NULL,
    name_en  text    NOT NULL,
    hex      text    NOT NULL CONSTRAINT color_hex_format CHECK (hex ~ '^#[0-9a-f]{6}$'),
    position integer NOT NULL
);
CREATE TABLE material (
    code     text    PRIMARY KEY CONSTRAINT material_code_format CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_ru  text    NOT NULL,
    name_en  text    NOT NULL,
    position integer NOT NULL
);

CREATE TABLE warehouse (
    id         uuid    PRIMARY KEY,
    code       text    NOT NULL CONSTRAINT warehouse_code_key UNIQUE
                       CONSTRAINT warehouse_code_format CHECK (code ~ '^[A-Z0-9-]{1,16}$'),
    name_ru    text    NOT NULL,
    name_en    text    NOT NULL,
    address_ru text    NOT NULL,
    address_en text    NOT NULL,
    -- Decides between warehouses that have the same (STK-2).
    position   integer NOT NULL
);

CREATE TABLE component (
    id            uuid    PRIMARY KEY,
    sku           text    NOT NULL CONSTRAINT component_sku_key UNIQUE
                          CONSTRAINT component_sku_format CHECK (sku ~ '^[A-Z0-9-]{1,40}$'),
    name_ru       text    NOT NULL,
    name_en       text    NOT NULL,
    kind          text    NOT NULL,
    color         text    CONSTRAINT component_color_fkey REFERENCES color,
    material      text    CONSTRAINT component_material_fkey REFERENCES material,
    height_mm     integer NOT NULL,
    width_mm      integer NOT NULL,
    depth_mm      integer NOT NULL,
    -- Not known yet while null: units that need the component have no price then (CAT-10).
    cost_amount   bigint,
    cost_currency text,
    CONSTRAINT component_dimensions_positive CHECK (height_mm > 0 AND width_mm > 0 AND depth_mm > 0),
    CONSTRAINT component_cost_whole CHECK ((cost_amount IS NULL) = (cost_currency IS NULL)),
    CONSTRAINT component_cost_not_negative CHECK (cost_amount >= 0)
);

CREATE TABLE product (
    id             uuid        PRIMARY KEY,
    slug           text        NOT NULL CONSTRAINT product_slug_key UNIQUE
                               CONSTRAINT product_slug_format CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    name_ru        text        NOT NULL,
    name_en        text        NOT NULL,
    description_ru text        NOT NULL,
    description_en text        NOT NULL,
    category       text        NOT NULL CONSTRAINT product_category_fkey REFERENCES category,
    color          text        NOT NULL CONSTRAINT product_color_fkey REFERENCES color,
    material       text        NOT NULL CONSTRAINT product_material_fkey REFERENCES material,
    height_mm      integer     NOT NULL,
    width_mm       integer     NOT NULL,
    depth_mm       integer     NOT NULL,
    weight_g       bigint      NOT NULL CONSTRAINT product_weight_positive CHECK (weight_g > 0),
    -- Computed from the costs of the required components when those or the bill change (CAT-5).
    price_amount   bigint,
    price_currency text,
    created_at     timestamptz NOT NULL,
    search         tsvector    NOT NULL GENERATED ALWAYS AS (
        to_tsvector('russian', name_ru || ' ' || description_ru)
        || to_tsvector('english', name_en || ' ' || description_en)
    ) STORED,
    CONSTRAINT product_dimensions_positive CHECK (height_mm > 0 AND width_mm > 0 AND depth_mm > 0),
    CONSTRAINT product_price_whole CHECK ((price_amount IS NULL) = (price_currency IS NULL)),
    CONSTRAINT product_price_not_negative CHECK (price_amount >= 0)
);
-- The list walks one of these from the cursor on and stops after a page. Products without a price come last
-- whichever way prices are sorted, hence two orders; each also behind its most common filter, the category.
CREATE INDEX product_by_price ON product ((coalesce(price_amount, 9223372036854775807)), id);
CREATE INDEX product_by_price_down ON product ((coalesce(price_amount, -1)) DESC, id DESC);
CREATE INDEX product_by_created ON product (created_at DESC, id DESC);
CREATE INDEX product_of_category_by_price
    ON product (category, (coalesce(price_amount, 9223372036854775807)), id);
CREATE INDEX product_of_category_by_price_down
    ON product (category, (coalesce(price_amount, -1)) DESC, id DESC);
CREATE INDEX product_of_category_by_created ON product (category, created_at DESC, id DESC);
CREATE INDEX product_of_color ON product (color);
CREATE INDEX product_of_material ON product (material);
CREATE INDEX product_search ON product USING gin (search);

CREATE TABLE bill_line (
    product_id   uuid    NOT NULL CONSTRAINT bill_line_product_fkey REFERENCES product ON DELETE CASCADE,
    component_id uuid    NOT NULL CONSTRAINT bill_line_component_fkey REFERENCES component,
    quantity     integer NOT NULL CONSTRAINT bill_line_quantity_positive CHECK (quantity > 0),
    required     boolean NOT NULL,
    position     integer NOT NULL,
    PRIMARY KEY (product_id, component_id)
);
-- Which products a change of a component's stock or cost concerns.
CREATE INDEX bill_line_of_component ON bill_line (component_id, product_id) WHERE required;

-- Pictures in the file storage. The key is made from the content, so a row never changes.
CREATE TABLE media (
    key          text        PRIMARY KEY
                             CONSTRAINT media_key_format CHECK (key ~ '^[0-9a-f]{64}\.(png|jpg|webp)$'),
    content_type text        NOT NULL,
    bytes        bigint      NOT NULL CONSTRAINT media_bytes_positive CHECK (bytes > 0),
    width        integer     NOT NULL,
    height       integer     NOT NULL,
    created_at   timestamptz NOT NULL,
    -- CAT-9.
    CONSTRAINT media_large_enough CHECK (width >= 500 AND height >= 500)
);
CREATE TABLE product_image (
    product_id uuid    NOT NULL CONSTRAINT product_image_product_fkey REFERENCES product ON DELETE CASCADE,
    -- From 0; the first one is shown in lists.
    position   integer NOT NULL,
    media_key  text    NOT NULL CONSTRAINT product_image_media_fkey REFERENCES media,
    PRIMARY KEY (product_id, position)
);
CREATE INDEX product_image_of_media ON product_image (media_key);
