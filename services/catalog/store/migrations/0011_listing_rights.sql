-- Customers read what the job of the internal face keeps up.
GRANT SELECT ON listing, listing_number, listing_text, facet_cell, facet_value, search_word TO catalog_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON listing, listing_number, listing_text, facet_cell, facet_value, search_word
    TO catalog_internal;
