-- Looked up one by one, as cards are (0029): what else fits, by a walk that wants properties, and what is within a range of
-- numbers or prices; the components of a bill, for a unit's page and for what is taken for an order.
CREATE INDEX listing_by_hash ON listing USING hash (product_id);
CREATE INDEX component_by_hash ON component USING hash (id);
