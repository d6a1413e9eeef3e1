-- Users: written by account alone. Secrets are stored as hashes only.

CREATE TABLE account (
    user_id       text    PRIMARY KEY,
    password_hash text    NOT NULL DEFAULT '',   -- argon2id in PHC form; '' for none
    is_admin      boolean NOT NULL DEFAULT false,
    is_guest      boolean NOT NULL DEFAULT false,
    is_locked     boolean NOT NULL DEFAULT false,
    is_suspended  boolean NOT NULL DEFAULT false,
    deactivated   boolean NOT NULL DEFAULT false,
    created_ts    bigint  NOT NULL
);

CREATE TABLE profile (
    user_id      text PRIMARY KEY,
    displayname  text,
    avatar_url   text,
    fields_json  text NOT NULL DEFAULT '{}'      -- further profile fields
);

-- A profile change that has yet to reach the user's member events.
CREATE TABLE profile_job (
    user_id    text     PRIMARY KEY,
    shard      smallint NOT NULL,                -- of the user
    version    bigint   NOT NULL,                -- grows with each change
    last_room  text     NOT NULL DEFAULT ''      -- rooms up to this id are done
);
CREATE INDEX profile_job_shard ON profile_job (shard);

CREATE TABLE device (
    user_id      text   NOT NULL,
    device_id    text   NOT NULL,
    display_name text,
    last_seen_ts bigint,
    last_seen_ip text,
    created_ts   bigint NOT NULL,
    PRIMARY KEY (user_id, device_id)
);

CREATE TABLE access_token (
    token_hash  bytea  PRIMARY KEY,              -- SHA-256
    token_id    bigint NOT NULL UNIQUE,
    user_id     text   NOT NULL,
    device_id   text   NOT NULL,
    expires_ts  bigint NOT NULL DEFAULT 0,       -- milliseconds; 0 for never
    refresh_id  bigint NOT NULL DEFAULT 0,       -- the refresh token that was given with it, or 0
    -- Whether it has been used: then the refresh token that it was got with is void.
    used        boolean NOT NULL DEFAULT false
);
CREATE INDEX access_token_device ON access_token (user_id, device_id);

CREATE TABLE refresh_token (
    token_hash  bytea  PRIMARY KEY,
    refresh_id  bigint NOT NULL UNIQUE,
    user_id     text   NOT NULL,
    device_id   text   NOT NULL,
    -- The successor that was given for it. The token stays good until the successor, or its access token, is used.
    next_id     bigint NOT NULL DEFAULT 0,
    expires_ts  bigint NOT NULL DEFAULT 0
);
CREATE INDEX refresh_token_device ON refresh_token (user_id, device_id);
CREATE INDEX refresh_token_next ON refresh_token (next_id) WHERE next_id <> 0;

CREATE TABLE uia_session (
    session_id   text   PRIMARY KEY,
    operation    bytea  NOT NULL,                -- hash of what is asked for, and by whom: a session serves that alone
    completed    text[] NOT NULL DEFAULT '{}',   -- stages
    -- The registration token that the session holds a use of, counted in registration_token.pending; or ''.
    registration_token text NOT NULL DEFAULT '',
    result_user  text   NOT NULL DEFAULT '',     -- the user that it has registered, or ''
    expires_ts   bigint NOT NULL
);
CREATE INDEX uia_session_expiry ON uia_session (expires_ts);

CREATE TABLE registration_token (
    token        text    PRIMARY KEY,
    uses_allowed integer,                        -- NULL for no limit
    pending      integer NOT NULL DEFAULT 0,
    completed    integer NOT NULL DEFAULT 0,
    expires_ts   bigint  NOT NULL DEFAULT 0
);

-- Single-use values with an end: shared-secret nonces, m.login.token tokens.
CREATE TABLE one_time_token (
    token_hash bytea  PRIMARY KEY,
    purpose    text   NOT NULL,
    user_id    text   NOT NULL DEFAULT '',
    expires_ts bigint NOT NULL
);
CREATE INDEX one_time_token_expiry ON one_time_token (expires_ts);

CREATE TABLE filter (
    user_id   text NOT NULL,
    filter_id text NOT NULL,
    json      text NOT NULL,
    PRIMARY KEY (user_id, filter_id)
);

-- Account data, tags (m.tag) and push rules (m.push_rules) too. The newest entry of a key is also its log entry.
CREATE TABLE account_data (
    user_id  text     NOT NULL,
    room_id  text     NOT NULL DEFAULT '',       -- '' for global
    type     text     NOT NULL,
    json     text     NOT NULL,
    shard    smallint NOT NULL,
    position bigint   NOT NULL,
    PRIMARY KEY (user_id, room_id, type)
);
CREATE INDEX account_data_by_position ON account_data (shard, position);

-- The newest change of each device, kept after its end so that readers of the log learn of it.
CREATE TABLE device_list_change (
    user_id   text     NOT NULL,
    device_id text     NOT NULL,
    deleted   boolean  NOT NULL,
    shard     smallint NOT NULL,
    position  bigint   NOT NULL,
    PRIMARY KEY (user_id, device_id)
);
CREATE INDEX device_list_change_by_position ON device_list_change (shard, position);
