-- Roles that an admin allows prompts to notify, and the one that a schedule's prompts do.

CREATE TABLE notify_role (
    team  INTEGER NOT NULL REFERENCES team ON DELETE CASCADE,
    role  INTEGER NOT NULL,
    PRIMARY KEY (team, role)
) STRICT, WITHOUT ROWID;

ALTER TABLE schedule ADD COLUMN notify INTEGER;
