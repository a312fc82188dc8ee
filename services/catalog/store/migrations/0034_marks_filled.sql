-- no-transaction
-- In small transactions: lists are read, and rows written, meanwhile. Can be repeated.
DO $$
DECLARE
    last uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    LOOP
        WITH batch AS (
            SELECT product_id FROM listing WHERE product_id >= last ORDER BY product_id LIMIT 2000 FOR NO KEY UPDATE
        ), marked AS (
            UPDATE listing l SET marks = listing_marks(l.props)
            FROM batch b
            WHERE l.product_id = b.product_id AND l.marks IS NULL
        )
        SELECT product_id INTO last FROM batch WHERE product_id > last ORDER BY product_id DESC LIMIT 1;
        EXIT WHEN last IS NULL;
        COMMIT;
    END LOOP;
END
$$;
