-- Events that came through a broker and could not be applied here: the receiver's own dead letters. Senders that push
-- keep theirs in events.delivery.
CREATE TABLE events.put_aside (
    -- The service that should have applied it: the one this database belongs to.
    subscriber  text        NOT NULL,
    event_id    uuid        NOT NULL,
    source      text        NOT NULL,
    type        text        NOT NULL CHECK (type <> ''),
    subject     text,
    data        jsonb       NOT NULL,
    traceparent text,
    at          timestamptz NOT NULL,
    -- When it may be tried again; while it is tried, when another replica may.
    next_at     timestamptz NOT NULL,
    attempts    integer     NOT NULL,
    failures    integer     NOT NULL,
    last_error  text,
    -- Since when it has been a dead letter; null once support wants it tried again like any event.
    dead_at     timestamptz,
    PRIMARY KEY (subscriber, event_id)
);
CREATE INDEX put_aside_due ON events.put_aside (next_at);
CREATE INDEX put_aside_dead ON events.put_aside (dead_at, event_id) WHERE dead_at IS NOT NULL;
