-- Versions of everything that employees edit: what a thing looked like, who made it so, when. The history that
-- employees see, and what a change of an old version is compared with. Rows are only ever added.
CREATE TABLE assortment_change (
    kind        text        NOT NULL CONSTRAINT assortment_change_kind CHECK (
        kind IN ('category', 'color', 'material', 'property', 'component_type', 'compatibility_rule', 'margin_rule',
                 'component', 'product', 'set_kind', 'set', 'warehouse')),
    -- The thing's code or id.
    code        text        NOT NULL,
    version     bigint      NOT NULL,
    -- 'import': it was there before its first edit, which noted how it was.
    action      text        NOT NULL CONSTRAINT assortment_change_action CHECK (
        action IN ('import', 'create', 'change', 'delete', 'restore')),
    -- The employee's login.
    actor       text,
    at          timestamptz NOT NULL,
    -- All of it after the change.
    entity      jsonb       NOT NULL CONSTRAINT assortment_change_entity_object CHECK (
        jsonb_typeof(entity) = 'object'),
    -- What the employee's client called a creation, so that it is made once however often it is sent, and the digest
    -- of what it asked for.
    request_key text,
    request     bytea,
    -- The draft that was published with it, so that it is published once.
    draft_id    uuid,
    PRIMARY KEY (kind, code, version),
    CONSTRAINT assortment_change_names_its_actor CHECK ((action = 'import') = (actor IS NULL)),
    CONSTRAINT assortment_change_request_whole CHECK ((request_key IS NULL) = (request IS NULL))
);
CREATE UNIQUE INDEX assortment_change_request_key ON assortment_change (actor, request_key)
    WHERE request_key IS NOT NULL;
CREATE UNIQUE INDEX assortment_change_draft ON assortment_change (draft_id) WHERE draft_id IS NOT NULL;

GRANT SELECT, INSERT ON assortment_change TO catalog_staff;
-- By its owner neither.
REVOKE UPDATE, DELETE, TRUNCATE ON assortment_change FROM PUBLIC, catalog_owner;
