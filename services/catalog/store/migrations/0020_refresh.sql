-- Every look at a GIN index reads its list of pending entries as well; the refresh of availability looks once a component.
ALTER INDEX product_availability_limited_by SET (fastupdate = off);
ALTER INDEX product_part_substitutes SET (fastupdate = off);
-- What was pending before would stay so.
REINDEX INDEX product_availability_limited_by;
REINDEX INDEX product_part_substitutes;
