-- no-transaction
-- An index answers by itself only for pages that were vacuumed since they were written, and 0034 wrote all of them.
VACUUM ANALYZE listing
