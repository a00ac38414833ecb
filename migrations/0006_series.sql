-- A server's own series: for that server they stand in the place of those of the same id that everybody has.
CREATE TABLE series (
    guild       INTEGER NOT NULL,
    slug        TEXT    NOT NULL,
    -- TOML, as domain::series_file writes it.
    file        TEXT    NOT NULL,
    prompts     INTEGER NOT NULL,
    -- Grows with every change. With updated_at it tells two states of a series apart for ever.
    version     INTEGER NOT NULL DEFAULT 1,
    updated_at  INTEGER NOT NULL,
    updated_by  INTEGER NOT NULL,
    PRIMARY KEY (guild, slug)
) STRICT;

-- A file that somebody has uploaded and not yet confirmed: the latest of each person.
CREATE TABLE series_draft (
    guild     INTEGER NOT NULL,
    user      INTEGER NOT NULL,
    -- In the button, so that an older button does not confirm a newer file.
    token     INTEGER NOT NULL,
    slug      TEXT    NOT NULL,
    file      TEXT    NOT NULL,
    -- Of the server's series of that id when the difference was shown; 0: it had none.
    version   INTEGER NOT NULL,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (guild, user)
) STRICT;
CREATE INDEX series_draft_by_age ON series_draft (made_at);

-- A question that a member would like to be asked.
CREATE TABLE suggestion (
    id          INTEGER PRIMARY KEY,
    team        INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    author      INTEGER NOT NULL,
    question    TEXT    NOT NULL,
    situation   TEXT    NOT NULL,
    why         TEXT    NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'declined')),
    -- Approved: the series it went to. Declined: why.
    outcome     TEXT,
    made_at     INTEGER NOT NULL,
    decided_at  INTEGER,
    decided_by  INTEGER,
    version     INTEGER NOT NULL DEFAULT 1,
    CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX suggestion_by_team ON suggestion (team, state, id);
CREATE INDEX suggestion_by_author ON suggestion (author, team);

ALTER TABLE team ADD COLUMN suggestions INTEGER NOT NULL DEFAULT 1 CHECK (suggestions IN (0, 1));

-- The list of kinds goes out of the table, so it is made anew, for the last time on that account.
CREATE TABLE outbox_of_any_kind (
    id           INTEGER PRIMARY KEY,
    -- NULL: about no team.
    team         INTEGER REFERENCES team ON DELETE CASCADE,
    -- A word of store::outbox::Kind. (No list here: a new kind is no new table.)
    kind         TEXT    NOT NULL,
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
INSERT INTO outbox_of_any_kind SELECT * FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_of_any_kind RENAME TO outbox;
CREATE INDEX outbox_open ON outbox (next_at)
    WHERE state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted');
-- A prompt waits for its team's reveals; and all of them go with their team.
CREATE INDEX outbox_by_team ON outbox (team, kind, state);
-- One prompt and one reveal for an occurrence, whatever happens.
CREATE UNIQUE INDEX outbox_once ON outbox (occurrence, kind) WHERE occurrence IS NOT NULL;
