-- What of a kind has a colour, or is of a material, is a twenty-fourth or a twelfth of the kind: a walk along the kind passes
-- by hundreds of units for a page, and gives up where a property is wanted, too.
CREATE INDEX listing_category_color_by_created ON listing (category, color, created_at DESC, product_id DESC)
    INCLUDE (material, available, price, marks);
CREATE INDEX listing_category_color_by_price
    ON listing (category, color, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (material, available, price, marks);
CREATE INDEX listing_category_color_by_price_down ON listing (category, color, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (material, available, price, marks);
CREATE INDEX listing_category_material_by_created ON listing (category, material, created_at DESC, product_id DESC)
    INCLUDE (color, available, price, marks);
CREATE INDEX listing_category_material_by_price
    ON listing (category, material, (coalesce(price, 9223372036854775807)), product_id)
    INCLUDE (color, available, price, marks);
CREATE INDEX listing_category_material_by_price_down
    ON listing (category, material, (coalesce(price, -1)) DESC, product_id DESC)
    INCLUDE (color, available, price, marks);
