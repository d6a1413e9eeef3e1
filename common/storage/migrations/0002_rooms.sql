-- Rooms, events and state: written by event_persister alone.
--
-- Numbers: a row that other rows point to has a "nid", dealt out by the owner of its room's shard from
-- shard.next_nid as n * 256 + shard, so that numbers are unique in the tenant, grow inside a shard, and are known
-- before anything is written.

CREATE TABLE room (
    room_nid     bigint   PRIMARY KEY,
    room_id      text     NOT NULL UNIQUE,
    shard        smallint NOT NULL,
    version      text     NOT NULL,
    creator      text     NOT NULL,
    published    boolean  NOT NULL DEFAULT false,
    created_ts   bigint   NOT NULL,           -- milliseconds
    -- What its creator's request is known by, or '': a request that is repeated finds the room that it has made.
    creation_id  text     NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX room_creation ON room (creator, creation_id) WHERE creation_id <> '';
CREATE INDEX room_published ON room (room_nid) WHERE published;

-- One row an event, without its body. `position` is its place in the log of the room's shard; events without one
-- (outliers, backfilled and rejected events) never entered the log, and never enter a sync.
CREATE TABLE event (
    event_nid        bigint   PRIMARY KEY,
    event_id         text     NOT NULL UNIQUE,
    room_nid         bigint   NOT NULL,
    position         bigint,
    depth            bigint   NOT NULL,
    origin_server_ts bigint   NOT NULL,
    type             text     NOT NULL,
    state_key        text,                    -- NULL for message events
    sender           text     NOT NULL,
    -- Room state after the event: everything on this chain up to and including `state_seq`. Before a state event
    -- that is not rejected: up to state_seq - 1.
    state_chain      bigint   NOT NULL DEFAULT 0,
    state_seq        bigint   NOT NULL DEFAULT 0,
    outlier          boolean  NOT NULL DEFAULT false,
    soft_failed      boolean  NOT NULL DEFAULT false,
    rejected         text,                    -- why, or NULL
    -- The redaction event in force on this event, or 0.
    redacted_by      bigint   NOT NULL DEFAULT 0,
    -- For redactions that took effect: the event that was redacted, or 0.
    redacts_nid      bigint   NOT NULL DEFAULT 0,
    -- For state events: the event that it replaced in the current state, or 0.
    replaces_nid     bigint   NOT NULL DEFAULT 0
);
-- /messages and /context: topological order of a room, ties broken by arrival.
CREATE INDEX event_by_depth ON event (room_nid, depth, event_nid) WHERE NOT outlier;
-- Reading a room's or a shard's log.
CREATE UNIQUE INDEX event_by_position ON event ((event_nid & 255), position) WHERE position IS NOT NULL;
CREATE INDEX event_by_room_position ON event (room_nid, position) WHERE position IS NOT NULL;

-- Canonical JSON of the PDU as it was hashed and signed; redacting an event replaces it by its redacted form.
CREATE TABLE event_body (
    event_nid bigint PRIMARY KEY,
    json      text   NOT NULL
);

-- prev_events. A parent that is not here yet is a backward extremity, by id.
CREATE TABLE event_edge (
    event_nid  bigint NOT NULL,
    parent_nid bigint NOT NULL,
    PRIMARY KEY (event_nid, parent_nid)
);
CREATE INDEX event_edge_parent ON event_edge (parent_nid);
CREATE TABLE backward_extremity (
    room_nid        bigint NOT NULL,
    missing_event   text   NOT NULL,
    child_nid       bigint NOT NULL,
    PRIMARY KEY (room_nid, missing_event, child_nid)
);

CREATE TABLE event_auth (
    event_nid bigint NOT NULL,
    auth_nid  bigint NOT NULL,
    PRIMARY KEY (event_nid, auth_nid)
);

CREATE TABLE forward_extremity (
    room_nid  bigint NOT NULL,
    event_nid bigint NOT NULL,
    PRIMARY KEY (room_nid, event_nid)
);

-- Which client request made an event: unique for a device, a room, an event type and a transaction id.
CREATE TABLE client_transaction (
    room_nid   bigint NOT NULL,
    user_id    text   NOT NULL,
    device_id  text   NOT NULL,
    type       text   NOT NULL,
    txn_id     text   NOT NULL,
    event_nid  bigint NOT NULL,
    created_ts bigint NOT NULL,
    PRIMARY KEY (room_nid, user_id, device_id, type, txn_id)
);
CREATE INDEX client_transaction_event ON client_transaction (event_nid);
CREATE INDEX client_transaction_age ON client_transaction (created_ts);

-- (type, state_key) pairs, interned.
CREATE TABLE state_key (
    key_nid   bigint PRIMARY KEY,
    shard     smallint NOT NULL,
    type      text   NOT NULL,
    state_key text   NOT NULL,
    UNIQUE (shard, type, state_key)
);

-- State is a tree of chains. A chain starts where it left its parent (or from nothing, parent 0) and is a numbered
-- list of changes; a room without forks has one. The state at (chain, seq) is, for every key, the last change on
-- the chain up to seq, else that of the parent up to parent_seq, and so on; `depth` counts the parents and is bounded.
CREATE TABLE state_chain (
    chain_nid  bigint   PRIMARY KEY,
    room_nid   bigint   NOT NULL,
    parent_nid bigint   NOT NULL DEFAULT 0,
    parent_seq bigint   NOT NULL DEFAULT 0,
    depth      smallint NOT NULL DEFAULT 0
);
CREATE INDEX state_chain_room ON state_chain (room_nid);
CREATE TABLE state_delta (
    chain_nid bigint NOT NULL,
    key_nid   bigint NOT NULL,
    seq       bigint NOT NULL,
    event_nid bigint NOT NULL,
    PRIMARY KEY (chain_nid, key_nid, seq)
);

-- The room's state after its forward extremities.
CREATE TABLE current_state (
    room_nid  bigint NOT NULL,
    type      text   NOT NULL,
    state_key text   NOT NULL,
    event_nid bigint NOT NULL,
    PRIMARY KEY (room_nid, type, state_key)
);

-- Current membership, the m.room.member part of current_state by user.
CREATE TABLE membership (
    user_id    text     NOT NULL,
    room_nid   bigint   NOT NULL,
    membership text     NOT NULL,             -- join, invite, knock, leave, ban
    event_nid  bigint   NOT NULL,
    position   bigint   NOT NULL,             -- of that event in the room shard's log
    sender     text     NOT NULL,
    -- The membership that this one replaced, or '' for none.
    previous   text     NOT NULL DEFAULT '',
    forgotten  boolean  NOT NULL DEFAULT false,
    PRIMARY KEY (user_id, room_nid)
);
CREATE INDEX membership_room ON membership (room_nid, membership);

CREATE TABLE room_alias (
    alias    text   PRIMARY KEY,
    room_nid bigint NOT NULL,
    creator  text   NOT NULL
);
CREATE INDEX room_alias_room ON room_alias (room_nid);

-- The newest receipt of each kind. `position` is that of its log entry: an older one of the same key is gone from
-- the log (it coalesced).
CREATE TABLE receipt (
    room_nid     bigint   NOT NULL,
    user_id      text     NOT NULL,
    receipt_type text     NOT NULL,
    thread_id    text     NOT NULL DEFAULT '',
    event_id     text     NOT NULL,
    event_nid    bigint   NOT NULL,
    ts           bigint   NOT NULL,
    shard        smallint NOT NULL,
    position     bigint   NOT NULL,
    PRIMARY KEY (room_nid, receipt_type, user_id, thread_id)
);
CREATE INDEX receipt_by_position ON receipt (shard, position);

-- Log entries that are neither events nor receipts.
CREATE TABLE room_forget (
    shard    smallint NOT NULL,
    position bigint   NOT NULL,
    room_nid bigint   NOT NULL,
    user_id  text     NOT NULL,
    PRIMARY KEY (shard, position)
);
