-- Customers see pictures in every size, and documents.
GRANT SELECT ON media_variant, document, product_document TO catalog_edge;

-- The job makes variants.
GRANT SELECT ON media_variant, media_task TO catalog_internal;
GRANT INSERT, UPDATE ON media_variant TO catalog_internal;
GRANT UPDATE (due_at, attempts, last_error), DELETE ON media_task TO catalog_internal;

-- Employees bring pictures and documents and give them to units.
GRANT SELECT ON media_variant, media_task, document, product_document TO catalog_staff;
GRANT INSERT ON media, media_task, document, product_document TO catalog_staff;
GRANT DELETE ON product_document TO catalog_staff;
