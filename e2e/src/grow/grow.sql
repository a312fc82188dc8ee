-- Fills a catalog database with `grow.units` units, as a superuser: foreign keys are not checked and triggers do not
-- fire, since everything written here refers to what is written here.
SET session_replication_role = replica;
SET statement_timeout = 0;
SET lock_timeout = 0;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';
SELECT setseed(0.42);

-- ---- words ----------------------------------------------------------------------------------------------------

-- A tree of three levels: 6 rooms, 3 groups each, 3 kinds each.
CREATE TEMP TABLE kind AS
SELECT r.n AS room, g.n AS grp, k.n AS kind, 'g-' || r.code AS root, 'g-' || r.code || '-' || g.code AS branch,
       'g-' || r.code || '-' || g.code || '-' || k.code AS leaf, r.ru AS room_ru, r.en AS room_en, g.ru AS grp_ru,
       g.en AS grp_en, k.ru AS kind_ru, k.en AS kind_en, row_number() OVER (ORDER BY r.n, g.n, k.n) - 1 AS at
FROM (VALUES (0, 'living', 'Гостиная', 'Living room'), (1, 'bedroom', 'Спальня', 'Bedroom'),
             (2, 'kitchen', 'Кухня', 'Kitchen'), (3, 'hall', 'Прихожая', 'Hall'), (4, 'office', 'Кабинет', 'Study'),
             (5, 'nursery', 'Детская', 'Nursery')) r (n, code, ru, en),
     (VALUES (0, 'storage', 'Хранение', 'Storage'), (1, 'seating', 'Сидение', 'Seating'),
             (2, 'surfaces', 'Поверхности', 'Surfaces')) g (n, code, ru, en),
     LATERAL (SELECT * FROM (VALUES
        (0, 0, 'wardrobe', 'Шкаф', 'Wardrobe'), (0, 1, 'dresser', 'Комод', 'Dresser'), (0, 2, 'rack', 'Стеллаж', 'Rack'),
        (1, 0, 'chair', 'Стул', 'Chair'), (1, 1, 'armchair', 'Кресло', 'Armchair'), (1, 2, 'bench', 'Скамья', 'Bench'),
        (2, 0, 'table', 'Стол', 'Table'), (2, 1, 'desk', 'Бюро', 'Desk'), (2, 2, 'console', 'Консоль', 'Console'))
        x (grp, n, code, ru, en) WHERE x.grp = g.n) k;
INSERT INTO category (code, name_ru, name_en, position, parent)
SELECT DISTINCT root, room_ru, room_en, 100 + room, NULL FROM kind
UNION ALL SELECT DISTINCT branch, grp_ru, grp_en, 200 + grp, root FROM kind
UNION ALL SELECT leaf, kind_ru, kind_en, 300 + kind, branch FROM kind
ON CONFLICT (code) DO NOTHING;

CREATE TEMP TABLE paint AS
SELECT n, 'g-color-' || n AS code, ru, en FROM unnest(
    ARRAY['белый','чёрный','серый','дуб','орех','ясень','венге','бук','вишня','графит','песок','слоновая кость','синий',
          'зелёный','красный','жёлтый','мятный','пудра','терракота','индиго','латте','антрацит','сосна','тик'],
    ARRAY['white','black','grey','oak','walnut','ash','wenge','beech','cherry','graphite','sand','ivory','blue','green',
          'red','yellow','mint','powder','terracotta','indigo','latte','anthracite','pine','teak'])
    WITH ORDINALITY c (ru, en, n);
INSERT INTO color (code, name_ru, name_en, hex, position)
SELECT code, ru, en, '#' || lpad(to_hex((n * 699050) % 16777216), 6, '0'), 100 + n FROM paint
ON CONFLICT (code) DO NOTHING;
CREATE TEMP TABLE stuff AS
SELECT n, 'g-material-' || n AS code, ru, en FROM unnest(
    ARRAY['массив','шпон','ламинат','МДФ','металл','стекло','ротанг','кожа','велюр','лён','фанера','камень'],
    ARRAY['solid wood','veneer','laminate','fibreboard','metal','glass','rattan','leather','velour','linen','plywood',
          'stone']) WITH ORDINALITY c (ru, en, n);
INSERT INTO material (code, name_ru, name_en, position) SELECT code, ru, en, 100 + n FROM stuff
ON CONFLICT (code) DO NOTHING;

INSERT INTO property (code, name_ru, name_en, kind, unit, filterable, position) VALUES
    ('g_finish', 'Отделка', 'Finish', 'choice', NULL, true, 100), ('g_style', 'Стиль', 'Style', 'choice', NULL, true, 101),
    ('g_lock', 'С замком', 'With a lock', 'flag', NULL, true, 102), ('g_load', 'Нагрузка', 'Load', 'number', 'kg', true, 103)
ON CONFLICT (code) DO NOTHING;
INSERT INTO property_choice (property, code, name_ru, name_en, position)
SELECT 'g_finish', 'f' || n, ru, en, n FROM unnest(ARRAY['матовая','глянцевая','масло','воск'],
    ARRAY['matt','gloss','oil','wax']) WITH ORDINALITY c (ru, en, n)
UNION ALL
SELECT 'g_style', 's' || n, ru, en, n FROM unnest(ARRAY['лофт','классика','сканди','прованс','модерн','эко','хай-тек'],
    ARRAY['loft','classic','nordic','provence','modern','eco','high-tech']) WITH ORDINALITY c (ru, en, n)
ON CONFLICT (property, code) DO NOTHING;
INSERT INTO category_property (category, property, required, position)
SELECT DISTINCT root, p, false, n FROM kind,
    unnest(ARRAY['g_finish', 'g_style', 'g_lock', 'g_load']) WITH ORDINALITY p (p, n)
ON CONFLICT (category, property) DO NOTHING;
INSERT INTO component_type (code, name_ru, name_en, position) VALUES ('g-fitting', 'Фурнитура', 'Fitting', 100),
    ('g-panel', 'Панель', 'Panel', 101) ON CONFLICT (code) DO NOTHING;
INSERT INTO warehouse (id, code, name_ru, name_en, address_ru, address_en, position)
SELECT gen_random_uuid(), 'GROW-' || n, 'Склад ' || n, 'Warehouse ' || n, 'Москва', 'Moscow', 100 + n
FROM generate_series(1, 3) n ON CONFLICT (code) DO NOTHING;

-- ---- units ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE unit AS
SELECT u.n, gen_random_uuid() AS id, k.root, k.leaf, k.kind_ru, k.kind_en, p.code AS color, p.ru AS color_ru, p.en AS color_en, s.code AS material,
       s.ru AS material_ru, s.en AS material_en, series.ru AS series_ru, series.en AS series_en,
       -- Families share their panels.
       u.n / 4 AS family, random() AS dear
FROM (SELECT n, (random() * 53.999)::int % 54 AS kind_at,
             -- Some colours and materials are common, some rare.
             least(floor(24 * random() * sqrt(random()))::int + 1, 24) AS paint_at,
             least(floor(12 * random() * sqrt(random()))::int + 1, 12) AS stuff_at
      FROM generate_series(0, current_setting('grow.units')::int - 1) n) u
JOIN kind k ON k.at = u.kind_at
JOIN paint p ON p.n = u.paint_at
JOIN stuff s ON s.n = u.stuff_at
CROSS JOIN LATERAL (SELECT
    (ARRAY['Онега','Ладога','Байкал','Волга','Нева','Енисей','Лена','Ангара','Кама','Ока','Дон','Урал'])[1 + u.n % 12]
        || ' ' || u.n / 12 AS ru,
    (ARRAY['Onega','Ladoga','Baikal','Volga','Neva','Yenisei','Lena','Angara','Kama','Oka','Don','Ural'])[1 + u.n % 12]
        || ' ' || u.n / 12 AS en) series;
INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material, height_mm,
                     width_mm, depth_mm, weight_g, price_amount, price_currency, created_at, properties)
SELECT id, 'g-' || n, kind_ru || ' ' || series_ru || ' ' || color_ru, kind_en || ' ' || series_en || ' ' || color_en,
       kind_ru || ' из серии ' || series_ru || ': ' || material_ru || ', ' || color_ru || '. Собирается за час, гарантия '
           || 2 + n % 9 || ' лет.',
       kind_en || ' of the series ' || series_en || ': ' || material_en || ', ' || color_en
           || '. Put together in an hour, guaranteed for ' || 2 + n % 9 || ' years.',
       leaf, color, material, 400 + n % 1800, 300 + n % 2000, 300 + n % 600, 2000 + n % 90000,
       CASE WHEN n % 200 < 199 THEN (exp(dear * 5) * 2000)::bigint * 100 END, CASE WHEN n % 200 < 199 THEN 'RUB' END,
       timestamptz '2020-01-01' + n * interval '1 second',
       jsonb_build_object('g_finish', 'f' || 1 + n % 4, 'g_style', 's' || 1 + (n / 7) % 7, 'g_lock', n % 5 = 0,
                          'g_load', 5 + (n % 1000 * 7919) % 196)
FROM unit;

-- ---- components, bills, stock ---------------------------------------------------------------------------------

-- Twenty fittings that all units share, and six panels for each family.
CREATE TEMP TABLE part AS
SELECT gen_random_uuid() AS id, NULL::int AS family, n AS at FROM generate_series(0, 19) n
UNION ALL
SELECT gen_random_uuid(), f, n FROM generate_series(0, current_setting('grow.units')::int / 4) f, generate_series(0, 5) n;
INSERT INTO component (id, sku, name_ru, name_en, kind, height_mm, width_mm, depth_mm, cost_amount, cost_currency)
SELECT id, 'G-' || coalesce('P' || family || '-', 'F') || at, 'Деталь', 'Part',
       CASE WHEN family IS NULL THEN 'g-fitting' ELSE 'g-panel' END, 10, 10, 10, 100, 'RUB'
FROM part;
CREATE TEMP TABLE line AS
SELECT u.id AS product_id, p.id AS component_id, 1 + p.at % 4 AS quantity, p.family IS NULL AS is_fitting, p.at
FROM unit u JOIN part p ON p.family = u.family
WHERE u.n > 0
UNION ALL
SELECT u.id, p.id, CASE WHEN u.n = 0 THEN 1 ELSE 4 + p.at END, true, 10 + p.at
FROM unit u CROSS JOIN generate_series(0, 2) f JOIN part p ON p.family IS NULL AND p.at = (f * 7 + u.n % 6) % 20
-- The first unit is one piece of one component.
WHERE u.n > 0 OR f = 0;
INSERT INTO bill_line (product_id, component_id, quantity, required, position)
SELECT product_id, component_id, quantity, true, at FROM line ORDER BY product_id, component_id;
INSERT INTO product_part (product_id, component_id, substitutes, quantity)
SELECT product_id, component_id, '{}', quantity FROM line ORDER BY product_id, component_id;
INSERT INTO stock (component_id, warehouse_id, shelf, on_hand, reserved)
SELECT p.id, w.id, 'G', CASE WHEN family IS NULL THEN 1000000000 WHEN p.family % 10 < 3 AND p.at = 0 THEN 0
                             ELSE 50 + (p.family + p.at) % 200 END, 0
FROM part p, warehouse w WHERE w.code LIKE 'GROW-%';
INSERT INTO stock_movement (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, at)
SELECT component_id, warehouse_id, 'import', on_hand, 0, now() FROM stock WHERE shelf = 'G' AND on_hand > 0;
CREATE TEMP TABLE suffices AS
SELECT l.product_id, l.component_id, l.quantity, s.free / l.quantity AS units
FROM line l JOIN (SELECT component_id, sum(on_hand)::bigint AS free FROM stock WHERE shelf = 'G' GROUP BY 1) s
    ON s.component_id = l.component_id;
INSERT INTO product_availability (product_id, available, limited_by, card)
SELECT a.product_id, a.units, a.limited_by, c.card
FROM (SELECT product_id, min(units) AS units, (array_agg(component_id ORDER BY units, component_id))[1:1] AS limited_by
      FROM suffices GROUP BY product_id) a
CROSS JOIN LATERAL product_cards(ARRAY[a.product_id]) c;
INSERT INTO availability_bound (component_id, pieces, bound)
SELECT s.component_id, s.quantity, max(a.available)
FROM suffices s JOIN product_availability a ON a.product_id = s.product_id AND a.limited_by[1] <> s.component_id
GROUP BY 1, 2 ON CONFLICT DO NOTHING;
SET session_replication_role = DEFAULT;
ANALYZE;
