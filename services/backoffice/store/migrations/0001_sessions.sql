-- Open sessions of employees. One that ends is deleted; who opened and closed it is in the audit. There are as many
-- rows as employees at work, so the primary key is the only index, and being used costs no index update.
CREATE TABLE employee_session (
    -- SHA-256 of the token: a copy of the table opens no session.
    token_hash   bytea       PRIMARY KEY CHECK (length(token_hash) = 32),
    login        text        NOT NULL,
    name         text        NOT NULL,
    roles        text[]      NOT NULL,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL CHECK (expires_at > created_at)
) WITH (fillfactor = 70);
