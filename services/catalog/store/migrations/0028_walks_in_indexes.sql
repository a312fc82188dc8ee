-- Walks find in the index itself what else may be wanted of a unit: of a category in which one unit in twenty has the
-- colour, six hundred rows were looked up for a page, each on a page of its own. The new indexes are made before the old
-- ones go, so that lists are read meanwhile; only the job that writes them waits.
CREATE INDEX listing_by_created_new ON listing (created_at DESC, product_id DESC)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_by_price_new ON listing ((coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_by_price_down_new ON listing ((coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_root_by_created_new ON listing (root, created_at DESC, product_id DESC)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_root_by_price_new ON listing (root, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_root_by_price_down_new ON listing (root, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, material, available, price);
CREATE INDEX listing_category_by_created_new ON listing (category, created_at DESC, product_id DESC)
    INCLUDE (color, material, available, price);
CREATE INDEX listing_category_by_price_new ON listing (category, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (color, material, available, price);
CREATE INDEX listing_category_by_price_down_new ON listing (category, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (color, material, available, price);
CREATE INDEX listing_color_by_created_new ON listing (color, created_at DESC, product_id DESC)
    INCLUDE (category, material, available, price);
CREATE INDEX listing_color_by_price_new ON listing (color, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, material, available, price);
CREATE INDEX listing_color_by_price_down_new ON listing (color, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, material, available, price);
CREATE INDEX listing_material_by_created_new ON listing (material, created_at DESC, product_id DESC)
    INCLUDE (category, color, available, price);
CREATE INDEX listing_material_by_price_new ON listing (material, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, available, price);
CREATE INDEX listing_material_by_price_down_new ON listing (material, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, available, price);

DROP INDEX listing_by_created,
    listing_by_price,
    listing_by_price_down,
    listing_root_by_created,
    listing_root_by_price,
    listing_root_by_price_down,
    listing_category_by_created,
    listing_category_by_price,
    listing_category_by_price_down,
    listing_color_by_created,
    listing_color_by_price,
    listing_color_by_price_down,
    listing_material_by_created,
    listing_material_by_price,
    listing_material_by_price_down;
ALTER INDEX listing_by_created_new RENAME TO listing_by_created;
ALTER INDEX listing_by_price_new RENAME TO listing_by_price;
ALTER INDEX listing_by_price_down_new RENAME TO listing_by_price_down;
ALTER INDEX listing_root_by_created_new RENAME TO listing_root_by_created;
ALTER INDEX listing_root_by_price_new RENAME TO listing_root_by_price;
ALTER INDEX listing_root_by_price_down_new RENAME TO listing_root_by_price_down;
ALTER INDEX listing_category_by_created_new RENAME TO listing_category_by_created;
ALTER INDEX listing_category_by_price_new RENAME TO listing_category_by_price;
ALTER INDEX listing_category_by_price_down_new RENAME TO listing_category_by_price_down;
ALTER INDEX listing_color_by_created_new RENAME TO listing_color_by_created;
ALTER INDEX listing_color_by_price_new RENAME TO listing_color_by_price;
ALTER INDEX listing_color_by_price_down_new RENAME TO listing_color_by_price_down;
ALTER INDEX listing_material_by_created_new RENAME TO listing_material_by_created;
ALTER INDEX listing_material_by_price_new RENAME TO listing_material_by_price;
ALTER INDEX listing_material_by_price_down_new RENAME TO listing_material_by_price_down;

-- An index answers by itself only for pages that were vacuumed since they were written: after a fiftieth of the rows has
-- changed, instead of after a fifth.
ALTER TABLE listing SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
