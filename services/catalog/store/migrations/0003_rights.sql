-- Each face connects with a role of its own that has just what its operations need (INF-3, SEC-1).

-- Customers: read the assortment. Not costs, not shelves, nothing about orders.
GRANT SELECT ON category, color, material, product, bill_line, media, product_image, product_availability
    TO catalog_edge;
GRANT SELECT (id, code, name_ru, name_en, position) ON warehouse TO catalog_edge;
GRANT SELECT (id, sku, name_ru, name_en, kind, color, material, height_mm, width_mm, depth_mm) ON component
    TO catalog_edge;
GRANT SELECT (component_id, warehouse_id, on_hand, reserved) ON stock TO catalog_edge;

-- Services and jobs: reserve, confirm, release, expire, recompute availability. Not the assortment.
GRANT SELECT ON category, color, material, warehouse, component, product, bill_line, media, product_image,
                stock, stock_movement, reservation, reservation_line, reservation_pick, stale_component,
                product_availability
    TO catalog_internal;
GRANT UPDATE (on_hand, reserved) ON stock TO catalog_internal;
GRANT INSERT ON stock_movement, reservation, reservation_line, reservation_pick, stale_component,
                product_availability
    TO catalog_internal;
GRANT UPDATE (status, settled_at) ON reservation TO catalog_internal;
GRANT UPDATE (available) ON product_availability TO catalog_internal;
-- The picks of an order that was paid after its reservation had run out are chosen anew.
GRANT DELETE ON stale_component, reservation_pick TO catalog_internal;

-- Employees: see everything, correct what lies on the shelves.
GRANT SELECT ON category, color, material, warehouse, component, product, bill_line, media, product_image,
                stock, stock_movement, reservation, reservation_line, reservation_pick, product_availability
    TO catalog_staff;
GRANT INSERT ON stock, stock_movement, stale_component TO catalog_staff;
GRANT UPDATE (on_hand) ON stock TO catalog_staff;

-- The journal is only ever added to, by its owner too.
REVOKE UPDATE, DELETE, TRUNCATE ON stock_movement FROM PUBLIC, catalog_owner;
