-- Walks tell from their index alone what has other values than those wanted, instead of looking up, on a page of its
-- own, each unit that fits otherwise. Made beside the old ones, as in 0028: lists are read meanwhile, the job that writes
-- them waits.
CREATE INDEX listing_by_created_new ON listing (created_at DESC, product_id DESC)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_by_price_new ON listing ((coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_by_price_down_new ON listing ((coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_root_by_created_new ON listing (root, created_at DESC, product_id DESC)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_root_by_price_new ON listing (root, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_root_by_price_down_new ON listing (root, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, material, available, price, marks);
CREATE INDEX listing_category_by_created_new ON listing (category, created_at DESC, product_id DESC)
    INCLUDE (color, material, available, price, marks);
CREATE INDEX listing_category_by_price_new ON listing (category, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (color, material, available, price, marks);
CREATE INDEX listing_category_by_price_down_new ON listing (category, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (color, material, available, price, marks);
CREATE INDEX listing_color_by_created_new ON listing (color, created_at DESC, product_id DESC)
    INCLUDE (category, material, available, price, marks);
CREATE INDEX listing_color_by_price_new ON listing (color, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, material, available, price, marks);
CREATE INDEX listing_color_by_price_down_new ON listing (color, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, material, available, price, marks);
CREATE INDEX listing_material_by_created_new ON listing (material, created_at DESC, product_id DESC)
    INCLUDE (category, color, available, price, marks);
CREATE INDEX listing_material_by_price_new ON listing (material, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (category, color, available, price, marks);
CREATE INDEX listing_material_by_price_down_new ON listing (material, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (category, color, available, price, marks);

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
