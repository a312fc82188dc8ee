-- Where the shop delivers from its first day, with prices in kopecks. Changed later by `save_zones`, never here.
INSERT INTO delivery_zone (code, position, name_ru, name_en, postcodes, base, per_100_l, per_10_kg, oversize, lead_days)
VALUES
    ('moscow', 0, 'Москва', 'Moscow',
        ARRAY['10', '11', '12'], 99000, 5000, 3000, 70000, 1),
    ('moscow-region', 1, 'Московская область', 'Moscow region',
        ARRAY['140', '141', '142', '143', '144'], 149000, 7000, 4000, 90000, 1),
    ('petersburg', 2, 'Санкт-Петербург', 'Saint Petersburg',
        ARRAY['19'], 249000, 9000, 6000, 120000, 3),
    ('leningrad-region', 3, 'Ленинградская область', 'Leningrad region',
        ARRAY['187', '188'], 299000, 11000, 7000, 140000, 4);
