-- A card was gathered from four tables, for thirty units a page. What it shows lies beside how many there are of the unit:
-- one look-up instead of four. An array in JSON, read by `listing/cards.rs`; null for a unit that is deleted, and where nobody
-- has written it yet.
ALTER TABLE product_availability ADD COLUMN card text;
GRANT UPDATE (card) ON product_availability TO catalog_internal;

-- What the cards of these units ought to say.
CREATE FUNCTION product_cards(units uuid[]) RETURNS TABLE (product_id uuid, card text) LANGUAGE sql STABLE AS $$
    SELECT p.id, CASE WHEN p.deleted_at IS NULL THEN json_build_array(
               p.slug, json_build_array(p.name_ru, p.name_en), p.category, p.color, p.material,
               p.height_mm, p.width_mm, p.depth_mm, p.price_amount, p.price_currency,
               CASE WHEN m.key IS NOT NULL THEN json_build_object(
                   'key', m.key, 'width', m.width, 'height', m.height, 'variants', m.variants) END)::text END
    FROM product p
    LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
    LEFT JOIN media m ON m.key = i.media_key
    WHERE p.id = ANY(units)
$$;

-- Units whose cards are to be written anew. A queue like `stale_product`, filled by whoever writes what cards show, of
-- whatever version, and worked off with it.
CREATE TABLE stale_card (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id uuid   NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
GRANT INSERT ON stale_card TO catalog_staff, catalog_internal;
GRANT SELECT, DELETE ON stale_card TO catalog_internal;

CREATE FUNCTION queue_cards_of_products() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_card (product_id) SELECT id FROM changed;
    RETURN NULL;
END
$$;
CREATE TRIGGER cards_inserted AFTER INSERT ON product REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_products();
CREATE TRIGGER cards_updated AFTER UPDATE ON product REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_products();

CREATE FUNCTION queue_cards_of_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_card (product_id) SELECT DISTINCT product_id FROM changed;
    RETURN NULL;
END
$$;
CREATE TRIGGER cards_inserted AFTER INSERT ON product_image REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_images();
CREATE TRIGGER cards_updated AFTER UPDATE ON product_image REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_images();
CREATE TRIGGER cards_deleted AFTER DELETE ON product_image REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_images();

-- A picture itself never changes, but its variants are made after it came.
CREATE FUNCTION queue_cards_of_media() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_card (product_id)
    SELECT i.product_id FROM changed c JOIN product_image i ON i.media_key = c.key WHERE i.position = 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER cards_updated AFTER UPDATE ON media REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION queue_cards_of_media();

INSERT INTO stale_card (product_id) SELECT id FROM product WHERE deleted_at IS NULL;
