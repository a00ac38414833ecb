-- Times are milliseconds since 1970 in UTC, days are local dates as 'YYYY-MM-DD', Discord ids are the same 64 bits
-- as an INTEGER. What a column may hold is said once, here, and checked by the database.

CREATE TABLE team (
    id              INTEGER PRIMARY KEY,
    guild           INTEGER NOT NULL,
    channel         INTEGER NOT NULL,
    zone            TEXT    NOT NULL,
    manager_role    INTEGER,
    window_minutes  INTEGER NOT NULL DEFAULT 1440 CHECK (window_minutes BETWEEN 60 AND 4320),
    -- Whoever last ran /setup: the one who is told about trouble.
    setup_by        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    -- The introduction is said once, at the first start.
    started_at      INTEGER,
    removed_at      INTEGER,
    version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX team_by_channel ON team (channel) WHERE removed_at IS NULL;
CREATE INDEX team_by_guild ON team (guild);
CREATE INDEX team_removed ON team (removed_at) WHERE removed_at IS NOT NULL;

-- When the bot was removed from a server. Its data is kept for 30 days.
CREATE TABLE guild (
    id          INTEGER PRIMARY KEY,
    removed_at  INTEGER
) STRICT;

CREATE TABLE schedule (
    id              INTEGER PRIMARY KEY,
    team            INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    series          TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    weekdays        INTEGER NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
    start           TEXT    NOT NULL,
    sequence        TEXT    NOT NULL CHECK (sequence IN ('sequential', 'shuffled')),
    seed            INTEGER NOT NULL,
    round           INTEGER NOT NULL DEFAULT 0,
    -- 'stop', 'repeat', or 'series:<id>'
    at_end          TEXT    NOT NULL,
    -- NULL: the team's.
    window_minutes  INTEGER CHECK (window_minutes BETWEEN 60 AND 4320),
    thread          INTEGER NOT NULL DEFAULT 0 CHECK (thread IN (0, 1)),
    -- 'draft' until the team starts; 'suspended' by trouble, 'paused' by a manager.
    state           TEXT    NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'suspended', 'ended')),
    reason          TEXT,
    -- Of an active schedule: the next slot. Everything else about "due" is derived from it.
    next_day        TEXT,
    next_due        INTEGER,
    version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX schedule_due ON schedule (next_due) WHERE state = 'active';
CREATE INDEX schedule_by_team ON schedule (team);

CREATE TABLE queue (
    schedule  INTEGER NOT NULL REFERENCES schedule ON DELETE CASCADE,
    pos       INTEGER NOT NULL,
    prompt    TEXT    NOT NULL,
    PRIMARY KEY (schedule, pos)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_off (
    id        INTEGER PRIMARY KEY,
    team      INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    from_day  TEXT    NOT NULL,
    to_day    TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    CHECK (from_day <= to_day)
) STRICT;
CREATE INDEX day_off_by_team ON day_off (team, from_day);

CREATE TABLE occurrence (
    id           INTEGER PRIMARY KEY,
    -- 's<schedule>:<day>' or, for a post by hand, 'i<interaction>'. One key, one post.
    key          TEXT    NOT NULL UNIQUE,
    team         INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    schedule     INTEGER REFERENCES schedule ON DELETE SET NULL,
    channel      INTEGER NOT NULL,
    day          TEXT    NOT NULL,
    due          INTEGER NOT NULL,
    bonus        INTEGER NOT NULL DEFAULT 0 CHECK (bonus IN (0, 1)),
    state        TEXT    NOT NULL CHECK (state IN ('claimed', 'posted', 'retracted', 'missed', 'skipped', 'unknown')),
    reason       TEXT,
    -- JSON of domain::occurrence::Snapshot
    snapshot     TEXT,
    opens        INTEGER,
    closes       INTEGER NOT NULL,
    message      INTEGER UNIQUE,
    down         INTEGER NOT NULL DEFAULT 0,
    tallied_at   INTEGER,
    -- Buttons have been taken away.
    sealed       INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
    -- 'none' (nothing to reveal, or not yet tallied), 'held' (waits for the next prompt), 'queued' (in the outbox)
    reveal       TEXT    NOT NULL DEFAULT 'none' CHECK (reveal IN ('none', 'held', 'queued')),
    CHECK (state <> 'posted' OR (message IS NOT NULL AND opens IS NOT NULL AND snapshot IS NOT NULL))
) STRICT;
CREATE INDEX occurrence_by_team_day ON occurrence (team, day);
CREATE INDEX occurrence_open ON occurrence (closes) WHERE state = 'posted' AND tallied_at IS NULL;
CREATE INDEX occurrence_open_by_team ON occurrence (team, closes) WHERE state = 'posted' AND tallied_at IS NULL;
-- What may still change the class of its day without anybody reaching back.
CREATE INDEX occurrence_unsettled ON occurrence (team, day) WHERE tallied_at IS NULL AND state IN ('claimed', 'posted');
CREATE INDEX occurrence_unsealed ON occurrence (tallied_at) WHERE tallied_at IS NOT NULL AND sealed = 0;
-- For the day on which its schedule is deleted.
CREATE INDEX occurrence_by_schedule ON occurrence (schedule) WHERE schedule IS NOT NULL;
CREATE INDEX occurrence_held ON occurrence (team) WHERE reveal = 'held';

-- The registers of domain::answer::Answer.
CREATE TABLE answer (
    occurrence    INTEGER NOT NULL REFERENCES occurrence ON DELETE CASCADE,
    user          INTEGER NOT NULL,
    answered      INTEGER,
    withdrawn     INTEGER,
    picked_by     INTEGER,
    picked        INTEGER,
    note_by       INTEGER,
    note          TEXT,
    note_about    INTEGER,
    share_by      INTEGER,
    share_note    INTEGER,
    share_on      INTEGER,
    -- Derived from the registers, so that counting is one look: the answer stands.
    stands        INTEGER NOT NULL CHECK (stands IN (0, 1)),
    PRIMARY KEY (occurrence, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_by_user ON answer (user, occurrence);

CREATE TABLE tally (
    occurrence  INTEGER NOT NULL REFERENCES occurrence ON DELETE CASCADE,
    -- The option's place in the snapshot.
    option      INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    PRIMARY KEY (occurrence, option)
) STRICT, WITHOUT ROWID;

-- Leave, for all the person's teams on the server.
CREATE TABLE away (
    id        INTEGER PRIMARY KEY,
    guild     INTEGER NOT NULL,
    user      INTEGER NOT NULL,
    from_day  TEXT    NOT NULL,
    to_day    TEXT    NOT NULL,
    set_at    INTEGER NOT NULL,
    -- Ended early: from ended_day on it counts only for days that had closed by ended_at.
    ended_day TEXT,
    ended_at  INTEGER,
    CHECK (from_day <= to_day),
    CHECK ((ended_day IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE INDEX away_by_person ON away (guild, user, from_day);

CREATE TABLE excuse (
    id         INTEGER PRIMARY KEY,
    team       INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    user       INTEGER NOT NULL,
    day        TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    by         INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    undone_at  INTEGER
) STRICT;
CREATE INDEX excuse_by_person ON excuse (team, user, day);

-- When nobody could be heard: the session was lost (guild and channel NULL: everywhere), a server was out (guild), or
-- a channel was unusable (channel). An end of NULL is still going on.
CREATE TABLE outage (
    id       INTEGER PRIMARY KEY,
    guild    INTEGER,
    channel  INTEGER,
    from_at  INTEGER NOT NULL,
    to_at    INTEGER
) STRICT;
CREATE INDEX outage_by_end ON outage (to_at);

-- One row: the last instant at which the session was known to live. After a crash the outage began here.
CREATE TABLE liveness (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    at  INTEGER NOT NULL
) STRICT;

-- The cache of the fold. `settled_*` is the fold over all days up to `settled_day`, which are closed for good;
-- len, best and p go on from there over the days that are still open.
CREATE TABLE streak (
    team          INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    user          INTEGER NOT NULL,
    len           INTEGER NOT NULL,
    best          INTEGER NOT NULL,
    p             INTEGER NOT NULL,
    settled_day   TEXT    NOT NULL,
    settled_len   INTEGER NOT NULL,
    settled_best  INTEGER NOT NULL,
    settled_p     INTEGER NOT NULL,
    PRIMARY KEY (team, user)
) STRICT, WITHOUT ROWID;

-- The same for the team. What is settled lies further back, so that an excuse does not reach it.
CREATE TABLE team_streak (
    team          INTEGER PRIMARY KEY REFERENCES team ON DELETE CASCADE,
    len           INTEGER NOT NULL,
    best          INTEGER NOT NULL,
    settled_day   TEXT    NOT NULL,
    settled_len   INTEGER NOT NULL,
    settled_best  INTEGER NOT NULL
) STRICT;

-- Lengths that a person has been told about.
CREATE TABLE milestone (
    team  INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    user  INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (team, user, n)
) STRICT, WITHOUT ROWID;

-- Every message that Helmsman sends of its own accord.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY,
    -- NULL: about no team.
    team         INTEGER REFERENCES team ON DELETE CASCADE,
    kind         TEXT    NOT NULL CHECK (kind IN ('prompt', 'reveal', 'intro', 'alert')),
    occurrence   INTEGER REFERENCES occurrence ON DELETE CASCADE,
    -- One of the two: a channel, or a person who gets a direct message.
    channel      INTEGER,
    user         INTEGER,
    -- JSON of the values that the message is made of, where the occurrence's snapshot is not enough.
    body         TEXT,
    nonce        TEXT    NOT NULL UNIQUE,
    -- waiting: never sent. sending: an attempt was begun. searching: waits to look for its reference.
    -- Ended: sent, refused (Discord said no for good), dropped (too late, or not wanted any more), deleted (it was
    -- there), unknown.
    state        TEXT    NOT NULL CHECK (state IN
                     ('waiting', 'sending', 'searching', 'sent', 'refused', 'dropped', 'deleted', 'unknown')),
    made_at      INTEGER NOT NULL,
    -- Of an open job: when to look at it again.
    next_at      INTEGER NOT NULL,
    -- Stored before sending. A job without it was never sent.
    -- All in Discord's time. first_try: where a search begins. round_try: the first attempt since the last search
    -- that may have been done. last_try: until when an attempt may have been on its way.
    first_try    INTEGER,
    round_try    INTEGER,
    last_try     INTEGER,
    tries        INTEGER NOT NULL DEFAULT 0,
    -- The running attempt is not the first of its round.
    resend       INTEGER NOT NULL DEFAULT 0 CHECK (resend IN (0, 1)),
    message      INTEGER,
    thread       TEXT    NOT NULL DEFAULT 'none' CHECK (thread IN ('none', 'wanted', 'done')),
    error        TEXT,
    CHECK ((channel IS NULL) <> (user IS NULL))
) STRICT;
CREATE INDEX outbox_open ON outbox (next_at)
    WHERE state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted');
-- A prompt waits for its team's reveals; and all of them go with their team.
CREATE INDEX outbox_by_team ON outbox (team, kind, state);
-- One prompt and one reveal for an occurrence, whatever happens.
CREATE UNIQUE INDEX outbox_once ON outbox (occurrence, kind) WHERE occurrence IS NOT NULL;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    team   INTEGER REFERENCES team ON DELETE CASCADE,
    actor  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    what   TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_by_team ON audit (team, at);

-- Small facts about this installation, such as which commands were registered.
CREATE TABLE fact (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
