-- A nudge before a prompt closes: how many minutes before (NULL: none), and when the one of an open prompt is due.
ALTER TABLE team ADD COLUMN nudge_minutes INTEGER CHECK (nudge_minutes BETWEEN 30 AND 1440);
ALTER TABLE occurrence ADD COLUMN nudge_at INTEGER;
CREATE INDEX occurrence_nudge ON occurrence (nudge_at) WHERE nudge_at IS NOT NULL;

-- What kinds of messages there are is said in the table itself, so it is made anew.
CREATE TABLE outbox_with_nudges (
    id           INTEGER PRIMARY KEY,
    -- NULL: about no team.
    team         INTEGER REFERENCES team ON DELETE CASCADE,
    kind         TEXT    NOT NULL CHECK (kind IN ('prompt', 'reveal', 'intro', 'alert', 'nudge')),
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
INSERT INTO outbox_with_nudges SELECT * FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_with_nudges RENAME TO outbox;
CREATE INDEX outbox_open ON outbox (next_at)
    WHERE state IN ('waiting', 'sending', 'searching') OR (state = 'sent' AND thread = 'wanted');
-- A prompt waits for its team's reveals; and all of them go with their team.
CREATE INDEX outbox_by_team ON outbox (team, kind, state);
-- One prompt and one reveal for an occurrence, whatever happens.
CREATE UNIQUE INDEX outbox_once ON outbox (occurrence, kind) WHERE occurrence IS NOT NULL;
