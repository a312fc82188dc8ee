-- The assortment as employees shape it: a tree of categories, properties defined at run time, nested bills of
-- materials with substitutes, rules of compatibility, prices, sets, drafts. What is deleted stays readable
-- (`deleted_at`); every row that employees edit counts its versions, so that an edit of an old one is refused.

-- ---- vocabulary (CAT-1) ---------------------------------------------------------------------------------------

ALTER TABLE category
    -- Null at the root. The tree has no cycles: whoever moves a category holds the lock of the tree.
    ADD COLUMN parent     text CONSTRAINT category_parent_fkey REFERENCES category,
    ADD COLUMN version    bigint NOT NULL DEFAULT 1,
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT category_is_not_its_parent CHECK (parent <> code);
CREATE INDEX category_of_parent ON category (parent);
ALTER TABLE color    ADD COLUMN version bigint NOT NULL DEFAULT 1, ADD COLUMN deleted_at timestamptz;
ALTER TABLE material ADD COLUMN version bigint NOT NULL DEFAULT 1, ADD COLUMN deleted_at timestamptz;

CREATE TABLE property (
    code       text    PRIMARY KEY CONSTRAINT property_code_format CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    name_ru    text    NOT NULL,
    name_en    text    NOT NULL,
    kind       text    NOT NULL CONSTRAINT property_kind CHECK (
        kind IN ('text', 'number', 'choice', 'color', 'material', 'flag')),
    -- Numbers only, such as `mm`.
    unit       text,
    -- Whether lists can be narrowed by it.
    filterable boolean NOT NULL,
    position   integer NOT NULL,
    version    bigint  NOT NULL DEFAULT 1,
    deleted_at timestamptz,
    CONSTRAINT property_unit_of_number CHECK (unit IS NULL OR kind = 'number')
);
CREATE TABLE property_choice (
    property text    NOT NULL CONSTRAINT property_choice_property_fkey REFERENCES property,
    code     text    NOT NULL CONSTRAINT property_choice_code_format CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_ru  text    NOT NULL,
    name_en  text    NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (property, code)
);
-- Units of the category and of all below it have the property.
CREATE TABLE category_property (
    category text    NOT NULL CONSTRAINT category_property_category_fkey REFERENCES category,
    property text    NOT NULL CONSTRAINT category_property_property_fkey REFERENCES property,
    required boolean NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (category, property)
);
CREATE TABLE component_type (
    code       text    PRIMARY KEY CONSTRAINT component_type_code_format CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    name_ru    text    NOT NULL,
    name_en    text    NOT NULL,
    position   integer NOT NULL,
    version    bigint  NOT NULL DEFAULT 1,
    deleted_at timestamptz
);
CREATE TABLE component_type_property (
    component_type text    NOT NULL CONSTRAINT component_type_property_type_fkey REFERENCES component_type,
    property       text    NOT NULL CONSTRAINT component_type_property_property_fkey REFERENCES property,
    required       boolean NOT NULL,
    position       integer NOT NULL,
    PRIMARY KEY (component_type, property)
);
INSERT INTO component_type (code, name_ru, name_en, position)
SELECT kind, kind, kind, row_number() OVER (ORDER BY kind) FROM component GROUP BY kind;

-- ---- components and bills (CAT-2, CAT-3) ----------------------------------------------------------------------

ALTER TABLE component
    ADD CONSTRAINT component_kind_fkey FOREIGN KEY (kind) REFERENCES component_type,
    -- By the codes of its type's properties; missing values are missing keys.
    ADD COLUMN properties jsonb NOT NULL DEFAULT '{}'
               CONSTRAINT component_properties_object CHECK (jsonb_typeof(properties) = 'object'),
    -- Whether it is put together from `assembly_line` when it is needed. An assembly lies on no shelf, is no
    -- substitute and has none: so what can be built is a question of flow, which has an exact answer (ADR 0007).
    ADD COLUMN assembly   boolean NOT NULL DEFAULT false,
    ADD COLUMN version    bigint NOT NULL DEFAULT 1,
    ADD COLUMN deleted_at timestamptz;

ALTER TABLE bill_line
    -- Components that may take the line's place piece by piece, in order of preference. Checked when written:
    -- each exists and is no assembly.
    ADD COLUMN substitutes uuid[] NOT NULL DEFAULT '{}'
               CONSTRAINT bill_line_substitutes_known CHECK (array_position(substitutes, NULL) IS NULL);
CREATE TABLE assembly_line (
    assembly_id  uuid    NOT NULL CONSTRAINT assembly_line_assembly_fkey REFERENCES component,
    component_id uuid    NOT NULL CONSTRAINT assembly_line_component_fkey REFERENCES component,
    quantity     integer NOT NULL CONSTRAINT assembly_line_quantity_positive CHECK (quantity > 0),
    required     boolean NOT NULL,
    position     integer NOT NULL,
    substitutes  uuid[]  NOT NULL DEFAULT '{}'
                 CONSTRAINT assembly_line_substitutes_known CHECK (array_position(substitutes, NULL) IS NULL),
    PRIMARY KEY (assembly_id, component_id),
    CONSTRAINT assembly_line_not_in_itself CHECK (assembly_id <> component_id)
);
CREATE INDEX assembly_line_of_component ON assembly_line (component_id);

-- A unit's bill multiplied out: the pieces of plain components that one unit cannot be built without, of all
-- levels together. What reservations, availability and prices are computed from. Written in the transaction that
-- changes the unit's own bill; when an assembly changes, a job writes it anew (`stale_bill`).
CREATE TABLE product_part (
    product_id   uuid   NOT NULL CONSTRAINT product_part_product_fkey REFERENCES product ON DELETE CASCADE,
    component_id uuid   NOT NULL CONSTRAINT product_part_component_fkey REFERENCES component,
    -- Lines that share a component but not the substitutes are parts of their own.
    substitutes  uuid[] NOT NULL,
    quantity     bigint NOT NULL CONSTRAINT product_part_quantity_positive CHECK (quantity > 0),
    PRIMARY KEY (product_id, component_id, substitutes)
);
-- Which units a change of a component's stock or cost concerns.
CREATE INDEX product_part_of_component ON product_part (component_id, quantity, product_id);
CREATE INDEX product_part_substitutes ON product_part USING gin (substitutes) WHERE substitutes <> '{}';
INSERT INTO product_part (product_id, component_id, substitutes, quantity)
SELECT product_id, component_id, '{}', quantity FROM bill_line WHERE required;

-- Components whose cost or composition changed: the bills and prices of all units with them are to be computed
-- anew. A queue like `stale_component`; `after` is the last unit that was.
CREATE TABLE stale_bill (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    component_id uuid   NOT NULL,
    after        uuid   NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
);
-- Units whose list entry is to be written anew, because anything that lists show or find them by has changed. A
-- queue like `stale_component`.
CREATE TABLE stale_product (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Whether a component may go into a unit (CAT-4), by the pair of their types.
CREATE TABLE compatibility_rule (
    code           text   PRIMARY KEY CONSTRAINT compatibility_rule_code_format CHECK (
        code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    -- What a refusal says.
    name_ru        text   NOT NULL,
    name_en        text   NOT NULL,
    -- Units of this category and of all below it; null: all units.
    category       text   CONSTRAINT compatibility_rule_category_fkey REFERENCES category,
    -- Null: all components.
    component_type text   CONSTRAINT compatibility_rule_component_type_fkey REFERENCES component_type,
    -- `{"check": "equal" | "one_of" | "range", …}`; the domain reads and checks it.
    condition      jsonb  NOT NULL CONSTRAINT compatibility_rule_condition_object CHECK (
        jsonb_typeof(condition) = 'object'),
    version        bigint NOT NULL DEFAULT 1,
    deleted_at     timestamptz
);

-- ---- units and prices (CAT-5, CAT-7, CAT-10) ------------------------------------------------------------------

ALTER TABLE product
    ADD COLUMN properties       jsonb NOT NULL DEFAULT '{}'
               CONSTRAINT product_properties_object CHECK (jsonb_typeof(properties) = 'object'),
    -- Set by hand; goes before what is computed.
    ADD COLUMN override_amount   bigint CONSTRAINT product_override_not_negative CHECK (override_amount >= 0),
    ADD COLUMN override_currency text,
    ADD COLUMN version           bigint NOT NULL DEFAULT 1,
    ADD COLUMN updated_at        timestamptz,
    ADD COLUMN deleted_at        timestamptz,
    ADD CONSTRAINT product_override_whole CHECK ((override_amount IS NULL) = (override_currency IS NULL));

-- Margins by category, for all below it that have none of their own; the row without one is for the rest.
CREATE TABLE margin_rule (
    category  text    CONSTRAINT margin_rule_category_fkey REFERENCES category,
    margin_bp integer NOT NULL CONSTRAINT margin_rule_not_negative CHECK (margin_bp >= 0),
    -- Prices are rounded up to a multiple of this many minor units.
    step      bigint  NOT NULL CONSTRAINT margin_rule_step_positive CHECK (step > 0),
    version   bigint  NOT NULL DEFAULT 1,
    CONSTRAINT margin_rule_category_key UNIQUE NULLS NOT DISTINCT (category)
);
INSERT INTO margin_rule (category, margin_bp, step) VALUES (NULL, 6000, 1000);

-- ---- sets (CAT-8) ---------------------------------------------------------------------------------------------

CREATE TABLE set_kind (
    code            text    PRIMARY KEY CONSTRAINT set_kind_code_format CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    name_ru         text    NOT NULL,
    name_en         text    NOT NULL,
    position        integer NOT NULL,
    -- Whether units must agree with the set.
    same_color      boolean NOT NULL,
    same_material   boolean NOT NULL,
    -- "Up to N %" (CHK-3), in hundredths of a per cent; given when the set is complete.
    max_discount_bp integer NOT NULL CONSTRAINT set_kind_discount CHECK (max_discount_bp BETWEEN 0 AND 10000),
    version         bigint  NOT NULL DEFAULT 1,
    deleted_at      timestamptz
);
CREATE TABLE set_kind_requirement (
    kind     text    NOT NULL CONSTRAINT set_kind_requirement_kind_fkey REFERENCES set_kind,
    -- A unit of this category or of one below it counts.
    category text    NOT NULL CONSTRAINT set_kind_requirement_category_fkey REFERENCES category,
    quantity integer NOT NULL CONSTRAINT set_kind_requirement_quantity_positive CHECK (quantity > 0),
    PRIMARY KEY (kind, category)
);
CREATE TABLE product_set (
    id             uuid        PRIMARY KEY,
    -- What the set is called elsewhere.
    external_id    text        NOT NULL CONSTRAINT product_set_external_id_key UNIQUE,
    kind           text        NOT NULL CONSTRAINT product_set_kind_fkey REFERENCES set_kind,
    name_ru        text        NOT NULL,
    name_en        text        NOT NULL,
    description_ru text        NOT NULL,
    description_en text        NOT NULL,
    color          text        NOT NULL CONSTRAINT product_set_color_fkey REFERENCES color,
    material       text        NOT NULL CONSTRAINT product_set_material_fkey REFERENCES material,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz,
    version        bigint      NOT NULL DEFAULT 1,
    deleted_at     timestamptz
);
CREATE INDEX product_set_by_created ON product_set (created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE TABLE product_set_unit (
    set_id     uuid    NOT NULL CONSTRAINT product_set_unit_set_fkey REFERENCES product_set,
    product_id uuid    NOT NULL CONSTRAINT product_set_unit_product_fkey REFERENCES product,
    quantity   integer NOT NULL CONSTRAINT product_set_unit_quantity_positive CHECK (quantity > 0),
    position   integer NOT NULL,
    PRIMARY KEY (set_id, product_id)
);
CREATE INDEX product_set_unit_of_product ON product_set_unit (product_id);

-- ---- drafts (CAT-7) -------------------------------------------------------------------------------------------

-- What an employee has typed and not published: saved at every edit, whatever state it is in.
CREATE TABLE draft (
    id           uuid        PRIMARY KEY,
    author       text        NOT NULL,
    subject      text        NOT NULL CONSTRAINT draft_subject CHECK (subject IN ('component', 'product', 'set')),
    -- What is edited; null for something new.
    target_id    uuid,
    -- The target's version when the draft was begun.
    base_version bigint,
    content      jsonb       NOT NULL CONSTRAINT draft_content_object CHECK (jsonb_typeof(content) = 'object'),
    version      bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    CONSTRAINT draft_base_of_target CHECK ((target_id IS NULL) = (base_version IS NULL))
);
CREATE UNIQUE INDEX draft_of_target ON draft (author, subject, target_id) WHERE target_id IS NOT NULL;
CREATE INDEX draft_of_author ON draft (author, updated_at DESC);

-- ---- warehouses (STK-1) ---------------------------------------------------------------------------------------

ALTER TABLE warehouse
    -- Room in litres (cubic decimetres); null when it was never measured.
    ADD COLUMN capacity_l bigint CONSTRAINT warehouse_capacity_not_negative CHECK (capacity_l >= 0),
    -- WGS 84, for allocation by distance (STK-2); null when not known.
    ADD COLUMN latitude   double precision,
    ADD COLUMN longitude  double precision,
    ADD COLUMN version    bigint NOT NULL DEFAULT 1,
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT warehouse_place CHECK (
        (latitude IS NULL) = (longitude IS NULL)
        AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180);
