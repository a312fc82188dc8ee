-- One role per face, each with the least rights. The roles exist before the database does.
GRANT USAGE ON SCHEMA public TO orders_edge, orders_staff, orders_internal;

-- Customers and couriers.
GRANT SELECT ON delivery_zone TO orders_edge;
GRANT SELECT, UPDATE (taken) ON delivery_slot TO orders_edge;
GRANT SELECT, INSERT ON cart TO orders_edge;
GRANT SELECT, INSERT, UPDATE, DELETE ON cart_line TO orders_edge;
GRANT SELECT, INSERT, UPDATE ON order_attempt TO orders_edge;
GRANT SELECT, INSERT, UPDATE (status, version, courier, not_delivered) ON orders TO orders_edge;
GRANT SELECT, INSERT ON order_line, order_step TO orders_edge;
GRANT SELECT, INSERT, UPDATE ON payment TO orders_edge;
GRANT SELECT, INSERT ON stray_payment TO orders_edge;
GRANT SELECT, INSERT, DELETE ON courier_session TO orders_edge;

-- Employees: everything about an order but who receives it and where.
GRANT SELECT (id, number, status, version, created_at, pay_before, currency, goods, delivery, total, pieces, volume_l,
    weight_g, zone, slot_id, places, courier, not_delivered) ON orders TO orders_staff;
GRANT UPDATE (status, version, courier, not_delivered) ON orders TO orders_staff;
GRANT SELECT ON order_line, delivery_zone TO orders_staff;
GRANT SELECT, UPDATE (taken) ON delivery_slot TO orders_staff;
GRANT SELECT, INSERT ON order_step TO orders_staff;

-- Jobs, events and reconciliation.
GRANT SELECT ON delivery_zone TO orders_internal;
GRANT SELECT, INSERT, UPDATE (taken), DELETE ON delivery_slot TO orders_internal;
GRANT SELECT (id, number, status, version, created_at, pay_before, currency, goods, delivery, total, pieces, volume_l,
    weight_g, zone, slot_id, places, courier, not_delivered) ON orders TO orders_internal;
GRANT UPDATE (status, version, courier, not_delivered) ON orders TO orders_internal;
GRANT SELECT ON order_line TO orders_internal;
GRANT SELECT, INSERT ON order_step TO orders_internal;
GRANT SELECT, UPDATE ON payment TO orders_internal;
GRANT SELECT, INSERT ON stray_payment TO orders_internal;
GRANT SELECT, DELETE ON courier_session, cart, cart_line, order_attempt TO orders_internal;
