-- What is still to be done to a prompt's message, until it is done: its words were mended, or it is to be deleted.
ALTER TABLE occurrence ADD COLUMN owed TEXT NOT NULL DEFAULT 'none' CHECK (owed IN ('none', 'mend', 'remove'));
CREATE INDEX occurrence_owed ON occurrence (owed) WHERE owed <> 'none';
