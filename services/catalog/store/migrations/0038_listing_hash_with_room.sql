-- Buckets are searched by halves, and each look is at memory that nobody has looked at for long: half as full, thirty cards
-- take a sixteenth less time at 1,000,000 units, and seldom a page that a bucket has run over into.
CREATE INDEX listing_by_hash_new ON listing USING hash (product_id) WITH (fillfactor = 40);
DROP INDEX listing_by_hash;
ALTER INDEX listing_by_hash_new RENAME TO listing_by_hash;
