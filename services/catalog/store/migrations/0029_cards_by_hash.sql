-- Cards and details look units up one by one, each in several tables: by hash that is two pages a look-up, by a tree four at
-- a million units. The keys' own indexes stay what keeps them unique.
CREATE INDEX product_by_hash ON product USING hash (id);
CREATE INDEX product_availability_by_hash ON product_availability USING hash (product_id);
CREATE INDEX product_image_by_hash ON product_image USING hash (product_id);
