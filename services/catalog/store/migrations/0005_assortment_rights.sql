-- What the faces may do with the assortment's model. The edge face reads what customers see.
GRANT SELECT ON property, property_choice, category_property, component_type, component_type_property,
                set_kind, set_kind_requirement, product_set, product_set_unit, product_part
    TO catalog_edge;
GRANT SELECT (properties, assembly, deleted_at) ON component TO catalog_edge;
GRANT SELECT (deleted_at) ON warehouse TO catalog_edge;
GRANT SELECT (assembly_id, component_id, quantity, required, position, substitutes) ON assembly_line TO catalog_edge;

-- Jobs and services read everything and write bills and prices that are computed.
GRANT SELECT ON property, property_choice, category_property, component_type, component_type_property,
                compatibility_rule, margin_rule, set_kind, set_kind_requirement, product_set, product_set_unit,
                assembly_line, product_part, stale_bill, stale_product
    TO catalog_internal;
GRANT INSERT, DELETE ON product_part, stale_product TO catalog_internal;
GRANT INSERT, DELETE ON stale_bill TO catalog_internal;
GRANT UPDATE (after) ON stale_bill TO catalog_internal;
GRANT UPDATE (price_amount, price_currency) ON product TO catalog_internal;

-- Employees shape the assortment. Nothing is deleted for good but what only says how things hang together.
GRANT SELECT ON property, property_choice, category_property, component_type, component_type_property,
                compatibility_rule, margin_rule, set_kind, set_kind_requirement, product_set, product_set_unit,
                assembly_line, product_part, draft
    TO catalog_staff;
GRANT INSERT, UPDATE ON category, color, material, property, property_choice, category_property, component_type,
                        component_type_property, compatibility_rule, margin_rule, set_kind, set_kind_requirement,
                        component, product, bill_line, assembly_line, product_set, product_set_unit, draft,
                        warehouse, product_image
    TO catalog_staff;
GRANT DELETE ON property_choice, category_property, component_type_property, set_kind_requirement, margin_rule,
                bill_line, assembly_line, product_set_unit, draft, product_image
    TO catalog_staff;
GRANT INSERT, DELETE ON product_part TO catalog_staff;
GRANT INSERT ON stale_bill, stale_product TO catalog_staff;
