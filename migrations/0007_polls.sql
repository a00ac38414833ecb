-- Polls: who handled a situation like a leader. Who chose whom is in none of these tables: the ballots of an open poll
-- live in a file of their own (src/store/ballots.rs), which is deleted when the poll closes.

CREATE TABLE poll (
    id          INTEGER PRIMARY KEY,
    -- 'i<interaction>' or, for one made of the week's moments, 'w<team>:<day>'. One key, one poll.
    key         TEXT    NOT NULL UNIQUE,
    team        INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    -- Where it was opened. It stays there if the team moves.
    channel     INTEGER NOT NULL,
    -- Who opened it; NULL: made of the week's moments.
    by          INTEGER,
    situation   TEXT    NOT NULL,
    -- The message it is about.
    link        TEXT,
    mode        TEXT    NOT NULL CHECK (mode IN ('recognised', 'full')),
    quorum      INTEGER NOT NULL CHECK (quorum BETWEEN 3 AND 50),
    -- Who may vote; NULL: whoever sees the channel.
    role        INTEGER,
    -- 'claimed' until its message is known, then 'open'.
    state       TEXT    NOT NULL CHECK (state IN ('claimed', 'open', 'closed', 'cancelled')),
    -- Why it was cancelled.
    reason      TEXT,
    made_at     INTEGER NOT NULL,
    opens       INTEGER,
    -- Fixed when it is made; earlier if a manager closes it early.
    closes      INTEGER NOT NULL,
    -- When the reminder is due; NULL: none, or it is done.
    remind_at   INTEGER,
    -- NULL in an open poll: it was deleted. The poll goes on.
    message     INTEGER UNIQUE,
    -- What the message says about the quorum; never changes back.
    reached     INTEGER NOT NULL DEFAULT 0 CHECK (reached IN (0, 1)),
    tallied_at  INTEGER,
    -- JSON of domain::poll::Outcome, once it is closed.
    outcome     TEXT,
    -- What is still to be done to its message, until it is done: an edit that brings it up to date.
    owed        INTEGER NOT NULL DEFAULT 0 CHECK (owed IN (0, 1)),
    CHECK (state <> 'open' OR opens IS NOT NULL),
    CHECK ((state = 'closed') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX poll_by_team ON poll (team, made_at);
CREATE INDEX poll_open ON poll (closes) WHERE state IN ('claimed', 'open');
CREATE INDEX poll_remind ON poll (remind_at) WHERE remind_at IS NOT NULL AND state = 'open';
CREATE INDEX poll_owed ON poll (id) WHERE owed = 1;

CREATE TABLE nominee (
    poll       INTEGER NOT NULL REFERENCES poll ON DELETE CASCADE,
    -- The order in which they stand in the message, from 0. Drawn when the poll is made.
    place      INTEGER NOT NULL,
    user       INTEGER NOT NULL,
    -- As it was shown when the poll was made.
    name       TEXT    NOT NULL,
    -- 'self' (withdrew), 'left' (not on the server at the close)
    withdrawn  TEXT    CHECK (withdrawn IN ('self', 'left')),
    PRIMARY KEY (poll, place),
    UNIQUE (poll, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX nominee_by_user ON nominee (user, poll);

-- What was said about a recognised person, once the poll has closed. Never who said it.
CREATE TABLE strength (
    poll   INTEGER NOT NULL REFERENCES poll ON DELETE CASCADE,
    user   INTEGER NOT NULL,
    theme  TEXT    NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (poll, user, theme)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
    poll  INTEGER NOT NULL REFERENCES poll ON DELETE CASCADE,
    user  INTEGER NOT NULL,
    -- In random order; says nothing about when it was written.
    pos   INTEGER NOT NULL,
    text  TEXT    NOT NULL,
    PRIMARY KEY (poll, user, pos)
) STRICT, WITHOUT ROWID;
-- Who was recognised, for /me.
CREATE TABLE recognition (
    poll  INTEGER NOT NULL REFERENCES poll ON DELETE CASCADE,
    user  INTEGER NOT NULL,
    PRIMARY KEY (poll, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX recognition_by_user ON recognition (user, poll);

-- A poll that is being prepared, so that a restart does not lose it. One a person and team.
CREATE TABLE poll_draft (
    team  INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    user  INTEGER NOT NULL,
    -- JSON of domain::poll::Draft
    body  TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (team, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE moment (
    id            INTEGER PRIMARY KEY,
    team          INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    -- The interaction by which it was noted.
    cast_id       INTEGER NOT NULL UNIQUE,
    author        INTEGER NOT NULL,
    about         INTEGER NOT NULL,
    -- The name of whom it is about, as it was shown.
    name          TEXT    NOT NULL,
    text          TEXT    NOT NULL,
    link          TEXT,
    at            INTEGER NOT NULL,
    dismissed_at  INTEGER,
    -- The weekly poll it went into.
    poll          INTEGER REFERENCES poll ON DELETE SET NULL
) STRICT;
CREATE INDEX moment_by_poll ON moment (poll) WHERE poll IS NOT NULL;
CREATE INDEX moment_by_team ON moment (team, at);

-- A poll made of the week's moments.
CREATE TABLE weekly_poll (
    team              INTEGER PRIMARY KEY REFERENCES team ON DELETE CASCADE,
    -- 0: Monday
    weekday           INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    at                TEXT    NOT NULL,
    duration_minutes  INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 10080),
    next_day          TEXT    NOT NULL,
    next_due          INTEGER NOT NULL,
    -- Who set it, and is told when there is nothing to make a poll of.
    by                INTEGER NOT NULL,
    version           INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX weekly_poll_due ON weekly_poll (next_due);

-- What a person has chosen for a server. No row: the defaults.
CREATE TABLE person (
    guild        INTEGER NOT NULL,
    user         INTEGER NOT NULL,
    -- Whether others may nominate the person.
    nominations  INTEGER NOT NULL DEFAULT 1 CHECK (nominations IN (0, 1)),
    -- Whether the person gets a private note when recognised.
    notes        INTEGER NOT NULL DEFAULT 0 CHECK (notes IN (0, 1)),
    PRIMARY KEY (guild, user)
) STRICT, WITHOUT ROWID;

-- The messages of a poll go the way of all messages.
ALTER TABLE outbox ADD COLUMN poll INTEGER REFERENCES poll ON DELETE CASCADE;
CREATE INDEX outbox_by_poll ON outbox (poll, kind) WHERE poll IS NOT NULL;
-- One result and one reminder, whatever happens. (The poll itself may be posted again, if its message was deleted.)
CREATE UNIQUE INDEX outbox_once_a_poll ON outbox (poll, kind) WHERE kind IN ('poll_result', 'poll_reminder');
