-- Every database that emits or receives events has this schema.

-- Events as they were emitted, kept for the retention time after they were delivered.
CREATE TABLE events.outbox (
    id          uuid        PRIMARY KEY,
    type        text        NOT NULL CHECK (type <> ''),
    subject     text,
    data        jsonb       NOT NULL,
    traceparent text,
    at          timestamptz NOT NULL
);
-- Only pruning asks by time, and events arrive in the order of time.
CREATE INDEX outbox_at ON events.outbox USING brin (at) WITH (pages_per_range = 16);

-- What is still to be delivered to whom. A delivered row is deleted, so the table stays as small as the backlog.
-- There is no foreign key to the outbox: one statement writes both, pruning leaves events with deliveries alone,
-- and the key's check would cost a locked outbox row for every delivery on the checkout's path.
CREATE TABLE events.delivery (
    subscriber  text        NOT NULL,
    event_id    uuid        NOT NULL,
    -- When it may be tried; while a dispatcher has leased it, when the lease ends.
    next_at     timestamptz NOT NULL,
    lease_token uuid,
    -- Times it was sent.
    attempts    integer     NOT NULL DEFAULT 0,
    -- Times the subscriber answered that it could not apply it; outages do not count.
    failures    integer     NOT NULL DEFAULT 0,
    last_error  text,
    -- Since when it has been a dead letter. It is still tried, every minute, until it is delivered.
    dead_at     timestamptz,
    PRIMARY KEY (subscriber, event_id)
) WITH (
    fillfactor = 70,
    -- A queue lives on dead rows: vacuum by their number, not by their share.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0
);
-- The claim walks this index from its beginning and stops at the first row that is not due: backlog, leased and
-- backing-off rows behind it cost nothing.
CREATE INDEX delivery_due ON events.delivery (subscriber, next_at);
CREATE INDEX delivery_dead ON events.delivery (dead_at, event_id) WHERE dead_at IS NOT NULL;

-- Ids of events applied here. An id in it makes a second delivery a duplicate.
CREATE TABLE events.inbox (
    event_id    uuid        PRIMARY KEY,
    received_at timestamptz NOT NULL
);
CREATE INDEX inbox_received_at ON events.inbox USING brin (received_at) WITH (pages_per_range = 16);
