-- The variants of a picture beside the picture, as answers give them: every card on a page shows them, and gathering
-- them from their rows takes longer than finding the card.
ALTER TABLE media ADD COLUMN variants jsonb NOT NULL DEFAULT '[]';

CREATE FUNCTION variants_of(media_key text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('format', v.format, 'width', v.width, 'height', v.height, 'key', v.key)
                              ORDER BY v.format, v.width), '[]')
    FROM media_variant v WHERE v.media_key = $1
$$;

-- Whoever writes a variant, of whatever version. As the owner: the job that makes variants may not change pictures.
CREATE FUNCTION gather_variants() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Who waits for another's row sees then what the other has written.
    PERFORM FROM media WHERE key IN (SELECT media_key FROM changed) ORDER BY key FOR NO KEY UPDATE;
    UPDATE media m SET variants = variants_of(m.key)
    WHERE m.key IN (SELECT media_key FROM changed) AND m.variants <> variants_of(m.key);
    RETURN NULL;
END
$$;
CREATE TRIGGER variants_inserted AFTER INSERT ON media_variant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION gather_variants();
CREATE TRIGGER variants_updated AFTER UPDATE ON media_variant REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION gather_variants();
CREATE TRIGGER variants_deleted AFTER DELETE ON media_variant REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION gather_variants();

-- They are written by that alone: what a key stands for is nobody's to say.
REVOKE INSERT ON media FROM catalog_staff;
GRANT INSERT (key, content_type, bytes, width, height, created_at) ON media TO catalog_staff;
