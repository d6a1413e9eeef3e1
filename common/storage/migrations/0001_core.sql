-- What every tenant's schema has: its parameters, and its shards with their owners and heads.

-- server_name, room_shards, user_shards, timeline, feature_level. Written once, when the schema is created, except
-- timeline and feature_level.
CREATE TABLE meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- One row a shard. `owner`, `epoch` and `lease_id` change when it changes hands; `head` and `next_nid` with every batch
-- of its log, so pages keep room for the new versions and no index covers what changes.
CREATE TABLE shard (
    kind     smallint NOT NULL,               -- 1 room, 2 user
    id       smallint NOT NULL,
    owner    text,                            -- plexus.process.id, or NULL while free
    epoch    bigint   NOT NULL DEFAULT 0,     -- grows whenever it is taken or released
    lease_id bigint   NOT NULL DEFAULT 0,     -- random for each taking: what writes are fenced by
    head     bigint   NOT NULL DEFAULT 0,     -- last position of the log
    next_nid bigint   NOT NULL DEFAULT 1,     -- next row number to deal out
    PRIMARY KEY (kind, id)
) WITH (fillfactor = 20);
