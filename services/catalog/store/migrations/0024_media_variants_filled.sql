-- For itself, since the migration before keeps readers of pictures waiting.
UPDATE media m SET variants = variants_of(m.key) WHERE EXISTS (SELECT FROM media_variant v WHERE v.media_key = m.key);
