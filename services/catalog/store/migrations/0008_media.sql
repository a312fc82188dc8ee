-- Smaller forms of pictures, made by a job, and documents of units.

CREATE TABLE media_variant (
    media_key text    NOT NULL CONSTRAINT media_variant_media_fkey REFERENCES media,
    format    text    NOT NULL CONSTRAINT media_variant_format CHECK (format IN ('avif', 'webp')),
    width     integer NOT NULL CONSTRAINT media_variant_width_positive CHECK (width > 0),
    height    integer NOT NULL CONSTRAINT media_variant_height_positive CHECK (height > 0),
    bytes     bigint  NOT NULL CONSTRAINT media_variant_bytes_positive CHECK (bytes > 0),
    -- By its content, as in `media`.
    key       text    NOT NULL CONSTRAINT media_variant_key_format CHECK (key ~ '^[0-9a-f]{64}\.(avif|webp)$'),
    PRIMARY KEY (media_key, format, width)
);

-- Pictures whose variants are to be made; a row goes when they are. Who takes one moves `due_at` on, as a lease, and
-- counts the attempt at once, so that a picture that kills the process is not tried for ever. After the last attempt
-- the row stays, to be seen.
CREATE TABLE media_task (
    media_key  text        PRIMARY KEY CONSTRAINT media_task_media_fkey REFERENCES media,
    due_at     timestamptz NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    last_error text
);
CREATE INDEX media_task_due ON media_task (due_at, media_key);
INSERT INTO media_task (media_key, due_at) SELECT key, created_at FROM media;

-- Documents in the file storage, known by their content like pictures.
CREATE TABLE document (
    key        text        PRIMARY KEY
                           CONSTRAINT document_key_format CHECK (key ~ '^[0-9a-f]{64}\.pdf$'),
    bytes      bigint      NOT NULL CONSTRAINT document_bytes_positive CHECK (bytes > 0),
    created_at timestamptz NOT NULL
);
CREATE TABLE product_document (
    product_id   uuid    NOT NULL CONSTRAINT product_document_product_fkey REFERENCES product ON DELETE CASCADE,
    -- From 0.
    position     integer NOT NULL,
    document_key text    NOT NULL CONSTRAINT product_document_document_fkey REFERENCES document,
    kind         text    NOT NULL CONSTRAINT product_document_kind CHECK (kind IN ('drawing', 'instruction')),
    title_ru     text    NOT NULL,
    title_en     text    NOT NULL,
    PRIMARY KEY (product_id, position)
);
CREATE INDEX product_document_of_document ON product_document (document_key);
