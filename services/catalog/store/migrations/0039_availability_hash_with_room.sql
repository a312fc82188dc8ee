-- As 0038, in a transaction of its own: nobody waits for both tables.
CREATE INDEX product_availability_by_hash_new ON product_availability USING hash (product_id) WITH (fillfactor = 40);
DROP INDEX product_availability_by_hash;
ALTER INDEX product_availability_by_hash_new RENAME TO product_availability_by_hash;
